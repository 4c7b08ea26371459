"""Holds what the workout reader promises: the formats, the loads, the lines shown back."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.coaching.exercises import exact
from core.coaching.wod import WodError, calc, describe, describe_title, looks_like_workout, parse
from core.coaching.wod_shape import Movement, Wod

_SHARED = Path(__file__).parents[2] / "../shared"


def _shared(name: str) -> Path:
    path = _SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path


def _structure(wod: Wod) -> list[Any]:
    head = [wod.format, wod.rounds, wod.rep_scheme, wod.duration_s, wod.interval_s, wod.rest_s, wod.cap_s]
    return [*head, *(movement.model_dump(exclude={"name", "note"}) for movement in wod.movements)]


TYPED: list[tuple[str, dict[str, Any]]] = [
    (
        "3 rounds - 200m run, 30 double-unders",
        {
            "format": "rounds_for_time",
            "rounds": 3,
            "movements": [("Run", {"distance_m": 200}), ("Double-under", {"reps": 30})],
        },
    ),
    (
        "3 rds: 200m run + 30 du",
        {
            "format": "rounds_for_time",
            "rounds": 3,
            "movements": [("Run", {"distance_m": 200}), ("Double-under", {"reps": 30})],
        },
    ),
    (
        "amrap 12: 10 burpees 15 kbs 24kg",
        {
            "format": "amrap",
            "duration_s": 720,
            "movements": [("Burpee", {"reps": 10}), ("Kettlebell Swing", {"reps": 15, "load_kg": 24})],
        },
    ),
    (
        "emom 10 5 power cleans @60",
        {
            "format": "emom",
            "duration_s": 600,
            "interval_s": 60,
            "movements": [("Power Clean", {"reps": 5, "load_kg": 60})],
        },
    ),
    (
        "21-15-9 thrusters 43/29 & pullups",
        {
            "format": "rep_scheme_for_time",
            "rep_scheme": [21, 15, 9],
            "movements": [("Thruster", {"load_kg": {"men": 43, "women": 29}}), ("Pull-up", {})],
        },
    ),
    (
        "back squat 5x5 @100kg, bench 3x8",
        {
            "format": "strength",
            "movements": [
                ("Back Squat", {"sets": 5, "reps": 5, "load_kg": 100}),
                ("Bench Press", {"sets": 3, "reps": 8}),
            ],
        },
    ),
    (
        "5 rft 400m run 15 ohs 42.5/30",
        {
            "format": "rounds_for_time",
            "rounds": 5,
            "movements": [
                ("Run", {"distance_m": 400}),
                ("Overhead Squat", {"reps": 15, "load_kg": {"men": 42.5, "women": 30}}),
            ],
        },
    ),
    ("tabata air squats", {"format": "tabata", "rounds": 8, "duration_s": 240, "movements": [("Air Squat", {})]}),
    (
        "every 2 min x 8: 3 deadlifts 140",
        {
            "format": "emom",
            "interval_s": 120,
            "rounds": 8,
            "duration_s": 960,
            "movements": [("Deadlift", {"reps": 3, "load_kg": 140})],
        },
    ),
    (
        "for time: 1000m row, 50 thrusters, 30 pull-ups",
        {
            "format": "for_time",
            "movements": [("Row", {"distance_m": 1000}), ("Thruster", {"reps": 50}), ("Pull-up", {"reps": 30})],
        },
    ),
    ("find your 1rm clean", {"format": "max_load", "score": "load", "movements": [("Clean", {"reps": 1})]}),
    (
        "4x400m rest 90s",
        {"format": "intervals", "rounds": 4, "rest_s": 90, "movements": [("Run", {"distance_m": 400})]},
    ),
    (
        "30s on 30s off x 10: assault bike",
        {
            "format": "intervals",
            "rounds": 10,
            "interval_s": 60,
            "rest_s": 30,
            "movements": [("Assault Bike", {"seconds": 30})],
        },
    ),
    (
        "Deadlift 5-5-5-3-3-1",
        {"format": "strength", "movements": [("Deadlift", {"sets": 6, "rep_scheme": [5, 5, 5, 3, 3, 1]})]},
    ),
    (
        "For time, 20 min cap: 50 wall balls 9/6, 40 box jumps 24/20",
        {
            "format": "for_time",
            "cap_s": 1200,
            "movements": [
                ("Wall Ball", {"reps": 50, "load_kg": {"men": 9, "women": 6}}),
                ("Box Jump", {"reps": 40, "height_cm": {"men": 60, "women": 50}}),
            ],
        },
    ),
    (
        "row 5x5 60kg",
        {"format": "strength", "movements": [("Barbell Row", {"sets": 5, "reps": 5, "load_kg": 60})]},
    ),
]


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_a_workout_as_coaches_type_it_has_its_structure(text: str, expected: dict[str, Any]) -> None:
    """Format, clock, movements, amounts and loads come out as meant."""
    found = parse(text).as_json()
    movements = [
        (
            movement["exercise"],
            {key: value for key, value in movement.items() if key not in {"name", "exercise", "note"}},
        )
        for movement in found["movements"]
    ]
    assert {**found, "movements": movements} == {**found, **expected}


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_the_lines_shown_back_read_as_the_same_workout(text: str, expected: dict[str, Any]) -> None:
    """What a coach is shown can be sent again without changing anything."""
    wod = parse(text)
    assert _structure(parse("\n".join(describe(wod)))) == _structure(wod)


def test_the_structure_is_shown_in_plain_lines() -> None:
    """The format leads, each movement has a line."""
    wod = parse("3 rounds - 200m run, 30 double-unders")
    assert describe(wod) == ["3 rounds for time", "200 m Run", "30 Double-under"]
    assert describe_title(wod) == "3 rounds: Run, Double-under"


def test_names_stay_as_written_beside_the_exercise() -> None:
    """The words of the coach are kept."""
    assert parse("amrap 5: 10 dubs").as_json()["movements"] == [
        {"name": "dubs", "exercise": "Double-under", "reps": 10}
    ]


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [
        ("5 thrusters 95 lb", 43),
        ("5 thrusters @ 135lbs", 61),
        ("5 deadlifts 225#", 102),
        ("5 kb swings 1.5 pood", 24),
        ("5 thrusters 65 lb", 29),
        ("5 kb swings 53 lb", 24),
        ("5 kb swings 35 lb", 16),
        ("5 power snatches 35 lb", 15),
        ("10 db snatches 50 lb", 22.5),
        ("20 wall balls 20 lb", 9),
        ("20 wall balls 14 lb", 6),
        ("5 squat cleans 155 lb", 70),
        ("5 thrusters 40kg", 40),
    ],
)
def test_loads_are_in_kilograms_as_the_sport_writes_them(text: str, kilograms: float) -> None:
    """Pounds and poods become the usual kilograms."""
    assert parse(text).movements[0].load_kg == kilograms


def test_a_bare_load_is_in_the_unit_said() -> None:
    """The gym's unit decides what a number without one means."""
    assert parse("emom 10: 3 thrusters 95", unit="lb").movements[0].load_kg == 43
    assert parse("emom 10: 3 thrusters 95").movements[0].load_kg == 95


def test_a_minute_of_rest_in_an_emom_stays_a_station() -> None:
    """Rest takes its turn on the minute."""
    wod = parse("EMOM 24 min: 12 cal row, 10 burpees, 15 box step-ups, rest")
    assert [movement.shown for movement in wod.movements] == ["Row", "Burpee", "Box Step-up", "rest"]
    assert _structure(parse("\n".join(describe(wod)))) == _structure(wod)


def test_squats_without_a_load_are_air_squats_in_conditioning_and_barbell_in_strength() -> None:
    """The format tells which squat is meant."""
    assert parse("3 rounds: 30 squats, 10 burpees").movements[0].exercise == "Air Squat"
    assert parse("squat 5x5").movements[0].exercise == "Back Squat"


def test_an_unknown_movement_is_kept_by_name() -> None:
    """A movement nobody knows is no reason to lose it."""
    movement = parse("3 rounds of 10 frobnicators and 20 pushups").movements[0]
    assert (movement.name, movement.reps, movement.exercise) == ("frobnicators", 10, None)


@pytest.mark.parametrize("text", ["hello world", "", "3 rounds", "book me for tomorrow", "9" * 20 + " burpees"])
def test_a_text_without_a_movement_is_refused_in_plain_words(text: str) -> None:
    """The refusal says what was not understood and raises nothing else."""
    with pytest.raises(WodError):
        parse(text)
    assert set(calc(text)) == {"error"}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("3 rounds - 200m run, 30 double-unders", True),
        ("back squat 5x5 @100kg", True),
        ("emom 10 5 power cleans @60", True),
        ("can you make me a workout?", False),
        ("book Mia into crossfit tomorrow at 6", False),
        ("I did 3 sets of bench", False),
        ("move the 18:00 class to 19:00", False),
        ("how do I do a clean", False),
    ],
)
def test_a_message_is_recognised_as_a_workout_or_not(text: str, is_one: bool) -> None:
    """Commands, questions and logs are no workouts."""
    assert looks_like_workout(text) is is_one


def test_the_published_workouts_keep_their_structure() -> None:
    """Every one of the published workouts has its format, rounds, scheme, clock and movements."""
    cases = json.loads(_shared("data/wod/dev_actalog.json").read_text(encoding="utf-8"))["cases"]
    wrong = []
    for case in cases:
        gold, found = case["gold"], calc(case["text"])
        heads = [found.get(key) == gold.get(key) for key in ("format", "rounds", "rep_scheme", "duration_s")]
        wanted = [
            {("kcal" if key == "calories" else key): value for key, value in m.items()} for m in gold["movements"]
        ]
        got = [
            {"name": m.pop("name").lower(), **{k: v for k, v in m.items() if k in _AMOUNTS}} for m in found["movements"]
        ]
        if not all(heads) or got != wanted:
            wrong.append(case["id"])
    assert wrong == []


_AMOUNTS = ("reps", "distance_m", "kcal")


def _compiled(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inner = [_compiled(item["items"]) if "items" in item else [item] for item in items if item["type"] != "rest"]
    return [movement for part in inner for movement in part]


def _compiled_amount(gold: dict[str, Any]) -> dict[str, Any]:
    amount = gold.get("quantity", {})
    told = {"reps": amount.get("reps"), "distance_m": amount.get("m"), "kcal": amount.get("cal")}
    return {key: round(value, 1) for key, value in told.items() if value is not None}


def _same_movement(found: Movement, gold: dict[str, Any]) -> bool:
    known = exact(gold["name"])
    told = found.model_dump(exclude_none=True)
    amount = {key: round(told[key], 1) for key in _AMOUNTS if key in told}
    load, read = gold.get("load", {}).get("kg"), told.get("load_kg")
    return (
        known is not None
        and found.exercise == known.name
        and amount == _compiled_amount(gold)
        and (load is None) == (read is None)
        and all(abs(a - b) <= _ROUNDING_KG for a, b in zip(_both(read), _both(load), strict=True))
    )


# Pounds are rounded to another kilogram here and there.
_ROUNDING_KG = 1.0


def _both(load: Any) -> list[float]:
    return [] if load is None else [load["men"], load["women"]] if isinstance(load, dict) else [load]


def test_the_compiled_library_is_read_the_same() -> None:
    """Movements, amounts and loads agree with the published compiler's own reading."""
    cases = json.loads(_shared("data/wod/dev_wodcraft_83.json").read_text(encoding="utf-8"))["cases"]
    wrong = []
    for case in cases:
        wanted, found = _compiled(case["gold_compiled"]), parse(case["text"]).movements
        same = len(wanted) == len(found) and all(map(_same_movement, found, wanted))
        if not same:
            wrong.append(case["id"])
    assert wrong == []


def test_the_demo_gyms_workouts_are_all_understood() -> None:
    """Every workout of the demo gym resolves to exercises and survives being shown back."""
    workouts = tomllib.loads(_shared("demo_gym.toml").read_text(encoding="utf-8"))["workouts"]
    for text in workouts.values():
        wod = parse(text)
        assert all(movement.exercise or movement.name == "rest" for movement in wod.movements)
        assert _structure(parse("\n".join(describe(wod)))) == _structure(wod)


_PIECES = st.sampled_from(
    [
        "3",
        "21-15-9",
        "rounds",
        "amrap",
        "emom",
        "every",
        "min",
        "2:00",
        "12",
        ":",
        ",",
        "&",
        "x",
        "5x5",
        "@",
        "100kg",
        "43/29",
        "run",
        "400m",
        "burpees",
        "squat",
        "rest",
        "90s",
        "for",
        "time",
        "cap",
        "tabata",
        "(",
        ")",
        '"',
        "-",
        "cal",
        "/",
        "%",
        "bw",
        "max",
        "1rm",
        "intervals",
        "\n",
        "10",
        "on",
        "off",
        "lb",
        "reps",
        "of",
        "bench",
        "-",
        "...",
        "0",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=14).map(" ".join)))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Any text is a workout or a plain refusal, and a workout can always be shown."""
    looks_like_workout(text)
    try:
        wod = parse(text)
    except WodError:
        return
    assert describe(wod)
    assert describe_title(wod)
    json.dumps(wod.as_json())


_MOVEMENTS = st.lists(
    st.sampled_from(
        ["10 burpees", "400m run", "15 kb swings 24kg", "5 pull-ups", "20 cal row", "12 thrusters 43/29 kg"]
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["3 rounds", "amrap 12", "emom 20", "for time", "every 3 min x 5"]),
    _MOVEMENTS,
    st.sampled_from([", ", "\n", " + "]),
)
def test_showing_back_keeps_any_composed_workout(head: str, movements: list[str], between: str) -> None:
    """However a workout is put together, its lines read as the same structure."""
    wod = parse(f"{head}: {between.join(movements)}")
    assert len(wod.movements) == len(movements)
    assert _structure(parse("\n".join(describe(wod)))) == _structure(wod)
