"""Exercises of the catalogue: looked up, shown, checked, and what to do instead of one."""

from core.agent.tools import Context, Result, Role, Thing, tool
from core.chat import Card, Fact
from core.coaching import exercises
from core.coaching.exercise_search import look_up, understood
from core.coaching.exercises import Exercise
from core.coaching.substitution import substitutes
from core.errors import NotFound, Offer
from core.i18n import _, marked
from core.references.kinds import Words
from core.references.training import ExerciseName, ExerciseRef
from core.tools._exercise_phrases import EXERCISES

_MOST = 10
_COUNTED = {
    "reps": marked("reps"),
    "distance": marked("distance"),
    "duration": marked("time"),
    "calories": marked("calories"),
}


@tool(
    Role.MEMBER,
    says=EXERCISES["search_exercises"],
    intro={"equipment": ["equipment"], "muscle": ["muscle"]},
)
async def search_exercises(
    ctx: Context, query: Words, muscle: Words | None = None, equipment: Words | None = None
) -> Result:
    """Find exercises by name, muscle or equipment."""
    found = look_up(query, muscle, equipment, _MOST)
    asked = understood(query, muscle, equipment).words() or query
    if not found:
        raise NotFound(
            _(
                "I looked for exercises “{asked}” and found none. Try a muscle like “hamstrings” or a piece of "
                "equipment like “kettlebell”."
            ).format(asked=asked)
        )
    bare = _("no equipment")
    lines = tuple(f"{e.name} — {_trains(e)}; {e.equipment or bare}" for e in found)
    card = Card(kind="list", title=_("Exercises: {asked}").format(asked=asked), lines=lines)
    listed = tuple(Thing("exercise", e.name) for e in found)
    things = listed if len(found) == 1 else ()
    return Result(cards=(card,), note=f"Exercises {asked}: {'; '.join(lines)}", things=things, listed=listed)


@tool(
    Role.MEMBER,
    says=EXERCISES["show_exercise"],
)
async def show_exercise(ctx: Context, exercise: ExerciseRef) -> Result:
    """Show an exercise: what it trains, what it needs and how it is counted."""
    return Result(cards=(_card(exercise),), note=_in_words(exercise), things=(Thing("exercise", exercise.name),))


@tool(
    Role.MEMBER,
    says=EXERCISES["suggest_alternatives"],
    intro={"reason": ["because", "cause", "cuz", "bc", "since", "as", "due to", "without", "with", "if"]},
)
async def suggest_alternatives(ctx: Context, exercise: ExerciseRef, reason: Words | None = None) -> Result:
    """Suggest what to do instead of an exercise.

    Given what stands in the way."""
    found = substitutes(exercise, reason)
    if not found:
        raise NotFound(
            _("I know nothing that stands in for {exercise}{because}. Your coach will.").format(
                exercise=exercise.name, because=_because(reason)
            )
        )
    lines = tuple(f"{other.name} — {why}" for other, why in found)
    card = Card(
        kind="list",
        title=_("Instead of {exercise}{because}").format(exercise=exercise.name, because=_because(reason)),
        lines=lines,
    )
    offers = tuple(Offer(e.name, "show_exercise", {"exercise": e.name}) for e, _ in found[:3])
    things = (Thing("exercise", exercise.name),)
    listed = tuple(Thing("exercise", e.name) for e, _why in found)
    return Result(cards=(card,), note=f"{card.title}: {'; '.join(lines)}", things=things, offers=offers, listed=listed)


@tool(
    Role.MEMBER,
    says=EXERCISES["validate_exercise"],
)
async def validate_exercise(ctx: Context, exercise: ExerciseName) -> Result:
    """Say whether the catalogue knows an exercise by this name, and under which name it keeps it."""
    known = exercises.exact(exercise)
    if known:
        same = known.name.casefold() == exercise.strip().casefold()
        words = (
            _("Yes, I know “{exercise}”. It trains {muscles}.")
            if same
            else _("Yes, I know “{exercise}”, as **{name}**. It trains {muscles}.")
        )
        text = words.format(exercise=exercise, name=known.name, muscles=_trains(known))
        return Result(text=text, things=(Thing("exercise", known.name),))
    near = exercises.candidates(exercise, limit=4)
    if not near:
        return Result(
            text=_("No, I know no exercise called “{exercise}”, and nothing like it.").format(exercise=exercise)
        )
    names = ", ".join(f"**{e.name}**" for e in near)
    offers = tuple(Offer(e.name, "show_exercise", {"exercise": e.name}) for e in near)
    return Result(
        text=_("Not under the name “{exercise}”. The nearest I know: {names}.").format(exercise=exercise, names=names),
        offers=offers,
    )


def _card(exercise: Exercise) -> Card:
    facts = [Fact(label=_("Trains"), value=_trains(exercise))]
    if exercise.secondary:
        facts.append(Fact(label=_("Also"), value=", ".join(exercise.secondary)))
    facts += [
        Fact(label=_("Equipment"), value=exercise.equipment or _("none")),
        Fact(label=_("Level"), value=exercise.level),
        Fact(label=_("Kind"), value=", ".join(w for w in (exercise.category, exercise.mechanic, exercise.force) if w)),
        Fact(label=_("Counted in"), value=_(_COUNTED[exercise.measures])),
    ]
    if exercise.aliases:
        facts.append(Fact(label=_("Also called"), value=", ".join(exercise.aliases[:6])))
    return Card(kind="exercise", title=exercise.name, facts=tuple(facts))


def _trains(exercise: Exercise) -> str:
    return ", ".join(exercise.primary) or exercise.category


def _in_words(exercise: Exercise) -> str:
    also = f"; also {', '.join(exercise.secondary)}" if exercise.secondary else ""
    needs = exercise.equipment or "no equipment"
    told = (f"{exercise.name}: trains {_trains(exercise)}{also}", needs, exercise.level)
    return f"{'; '.join(told)}; counted in {_COUNTED[exercise.measures]}"


def _because(reason: str | None) -> str:
    return f" ({reason.strip()})" if reason and reason.strip() else ""
