"""Decides what a search for exercises asks for: muscles, equipment, and the words that are left for the name."""

import re
from dataclasses import dataclass

from core.coaching.exercises import Exercise, equipment_named, knows_equipment, knows_muscle, search
from core.i18n import _

_LONGEST = 2
_FILLER = frozenset(
    {
        "exercise", "exercises", "movement", "movements", "lift", "lifts", "drill", "drills", "workout", "workouts",
        "for", "with", "the", "a", "an", "my", "using", "use", "that", "hit", "hits", "train", "trains", "work",
        "works", "target", "targets", "and", "on", "of", "some", "any", "pls", "please", "only", "just", "muscle",
        "muscles", "day", "me", "you", "can", "i", "do", "to", "without", "good", "best",
        "variation", "variations", "types", "kinds", "version", "versions", "options",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """What a search was for, in the words that were used."""

    name: str = ""
    muscle: str | None = None
    equipment: str | None = None

    def words(self) -> str:
        """What was looked for, as it is said back."""
        muscle = _("for the {muscle}").format(muscle=self.muscle) if self.muscle else ""
        parts = [self.name, muscle, _("with {equipment}").format(equipment=self.equipment)]
        return " ".join(p for p in (parts if self.equipment else parts[:2]) if p)


def understood(query: str, muscle: str | None = None, equipment: str | None = None) -> Looked:
    """The query taken apart: "hamstrings with dumbbells" is a muscle and a piece of equipment."""
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", query.casefold())
    left: list[str] = []
    at = 0
    while at < len(words):
        size = next((n for n in range(_LONGEST, 0, -1) if _facet(" ".join(words[at : at + n]))), 0)
        piece = " ".join(words[at : at + size])
        if size and not muscle and knows_muscle(piece):
            muscle = piece
        elif size and not equipment and knows_equipment(piece):
            equipment = equipment_named(piece)
        else:
            left += words[at : at + max(size, 1)]
        at += max(size, 1)
    name = " ".join(word for word in left if word not in _FILLER)
    return Looked(name, muscle, equipment)


def _facet(piece: str) -> bool:
    return knows_muscle(piece) or knows_equipment(piece)


def look_up(query: str, muscle: str | None = None, equipment: str | None = None, limit: int = 10) -> list[Exercise]:
    """Exercises for a query; the words as they are count where they name an exercise, else what they ask for."""
    looked = understood(query, muscle, equipment)
    found = search(looked.name, looked.muscle, looked.equipment, limit)
    if found or not looked.name:
        return found
    return search(query, muscle, equipment, limit)
