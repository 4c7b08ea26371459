"""Reads one movement of a workout: how much of it, of what, at what load."""

import re
from collections.abc import Callable

from core.coaching.exercises import Exercise, catalogue, exact, slip, spans
from core.coaching.wod_shape import Amount, MenWomen, Movement, Unit

_NUM = r"\d+(?:\.\d+)?"
_LOAD_UNIT = r"kgs?|kilos?|lbs?|pounds?|#|poods?"
_TIME_UNIT = r"seconds?|secs?|s|minutes?|mins?|'|h|hours?"
_LENGTH_UNIT = r"km|kilomet(?:er|re)s?|k|met(?:er|re)s?|m|miles?|mi|ft|feet|foot|yards?|yds?"
_CAL_UNIT = r"k?cals?|calories|calorie"
_METRES = {"k": 1000.0, "mi": 1609.344, "f": 0.3048, "y": 0.9144, "m": 1.0}
_KG = 0.45359237
# Lighter loads are said to a tenth of a kilogram, heavier ones to the whole: 95/65 lb is 43/29 kg, a 14 lb ball 6 kg.
_WHOLE_FROM_KG = 6.0
# Bars and dumbbells come in these sizes, which the sport says in both units; a 53/35 lb kettlebell is 24/16 kg.
_BAR_AND_DUMBBELL_KG = {35.0: 15.0, 50.0: 22.5}
_QUALIFIER = re.compile(
    r"\b(?:each|per)\s+(?:side|arm|leg|hand|minute|round|set|station)s?\b|/\s*(?:side|arm|leg)\b|\b(?:total|unbroken|alternating|alt)\b",
    re.I,
)
_MANNER = re.compile(
    r"\b(?:easy|hard|fast|slow|steady|light|heavy|strict|tempo|moderate|controlled|paused?)\b\s*", re.I
)
_ON_A_BOX = frozenset(
    {"box jump", "box jump over", "box step-up", "box step-over", "burpee box jump over", "box jumps"}
)

Fields = dict[str, object]


def seconds_of(words: str) -> float | None:
    """A span of time in seconds: "90s", "2:00", "2 min", "1.5 minutes"."""
    clock = re.fullmatch(r"\s*(\d+):(\d{2})(?::(\d{2}))?\s*(?:min(?:utes?)?)?\s*", words)
    if clock:
        first, second, third = (int(part) if part else None for part in clock.groups())
        return (
            float((first or 0) * 60 + (second or 0))
            if third is None
            else float((first or 0) * 3600 + (second or 0) * 60 + third)
        )
    plain = re.fullmatch(rf"\s*({_NUM})\s*-?\s*({_TIME_UNIT}|\")?\s*", words, re.I)
    if not plain:
        return None
    value, unit = float(plain[1]), (plain[2] or "min").lower()
    return value * (3600 if unit.startswith("h") else 60 if unit.startswith(("m", "'")) else 1)


def metres_of(value: float, unit: str) -> float:
    """A length in metres; converted lengths to the decimetre."""
    plain = unit.lower()
    start = "mi" if plain.startswith("mi") else plain[0]
    return value if start == "m" else round(value * _METRES[start], 1)


def kilograms(value: float, unit: str, *, kettlebell: bool = False) -> float:
    """A load in kilograms, rounded as the sport says it."""
    plain = unit.lower()
    if plain.startswith(("lb", "#", "pound")):
        exact = value * _KG
        if value in _BAR_AND_DUMBBELL_KG and not kettlebell:
            return _BAR_AND_DUMBBELL_KG[value]
        return float(round(exact)) if exact >= _WHOLE_FROM_KG else round(exact, 1)
    return float(round(value * 16)) if plain.startswith("pood") else value


def _pair(first: float, second: str | None, convert: Callable[[float], float]) -> Amount:
    return convert(first) if second is None else MenWomen(men=convert(first), women=convert(float(second)))


def _height(first: float, second: str | None, unit: str) -> Amount:
    tall = re.match(r"cm", unit, re.I) or (not unit and first >= 36)
    return _pair(first, second, lambda value: value if tall else float(round(value * 2.5)))


class Reader:
    """Takes the parts of one movement out of its text, one after another; what is left over is the name."""

    def __init__(self, text: str, unit: Unit) -> None:
        self.left = f" {text.strip()} "
        self.unit = unit
        self.fields: Fields = {}
        self.notes: list[str] = []

    def _take(self, pattern: str) -> re.Match[str] | None:
        match = re.search(pattern, self.left, re.I)
        if match:
            self.left = f"{self.left[: match.start()]} {self.left[match.end() :]}"
        return match

    def asides(self) -> None:
        """Remarks in quotes and brackets; a load in brackets stays a load."""
        while quoted := self._take(r"\(?\s*\"([^\"]+)\"\s*\)?"):
            self.notes.append(quoted[1].strip())
        while bracket := re.search(r"\(([^()]*)\)", self.left):
            inside = bracket[1].strip()
            is_load = re.search(
                rf"(?:\d\s*(?:{_LOAD_UNIT}|in|inch(?:es)?|cm)\b)|bodyweight|\bbw\b|#|^\d+(?:\.\d+)?/\d+", inside, re.I
            )
            if not is_load and inside:
                self.notes.append(inside)
            kept = f" {inside} " if is_load else " "
            self.left = self.left[: bracket.start()] + kept + self.left[bracket.end() :]
        while qualifier := _QUALIFIER.search(self.left):
            self.notes.append(qualifier.group().strip(" /"))
            self.left = self.left[: qualifier.start()] + " " + self.left[qualifier.end() :]

    def height(self) -> None:
        """A box height in inches or centimetres."""
        found = self._take(rf"(?<![\d.])({_NUM})(?:\s*/\s*({_NUM}))?\s*-?\s*(cm|inch(?:es)?|in|\")(?![a-z])")
        if found:
            self.fields["height_cm"] = _height(float(found[1]), found[2], found[3])

    def effort(self) -> None:
        """A share of the maximum, an effort rating, a share of body weight."""
        if found := self._take(rf"@?\s*({_NUM})\s*%(?:\s*(?:of\s*)?(?:1\s*rm|max))?"):
            self.fields["percent_1rm"] = float(found[1])
        if found := self._take(rf"@?\s*\brpe\s*({_NUM})"):
            self.fields["rpe"] = float(found[1])
        if found := self._take(rf"@?\s*({_NUM})?\s*x?\s*\b(?:bw|body\s?weight)\b(?!\s+[a-z])"):
            self.fields["bodyweights"] = float(found[1] or 1)

    def load(self) -> None:
        """A load with a unit, or after an @."""
        pair = rf"({_NUM})\s*(?:{_LOAD_UNIT})?(?:\s*/\s*({_NUM}))?"
        found = self._take(
            rf"(?:@|\bat\b|\bwith\b|\bx)?\s*(?:(?<![\dx])[12]\s*x\s*)?(?<![\d.:/]){pair}\s*({_LOAD_UNIT})(?![a-z])"
        ) or self._take(rf"(?:@|\bat\b)\s*{pair}()(?!\s*(?:{_TIME_UNIT}|{_LENGTH_UNIT}|:)(?![a-z]))")
        if found:
            self._set_load(float(found[1]), found[2], found[3] or self.unit)

    def _set_load(self, first: float, second: str | None, unit: str) -> None:
        bell = bool(re.search(r"\b(?:kettle\s?bells?|kbs?|kb swings?|swings?|goblet|turkish|tgu)\b", self.left, re.I))
        self.fields["load_kg"] = _pair(first, second, lambda value: kilograms(value, unit, kettlebell=bell))

    def sets(self) -> None:
        """Sets of something: 5x5, 3 sets of 8, 3x30s, 5x5x100, 5-5-3-3-1."""
        third = rf"(?:\s*x\s*({_NUM})(?!\s*[a-z\d]))?"
        if found := self._take(rf"(?<![\d.])(\d+)\s*x\s*({_NUM})\s*({_LENGTH_UNIT}|{_TIME_UNIT}|{_CAL_UNIT})(?![a-z])"):
            self.fields["sets"] = int(found[1])
            self._measure(float(found[2]), None, found[3])
        elif found := self._take(
            rf"(?<![\d.])(\d+)\s*(?:x|sets?\s*(?:of|x))\s*(?:(\d+)(?:\s*-\s*\d+)?|max|amrap)(?![\d.]){third}(?:\s*reps?\b)?"
        ):
            self.fields["sets"] = int(found[1])
            self.fields.update({"reps": int(found[2])} if found[2] else {"max_reps": True})
            if found[3]:
                self._set_load(float(found[3]), None, self.unit)
        elif found := self._take(
            rf"(?<![\d.])({_NUM})\s*({_LENGTH_UNIT}|{_CAL_UNIT})(?:\s+([a-z ]+?))?\s*x\s*(\d+)(?![\d./])"
        ):
            self.fields["sets"] = int(found[4])
            self._measure(float(found[1]), None, found[2])
            self.left += f" {found[3] or ''}"
        elif found := self._take(r"(?<![\d.-])(\d+(?:\s*-\s*\d+){2,})(?![\d.])(?:\s*reps?\b)?"):
            self.fields["rep_scheme"] = tuple(int(part) for part in found[1].split("-"))
        elif found := self._take(r"(?<![\d.])(\d+)\s*sets?\b"):
            self.fields["sets"] = int(found[1])

    def _measure(self, value: float, second: str | None, unit: str) -> None:
        if re.fullmatch(_CAL_UNIT, unit, re.I):
            self.fields["kcal"] = _pair(value, second, float)
        elif re.fullmatch(_LENGTH_UNIT, unit, re.I):
            self.fields["distance_m"] = metres_of(value, unit)
        else:
            self.fields["seconds"] = seconds_of(f"{value} {unit}")

    def quantity(self) -> None:
        """Calories, metres, seconds or repetitions."""
        found = self._take(
            rf"(?<![\d.])({_NUM})(?:\s*/\s*({_NUM}))?\s*-?\s*({_CAL_UNIT}|{_LENGTH_UNIT}|{_TIME_UNIT})(?![a-z])"
        )
        if found:
            self._measure(float(found[1]), found[2], found[3])
        elif clock := self._take(r"(?<![\d.])(\d+:\d{2})(?![\d])"):
            self.fields["seconds"] = seconds_of(clock[1])
        self.repetitions(allowed=not {"sets", "rep_scheme"} & self.fields.keys() and not found)

    def repetitions(self, allowed: bool) -> None:
        """The count in front of the name, behind it after an x, or "max"."""
        if not allowed:
            return
        if found := self._take(r"^\s*(\d+)(?:\s*-\s*\d+)?(?:\s*(?:x|reps?)\b)?(?:\s+of\b)?(?=[\s.)a-z])(?!\s*/)"):
            self.fields["reps"] = int(found[1])
        elif found := self._take(r"(?:\bx\s*(\d+)\b(?!\s*/))|(?:(?<![\d./])(\d+)\s*reps?\b)"):
            self.fields["reps"] = int(found[1] or found[2])
        elif self._take(r"\bmax(?:imum)?(?:\s*reps?)?(?:\s+of)?\b|\bamrap\b"):
            self.fields["max_reps"] = True

    def bare_load(self, exercise: Exercise | None) -> None:
        """A number behind the name is a load, or the height of a box."""
        found = self._take(rf"(?<=\s)({_NUM})(?:\s*/\s*({_NUM}))?\s*$")
        if not found:
            return
        if exercise is not None and exercise.name.casefold() in _ON_A_BOX:
            self.fields["height_cm"] = _height(float(found[1]), found[2], "")
        elif (
            exercise is not None
            and not ({"reps", "sets", "rep_scheme"} & self.fields.keys())
            and found[2] is None
            and exercise.equipment == "bodyweight"
        ):
            self.fields["reps"] = int(float(found[1]))
        elif "load_kg" not in self.fields:
            self._set_load(float(found[1]), found[2], self.unit)
        elif "reps" not in self.fields and found[2] is None:
            self.fields["reps"] = int(float(found[1]))

    def name(self) -> str:
        """What is left once the numbers are gone."""
        plain = re.sub(r"\s+", " ", self.left)
        plain = re.sub(r"^(?:\s|[-–:.,;@x*)/]|\b(?:of|reps?|the|a|an|x|then|and|plus)\b(?=\s))+", "", plain, flags=re.I)
        return re.sub(
            r"(?:\s|[-–:.,;@(/*]|\b(?:of|at|with|reps?|for|and|then|x)(?=\W*$))+$", "", plain, flags=re.I
        ).strip()


def resolve(name: str) -> Exercise | None:
    """The exercise a written name is: itself, a slip of the keys away, or the longest one named in it."""
    found = exact(name)
    if found is not None:
        return found
    plain = _MANNER.sub("", name).strip()
    if plain != name and (found := exact(plain)):
        return found
    named = spans(plain)
    covered = sum(end - start for start, end, _ in named)
    if len(named) == 1 and covered * 3 >= len(plain):
        return named[0][2]
    return None if named else slip(plain)


def _in_context(exercise: Exercise | None, name: str, fields: Fields) -> Exercise | None:
    """A row done in sets of repetitions is the barbell's."""
    if exercise is not None and exercise.name == "Row" and fields.get("sets") and fields.get("reps"):
        return catalogue()["Barbell Row"]
    return exercise


def read_movement(text: str, unit: Unit) -> Movement | None:
    """The movement in a piece of text, or nothing when no name is left in it."""
    reader = Reader(text, unit)
    for part in (reader.asides, reader.height, reader.effort, reader.load, reader.sets, reader.quantity):
        part()
    reader.bare_load(resolve(re.sub(rf"\s{_NUM}(?:\s*/\s*{_NUM})?\s*$", "", reader.name())))
    name = reader.name()
    if not re.search(r"[^\W\d_]", name):
        return None
    exercise = _in_context(resolve(name), name, reader.fields)
    note = ", ".join(reader.notes) or None
    return Movement.model_validate(
        {"name": name, "exercise": exercise.name if exercise else None, "note": note, **reader.fields}
    )
