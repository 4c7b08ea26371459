"""The sets of utterances: what must have no effect has none, and what people say is understood as it was."""

import pytest

from tests.utterances.score import OneGym, fault, lines

GIVEN = ("text", "as", "at", "room")


async def _faulty(names: tuple[str, ...]) -> list[str]:
    """The texts of these sets that are not answered as they should be."""
    async with OneGym(None) as gyms:
        rows = [row for name in names for row in lines(name)]
        return [row["text"] for row in rows if fault(row, await gyms.answer({key: row[key] for key in GIVEN}))]


async def test_nothing_is_done_where_nothing_was_asked_for() -> None:
    """Small talk, conditions, negations, reports and questions about a deed lead to no change."""
    assert await _faulty(("nothing", "unasked", "unasked2")) == []


@pytest.mark.parametrize(
    ("names", "most"),
    [
        (("blind7", "blind8", "twofold"), 18),
        (("blind9", "blind10"), 29),
        (("blind11", "blind12", "blind13"), 9),
        (("blind14", "blind15", "blind16"), 4),
        (("blind17", "blind18"), 22),
        (("blind19", "blind20", "blind21"), 54),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_what_people_say_is_understood(names: tuple[str, ...], most: int) -> None:
    """Sets that were written without a look at the phrases keep the share of exact answers they have."""
    assert len(await _faulty(names)) <= most
