"""Changes a workout by words: rounds, clock, load, and movements swapped, added, removed or resized."""

import re
from collections.abc import Callable

from core.coaching.exercises import exact
from core.coaching.wod_grammar import read_movement, resolve, seconds_of
from core.coaching.wod_shape import SCORES, Movement, Unit, Wod, WodError
from core.i18n import _

_SIZES = ("reps", "max_reps", "distance_m", "kcal", "seconds")
_LOADS = ("load_kg", "bodyweights", "percent_1rm", "rpe", "height_cm")
_VERB = r"make|swap|replace|change|switch|add|remove|drop|delete|take out|set|use|put|cut|turn|cap|rest"
_SPAN = r"(\d+:\d{2}|\d+(?:\.\d+)?\s*-?\s*(?:hours?|h|minutes?|mins?|m|'|seconds?|secs?|s)?)"

Change = Callable[[Wod, re.Match[str], Unit], Wod]


def _revised(wod: Wod, **changes: object) -> Wod:
    return Wod.model_validate({**wod.model_dump(), **changes})


def _find(wod: Wod, words: str) -> int:
    """The place of the movement the words name; the last one when it comes twice and "last" is said."""
    plain = re.sub(r"^(?:the|all|our|my|those|these|last|first|second)\s+", "", words.strip(), flags=re.I)
    plain = re.sub(r"^\d+\s*(?:m|km|cal|reps?)?\s+(?=[a-z])", "", plain, flags=re.I)
    wanted = exact(plain) or resolve(plain)
    last = bool(re.match(r"(?:the\s+)?last\b", words.strip(), re.I))
    places = [
        place
        for place, movement in enumerate(wod.movements)
        if (wanted is not None and movement.exercise == wanted.name) or plain.casefold() in movement.name.casefold()
    ] or [place for place, movement in enumerate(wod.movements) if _shares_word(plain, movement)]
    if not places or not plain:
        here = ", ".join(dict.fromkeys(movement.shown for movement in wod.movements))
        raise WodError(
            _("“{words}” is not in this workout. It has: {movements}. Nothing was changed.").format(
                words=words.strip(), movements=here
            )
        )
    return places[-1] if last else places[0]


def _shares_word(words: str, movement: Movement) -> bool:
    """Whether "squats" can mean the overhead squat of this workout."""
    asked = {word.rstrip("s") for word in re.findall(r"[a-z]+", words.casefold())}
    return bool(asked) and asked <= {word.rstrip("s") for word in re.findall(r"[a-z]+", movement.shown.casefold())}


def _read(words: str, unit: Unit) -> Movement:
    movement = read_movement(words, unit)
    if movement is None or (movement.exercise is None and len(movement.name.split()) > 5):
        raise WodError(
            _("“{words}” was not understood as a movement. Nothing was changed.").format(words=words.strip())
        )
    return movement


def _put(wod: Wod, place: int, movement: Movement) -> Wod:
    return _revised(wod, movements=(*wod.movements[:place], movement, *wod.movements[place + 1 :]))


def _sized(movement: Movement, by: Movement) -> Movement:
    """The movement with the amount and load of another, where that one has them."""
    said = by.model_dump(exclude_none=True)
    changes: dict[str, object] = {}
    if any(size in said for size in _SIZES):
        changes |= {size: said.get(size) for size in _SIZES}
    if "sets" in said or "rep_scheme" in said:
        changes |= {"sets": said.get("sets"), "rep_scheme": said.get("rep_scheme")}
    if any(load in said for load in _LOADS):
        changes |= {load: said.get(load) for load in _LOADS}
    return Movement.model_validate({**movement.model_dump(), **changes})


def _swap(wod: Wod, old: str, new: str, unit: Unit) -> Wod:
    place = _find(wod, old)
    before, told = wod.movements[place], _read(new, unit)
    keeps = {"sets": before.sets, "rep_scheme": before.rep_scheme, "rounds": before.rounds}
    has_size = any(getattr(told, size) is not None for size in _SIZES)
    sizes = {} if has_size else {size: getattr(before, size) for size in _SIZES}
    if not has_size:
        _check_countable(before, told)
    return _put(wod, place, told.model_copy(update={**{k: v for k, v in keeps.items() if v is not None}, **sizes}))


def _check_countable(before: Movement, told: Movement) -> None:
    """Metres of a run say nothing about how many burpees."""
    counted = next((size for size in _SIZES if getattr(before, size) is not None), None)
    exercise = exact(told.exercise) if told.exercise else None
    if counted is None or counted == "seconds" or exercise is None:
        return
    fits = {"reps": ("reps", "max_reps"), "duration": ()}.get(exercise.measures, ("distance_m", "kcal"))
    if counted not in fits:
        raise WodError(
            _(
                "{movement} and {exercise} are counted differently. How much {exercise}? Say it with the amount, like "
                "“swap {before} for 20 {now}”. Nothing was changed."
            ).format(movement=before.shown, exercise=exercise.name, before=before.name, now=told.name)
        )


def _resize(wod: Wod, name: str, amount: str, unit: Unit) -> Wod:
    place = _find(wod, name)
    movement = wod.movements[place]
    plain = amount.strip()
    if re.fullmatch(r"(?:@\s*)?\d+(?:\.\d+)?(?:\s*/\s*\d+(?:\.\d+)?)?\s*(?:kgs?|lbs?|#)", plain, re.I):
        plain = f"@ {plain.removeprefix('@').strip()}"
    told = read_movement(f"{plain} {movement.name}", unit)
    if told is None or _sized(movement, told) == movement:
        raise WodError(
            _("“{words}” was not understood as an amount for {movement}. Nothing was changed.").format(
                words=plain, movement=movement.shown
            )
        )
    return _put(wod, place, _sized(movement, told))


def _to_rounds(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    rounds = int(found[1])
    if not 1 <= rounds <= 100:
        raise WodError(_("{count} rounds cannot be right. Nothing was changed.").format(count=rounds))
    if wod.format in {"emom", "intervals", "tabata"}:
        clock = rounds * wod.interval_s if wod.format == "emom" and wod.interval_s else wod.duration_s
        return _revised(wod, rounds=rounds, duration_s=clock)
    return _revised(
        wod, format="rounds_for_time", rounds=rounds, rep_scheme=None, duration_s=None, score=SCORES["rounds_for_time"]
    )


def _to_clock(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    kind, seconds = (found[1] or wod.format).lower(), seconds_of(found[2])
    if kind not in {"amrap", "emom"}:
        return _capped(wod, found[2])
    cleared = {"rounds": None, "rep_scheme": None, "interval_s": (wod.interval_s or 60) if kind == "emom" else None}
    score = SCORES["amrap" if kind == "amrap" else "emom"]
    return _revised(wod, format=kind, duration_s=round(seconds or 0) or None, score=score, **cleared)


def _capped(wod: Wod, words: str) -> Wod:
    seconds = seconds_of(words)
    return _revised(wod, cap_s=round(seconds) if seconds else None)


def _to_scheme(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    scheme = tuple(int(part) for part in found[1].split("-"))
    bare = tuple(movement.model_copy(update={"reps": None}) for movement in wod.movements)
    return _revised(
        wod, format="rep_scheme_for_time", rep_scheme=scheme, rounds=len(scheme), duration_s=None, movements=bare
    )


def _add(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    told = _read(found[1], unit)
    place = len(wod.movements)
    if found[2]:
        place = _find(wod, found[3]) + (found[2].lower() == "after")
    elif found[4] and re.search(r"start|beginning|front|first", found[4], re.I):
        place = 0
    return _revised(wod, movements=(*wod.movements[:place], told, *wod.movements[place:]))


def _remove(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    if re.fullmatch(r"(?:the\s+)?(?:time\s*)?cap", found[1].strip(), re.I):
        return _revised(wod, cap_s=None)
    if re.fullmatch(r"(?:the\s+)?rest", found[1].strip(), re.I):
        rests = tuple(movement for movement in wod.movements if movement.name != "rest")
        return _revised(wod, rest_s=None, movements=rests)
    place = _find(wod, found[1])
    if len(wod.movements) == 1:
        raise WodError(
            _("{movement} is the only movement; without it nothing is left. Nothing was changed.").format(
                movement=wod.movements[0].shown
            )
        )
    return _revised(wod, movements=(*wod.movements[:place], *wod.movements[place + 1 :]))


def _instead(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    """ "30 pull-ups instead of 20", "ring rows instead of pull-ups"."""
    new, old = found[1], found[2]
    if not re.fullmatch(r"[\d\s./:-]+\s*(?:m|km|cal|kg|lb|reps?|s|sec|min)?", old.strip(), re.I):
        return _swap(wod, old, new, unit)
    told = _read(new, unit)
    place = _find(wod, told.name)
    return _put(wod, place, _sized(wod.movements[place], told))


def _recount(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    """ "40 double-unders": another amount of a movement that is there."""
    told = _read(found[1], unit)
    place = _find(wod, told.name)
    return _put(wod, place, _sized(wod.movements[place], told))


def _reload(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    """ "use 40/25 kg": the load of the one movement that has a load."""
    loaded = [movement for movement in wod.movements if movement.load_kg is not None]
    if len({movement.shown for movement in loaded}) != 1:
        names = ", ".join(dict.fromkeys(movement.shown for movement in loaded or wod.movements))
        raise WodError(
            _("Which movement is {load} for: {movements}? Nothing was changed.").format(load=found[1], movements=names)
        )
    told = read_movement(f"@ {found[1]} {loaded[0].name}", unit)
    changed = (_sized(m, told) if told and m in loaded else m for m in wod.movements)
    return _revised(wod, movements=tuple(changed))


def _to_sets(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    """ "make it 3x5": every movement that is done in sets."""
    sets = {"sets": int(found[1]), "reps": int(found[2]), "rep_scheme": None}
    if not any(movement.sets for movement in wod.movements):
        raise WodError(_("No movement of this workout is done in sets. Nothing was changed."))
    changed = tuple(m.model_copy(update=sets) if m.sets and m.reps else m for m in wod.movements)
    return _revised(wod, movements=changed)


def _change(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    """ "change X to Y": another amount when Y is an amount, another movement otherwise."""
    old, new = found[1], found[2]
    if re.search(
        r"[^\W\d_]{3,}", re.sub(r"\b(?:reps?|cals?|calories|kgs?|lbs?|sec\w*|min\w*|met\w+|miles?|max|cm)\b", "", new)
    ):
        return _swap(wod, old, new, unit)
    return _resize(wod, old, new, unit)


def _rest(wod: Wod, found: re.Match[str], unit: Unit) -> Wod:
    return _revised(wod, rest_s=round(seconds_of(found[1]) or 0) or None)


_MAKE = (
    r"(?:make (?:it|this|that)|change (?:it )?(?:to|into)|turn it into|do|set it to|let'?s do|go for)?\s*(?:an?\s+)?"
)
_CHANGES: tuple[tuple[str, Change], ...] = (
    (rf"{_MAKE}(?:all |everything )?(\d{{1,2}})\s*x\s*(\d{{1,3}})", _to_sets),
    (
        r"(?:(?:use|do it (?:with|at)|make it|with|at|put|(?:set|change) (?:it|the (?:load|weight)) (?:to|at))\s+)?"
        r"(?:@\s*)?(\d+(?:\.\d+)?(?:\s*/\s*\d+(?:\.\d+)?)?\s*(?:kgs?|kilos?|lbs?|pounds?))",
        _reload,
    ),
    (rf"{_MAKE}(\d+)\s*(?:rounds?|rds?|rft)(?: (?:for time|instead(?: of .*)?))?", _to_rounds),
    (r"(?:change|set|put) (?:the )?rounds? (?:to|at) (\d+)", _to_rounds),
    (rf"{_MAKE}(\d+(?:\s*-\s*\d+){{2,}})(?: reps?)?(?: for time)?", _to_scheme),
    (
        rf"(?:add |with |put |set )?(?:an? |the )?(?:time )?cap(?: (?:of|at|to|it at))? {_SPAN}()",
        lambda w, f, u: _capped(w, f[1]),
    ),
    (rf"(?:add |with )?(?:an? )?{_SPAN} (?:time )?cap", lambda w, f, u: _capped(w, f[1])),
    (rf"{_MAKE}(?:(amrap|emom)\s*(?:of|for)?\s*)?{_SPAN}(?: long)?", _to_clock),
    (rf"{_MAKE}{_SPAN}\s*(amrap|emom)", lambda w, f, u: amend(w, f"make it {f[2]} {f[1]}", u)),
    (rf"(?:add |with )?(?:an? )?rest(?:ing)?(?: of| for)? {_SPAN}(?: between.*| after.*)?", _rest),
    (rf"(?:add |with )?(?:an? )?{_SPAN} (?:of )?rest(?: between.*| after.*)?", _rest),
    (r"(?:do |use |make it )?(.+?)\s+(?:instead of|rather than|not|in place of)\s+(.+)", _instead),
    (
        r"(?:swap|replace|switch|trade|substitute)(?: out)?\s+(.+?)\s+(?:for|with|by|to)\s+(.+)",
        lambda w, f, u: _change(w, f, u),
    ),
    (r"(?:change|turn)\s+(.+?)\s+(?:to|into|for|with)\s+(.+)", _change),
    (r"(?:set|make|put)\s+(?:the\s+)?(.+?)\s+(?:to|at|into)\s+(.+)", _change),
    (
        r"(?:make|do)\s+(?:the\s+)?([a-z][a-z\s'&-]*?)\s+((?:@\s*)?\d.*|max.*)",
        lambda w, f, u: _resize(w, f[1], f[2], u),
    ),
    (r"(?:use|put)\s+(\d.*?)\s+(?:for|on)\s+(?:the\s+)?(.+)", lambda w, f, u: _resize(w, f[2], f[1], u)),
    (
        r"(?:please\s+)?(?:add|append|include|throw in|plus)\s+(.+?)"
        r"(?:\s+(?:(before|after)\s+(?:the\s+)?(.+)|(?:at|to|in)\s+the\s+(start|beginning|front|end|finish|workout)))?",
        _add,
    ),
    (r"(?:remove|drop|delete|take out|cut|skip|without|no|lose|get rid of)\s+(?:out\s+)?(.+?)(?:\s+out)?", _remove),
    (r"(?:make it |do )?(\d.*[a-z].*)", _recount),
    (r"([a-z][a-z\s'&-]*?)\s+(?:(?:to|at|@)\s+)?((?:@\s*)?\d.*)", lambda w, f, u: _resize(w, f[1], f[2], u)),
)


def _apply(wod: Wod, change: str, unit: Unit) -> Wod:
    for words, change_by in _CHANGES:
        found = re.fullmatch(words, change, re.I)
        if found:
            return change_by(wod, found, unit)
    raise WodError(
        _(
            "The change “{change}” was not understood; the workout is as it was. Say it like “make it 5 rounds”, "
            "“swap burpees for box jumps” or “add 20 sit-ups”."
        ).format(change=change)
    )


def amend(wod: Wod, change: str, unit: Unit = "kg") -> Wod:
    """The workout with the change made; several changes can be joined by "and"."""
    plain = " ".join(change.replace("’", "'").split()).strip(" .!")
    if len(plain) > 400 or re.search(r"\d{7,}", plain):
        raise WodError(_("That change is too long, or a number in it too large. Nothing was changed."))
    plain = re.sub(r"^(?:please|can you|could you|ok(?:ay)?,?|now|and)\s+", "", plain, flags=re.I)
    for part in re.split(rf"\s*(?:,|;|\band\b|\bthen\b)\s*(?:and\s+|then\s+)?(?=(?:{_VERB})\b)", plain, flags=re.I):
        wod = _apply(wod, part.strip(" ,."), unit)
    return wod
