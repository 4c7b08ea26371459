"""Too much for Telegram: the carrier waits where it has to, and only there."""

from benchmarks.flood import measure


async def test_a_flood_keeps_to_the_allowance_and_holds_up_no_other_chat() -> None:
    """Nothing inside a time to wait, nothing beyond what is allowed, nine tenths of it used, others served as before."""
    for figure in await measure(small=True):
        assert figure.met, figure.cells()
