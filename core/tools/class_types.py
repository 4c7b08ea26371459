"""Types of classes: seeing them, making them, changing and retiring them."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from core.agent.tools import Context, Effect, Notice, Result, Role, Thing, notice, tool
from core.chat import Card, Fact
from core.clock import to_local
from core.errors import Offer, Refused
from core.gym import class_changes as changes
from core.gym import timetable, wording
from core.gym.bookings import DROPPED
from core.gym.class_types import ClassType, class_types, type_named
from core.gym.classes import CANCELLED
from core.gym.timetable import Occurrence
from core.i18n import _, marked, ngettext
from core.references.classes import ClassTypeRef, ClassTypeValue
from core.references.kinds import Minutes, Spots, Title, one_of

LONGEST_NAME = 80
FIELDS = {"name": marked("name"), "minutes": marked("minutes"), "spots": marked("spots")}
AHEAD = timedelta(days=400)
Field = Annotated[
    str,
    one_of(
        "name|rename|renaming|call|called|named|renamed|title",
        "minutes|minute|mins|min|length|duration|long|minutes long",
        "spots|spot|places|seats|people|capacity|limit|size",
    ),
]


@tool(
    Role.MEMBER,
    says=[
        "[show|list] [me] [all|the] class types",
        "(what|which) (types|kinds|sorts|kind|type|sort) of (class|classes|training|trainings|sessions|courses|workouts) (can i do|can i take|do you offer|do you have|are there|exist) [here]",
        "(what|which) (classes|courses|trainings) (exist|do you offer|do you have|can i do|can i take) [in general|here|overall|at all]",
        "[what] (classes|courses) on offer",
        "(what|which) (sorta|kinda) (classes|class|training|sessions|courses) [do|are] [you|u|there] [guys|have|offer|do|run]",
        "(what|which) (types|kinds|sorts|kind|type|sort) of (class|classes|training) (do|are) (you|we|there) [guys] [do|have|run|offer]",
        "how long (are|do) [the] classes [take]",
        "[show|list] [me] [all|the] (types|kinds|sorts) of (class|classes|training)",
        "(what|which) (types|kinds|sorts|kind|type|sort) of (class|classes|training|trainings|sessions) [do you|are|have|offer]",
        "(what|which) (types|kinds|sorts|kind) of (class|classes|training) (do you offer|do you have|are there|can i do)",
        "(what|which) class types [do we have|are there|exist]",
        "what can i (train|do) here",
        "(what|which) classes do you (offer|have|give) [in general]",
        "what do you (offer|teach)",
        "[give|show] [me] [an] overview of [all|the] [different] (types|kinds|sorts) of (class|classes|training) [you offer]",
        "(different|all) (types|kinds|sorts) of (class|classes|training) [you] (offer|have|run)",
        "[an|the] (overview|list) of [all|the|our|your|different] [different] class types",
        "(give|pull up|bring up|get|list|show|name|see) [me] [up] [all] [the|our|your] [different] class types [list]",
        "(give|show|send|get) [me] [the] class type list",
        "how many [different] (class types|types of class|kinds of class|types of classes|kinds of classes) [are there|do we have|do you have|exist]",
        "(what|which) [different] class types [do] [we|you] (have|got|offer|exist) [and how long are they|with length|and their spots]",
        "[list|show] [me] [all] [our|the|your] class types with [their] (length|lengths|duration|durations|spots|sizes|times)",
        "(what|which) (types|kinds|sorts|kind|type|sort) of (class|classes|sessions|training|trainings) (does|do|is) "
        "[the] (gym|box|studio|place) (run|offer|have|give|do)",
        "(which|what) (types|kinds|sorts|kind|type|sort) of (class|classes|sessions|training|trainings) [you|we] (offer|have|run|do|give)",
        "(see|show|list|get) [me] [every|all] (type|kind|sort|types|kinds|sorts) of (class|classes|training) [we|you] [have|offer|run|got]",
        "show [me] [the] different (types|kinds|sorts) of (class|classes|training)",
        "[remind me] (what|which) (types|kinds|sorts|type|kind|sort) of (class|classes) [do] [we|you] (offer|have|run|do|give)",
        "(what|which) (types|kinds|sorts|kind|type|sort) of (class|classes) [this|the] (gym|box|studio|place) has and "
        "how long [are|do] they [take|last]",
        "how long (is|are|does|do) (each|every|the) class (type|types) [take|last]",
    ],
)
async def list_class_types(ctx: Context) -> Result:
    """The types of classes that this gym gives, with their length and spots."""
    types = await class_types(ctx.db, ctx.gym.id)
    if not types:
        return Result(text=_("There are no class types yet."))
    line = _("- **{class_type}** · {minutes} minutes · {spots}")
    lines = [line.format(class_type=t.name, minutes=t.minutes, spots=wording.spots(t.spots)) for t in types]
    return Result(
        text="\n".join([_("Classes at this gym:"), "", *lines]),
        offers=(Offer(_("Show the timetable"), "show_timetable", {}),),
    )


@tool(
    Role.ADMIN,
    Effect.WRITE,
    makes="class_type",
    says=[
        "(create|add|make|set up|introduce|start|define|open) [a|one] [new] class type [called|named] {name} "
        "[with] [{minutes}] [and] [{spots}]",
        "(create|add|make|set up|introduce) [a|one] [new] (type|kind|sort) of class [called|named] {name} "
        "[with] [{minutes}] [{spots}]",
        "new class type [called|named] {name} [{minutes}] [{spots}]",
        "class type {name} [{minutes}] [{spots}]",
        "(create|add|make) [a|one] [new] class type",
        "[a|another] new class type",
        "[we are] (launching|starting|introducing|adding|opening) {name} as [a|an|our] [new] (class type|type of class|kind of class) [with] [{minutes}] [and] [{spots}]",
        "(want|need|would like) {name} as [a|an|our] [new] (class type|type of class|kind of class) [with] [{minutes}] [and] [{spots}]",
        "[we] (start|have|introduce|launch|offer|begin|get|are launching|are starting|are introducing) [a|one] [new] (kind|type|sort) of class [called|named] {name} [{minutes}] [{spots}]",
        "(add|create|new) [a|new] type {name} [with] [{minutes}] [and] [{spots}]",
        "(create|add|make|set up|introduce|offer) {name} as [a|an] [new] (class type|type of class|class) [with] [{minutes}] [{spots}]",
        "(create|add|make|set up|introduce) [a|an] [new] {name} class type [with] [{minutes}] [{spots}]",
        "(want|need|would like) [a|one] [new] class type [called|named] {name} [of|with] [{minutes}] [{spots}]",
        "[we] [now] (offer|have|start|introduce) {name} [as] [new] class type [{minutes}] [{spots}]",
        "new (kind|type|sort) of (class|training) [called|named] {name} [{minutes}] [{spots}]",
        "(launching|introducing|announcing|starting|opening) [a|our] [new] [class|type] [called|named] {name} {minutes} {spots}",
        "[i|we] (need|want|would like|have|get|add|put) {name} (in|on|to) [the|our] (list|catalogue) of (class "
        "types|classes|types) {minutes} {spots}",
        "(make|create|add) [a|one] new! type [called|named] {name} [with] {minutes} {spots}",
        "(create|add|make|set up|introduce) [a|one] [new] category [called|named] {name} [with] [{minutes}] [{spots}]",
        "(begin|start) (offering|giving|running|teaching) {name} {minutes} [and] {spots}",
        "[we] [now] (offer|introduce|launch) {name} {minutes} [and] {spots}",
        "class type {name} {minutes} (room for|space for|for|with) {spots}",
        "(launching|introducing|announcing|starting) [a|our] [new] [class] [called] {name} {minutes} {spots} (set it "
        "up|create it|add it|make it) [as] [a] [new] (type of class|class type)",
        "add {name} to [our|the] (classes|class types|offer|list of classes|list of class types) {minutes} {spots}",
        "(create|add|make|set up|introduce) [a|one] [new] class type for! {name} [with] [{minutes}] [and] [{spots}]",
    ],
    intro={
        "minutes": ("for", "of", "takes", "lasting", "long"),
        "spots": ("for", "with", "max", "maximum", "room for"),
    },
)
async def create_class_type(ctx: Context, name: Title, minutes: Minutes, spots: Spots) -> Result:
    """Make a new type of class."""
    clean = _clean(name)
    await _refuse_taken(ctx, clean, None)
    _refuse_figures(minutes, spots)
    ctx.db.add(ClassType(gym_id=ctx.gym.id, name=clean, minutes=minutes, spots=spots))
    receipt = _("New class type: {class_type}, {minutes} minutes, {spots}")
    receipt = receipt.format(class_type=clean, minutes=minutes, spots=wording.spots(spots))
    return Result(receipt=receipt, things=(Thing("class_type", clean),))


@tool(
    Role.ADMIN,
    Effect.WRITE,
    says=[
        "(change|set|update|make|edit) [the] [class type] {class_type} [class type] (to|at) {value} {field}",
        "[the] {class_type} [class type|classes] (should|must|shall|will) be {field} {value}",
        "[the] {class_type} (class|classes) (should|must|shall|will|need to) (have|be|take|last) {value} {field}",
        "(in general|always|by default|as a rule|generally|normally) {value} {field} [max|maximum] (in|for) {class_type} [classes]",
        "(set|make) [the] (max|maximum|limit|cap) {field} (of|for|in) {class_type} [classes] [to|at] {value}",
        "(change|set|update|edit) [the] {field} (of|for) [the] [class type] {class_type} [class type] (to|at) {value}",
        "(change|set|update|edit) [the] [class type] {class_type} {field} (to|at) {value}",
        "{field} [the] [class type] {class_type} [class type] (to|into|as) {value}",
        "[the] class type {class_type} (should|must|needs to) (have|be|take|last) {value} {field}",
        "class type {class_type} (has|takes|lasts|is) [now] {value} {field}",
        "{class_type} (classes|class type) (should|must) (have|be|take|last) {value} {field}",
        "make [the] class type {class_type} {value} {field}",
        "{class_type} type {field} [to] {value}",
        "[the] class type {class_type} to be! {field} {value}",
        "(change|set|make) {class_type} {value} {field}",
        "{class_type} (should|must|needs to|has to|shall) (have|be|take|last) {value} {field} [by default]",
        "{class_type} [classes|class] (has|have|takes|take|lasts|last|is|are|gets|get) [now] {value} {field} (from now on|now|by default)",
        "{class_type} classes (hold|fit|have|take|last|run) [for] {value} {field} [now|from now on]",
        "all {class_type} classes (should|must|have|get|take|last) [have|be|take|last] {value} {field}",
        "(extend|shorten|lengthen|cut|increase|reduce|raise|lower|expand|change|set|update) {class_type} [classes] to {value} {field}",
        "(extend|increase|raise|lower|reduce|change|set|update|cut) [the] [default] {field} (of|for) {class_type} [classes] to {value} [minutes|min|spots|people|places]",
        "(extend|increase|raise|lower|reduce|change|set|update|cut) {class_type} default {field} to {value}",
        "default {field} (of|for) {class_type} [is|to] {value}",
        "(change|set|update) [the] {field} (of|for) {class_type} to {value}",
        "{class_type} is [now] {field} {value}",
        "{field} [the] [class type] {class_type} [class type] {value}",
        "{class_type} (needs|wants|gets|should get|must get) {value} {field}",
        "{class_type} {field} (up|down) to {value}",
        "(change|set|raise|lower|reduce|increase|put|bump) {class_type} {field} [up|down] to {value}",
        "(change|set|raise|lower|reduce|increase|put|bump) [the] {field} (of|for|in|on) {class_type} [up|down] to {value}",
        "(shorten|lengthen|extend|cut|trim|reduce|raise|increase) [the] class type {class_type} to {value} {field}",
        "{class_type} [classes] (should|must|shall|will) (always|generally|normally|usually) (have|be|take|last|run) [for] {value} [{field}]",
        "{class_type} (always|generally|normally|usually) (has|takes|lasts) {value} {field}",
        "make (every|each|all) {class_type} (class|classes) {value} {field} [by default]",
        "(raise|lower|increase|reduce|set|change|cut|extend) [the] (standard|default|usual|normal|general) {field} "
        "(of|for|in) {class_type} [classes] [to|at] {value}",
        "class type {class_type} {value} {field}",
        "class type {class_type} {field} {value}",
        "from now on {class_type} [classes] (has|gets|takes|lasts|have|get|take|last) {value} {field}",
        "[the] (default|standard|usual|normal) [number of] {field} (for|of|in) {class_type} [classes] (should|must|shall|will) be {value}",
        "[the] {field} (for|of) {class_type} [classes] is [now] {value} from! now! on!",
    ],
)
async def update_class_type(ctx: Context, class_type: ClassTypeRef, field: Field, value: ClassTypeValue) -> Result:
    """Change a class type's name, minutes or spots; classes that are already booked keep theirs."""
    before = getattr(class_type, field)
    if field == "name":
        new: str | int = _clean(str(value))
        await _refuse_taken(ctx, str(new), class_type.id)
    else:
        new = _whole(value, field)
        _refuse_figures(new if field == "minutes" else 60, new if field == "spots" else 10)
    if new == before:
        words = _("{class_type} already has that: {field} {value}. Nothing was changed.")
        return Result(text=words.format(class_type=class_type.name, field=_(FIELDS[field]), value=before))
    setattr(class_type, field, new)
    words = (
        _("Class type changed: {before} → {now}")
        if field == "name"
        else _("Class type changed: {class_type}: {now} {field} (was {before})")
    )
    receipt = words.format(class_type=class_type.name, field=_(FIELDS[field]), before=before, now=new)
    return Result(receipt=receipt, things=(Thing("class_type", class_type.name),))


@tool(
    Role.ADMIN,
    Effect.CONFIRM,
    says=[
        "(delete|remove|drop|retire|archive|scrap|bin) [the] class type {class_type}",
        "(delete|remove|drop|retire|archive|scrap|bin) [the] {class_type} class type",
        "(retire|discontinue|abolish) {class_type} [classes]",
        "(delete|remove|drop|take) {class_type} (from|off|out of) [the] [list of] class types",
        "get rid of [the] class type {class_type}",
        "get rid of [the] {class_type} class type",
        "(we stop|stop|no longer|quit) [offering|giving] {class_type} (altogether|for good|classes)",
        "(delete|remove|drop) [a|the] [whole|entire] class type",
        "(delete|remove|drop|cancel|retire|scrap) [all|the] {class_type} classes (altogether|for good|completely|forever|permanently)",
        "(dont|wont) (offer|run|teach) {class_type} [classes] anymore [delete] [class type]",
        "(stop|end|discontinue|abolish|close) [offering|giving|running|doing] {class_type} [classes]",
        "get rid of [the] {class_type} (class type|classes) [altogether|completely]",
        "(wipe out|wipe|erase|eliminate|kill|axe|ditch|get rid of|do away with) [the] {class_type} class type",
        "(erase|eliminate|kill|axe|ditch|wipe out|do away with) [the] class type {class_type}",
        "(remove|delete|drop|take|erase) {class_type} [completely] as [a] class type",
        "class type {class_type} (delete|remove|delete that|remove that|drop|erase)",
        "(want|need) [the] {class_type} class type (gone|deleted|removed|dropped|erased)",
        "(want|need) [the] class type {class_type} (gone|deleted|removed|dropped|erased)",
        "(take|kick|strike|throw|cross|remove|delete|drop) {class_type} (out of|off|from) [the|our] [list of] class types",
        "class type {class_type} (can go|must go|has to go|should go)",
        "[we] (no longer need|dont need) [the] class type {class_type} [anymore]",
        "[we] (no longer need|dont need) [the] {class_type} class type [anymore]",
        "(throw|chuck) [the] class type {class_type} (away|out)",
        "(throw|chuck) (away|out) [the] class type {class_type}",
        "(dont|wont) (do|have|give) {class_type} anymore delete [the] [whole|entire] class type",
        "[the] class type {class_type} (should|must|has to|needs to) be (deleted|removed|dropped|erased)",
        "[the] {class_type} class type (should|must|has to|needs to) be (deleted|removed|dropped|erased)",
        "(delete|remove|erase) {class_type} (completely|entirely|altogether|for good)",
    ],
)
async def delete_class_type(ctx: Context, class_type: ClassTypeRef) -> Result:
    """Take a class type and all its coming classes off the timetable and tell everyone who booked one."""
    tell: list[Notice] = []
    for occurrence in await _coming(ctx, class_type):
        if occurrence.row_id is None:
            continue
        row = await timetable.materialise(ctx.db, ctx.gym.id, occurrence)
        told = partial(changes.cancelled_words, occurrence, ctx.gym.zone, None)
        for booking, person in await changes.booked_in(ctx.db, occurrence):
            booking.status, booking.cancelled_at = DROPPED, ctx.now
            tell.append(notice(person, told))
        row.status = CANCELLED
    class_type.archived = True
    receipt = _("Class type deleted: {class_type}, with its coming classes").format(class_type=class_type.name)
    return Result(receipt=receipt, tell=tuple(tell))


@delete_class_type.check
async def _scope(ctx: Context, class_type: ClassType) -> Card:
    coming = await _coming(ctx, class_type)
    booked = sum(o.booked for o in coming)
    told = ngettext(
        "{count} seat is booked; those people will be told.",
        "{count} seats are booked; those people will be told.",
        booked,
    )
    line = told.format(count=booked) if booked else _("Nobody is booked into one of its classes.")
    facts = [Fact(label=_("Next class"), value=wording.at(coming[0].local_start))] if coming else []
    title = _("Delete the class type {class_type} and take its coming classes off the timetable?")
    title = title.format(class_type=class_type.name)
    return Card(kind="confirm", title=title, facts=tuple(facts), lines=(line,))


async def _coming(ctx: Context, class_type: ClassType) -> list[Occurrence]:
    """The type's classes ahead."""
    today = to_local(ctx.now, ctx.gym.zone).date()
    on = await timetable.between(ctx.db, ctx.gym.id, ctx.gym.zone, today, today + AHEAD)
    return [o for o in on if o.class_type_id == class_type.id and o.starts_at > ctx.now and not o.cancelled]


def _clean(name: str) -> str:
    clean = " ".join(name.split()).strip(" .,;:\"'“”")
    if not clean or len(clean) > LONGEST_NAME:
        words = _("A class type's name has 1 to {most} characters. Nothing was changed.")
        raise Refused(words.format(most=LONGEST_NAME))
    return clean


async def _refuse_taken(ctx: Context, name: str, own_id: int | None) -> None:
    found = await type_named(ctx.db, ctx.gym.id, name)
    if found is not None and found.id != own_id:
        words = _("There is already a class type {class_type}. Nothing was changed; choose another name.")
        raise Refused(words.format(class_type=found.name))


def _refuse_figures(minutes: int, spots: int) -> None:
    if minutes not in changes.MINUTES:
        words = _("A class takes {least} to {most} minutes. Nothing was changed.")
        raise Refused(words.format(least=changes.MINUTES.start, most=changes.MINUTES.stop - 1))
    if spots not in changes.SPOTS:
        words = _("A class has {least} to {most} spots. Nothing was changed.")
        raise Refused(words.format(least=changes.SPOTS.start, most=changes.SPOTS.stop - 1))


def _whole(value: object, field: str) -> int:
    try:
        return int(str(value).split()[0])
    except (ValueError, IndexError):
        words = _("{field} must be a whole number, not “{value}”. Nothing was changed.")
        raise Refused(words.format(field=_(FIELDS[field]).capitalize(), value=value)) from None
