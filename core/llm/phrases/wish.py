"""Something that people ask of a gym and nothing here does, and the honest answer to it."""

from dataclasses import dataclass

from core.i18n import _

COACH = 2


@dataclass(frozen=True)
class Wish:
    """Something that cannot be done here: how it is ordered, how it is asked for or told, and what helps instead, to
    members and to staff."""

    name: str
    orders: tuple[str, ...]
    asks: tuple[str, ...]
    answer: str
    staff: str = ""

    def told(self, role: int) -> str:
        """The answer to a person of a role."""
        return _(self.staff if self.staff and role >= COACH else self.answer)
