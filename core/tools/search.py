"""One search over what the gym has: workouts, exercises, class types and, for staff, people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from rapidfuzz import fuzz
from sqlalchemy.sql import select

from core.agent import policy
from core.agent.compaction import loaded_texts, past_of
from core.agent.inbox import InboxRow
from core.agent.messages import AgentSession
from core.agent.sources import Sight, told
from core.agent.sources import sources as all_sources
from core.agent.taint import quoted
from core.agent.tools import Context, Data, Result, Role, Thing, load, tool
from core.agent.toolset import as_text, found_tools, toolset
from core.chat import Card
from core.clock import to_local
from core.coaching import exercises, workouts
from core.coaching.exercise_search import look_up
from core.errors import NotFound, Offer
from core.gym import wording
from core.gym.class_types import class_types
from core.gym.members import MemberNote, notes_of
from core.i18n import _, marked
from core.people import Person
from core.references.kinds import Number, Title, Words, one_of
from core.references.people import MemberRef
from core.references.sources import SourceNames

_MOST = 12
_MOST_NOTES = 5
_MOST_EXERCISES = 5
_ENOUGH = 75.0
_SURE = 97.0

Kind = Annotated[
    str,
    one_of(
        "workouts|workout|wods|wod",
        "exercises|exercise|movements|lifts",
        "classes|class|class types|class type",
        "people|members|member|staff|coaches|athletes",
        "programs|program",
    ),
]

KINDS = {
    "workouts": marked("workouts"),
    "exercises": marked("exercises"),
    "classes": marked("classes"),
    "people": marked("people"),
    "programs": marked("programs"),
}


@dataclass(frozen=True)
class Hit:
    """One thing that was found: of which kind, under which name, how well it fits, and what else is said of it."""

    kind: str
    name: str
    score: float
    told: str = ""
    thing: Thing | None = None
    data: Data = Data.PUBLIC


@tool(
    Role.MEMBER,
    says=[
        "(find|search|look up|lookup|google) {query}",
        "(search|look) for {query}",
        "(search|look) everything for {query}",
        "(search|look) (everywhere|in everything|all) {query}",
        "(search|look) [in|through|the] {kinds} for {query}",
        "(find|search) {query} in {kinds}",
        "(do we have|have we got|is there) (anything|something) (on|about|for|called|named) {query}",
        "(anything|something|what do we have) (on|about|called) {query}",
        "(find|show) everything about! {query}",
        "(find|show) everything on! {query}",
        "(find|search|look for|list) {kinds} (called|named|with) {query}",
        "where (can i find|do i find|is) {query}",
        "(seek|rummage|searching|seeking) for! {query}",
        "(search|searching|looking|look) [for] (everything|anything|all|something) (on|about|with|for) {query}",
        "(look|search) for (everything|anything|all|something) with {query} in (it|them)",
        "find [me] (something|anything) (with|on|about) {query}",
        "(do|run|make) [a] search (on|for|about) {query}",
        "(search|look through|go through|scan) [the|our|your] (gym|app|library|database|catalogue|system) for {query}",
        "(look up|lookup|search for|google) {query} for! me!",
        "(is there|have you|do you have|got) (anything|something) (here!|in here!|in there) (about|on|for|with) {query}",
    ],
)
async def find(ctx: Context, query: Words, kinds: Kind | None = None) -> Result:
    """Search workouts, exercises and class types by words; for staff, people too."""
    hits = [*_exercise_hits(query), *await _workout_hits(ctx, query), *await _class_hits(ctx, query)]
    if ctx.speaker.role >= Role.COACH:
        hits += await _people_hits(ctx, query)
    kept = [h for h in hits if h.score >= _ENOUGH and (kinds is None or h.kind == kinds)]
    best = sorted(kept, key=lambda h: (-round(h.score), h.kind, h.name.casefold()))[:_MOST]
    if not best:
        where = _(KINDS[kinds]) if kinds else _("workouts, exercises and classes")
        return Result(
            text=_("I looked through {where} for “{query}” and found nothing like it. Try another word.").format(
                where=where, query=query
            )
        )
    return _result(query, best)


@tool(Role.MEMBER, shows=Data.SELF)
async def fetch_data(ctx: Context, sources: SourceNames, limit: Number | None = None) -> Result:
    """Load data about the person and the gym.

    What is loaded already is not repeated."""
    session = await ctx.db.get_one(AgentSession, ctx.session_id)
    known = loaded_texts(await past_of(ctx.db, session.id, session.context_start_sequence))
    sight = Sight(ctx.db, ctx.speaker, ctx.gym, ctx.place, ctx.now, ctx.local_now)
    lines = []
    for name in sources:
        if not policy.cleared(all_sources()[name].shows, ctx.place):
            lines.append(f"[{name}] only in your private chat")
            continue
        text = await told(sight, name, min(max(limit or _MOST, 1), 30))
        lines.append(f"{name}: unchanged since it was loaded" if known.get(name) == text else text)
    return Result(text="\n".join(lines), note="\n".join(lines), aside=True)


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=[
        "(is there|are there|do we have|have we got|got) (any|a|some) (note|notes|remark|remarks) (on|about|for) {member}",
        "read {handle}",
        "read [me] [out] [the|all|our] (note|notes|remarks|comments) (on|about|of|for) {member}",
        "(anything|something) (written|noted) [down] (about|on|for) {member}",
        "(any|are there) [any] (notes|remarks|comments) (about|on|for|of) {member}",
        "read [me] [out] what (is|was) (written|noted|said) (on|about|of|for) {member}",
        "what (is|was|has been) (written|noted) (on|about|of|for) {member}",
        "what (did|have|do) (we|you|i|they) (write|written|note|noted|wrote|have) [down] (on|about|of|for) {member}",
        "(what|which) (notes|remarks|comments) (do we have|have we|are there) (on|about|of|for) {member}",
        "read {member} (note|notes)",
        "what (do|does) the (note|notes) (on|about|of) {member} say",
        "what is in [the|our|my|your] (notes|note|remarks|comments) (on|about|for|of) {member}",
        "(pull up|bring up|open|show|get|give|see|check) [me] [the] {member} (notes|note|remarks|comments)",
        "(pull up|bring up|open|show|get|give|see|check) [me] [the|all|our|any] (notes|note|remarks|comments) (on|about|for|of) {member}",
        (
            "(has|did|have) (anyone|anybody|somebody|someone) (written|write|noted|wrote|note) [down] [something|"
            "anything|a note|notes] (about|on|for) {member}"
        ),
        (
            "(has|did|have) (anyone|anybody|somebody|someone) (leave|left|put|make|made|taken|take) [down] [a|any|"
            "some] (note|notes|remark|remarks|comment|comments) (about|on|for) {member}"
        ),
        "what (have we|have we got|do we have|is) on file (about|on|for) {member} [notes]",
        "(know|see|read|show) what (is|was|has been) (noted|written|written down) (on|about|of|for) {member}",
        "did we (note|write) [down] (anything|something) (about|on|for) {member}",
        "what (did|have) we (write|written|wrote|note|noted) down (on|about|for) {member}",
    ],
)
async def read_text(ctx: Context, handle: Title | None = None, member: MemberRef | None = None) -> Result:
    """Read other people's free text: a note about a member, or a text that was passed on."""
    if member is not None:
        texts = [
            await _note_text(ctx, n, by) for n, by in (await notes_of(ctx.db, ctx.gym.id, member.id))[:_MOST_NOTES]
        ]
        if not texts:
            return Result(text=_("There is no note about {name}.").format(name=member.name))
    else:
        texts = [await _text_of(ctx, handle or "")]
    card = Card(kind="list", title=texts[0][0], lines=tuple(text for _, text in texts))
    return Result(cards=(card,), note="\n".join(quoted(text, f"{about}.") for about, text in texts), taints=True)


async def _text_of(ctx: Context, handle: str) -> tuple[str, str]:
    """What a handle stands for, and whose it is; only what this person may read."""
    kind, _dash, number = handle.strip().casefold().partition("-")
    if kind == "note" and number.isdigit():
        note = await ctx.db.get(MemberNote, int(number))
        if note is not None and note.gym_id == ctx.gym.id:
            author = await ctx.db.get(Person, note.author_id)
            return await _note_text(ctx, note, author.name if author else _("somebody"))
    if kind == "forward" and number.isdigit():
        row = await ctx.db.get(InboxRow, int(number))
        if row is not None and row.person_id == ctx.speaker.person_id and row.body.get("quoted"):
            return _("A text that was passed on"), str(row.body["quoted"])
    raise NotFound(
        _("There is no text “{handle}” that you can read. A profile names the notes about a member.").format(
            handle=handle
        )
    )


async def _note_text(ctx: Context, note: MemberNote, author: str) -> tuple[str, str]:
    about = await ctx.db.get(Person, note.person_id)
    when = to_local(note.at, ctx.gym.zone)
    words = _("Note about {name} by {author}, {day}")
    name = about.name if about else _("a member")
    return words.format(name=name, author=author, day=f"{when:%Y-%m-%d}"), note.text


@tool(Role.MEMBER)
async def find_tools(ctx: Context, query: Words) -> Result:
    """Find tools by what they should do."""
    found = found_tools(query, toolset(load(), ctx.place, ctx.speaker.role))
    if not found:
        return Result(text=f"No tool does “{query}” here. Say so to the person, or try other words.", aside=True)
    return Result(text=as_text(found), aside=True)


def _result(query: str, best: list[Hit]) -> Result:
    """What was found as a list, with a button for what fits exactly."""
    lines = tuple(f"{h.name} ({_(KINDS[h.kind])}){' — ' + h.told if h.told else ''}" for h in best)
    title = _("Found for “{query}”").format(query=query)
    sure = [h for h in best if h.score >= _SURE and h.thing]
    things = tuple(h.thing for h in (sure or best)[:1] if h.thing and (sure or len(best) == 1))
    offers = tuple(Offer(_("Show {name}").format(name=h.name), *opened) for h in best if (opened := _opened(h)))[:3]
    data = Data.STAFF if any(h.data is Data.STAFF for h in best) else Data.PUBLIC
    card = Card(kind="list", title=title, lines=lines)
    return Result(cards=(card,), note=f"{title}: {'; '.join(lines)}", things=things, offers=offers, data=data)


def _opened(hit: Hit) -> tuple[str, dict[str, Any]] | None:
    """The call that shows what was found, where there is a tool for its kind."""
    shows = {"workouts": ("show_workout", "workout"), "exercises": ("show_exercise", "exercise")}
    if hit.kind not in shows or hit.score < _SURE:
        return None
    name, param = shows[hit.kind]
    return name, {param: hit.name}


def _fit(query: str, name: str, text: str = "") -> float:
    """How well the words fit a name (best), or what else is written about it."""
    asked, own = " ".join(workouts.words_of(query)), " ".join(workouts.words_of(name))
    if not asked or not own:
        return 0.0
    if asked == own:
        return 100.0
    if f" {asked} " in f" {own} ":
        return 96.0
    said = " ".join(workouts.words_of(text))
    in_text = 85.0 if said and all(f" {w}" in f" {said}" for w in asked.split()) else 0.0
    return max(in_text, 0.95 * fuzz.ratio(asked, own), 0.9 * fuzz.token_sort_ratio(asked, own))


def _exercise_hits(query: str) -> Iterator[Hit]:
    exact = exercises.exact(query)
    for place, found in enumerate(look_up(query, limit=_MOST_EXERCISES)):
        score = 99.0 if found is exact else 90.0 - place
        equipment = found.equipment or _("no equipment")
        told = f"{', '.join(found.primary)}; {equipment}"
        yield Hit("exercises", found.name, score, told, Thing("exercise", found.name))


async def _workout_hits(ctx: Context, query: str) -> list[Hit]:
    rows = await workouts.all_of(ctx.db, ctx.gym.id)
    fitting = {w.id for w in workouts.matching(rows, query)}
    hits = []
    for row in rows:
        score = max(_fit(query, row.name), 85.0 if row.id in fitting else 0.0)
        hits.append(Hit("workouts", row.name, score, row.text.split("\n")[0][:80], Thing("workout", row.name)))
    return hits


async def _class_hits(ctx: Context, query: str) -> list[Hit]:
    """Class types by name."""
    types = await class_types(ctx.db, ctx.gym.id)
    return [
        Hit(
            "classes",
            t.name,
            _fit(query, t.name),
            _("{minutes} min, {spots}").format(minutes=t.minutes, spots=wording.spots(t.spots)),
            Thing("class_type", t.name),
        )
        for t in types
    ]


async def _people_hits(ctx: Context, query: str) -> list[Hit]:
    """The gym's people by name; who is a member is for staff."""
    rows = await ctx.db.scalars(select(Person).where(Person.gym_id == ctx.gym.id, Person.left_on.is_(None)))
    return [
        Hit("people", p.name, _fit(query, p.name), _(p.role), Thing("member", p.name), Data.STAFF)
        for p in rows
        if p.role != "stranger"
    ]
