"""Builds what a language model is sent: the frozen prefix of its place, the conversation from the newest checkpoint on,
and behind it, stored once and never altered, what is true now and what the message speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import ambient, compaction, sources
from core.agent.ambient import Hit
from core.agent.compaction import Kept, Past
from core.agent.execute import facts_of, speaker_of
from core.agent.meanings import Meanings
from core.agent.messages import AgentSession, Event, TurnRow, append, focus_of
from core.agent.places import place_of
from core.agent.prompt import system_for
from core.agent.reference import Focus
from core.agent.small import Small
from core.agent.sources import Sight, short
from core.agent.titles import Titles, from_words, is_poor
from core.agent.tools import Context, GymFacts, Role, Speaker, Thing, Tool
from core.agent.toolset import fingerprint, toolset
from core.chat import Place
from core.clock import Clock, to_local
from core.llm.contract import Model, Request, ToolSpec
from core.people import Person
from core.store.changes import Cause
from core.store.database import Store

WHO = {Role.MEMBER: "member", Role.COACH: "coach", Role.ADMIN: "admin", Role.OWNER: "owner"}
TURN, OPENING = "turn", "opening"
Note = tuple[str, dict[str, Any]]


class TooLong(Exception):
    """One turn has read more than a model is sent; it ends here."""


class ContextBuilder:
    """Makes the rules' request into a language model's. Only what such a model needs is looked up here."""

    def __init__(
        self, store: Store, clock: Clock, toolbox: Mapping[str, Tool], meanings: Meanings | None = None
    ) -> None:
        self.store = store
        self.clock = clock
        self.toolbox = toolbox
        self.meanings = meanings
        self.limits = compaction.Limits()
        self.titles = Titles(store)
        self._heads: dict[tuple[Place, Role], _Head] = {}

    async def prepare(self, model: Model, request: Request, turn: TurnRow, session: AgentSession) -> Request:
        """The request as a language model gets it. What it adds to the conversation is in the log when this returns, so
        that the next request begins with the same bytes; after a crash it is not added again."""
        place, role = place_of(session.room), Role(request.role)
        head = self._head(place, role)
        full = replace(request, system=head.system, tools=head.tools)
        async with self.store.read() as db:
            past = await compaction.past_of(db, session.id, session.context_start_sequence)
        if not _is_prepared(past, turn.id):
            past = await self._added(Small(model, full, self.clock), head.mark, past, turn, session)
        if past.tokens > self.limits.hard_stop:
            raise TooLong
        return replace(full, messages=past.messages)

    async def shortened(self, model: Model, request: Request, turn: TurnRow, session: AgentSession) -> Request:
        """A request that was more than a model can read, once all before this turn is summed up, if there is anything."""
        head = self._head(place_of(session.room), Role(request.role))
        full = replace(request, system=head.system, tools=head.tools, shortened=True, plain=request)
        async with self.store.read() as db:
            past = await compaction.past_of(db, session.id, session.context_start_sequence)
        start = compaction.newest_beginning(past)
        before = past.before(start)
        if start is None or not before.events:
            return replace(full, messages=past.messages)
        checkpoint = await self._checkpoint(Small(model, full, self.clock), before, session)
        async with self.store.read() as db:
            opening = await self._opening(db, turn, session)
        kept = past.since(start)
        _begin_anew(session, start, kept)
        told = await self._written([(compaction.CHECKPOINT, checkpoint), opening], kept, turn, session)
        return replace(full, messages=told.messages)

    def _head(self, place: Place, role: Role) -> "_Head":
        if (place, role) not in self._heads:
            system, tools = system_for(place), toolset(self.toolbox, place, role)
            self._heads[place, role] = _Head(system, tools, fingerprint(system, tools))
        return self._heads[place, role]

    async def _added(self, jobs: Small, mark: str, past: Past, turn: TurnRow, session: AgentSession) -> Past:
        """Add a checkpoint where one is due, what is loaded for this message, and the note of this turn."""
        start = compaction.beginning_of(past, turn.id)
        before = past.before(start)
        changed = session.prefix not in ("", mark)
        due = start is not None and bool(before.events) and compaction.is_due(before, changed, self.limits)
        checkpoint = await self._checkpoint(jobs, before, session) if due else None
        kept = past.since(start or 0) if due else past
        text, replied = _newest_words(kept, turn.id)
        focus = _audible(focus_of(_told(kept), replied), place_of(session.room))
        wanted = await self._wanted(jobs, text, past, place_of(session.room))
        if not session.prefix and text and _wants_title(past, session):
            self.titles.begin(jobs, session, text)
        near = await self.meanings.nearest(text, turn.gym_id, turn.id) if self.meanings and text else []
        async with self.store.read() as db:
            looked = _Look(db, turn, session, text, focus, near, _opened(kept))
            notes = await self._notes(looked, jobs.about, wanted, fresh=due or not session.prefix)
        if checkpoint is not None:
            _begin_anew(session, start or 0, kept)
            notes = [(compaction.CHECKPOINT, checkpoint), *notes]
        if due or not changed or (start is not None and not before.events):
            session.prefix = mark  # else the next message begins anew: what was sent is not gone on with under another
        return await self._written(notes, kept, turn, session)

    async def _written(self, notes: Sequence[Note], kept: Past, turn: TurnRow, session: AgentSession) -> Past:
        """The past with what was found behind it; it is in the log when this returns."""
        async with self.store.write() as db:
            db.add(session)
            for kind, content in notes:
                await append(db, session.id, turn.id, kind, content, self.clock.now())
        return kept.with_added([Kept(0, turn.id, kind, None, content) for kind, content in notes])

    async def _checkpoint(self, jobs: Small, before: Past, session: AgentSession) -> dict[str, Any]:
        lines, by = await compaction.summed_up(jobs, before, session.tainted)
        return compaction.as_content(lines, by, before)

    async def _opening(self, db: AsyncSession, turn: TurnRow, session: AgentSession) -> Note:
        """What a conversation begins with, and begins anew with."""
        person = await db.get_one(Person, turn.person_id)
        gym, speaker = await facts_of(db, turn.gym_id), speaker_of(person)
        about = opening_of(gym, speaker, session.room, person.settings or {})
        return "note", {"kind": OPENING, "text": "", "data": about}

    async def _notes(self, look: "_Look", request: Request, wanted: Sequence[str], fresh: bool) -> list[Note]:
        """What this turn adds to the conversation before the model is asked."""
        db, room, now = look.db, look.session.room, self.clock.now()
        person = await db.get_one(Person, look.turn.person_id)
        gym, speaker = await facts_of(db, look.turn.gym_id), speaker_of(person)
        opening = await self._opening(db, look.turn, look.session)
        notes: list[Note] = [opening] if fresh or opening[1] != look.opened else []
        sight = Sight(db, speaker, gym, place_of(room), now, to_local(now, gym.zone))
        for name in wanted:
            text, day = await sources.told(sight, name), request.now.date().isoformat()
            notes.append(("knowledge", {"source": name, "text": text, "day": day}))
        hits = await self._found(look, speaker, gym, request) if look.text else []
        said = _spoken_of(hits, look.focus)
        return [*notes, ("note", {"kind": TURN, "text": f"Now {moment(request.now)}.", "data": said})]

    async def _wanted(self, jobs: Small, text: str, past: Past, place: Place) -> list[str]:
        """The sources that this message needs and that no message before it has loaded on this day."""
        loaded = past.loaded_on(jobs.about.now.date().isoformat())
        unseen = {n: s for n, s in sources.offered(place).items() if n not in loaded}
        chosen = await sources.choose(jobs, text, unseen) if text else None
        return list(dict.fromkeys(n for n in chosen.data_sources if n in unseen)) if chosen else []

    async def _found(self, look: "_Look", speaker: Speaker, gym: GymFacts, request: Request) -> list[Hit]:
        now, session, turn = self.clock.now(), look.session, look.turn
        cause = Cause(gym.id, speaker.person_id, session.id, turn.id, "", session.room, "", {}, "staff", now)
        place = place_of(session.room)
        ctx = Context(look.db, speaker, gym, place, session.room, session.id, turn.id, "", self.clock, now, cause)
        return await ambient.found(ctx, look.text, request.readers, look.focus, look.near)


@dataclass(frozen=True)
class _Head:
    """The prefix of a kind of place, and what it is known by."""

    system: str
    tools: list[ToolSpec]
    mark: str


@dataclass(frozen=True)
class _Look:
    """What is looked at for the notes of one turn."""

    db: AsyncSession
    turn: TurnRow
    session: AgentSession
    text: str
    focus: Focus
    near: Sequence[Hit]
    opened: Mapping[str, Any] | None


def _wants_title(past: Past, session: AgentSession) -> bool:
    """Whether a model that reads a conversation for the first time is to name it: a first message, or one whose first words
    were no title. What a person has called it stays."""
    first = next((e.content["text"] for e in past.events if e.event_type == "user_message"), "")
    return session.message_count <= 1 or (is_poor(session.title) and session.title == from_words(first))


def _is_prepared(past: Past, turn_id: int) -> bool:
    return any(e.turn_id == turn_id and e.event_type == "note" and e.content.get("kind") == TURN for e in past.events)


def _newest_words(past: Past, turn_id: int) -> tuple[str, tuple[Thing, ...]]:
    """What the person said in this turn, and the things of the message that they replied to."""
    said = [e.content for e in past.events if e.turn_id == turn_id and e.event_type == "user_message"]
    things = tuple(Thing(t["type"], t["key"]) for c in said for t in c.get("replied", ()) if not t.get("private"))
    return "\n".join(c["text"] for c in said), things


def _opened(past: Past) -> Mapping[str, Any] | None:
    """The newest opening in sight. Another one is told behind it once the gym or the person has changed."""
    openings = [e.content for e in past.events if e.event_type == "note" and e.content.get("kind") == OPENING]
    return openings[-1] if openings else None


def _told(past: Past) -> list[Event]:
    """The past without what was answered privately: where others read along, a model knows only that it was."""
    return [e for e in compaction.as_events(past.events) if not e.content.get("private")]


def _audible(focus: Focus, place: Place) -> Focus:
    """A focus without names that are not for everyone in a place."""
    groups = (focus.things, focus.replied, focus.made)
    return Focus(*(tuple(t for t in group if ambient.is_for(t.type, place)) for group in groups))


def _begin_anew(session: AgentSession, start: int, kept: Past) -> None:
    """From now on a model is told no more than what is kept."""
    session.context_start_sequence = start
    session.tainted = any(e.content.get("taints") for e in kept.events)


def opening_of(gym: GymFacts, speaker: Speaker, room: str | None, settings: Mapping[str, Any]) -> str:
    """What stays true for a whole conversation: the gym and the person."""
    own = "; ".join(f"{name} {short(settings[name])}" for name in ("language", "units", "zone") if settings.get(name))
    where = "" if room is None else ", in the coaches' room" if room.startswith("staff") else ", in an open group"
    return (
        f"From Whistle: gym {short(gym.name)}, {gym.zone}, {gym.currency}, {gym.units}. "
        f"You talk with {short(speaker.name)}, {WHO.get(speaker.role, 'guest')}{where}{f' ({own})' if own else ''}."
    )


def _spoken_of(hits: Sequence[Hit], focus: Focus) -> str:
    """What the message speaks of, what it replies to and what was just made: names, so data and no instruction."""
    parts = []
    if hits:
        parts.append(f"named or near: {ambient.as_text(hits)}.")
    if focus.replied:
        parts.append(f"The message replies to one about {_things(focus.replied)}.")
    if focus.made:
        parts.append(f"Just made or changed: {_things(focus.made[-1:])}.")
    return f"From Whistle: {' '.join(parts)}" if parts else ""


def moment(at: datetime) -> str:
    """A moment as notes say it."""
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def _things(things: Sequence[Thing]) -> str:
    return ambient.as_text(Hit(t.type, t.key) for t in things)
