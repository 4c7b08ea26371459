"""How much of two published corpora of English time phrases is read right: printed, with a floor under each.

The corpora disagree about parts of the day (duckling's afternoon ends at 19:00, Recognizers' at 16:00); the reader
keeps duckling's, so Recognizers' intervals are also counted without phrases that name nothing but a part of the day.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.when.calculate import calc

DATA = Path(__file__).parents[2] / "../shared/data/datetime"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data/datetime is not here")
AMERICAN = ("en_US", "en_CA")
PART_ALONE = re.compile(r"^\D*\b(morning|afternoon|evening|night|lunch)\D*$")
SPOKEN = ("date", "time", "datetime", "timerange", "datetimerange", "daterange")


def right(found: dict[str, object], start: str, end: str | None, clock: slice) -> bool:
    """Whether start, and end where there is one, are those expected."""
    begins = str(found.get("start"))[clock] == start[clock]
    return begins and (end is None or str(found.get("end"))[clock] == end[clock])


def duckling() -> Iterator[tuple[str, str, bool]]:
    """Kind, text and whether it was read right, of each booking-relevant case."""
    corpus = json.loads((DATA / "duckling_en_time.dev.json").read_text())
    for case in corpus["cases"]:
        if not case["booking_relevant"] or case["kind"] not in ("instant", "interval"):
            continue
        zone = "America/New_York" if case["locale"] in AMERICAN else None
        found = calc(case["text"], corpus["reference_time"], zone)
        end = (case.get("end_spoken") or case["end_exclusive"]) if case["kind"] == "interval" else None
        ok = found.get("kind") == case["kind"] and right(found, case["start"], end, slice(0, 19))
        yield case["kind"], case["text"], ok


def iso(value: str, reference: str) -> str:
    """A value of Recognizers as local ISO; a time alone is on the day of reference."""
    if len(value) == 8:
        return f"{reference[:10]}T{value}"
    return f"{value}T00:00:00" if len(value) == 10 else value.replace(" ", "T")


def wanted(values: list[dict[str, Any]], reference: str) -> tuple[str, str | None] | None:
    """The first value strictly after the moment of reference, or the first."""
    options: list[tuple[str, str | None]] = []
    for value in values:
        if value.get("value") not in (None, "not resolved"):
            options.append((iso(value["value"], reference), None))
        elif value.get("start") and value.get("end"):
            options.append((iso(value["start"], reference), iso(value["end"], reference)))
    return next((o for o in options if o[0] > reference[:19]), options[0]) if options else None


def recognizers(*, span_only: bool) -> Iterator[tuple[str, str, bool]]:
    """Kind, phrase and whether it was read right, from its sentence or from the phrase alone."""
    corpus = json.loads((DATA / "recognizers_en_datetime.dev.json").read_text())
    for case in corpus["cases"]:
        if not case["booking_relevant"] or len(case["entities"]) != 1 or case["entities"][0]["type"] not in SPOKEN:
            continue
        entity, reference = case["entities"][0], case["reference_time"]
        expected = wanted(entity["values"], reference)
        if expected is None:
            continue
        found = calc(entity["span"] if span_only else case["text"], reference)
        clock = slice(11, 19) if entity["type"] in ("time", "timerange") else slice(0, 19)
        yield ("interval" if expected[1] else "instant"), entity["span"], right(found, *expected, clock)


def share(cases: list[tuple[str, str, bool]], kind: str) -> float:
    """The part of one kind that was read right."""
    results = [ok for case_kind, _, ok in cases if case_kind == kind]
    return sum(results) / len(results)


def test_booking_phrases_of_duckling_are_read_right(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 85 % of the instants and 80 % of the intervals."""
    cases = list(duckling())
    instants, intervals = share(cases, "instant"), share(cases, "interval")
    with capsys.disabled():
        print(f"\nduckling: instants {instants:.1%}, intervals {intervals:.1%}")
    assert instants >= 0.85
    assert intervals >= 0.80


@pytest.mark.parametrize("span_only", [False, True])
def test_booking_phrases_of_recognizers_are_read_right(span_only: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """At least 85 % of the instants, and 80 % of the intervals that rest on no convention for parts of the day."""
    cases = list(recognizers(span_only=span_only))
    instants, intervals = share(cases, "instant"), share(cases, "interval")
    plain = share([c for c in cases if not PART_ALONE.search(c[1].lower())], "interval")
    with capsys.disabled():
        print(
            f"\nRecognizers, {'phrases' if span_only else 'sentences'}: instants {instants:.1%}, "
            f"intervals {intervals:.1%} ({plain:.1%} without parts of the day)"
        )
    assert instants >= 0.85
    assert plain >= 0.80


def test_both_corpora_together_reach_the_target(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 85 % of all instants and 80 % of all intervals, conventions included."""
    cases = [*duckling(), *recognizers(span_only=False)]
    instants, intervals = share(cases, "instant"), share(cases, "interval")
    with capsys.disabled():
        print(f"\nboth: instants {instants:.1%}, intervals {intervals:.1%}")
    assert instants >= 0.85
    assert intervals >= 0.80
