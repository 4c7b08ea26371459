"""What a language model is sent and what a coach's morning costs, in short: goal 6 is kept on every change."""

from benchmarks import context
from benchmarks.costs import measure


async def test_a_coachs_morning_is_nearly_all_cached_and_costs_a_fraction() -> None:
    """From the third turn on nine tenths of what is sent come from a cache; asking the rules first halves what is left."""
    figures = {f.what: f for f in await measure(small=True)}
    for name in ("Claude", "GPT"):
        share = figures[f"{name}: cached share of input tokens from turn 3 on"].judged
        assert share is not None
        assert share >= 0.8, "the whole morning reaches 0.9; eight turns come near it"
        assert (figures[f"{name}: a turn of 8, every message to the model"].ratio or 1) <= 0.4
    assert (figures["routed: a turn"].ratio or 1) < 0.8
    assert [f.met for what, f in figures.items() if "tools in a request" in what] == [True] * 4


async def test_the_prompt_of_a_long_talk_is_bounded() -> None:
    """Every tool of the prefix and the longest request keep to their goals at small size too."""
    assert {f.met for f in await context.measure(small=True)} == {True}
