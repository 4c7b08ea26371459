"""Holds the structure of a workout and says it back in plain lines."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Unit = Literal["kg", "lb"]
Format = Literal[
    "rounds_for_time",
    "rep_scheme_for_time",
    "for_time",
    "amrap",
    "emom",
    "tabata",
    "intervals",
    "strength",
    "max_load",
]

SCORES: dict[Format, str] = {
    "rounds_for_time": "time",
    "rep_scheme_for_time": "time",
    "for_time": "time",
    "amrap": "rounds+reps",
    "emom": "completion",
    "tabata": "reps",
    "intervals": "time",
    "strength": "load",
    "max_load": "load",
}


class WodError(ValueError):
    """A workout that cannot be read or changed, in plain words."""


class MenWomen(BaseModel):
    """An amount given for men and for women."""

    model_config = ConfigDict(frozen=True)
    men: float
    women: float


Amount = float | MenWomen


class Movement(BaseModel):
    """One movement of a workout, its name as written and the exercise it is."""

    model_config = ConfigDict(frozen=True)
    name: str
    exercise: str | None = None
    sets: int | None = None
    reps: int | None = None
    max_reps: bool | None = None
    rep_scheme: tuple[int, ...] | None = None
    rounds: int | None = None
    distance_m: float | None = None
    kcal: Amount | None = None
    seconds: float | None = None
    load_kg: Amount | None = None
    bodyweights: float | None = None
    percent_1rm: float | None = None
    rpe: float | None = None
    height_cm: Amount | None = None
    note: str | None = None

    @property
    def shown(self) -> str:
        """The exercise's usual name, or the words as written."""
        return self.exercise or self.name


class Wod(BaseModel):
    """A workout: its format, its movements and what is scored."""

    model_config = ConfigDict(frozen=True)
    format: Format
    rounds: int | None = None
    rep_scheme: tuple[int, ...] | None = None
    duration_s: int | None = None
    interval_s: int | None = None
    rest_s: int | None = None
    cap_s: int | None = None
    movements: tuple[Movement, ...]
    score: str
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The workout as plain values, without what is not said."""
        told = self.model_dump(mode="json", exclude_none=True)
        if not self.notes:
            del told["notes"]
        return {key: _plain(value) for key, value in told.items()}


def _plain(value: Any) -> Any:
    """Whole numbers without a decimal point."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number(value: float) -> str:
    """A number without a needless decimal point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def span_words(seconds: float) -> str:
    """A span of time as coaches write it: 20 min, 90 s."""
    return f"{number(seconds / 60)} min" if seconds >= 120 and seconds % 30 == 0 else f"{number(seconds)} s"


def _amount(value: Amount) -> str:
    return f"{number(value.men)}/{number(value.women)}" if isinstance(value, MenWomen) else number(value)


def _quantity(movement: Movement) -> str:
    if movement.reps is not None:
        return f"{movement.reps} "
    if movement.max_reps:
        return "max "
    if movement.distance_m is not None:
        return f"{number(movement.distance_m)} m "
    if movement.kcal is not None:
        return f"{_amount(movement.kcal)} cal "
    return f"{span_words(movement.seconds)} " if movement.seconds is not None else ""


def _load(movement: Movement) -> str:
    parts = []
    if movement.load_kg is not None:
        parts.append(f" {_amount(movement.load_kg)} kg")
    if movement.bodyweights is not None:
        parts.append(f" {number(movement.bodyweights)} bw")
    if movement.percent_1rm is not None:
        parts.append(f" @ {number(movement.percent_1rm)}%")
    if movement.rpe is not None:
        parts.append(f" @ RPE {number(movement.rpe)}")
    if movement.height_cm is not None:
        parts.append(f" {_amount(movement.height_cm)} cm")
    return "".join(parts)


def movement_line(movement: Movement) -> str:
    """One movement in a line: "21 Kettlebell Swing 24/16 kg"."""
    note = f' ("{movement.note}")' if movement.note else ""
    if movement.name == "rest":
        return "Rest"
    if movement.sets is not None and not movement.rep_scheme:
        times = _quantity(movement).strip().replace(" ", "")
        sets = f"{movement.sets}x{times}" if times else f"{movement.sets} sets"
        return f"{movement.shown} {sets}{_load(movement)}{note}"
    if movement.rep_scheme:
        scheme = "-".join(map(str, movement.rep_scheme))
        return f"{scheme} {movement.shown}{_load(movement)}{note}"
    nested = f"{movement.rounds} rounds: " if movement.rounds else ""
    return f"{nested}{_quantity(movement)}{movement.shown}{_load(movement)}{note}"


def _clock_head(wod: Wod) -> str:
    interval = wod.interval_s or 60
    if wod.format == "amrap" or (wod.format == "emom" and interval == 60):
        clock = f" {span_words(wod.duration_s)}" if wod.duration_s else ""
        return f"{wod.format.upper()}{clock}" + (f", {wod.rounds} rounds" if wod.rounds else "")
    if wod.format == "emom":
        return f"Every {span_words(interval)}" + (f" x {wod.rounds}" if wod.rounds else _for(wod))
    line = f"Intervals: {wod.rounds} rounds" if wod.rounds else "Intervals"
    return line + (f", {_work(wod)} s on / {wod.rest_s} s off" if wod.interval_s else "")


def _for(wod: Wod) -> str:
    return f" for {span_words(wod.duration_s)}" if wod.duration_s else ""


def _work(wod: Wod) -> int:
    return (wod.interval_s or 0) - (wod.rest_s or 0)


def head(wod: Wod) -> str:
    """The format in one line: "3 rounds for time"."""
    if wod.format == "rounds_for_time":
        line = f"{wod.rounds} rounds for time"
    elif wod.format == "rep_scheme_for_time":
        line = "-".join(map(str, wod.rep_scheme or ())) + " for time"
    elif wod.format in {"amrap", "emom", "intervals"}:
        line = _clock_head(wod)
    else:
        line = {"for_time": "For time", "tabata": "Tabata", "strength": "Strength", "max_load": "Max load"}[wod.format]
    if wod.format == "max_load" and wod.duration_s:
        line += f" in {span_words(wod.duration_s)}"
    return line + (f", cap {span_words(wod.cap_s)}" if wod.cap_s else "")


def describe(wod: Wod) -> list[str]:
    """The workout in plain lines, the format first."""
    lines = [head(wod), *(movement_line(movement) for movement in wod.movements)]
    if wod.rest_s and wod.interval_s is None:
        lines.append(f"Rest {span_words(wod.rest_s)}")
    return [*lines, *(f"Note: {note}" for note in wod.notes)]


def describe_title(wod: Wod) -> str:
    """A short name for a workout that has none."""
    names = list(dict.fromkeys(movement.shown for movement in wod.movements))
    if wod.format in {"strength", "max_load"}:
        return ("Max " if wod.format == "max_load" else "") + ", ".join(names[:3])
    told = ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
    return f"{head(wod).removesuffix(' for time').split(', cap')[0]}: {told}"
