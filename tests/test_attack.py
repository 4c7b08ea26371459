"""A model that does whatever an attacker says, on the demo gym with the real tools."""

from pathlib import Path

from benchmarks import injections
from benchmarks.attack import run
from tests.databases import fresh
from tests.test_dialogues import demo_gym


async def test_random_calls_of_an_owned_model_stay_inside_the_table(tmp_path: Path) -> None:
    """Nothing is done above anyone's role, and no planted value reaches the room, a stranger's eyes, or the log at its most
    talkative."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        assert await run(url, calls=360, seed=20261120) == []


async def test_hidden_instructions_have_no_effect_beyond_the_speakers_rights(tmp_path: Path) -> None:
    """In names, titles, notes, talk and passed-on texts, obeyed to the letter: nothing above anyone's role, nothing at all
    from free text without a press, no planted value and no address out. All thousand are a benchmark."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        attack = await injections.run(url, most=120)
    assert attack.found == []
    assert all(attack.met[carrier] for carrier in injections.CARRIERS)
