"""Real kills: the program ends by SIGKILL at any moment of its work, and nothing is lost or doubled."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_fifty_kills_leave_no_fault() -> None:
    """The checker, which reads only the database, finds no lost message, no doubled effect and no inverted order."""
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "50"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert "50 kills in" in ran.stdout, ran.stderr[-3000:]
    assert ": 0 faults" in ran.stdout, ran.stdout
    assert ran.returncode == 0


@pytest.mark.parametrize("platform", ["telegram", "discord"])
def test_kills_while_fifty_chats_talk_leave_no_fault(platform: str) -> None:
    """Nothing said is lost, no effect is doubled, no order is turned round, and an answer that comes twice is marked; on
    Discord none does."""
    command = [sys.executable, "-m", f"benchmarks.{platform}_kills", "--kills", "25"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert "25 kills in" in ran.stdout, ran.stderr[-3000:]
    assert ": 0 faults" in ran.stdout, ran.stdout
    assert ran.returncode == 0
