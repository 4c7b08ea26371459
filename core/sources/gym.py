"""What can be told of the gym: its windows, deadlines and kinds of classes, and what it keeps no data of yet."""

from core.agent.sources import Sight, not_kept, short, source
from core.agent.tools import Data
from core.gym.class_types import class_types


@source(
    shows=Data.PUBLIC,
    says=["deadline", "policy", "rule", "how late", "how early", "how long before", "class types", "offer"],
)
async def gym_profile(sight: Sight, limit: int) -> str:
    """The gym's kinds of classes, booking window and cancellation deadline"""
    settings = sight.gym.settings
    types = await class_types(sight.db, sight.gym.id)
    given = ", ".join(f"{short(t.name)} {t.minutes} min {t.spots} spots" for t in types)
    return (
        f"classes: {given or 'none'}; booking opens {settings['booking_opens_days']} days ahead; "
        f"free cancellation until {settings['cancel_deadline_h']} h before"
    )


category_goals = not_kept("category_goals", "Training goals by category", ["goal"])
muscle_goals = not_kept("muscle_goals", "Training goals by muscle", ["goal"])
active_preferences = not_kept("active_preferences", "Equipment, injuries, exclusions and other preferences")
exercise_distribution = not_kept("exercise_distribution", "How training was spread over categories and muscles")
running_plan = not_kept("running_plan", "The rolling running plan")
nutrition_targets = not_kept("nutrition_targets", "Calories and macros a day")
