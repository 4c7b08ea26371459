"""The benchmarks run: tiny sizes, no timing is judged."""

import importlib
import inspect
import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import failpoints
from benchmarks.__main__ import BEGIN, END, NAMES, faults, write
from benchmarks.calls import ELSEWHERE, STORIES
from benchmarks.failpoints import Story, check, different, outcome
from benchmarks.gym import guest_name, make_demo
from benchmarks.report import Figure, against, as_text, counted, ratio_of
from core.agent.tools import load

ROOT = Path(__file__).parents[1]
BY_COMMAND = "log"
ELSEWHERE_RUN = (
    "kills",
    "attack",
    "costs",
    "flood",
    "telegram_kills",
    "discord_kills",
    "presses",
    "injections",
    "bookings",
)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in (*ELSEWHERE_RUN, BY_COMMAND)])
async def test_a_benchmark_runs_and_tells_its_figures(name: str) -> None:
    """In tiny sizes; every figure has a name and a value, and a line of the table."""
    found = importlib.import_module(f"benchmarks.{name}").measure(True)
    figures = await found if inspect.isawaitable(found) else found
    _told(figures, as_text(figures))


def test_the_command_runs_a_benchmark_and_prints_its_table(tmp_path: Path) -> None:
    """In a process of its own, as `make bench` runs each; the figures are written down for the page too."""
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", BY_COMMAND, "--small", "--figures", str(file)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    _told([Figure(**row) for row in json.loads(file.read_text(encoding="utf-8"))], ran.stdout)


def _told(figures: Sequence[Figure], table: str) -> None:
    assert figures
    assert all(f.what and f.ours and f.what in table for f in figures)


def test_a_refused_history_fails_a_run_and_a_slow_turn_is_only_told() -> None:
    """What may never happen is a fault wherever it is counted; a ratio depends on the machine."""
    refused, slow = counted("refused requests", 1, goal=("≤", 0)), against("a turn", "9 ms", "1 ms", 9.0, ("≤", 2.0))
    assert faults({"models": [slow, refused], "kills": [counted("faults", 0, goal=("≤", 0))]}) == [refused]


def test_every_tool_has_a_call_that_can_be_crashed() -> None:
    """A tool without a story would never be crashed."""
    assert sorted(STORIES) == sorted(set(load()) - ELSEWHERE)


async def test_what_a_crash_leaves_without_a_restart_is_seen(tmp_path: Path) -> None:
    """The comparison has eyes: a life that was cut off and never resumed differs from a whole one."""
    file = tmp_path / "whole.db"
    await make_demo(file)
    cut = tmp_path / "cut.db"
    cut.write_bytes(file.read_bytes())
    steps = STORIES["book_class"]
    assert await Story(file, steps).live(failpoints.NEVER)
    assert not await Story(cut, steps).live(3)
    assert list(different(outcome(file), outcome(cut)))
    assert await check(cut)
    assert not await check(file)


async def test_a_seat_too_many_is_seen(tmp_path: Path) -> None:
    """A doubled effect that breaks none of the checker's rules still differs from an undisturbed run."""
    file = tmp_path / "gym.db"
    await make_demo(file)
    before = outcome(file)
    db = sqlite3.connect(file)
    db.execute("update class_types set spots = spots + 1")
    db.commit()
    db.close()
    assert [d.split()[0] for d in different(before, outcome(file))] == ["class_types"]


def test_a_goal_is_met_or_not_or_absent() -> None:
    """Ratios are judged against their goal, from either side; a line without a goal is not judged."""
    slow, quick = against("a", "9", "1", 9.0, ("≤", 4)), against("b", "9", "1", 9.0, ("≥", 4))
    assert [f.met for f in (slow, quick, counted("c", 0, goal=("≤", 0)), Figure("d", "1"))] == [False, True, True, None]
    lines = as_text([slow, quick]).splitlines()
    assert lines[1].split() == ["a", "9", "1", "9.00", "≤", "4", "no"]
    assert ratio_of([(2, 1), (30, 10), (400, 100)]) == 3


def test_figures_are_written_between_the_markers(tmp_path: Path) -> None:
    """What stands around the markers stays, as do other benchmarks' tables; a second run replaces the first."""
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{BEGIN}\n\nold\n\n{END}\n\nThe end.\n", encoding="utf-8")
    for value in ("1", "2"):
        write(page, {"log": [Figure("writes", value)]}, small=True)
    write(page, {"turns": [Figure("turns", "3")]}, small=True)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Page\n")
    assert text.endswith("The end.\n")
    assert text.index("| turns | 3 |") < text.index("| writes | 2 |")
    assert "| writes | 2 |" in text
    assert "| writes | 1 |" not in text
    assert "old" not in text


def test_the_page_of_performance_has_a_place_for_figures() -> None:
    """docs/performance.md holds both markers, once."""
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_guests_have_names_of_their_own() -> None:
    """Nobody is asked which of two guests was meant."""
    names = [guest_name(n) for n in range(6000)]
    assert len(set(names)) == len(names)
