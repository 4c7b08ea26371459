"""Which classes each coach gives every week, and which goals those are for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import or_, select

from core.gym.class_types import ClassType
from core.gym.classes import ClassSeries
from core.people import Person

# What people want, and words in the names of classes that are for it.
_FOR_GOAL: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        frozenset({"strength", "strong", "stronger", "muscle", "muscles", "lift", "lifting", "powerlifting"}),
        frozenset({"lifting", "strength", "power", "crossfit", "barbell"}),
    ),
    (
        frozenset({"technique", "snatch", "clean", "jerk", "weightlifting", "olympic", "oly"}),
        frozenset({"olympic", "weightlifting"}),
    ),
    (
        frozenset({"endurance", "cardio", "engine", "conditioning", "running", "stamina", "fitness", "hyrox"}),
        frozenset({"engine", "hiit", "conditioning", "crossfit", "run", "spin", "hyrox"}),
    ),
    (
        frozenset({"weight", "fat", "lose", "slim", "leaner", "lean"}),
        frozenset({"engine", "hiit", "conditioning", "crossfit", "bootcamp"}),
    ),
    (
        frozenset({"flexibility", "flexible", "mobility", "stretching", "stretch", "back", "pain", "relax", "stress"}),
        frozenset({"yoga", "mobility", "pilates", "stretch"}),
    ),
    (frozenset({"kid", "kids", "child", "children", "son", "daughter"}), frozenset({"kids", "teens", "junior"})),
)


@dataclass(frozen=True)
class Given:
    """A coach with the types of class they give and how many there are in a week."""

    coach: str
    classes: tuple[str, ...]
    weekly: int

    def fits(self, goal: str) -> bool:
        """Whether one of the classes is for the goal, by its name or by what such classes are for."""
        asked = set(goal.casefold().replace("-", " ").split())
        own = {word for name in self.classes for word in name.casefold().split()}
        return bool(asked & own) or any(asked & wants and own & classes for wants, classes in _FOR_GOAL)


async def classes_by_coach(db: AsyncSession, gym_id: int, today: date) -> list[Given]:
    """Every coach with weekly classes, those with the most first."""
    rows = await db.execute(
        select(Person.name, ClassType.name, ClassSeries.days)
        .join(ClassSeries, ClassSeries.coach_id == Person.id)
        .join(ClassType, ClassType.id == ClassSeries.class_type_id)
        .where(
            ClassSeries.gym_id == gym_id,
            ClassSeries.from_date <= today,
            or_(ClassSeries.until_date.is_(None), ClassSeries.until_date >= today),
            Person.left_on.is_(None),
        )
    )
    found: dict[str, dict[str, int]] = {}
    for coach, name, days in rows:
        own = found.setdefault(coach, {})
        own[name] = own.get(name, 0) + len(days)
    given = [Given(coach, tuple(sorted(own)), sum(own.values())) for coach, own in found.items()]
    return sorted(given, key=lambda g: (-g.weekly, g.coach))
