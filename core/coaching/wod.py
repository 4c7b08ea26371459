"""Reads a workout text into its structure: format, movements and what is scored."""

import re
import unicodedata
from itertools import pairwise
from typing import Any

from core.coaching.exercises import catalogue, spans
from core.coaching.wod_amend import amend
from core.coaching.wod_grammar import read_movement
from core.coaching.wod_header import Header, HeaderReader, format_of
from core.coaching.wod_shape import (
    SCORES,
    Movement,
    Unit,
    Wod,
    WodError,
    describe,
    describe_title,
)
from core.i18n import _

__all__ = [
    "Movement",
    "Wod",
    "WodError",
    "amend",
    "calc",
    "describe",
    "describe_title",
    "looks_like_workout",
    "parse",
    "split",
]

_LONGEST_TEXT = 3000
_MINUTE_LABEL = re.compile(
    r"^\s*(?:(?:min(?:ute)?s?\s*\d+(?:\s*[-/,&]\s*\d+)*|odd|even)(?:\s*min(?:ute)?s?)?\s*[:\-.)])\s*", re.I
)
_BULLET = re.compile(r"^\s*(?:[-•*·–>]+\s+|[a-d]\d?[.)]\s+|\d+[.)]\s+|[-•*·]+(?=\d))", re.I)
_FIXED = re.compile(r"^\s*(buy[\s-]*in|cash[\s-]*out)\s*:?\s*", re.I)
_LEADING_QUANTITY = re.compile(
    r"(?:^|\s|,)(\d+(?:\.\d+)?(?:/\d+)?\s*(?:x\s*\d+\s*)?(?:k?cals?|calories|m|km|mi|miles?|meters?|metres?|ft|secs?|seconds?|s|mins?|reps?)?(?:\s+of)?|max)\s*$",
    re.I,
)
_TOLD_AS_DONE = re.compile(
    r"\b(?:i|we)\s+(?:just\s+)?(?:did|ran|rowed|lifted|benched|squatted|finished|got)\b|\blog\b", re.I
)
_FILLER = re.compile(
    r"^(?:as (?:possible|rx'?d?)|rx|scaled|partition.*|warm[\s-]*up|wod|workout|today|the|with|score.*|then|amrap"
    r"|in any order|in|of|time|reps?|rounds?|\d+ rounds?)\b[\s.:!]*$",
    re.I,
)


def _tidy(text: str) -> str:
    """The text without markup, with plain dashes, crosses and decimal points."""
    plain = unicodedata.normalize("NFKC", text).replace("×", "x").replace("✕", "x").replace("′", "'").replace("″", '"')
    plain = re.sub(r"[‐‑‒–—−]", "-", plain).replace("“", '"').replace("”", '"').replace("’", "'")
    plain = re.sub(r"\*\*|__|`|^#+(?=\s)|(?<=\s)\*(?=\S)|(?<=\S)\*(?=\s|$)", "", plain, flags=re.M)
    plain = re.sub(r"(?<=\d),(?=\d{3}\s*m\b)", "", plain)
    plain = re.sub(r"(?<=\d),(?=\d{1,2}\s*(?:kg|/))", ".", plain)
    lines = (_BULLET.sub("", f"{_indent(line)}{' '.join(line.split())}") for line in plain.splitlines())
    return "\n".join(line for line in lines if line.strip())


def _indent(line: str) -> str:
    return " " * min(8, len(line) - len(line.lstrip()))


def _cut_at_quantities(piece: str) -> list[str]:
    """ "10 burpees 15 kbs 24kg" is two movements: the second starts at its quantity."""
    named = spans(piece)
    cuts = [0]
    for (_from, end, _words), (start, _to, _name) in pairwise(named):
        gap = piece[end:start]
        quantity = _LEADING_QUANTITY.search(gap)
        if quantity and "(" not in gap:
            cuts.append(end + quantity.start(1))
        elif gap.isspace() and piece[end - 1] == "s":
            cuts.append(start)
    return [piece[first:last] for first, last in zip(cuts, [*cuts[1:], len(piece)], strict=True)]


def split(text: str) -> list[str]:
    """The pieces of a text that can each be one movement."""
    covered = [(start, end) for start, end, _ in spans(text)]
    depth = 0
    pieces, first = [], 0
    for match in re.finditer(r"[()\"]|\n|;|,(?!\d{3}\b)|(?<=\s)(?:\+|&|and|then|into|/)(?=\s)|\+", text):
        mark = match.group()
        if mark in "()":
            depth = depth + 1 if mark == "(" else max(0, depth - 1)
        inside_name = any(start < match.start() and match.end() < end for start, end in covered) and mark != "\n"
        if mark in '()"' or inside_name or (depth and mark != "\n"):
            continue
        pieces.append(text[first : match.start()])
        first, depth = match.end(), depth if mark != "\n" else 0
    pieces.append(text[first:])
    return [cut.strip() for piece in pieces for cut in _cut_at_quantities(piece) if cut.strip(" \t:.-")]


def _nested(lines: str) -> list[tuple[str, dict[str, Any]]]:
    """The lines with the rounds or scheme of the block they stand in."""
    told: list[tuple[str, dict[str, Any]]] = []
    block: dict[str, Any] = {}
    inside = -1
    for line in lines.splitlines():
        indent = len(line) - len(line.lstrip())
        opens = re.fullmatch(r"\s*(?:(\d+)\s*rounds?|(\d+(?:\s*-\s*\d+){2,}))\s*:?\s*", line, re.I)
        if opens:
            scheme = tuple(int(part) for part in opens[2].split("-")) if opens[2] else None
            block, inside = ({"rounds": int(opens[1])} if opens[1] else {"rep_scheme": scheme}), indent
            continue
        if line.strip() and indent <= inside:
            block, inside = {}, -1
        told.append((line, block))
    return told


def _movement(piece: str, unit: Unit, header: Header) -> Movement | None:
    fixed = _FIXED.match(piece)
    text = _FIXED.sub("", _MINUTE_LABEL.sub("", piece))
    if _FILLER.match(text.strip()):
        return None
    if header.kind == "emom" and re.fullmatch(r"\s*rest\s*", text, re.I):
        return Movement(name="rest", seconds=header.interval_s)
    if re.match(r"\s*rest\b", text, re.I):
        return None
    if header.kind in {None, "intervals"} and re.fullmatch(
        r"\s*\d+\s*x\s*\d+(?:\.\d+)?\s*(?:m|km|k|mi|miles?)\s*(?:@.*)?", text, re.I
    ):
        text = re.sub(r"(?i)(\d\s*(?:miles?|mi|km|k|m))\b", r"\1 run", text, count=1)
    found = read_movement(text, unit)
    if found is None or not fixed:
        return found
    return found.model_copy(update={"note": fixed[1].lower().replace(" ", "-")})


def _kept(movement: Movement, header: Header, first: bool) -> bool:
    """Whether words without a known exercise are a movement all the same, and no title."""
    if movement.exercise or movement.name == "rest":
        return True
    counted = any(
        value is not None
        for value in (
            movement.reps,
            movement.sets,
            movement.distance_m,
            movement.kcal,
            movement.load_kg,
            movement.seconds,
        )
    )
    return counted or (header.said and not first and len(movement.name.split()) <= 5)


def _shaped(movement: Movement, header: Header) -> Movement:
    """The movement as its format means it."""
    update: dict[str, Any] = {}
    if header.max_reps and movement.reps is None:
        update["reps"] = header.max_reps
    if header.attempts:
        update["sets"] = header.attempts
    if header.work_s and not any((movement.reps, movement.distance_m, movement.kcal, movement.seconds)):
        update["seconds"] = header.work_s
    plain_squat = movement.exercise == "Back Squat" and re.fullmatch(r"squats?", movement.name, re.I)
    counted = movement.sets is None and ((movement.reps or 0) >= 10 or header.said)
    if plain_squat and counted and movement.load_kg is None and header.kind not in {"max_load", "strength"}:
        update["exercise"] = catalogue()["Air Squat"].name
    no_block = header.kind in {None, "strength"} and not (header.rep_scheme or header.rounds or header.for_time)
    if movement.rep_scheme and len(set(movement.rep_scheme)) == 1 and no_block:
        update |= {"sets": len(movement.rep_scheme), "reps": movement.rep_scheme[0], "rep_scheme": None}
    elif movement.rep_scheme and no_block:
        update["sets"] = len(movement.rep_scheme)
    return movement.model_copy(update=update) if update else movement


def _read_all(body: str, unit: Unit, header: Header) -> tuple[list[Movement], list[str]]:
    movements: list[Movement] = []
    unread: list[str] = []
    for line, block in _nested(body):
        for piece in split(line):
            movement = _movement(piece, unit, header)
            if movement is None:
                continue
            if _kept(movement, header, not movements):
                movements.append(_shaped(movement.model_copy(update=block), header))
            else:
                unread.append(piece)
    return movements, unread


def _cardio_for_a_while(movement: Movement) -> bool:
    return movement.seconds is not None and catalogue()[movement.exercise or "Plank"].category == "cardio"


def _assemble(header: Header, movements: list[Movement], unread: list[str]) -> Wod:
    sprints = [
        m for m in movements if m.sets and m.rounds is None and (m.distance_m or m.kcal or _cardio_for_a_while(m))
    ]
    by_distance = bool(sprints) and len(sprints) == len(movements) and not header.for_time
    found = format_of(header, any(m.sets for m in movements), by_distance)
    rounds, scheme = header.rounds, header.rep_scheme
    if found == "intervals" and by_distance and len(movements) == 1:
        rounds, movements = movements[0].sets, [movements[0].model_copy(update={"sets": None})]
    if found == "tabata":
        rounds = rounds or 8
    duration = 240 * len(movements) if found == "tabata" else header.duration_s
    if found == "emom" and duration is None and rounds and header.interval_s:
        duration = rounds * header.interval_s
    if scheme and found == "rep_scheme_for_time":
        rounds = len(scheme)
    return Wod(
        format=found, rounds=rounds, rep_scheme=scheme, duration_s=duration, interval_s=header.interval_s,
        rest_s=header.rest_s, cap_s=header.cap_s, movements=tuple(movements), score=header.score or SCORES[found],
        notes=(*header.notes, *unread),
    )  # fmt: skip


def parse(text: str, unit: Unit = "kg") -> Wod:
    """The structure of a workout text; a load without a unit is in the given one."""
    if len(text) > _LONGEST_TEXT:
        raise WodError(
            _("That is too long for one workout (over {most} characters). Send it in parts.").format(most=_LONGEST_TEXT)
        )
    if re.search(r"\d{7,}", text):
        raise WodError(_("One of the numbers is too large to be reps, metres or a load. Please check it."))
    header, body = HeaderReader(_tidy(text)).read()
    movements, unread = _read_all(body, unit, header)
    if not any(movement.exercise for movement in movements) and not (header.said and movements):
        words = " ".join(text.split())[:80]
        raise WodError(
            _("No movement was understood in “{words}”. Write it like “3 rounds: 400m run, 21 kb swings 24kg”.").format(
                words=words
            )
        )
    return _assemble(header, movements, unread)


def looks_like_workout(text: str) -> bool:
    """Whether a message is a workout: a known exercise together with a format or quantities."""
    if len(text) > _LONGEST_TEXT or "?" in text or _TOLD_AS_DONE.search(text):
        return False
    try:
        found = parse(text)
    except WodError:
        return False
    known = [movement for movement in found.movements if movement.exercise]
    counted = [m for m in known if m.reps or m.sets or m.distance_m or m.kcal or m.seconds or m.max_reps]
    clear_format = found.format in {"amrap", "emom", "tabata", "rounds_for_time", "rep_scheme_for_time", "max_load"}
    if 2 * len(known) < len(found.movements) or len(found.notes) > len(known):
        return False
    return bool(known) and (
        clear_format
        or found.format == "intervals"
        or "for time" in text.lower()
        or len(counted) >= 2
        or any(m.sets for m in counted)
    )


def calc(text: str, unit: Unit = "kg") -> dict[str, Any]:
    """The workout as plain values, or an error in plain words."""
    try:
        return parse(text, unit).as_json()
    except WodError as error:
        return {"error": str(error)}
