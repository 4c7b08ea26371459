"""The rules of booking, tried in thousands of orders: members and staff do anything, and undo it, while time passes."""

import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.report import Figure, counted
from tests.gym.booking_machine import BookingMachine

EXAMPLES, DEEDS = 2000, 40


def measure(small: bool) -> list[Figure]:
    """How many sequences were tried, and how many broke a rule: the first that does ends it, as short as it can be told."""
    examples, deeds = (5, 10) if small else (EXAMPLES, DEEDS)
    tried = settings(
        max_examples=examples,
        stateful_step_count=deeds,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    begun, broken = time.monotonic(), 0
    try:
        run_state_machine_as_test(BookingMachine, settings=tried)
    except AssertionError as fault:
        broken = 1
        print(f"{fault}\n" + "\n".join(getattr(fault, "__notes__", ())))
    return [
        counted(f"sequences of up to {deeds} deeds tried", examples),
        counted("sequences that broke a rule of booking", broken, goal=("≤", 0)),
        counted("took", time.monotonic() - begun, "s"),
    ]
