"""Real kills: the program ends by SIGKILL at any moment of its work, and nothing is lost or doubled."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_fifty_kills_leave_no_fault() -> None:
    """The checker, which reads only the database, finds no lost message, no doubled effect and no inverted order."""
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "50"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert "50 kills in" in ran.stdout, ran.stderr[-3000:]
    assert ": 0 faults" in ran.stdout, ran.stdout
    assert ran.returncode == 0


def test_twenty_five_kills_while_fifty_telegram_chats_talk_leave_no_fault() -> None:
    """Nothing said is lost, no effect is doubled, no order is turned round, and an answer that comes twice is marked."""
    command = [sys.executable, "-m", "benchmarks.telegram_kills", "--kills", "25"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert "25 kills in" in ran.stdout, ran.stderr[-3000:]
    assert ": 0 faults" in ran.stdout, ran.stdout
    assert ran.returncode == 0
