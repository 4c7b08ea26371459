"""Workouts: made from words, shown back as a structure, changed by words, copied and deleted."""

import re

from core.agent.tools import Context, Effect, Result, Role, Thing, tool
from core.chat import Card, Fact
from core.clock import to_local
from core.coaching import workouts
from core.coaching.wod import WodError, amend, describe, describe_title, parse
from core.coaching.wod_shape import Unit, Wod, head
from core.coaching.workouts import Scheduled, Workout
from core.errors import Refused
from core.gym.wording import short_day
from core.i18n import _, ngettext
from core.people import Person
from core.references.kinds import Title, Words
from core.references.training import WorkoutRef
from core.references.workout_changes import WorkoutChange
from core.tools._workout_phrases import WORKOUTS

_MOST_LISTED = 40
_MOST_CLASSES = 5


@tool(
    Role.COACH,
    Effect.WRITE,
    makes="workout",
    says=WORKOUTS["create_workout"],
    intro={"name": ["called", "named", "titled", "name it", "call it", "and call it"]},
)
async def create_workout(ctx: Context, text: Words, name: Title | None = None) -> Result:
    """Make a workout from words, like “3 rounds - 200m run, 30 double-unders”.

    Its structure is shown back."""
    wod = _read(ctx, text)
    wanted = name or describe_title(wod)
    made = await _save(ctx, wanted, text.strip(), wod)
    taken = name and made.name.casefold() != name.strip().casefold()
    renamed = _("There is a “{workout}” already.").format(workout=wanted) if taken else ""
    receipt = _("Saved the workout “{workout}”").format(workout=made.name)
    return _shown(made, receipt=receipt, text=f"{renamed} {_doubts(wod)}".strip())


@tool(
    Role.MEMBER,
    says=WORKOUTS["show_workout"],
)
async def show_workout(ctx: Context, workout: WorkoutRef) -> Result:
    """Show a workout: its format, movements and what is scored."""
    author = await ctx.db.get(Person, workout.author_id)
    return _shown(workout, extra=(Fact(label=_("By"), value=author.name),) if author else ())


@tool(
    Role.MEMBER,
    says=WORKOUTS["list_workouts"],
    intro={"filter": ["with", "for", "containing", "using"]},
)
async def list_workouts(ctx: Context, filter: Words | None = None) -> Result:
    """List the gym's workouts, all of them or those with certain words."""
    found = await workouts.all_of(ctx.db, ctx.gym.id)
    if filter:
        found = workouts.matching(found, filter)
    if not found:
        looked = _("No workout fits “{words}”.").format(words=filter) if filter else _("There are no workouts yet.")
        hint = _("A coach can make one: “build a workout: 3 rounds - 200m run, 30 double-unders”.")
        return Result(text=f"{looked} {hint}")
    lines = [f"{w.name}: {_in_a_line(w.wod)}" for w in found[:_MOST_LISTED]]
    more = len(found) - len(lines)
    further = _("and {count} more; say “list the … workouts” with a word of what you look for")
    lines += [further.format(count=more)] if more else []
    title = _title(len(found), filter)
    card = Card(kind="list", title=title, lines=tuple(lines))
    listed = tuple(Thing("workout", w.name) for w in found[:_MOST_LISTED])
    things = listed if len(found) == 1 else ()
    return Result(cards=(card,), note=f"{title}: " + "; ".join(lines), things=things, listed=listed)


@tool(
    Role.COACH,
    Effect.WRITE,
    says=WORKOUTS["edit_workout"],
)
async def edit_workout(ctx: Context, workout: WorkoutRef, change: WorkoutChange) -> Result:
    """Change a workout by words.

    Like “make it 5 rounds” or “swap burpees for box jumps”."""
    before = workout.wod
    try:
        after = amend(before, change, _unit(ctx))
    except WodError as error:
        raise Refused(str(error)) from error
    if after == before:
        raise Refused(_("“{workout}” is like that already. Nothing was changed.").format(workout=workout.name))
    workout.structure = after.as_json()
    workout.text = "\n".join(describe(after))
    receipt = _("Changed the workout “{workout}”: {change}").format(workout=workout.name, change=change.strip())
    return _shown(workout, receipt=receipt, text=_doubts(after))


def _title(count: int, filter: str | None) -> str:
    words = ngettext("{count} workout", "{count} workouts", count)
    if filter:
        words = ngettext("{count} workout with “{words}”", "{count} workouts with “{words}”", count)
    return words.format(count=count, words=filter)


@tool(
    Role.COACH,
    Effect.WRITE,
    says=WORKOUTS["rename_workout"],
)
async def rename_workout(ctx: Context, workout: WorkoutRef, name: Title) -> Result:
    """Give a workout another name."""
    before, wanted = workout.name, workouts.tidy_name(name)
    if not wanted or wanted == before:
        raise Refused(_("The workout is called “{workout}” already. Nothing was changed.").format(workout=before))
    same = wanted.casefold() == before.casefold()
    workout.name = wanted if same else await workouts.free_name(ctx.db, ctx.gym.id, wanted)
    return _shown(
        workout, receipt=_("Renamed the workout “{before}” to “{workout}”").format(before=before, workout=workout.name)
    )


@tool(
    Role.COACH,
    Effect.WRITE,
    makes="workout",
    says=WORKOUTS["duplicate_workout"],
    intro={"name": ["called", "named", "as", "and call it"]},
)
async def duplicate_workout(ctx: Context, workout: WorkoutRef, name: Title | None = None) -> Result:
    """Make a copy of a workout under a name of its own."""
    made = await _save(ctx, name or workout.name, workout.text, workout.wod, workout.notes)
    return _shown(made, receipt=_("Copied “{workout}” as “{copy}”").format(workout=workout.name, copy=made.name))


@tool(
    Role.COACH,
    Effect.CONFIRM,
    says=WORKOUTS["delete_workout"],
)
async def delete_workout(ctx: Context, workout: WorkoutRef) -> Result:
    """Delete a workout, and take it off the classes it is planned for."""
    name = workout.name
    planned = await workouts.delete(ctx.db, workout)
    words = (
        _("Deleted the workout “{workout}” and took it off {classes}")
        if planned
        else _("Deleted the workout “{workout}”")
    )
    receipt = words.format(workout=name, classes=_classes(len(planned)))
    return Result(receipt=receipt, things=(Thing("workout", name),))


@delete_workout.check
async def _what_is_lost(ctx: Context, workout: WorkoutRef) -> Card:
    """What goes with the workout, and the classes that stay without one."""
    coming = [s for s in await workouts.planned_in(ctx.db, workout) if s.starts_at >= ctx.now and not s.cancelled]
    author = await ctx.db.get(Person, workout.author_id)
    facts = [Fact(label=_("By"), value=author.name)] if author else []
    if coming:
        facts.append(Fact(label=_("Planned for"), value=_when(ctx, coming)))
    return Card(
        kind="confirm",
        title=_("Delete the workout “{workout}”?").format(workout=workout.name),
        facts=tuple(facts),
        lines=tuple(describe(workout.wod)),
    )


_NONE_OF = re.compile(r"(?i)(?<![\d.,:])0+\s*(?:x\s*)?(?:rounds?|reps?|sets?|rds?)\b")


def _read(ctx: Context, text: str) -> Wod:
    """The structure of the words, or a refusal that says what to write."""
    if nothing := _NONE_OF.search(text):
        raise Refused(_("“{words}” is nothing to do. Nothing was saved; say how many.").format(words=nothing.group()))
    try:
        return parse(text, _unit(ctx))
    except WodError as error:
        raise Refused(_("{reason} Nothing was saved.").format(reason=error)) from error


def _unit(ctx: Context) -> Unit:
    return "lb" if ctx.gym.units == "lb" else "kg"


async def _save(ctx: Context, wanted: str, text: str, wod: Wod, notes: str = "") -> Workout:
    made = Workout(
        gym_id=ctx.gym.id,
        name=await workouts.free_name(ctx.db, ctx.gym.id, wanted),
        text=text,
        structure=wod.as_json(),
        notes=notes,
        author_id=ctx.speaker.person_id,
        made_at=ctx.now,
    )
    ctx.db.add(made)
    await ctx.db.flush()
    return made


def _shown(workout: Workout, *, receipt: str = "", text: str = "", extra: tuple[Fact, ...] = ()) -> Result:
    """A workout as a card with its structure."""
    wod = workout.wod
    lines = describe(wod)
    facts = (
        Fact(label=_("Format"), value=lines[0]),
        Fact(label=_("Score"), value=wod.score.replace("+", " + ")),
        *extra,
    )
    card = Card(kind="workout", title=workout.name, facts=facts, lines=tuple(lines[1:]))
    note = f"{receipt or 'Workout'} — {workout.name}: {'; '.join(lines)}. {text}".strip()
    return Result(text=text, note=note, cards=(card,), receipt=receipt, things=(Thing("workout", workout.name),))


def _doubts(wod: Wod) -> str:
    """Movements that were kept as written because no exercise goes by that name."""
    unknown = [f"“{m.name}”" for m in wod.movements if m.exercise is None and m.name != "rest"]
    if not unknown:
        return ""
    names = _(" or ").join(dict.fromkeys(unknown))
    return _("I know no exercise called {names}; it is kept as you wrote it.").format(names=names)


def _in_a_line(wod: Wod) -> str:
    names = ", ".join(dict.fromkeys(m.shown for m in wod.movements if m.name != "rest"))
    return f"{head(wod)} — {names}"


def _when(ctx: Context, coming: list[Scheduled]) -> str:
    """The classes to come, a few by date, the others by number."""
    said = []
    for at in coming[:_MOST_CLASSES]:
        local = to_local(at.starts_at, ctx.gym.zone)
        said.append(f"{short_day(local)} {local:%H:%M}")
    more = len(coming) - _MOST_CLASSES
    words = (
        _("{classes}, left without a workout: {times} and {count} more")
        if more > 0
        else _("{classes}, left without a workout: {times}")
    )
    return words.format(classes=_classes(len(coming)), times=", ".join(said), count=more)


def _classes(number: int) -> str:
    return ngettext("{count} class", "{count} classes", number).format(count=number)
