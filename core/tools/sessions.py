"""One's own conversations and data: chats started, listed, opened, renamed and deleted; usage; a copy of everything."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy.sql import select

from core.agent import files, usage
from core.agent.budget import UsageDaily
from core.agent.files import FileRow
from core.agent.messages import AgentEvent, AgentSession, new_session
from core.agent.outbox import SILENT
from core.agent.sessions import UNTITLED, forget_session, make_current, own_sessions
from core.agent.tools import Context, Data, Effect, Result, Role, Thing, tool
from core.chat import Card, Fact
from core.clock import to_local
from core.errors import NotFound, Offer, Refused
from core.gym.wording import moment_of_chat, short_day
from core.i18n import _, ngettext, pgettext
from core.people import Person
from core.references.chats import ChatRef
from core.references.kinds import Title
from core.store.changes import image
from core.store.rows import Row
from core.tools._chat_phrases import CHATS

_MOST = 20
_LONGEST_TITLE = 80
_WANT = "(want|need|would like|can i have|can i get) (file|copy|export|download) (with|of)"
# Tables that hold keys, raw traffic or copies of what the other tables say.
_LEFT_OUT = frozenset({"buttons", "inbox", "outbox", "agent_sessions", "files"})
_SECRET = ("token", "hash", "secret", "password")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=CHATS["new_chat"],
)
async def new_chat(ctx: Context) -> Result:
    """Start a new chat here; the old one stays in your list."""
    made = await new_session(ctx.db, ctx.gym.id, ctx.speaker.person_id, ctx.room, ctx.now)
    told = _("This is a new chat. What we said before stays in your list of chats.")
    return Result(text=told, things=(Thing("chat", f"{UNTITLED} #{made.id}"),))


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    says=CHATS["list_chats"],
)
async def list_chats(ctx: Context) -> Result:
    """List your chats here, the newest first."""
    own = [s for s in await own_sessions(ctx.db, ctx.speaker.person_id, ctx.room, _MOST) if s.message_count]
    if not own:
        return Result(text=_("You have no chats yet; this is the first."))
    lines = tuple(_line(ctx, s) for s in own)
    card = Card(kind="list", title=_("Your chats"), lines=lines)
    offers = tuple(
        Offer(_("Open {chat}").format(chat=s.title), "open_chat", {"chat": f"#{s.id}"})
        for s in own
        if s.id != ctx.session_id
    )
    return Result(cards=(card,), note="Your chats: " + "; ".join(lines), offers=offers[:3])


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=CHATS["open_chat"],
)
async def open_chat(ctx: Context, chat: ChatRef) -> Result:
    """Go on in one of your earlier chats."""
    if chat.id == ctx.session_id:
        raise Refused(_("That is the chat we are in."))
    await make_current(ctx.db, chat)
    last = moment_of_chat(to_local(chat.last_message_at, ctx.gym.zone))
    text = _("We go on in “{chat}” ({count} messages, the last on {time}).")
    text = text.format(chat=chat.title or _(UNTITLED), count=chat.message_count, time=last)
    return Result(text=text, things=(Thing("chat", f"{chat.title} #{chat.id}"),))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=CHATS["rename_chat"],
)
async def rename_chat(ctx: Context, chat: ChatRef, title: Title) -> Result:
    """Give one of your chats another title."""
    wanted = " ".join(title.split()).strip("\"“”'")[:_LONGEST_TITLE]
    if not wanted:
        raise Refused(_("A title needs at least one letter. The chat keeps its name."))
    before, chat.title = chat.title or _(UNTITLED), wanted
    return Result(
        text=_("The chat “{before}” is now called “{title}”.").format(before=before, title=wanted),
        things=(Thing("chat", f"{wanted} #{chat.id}"),),
    )


@tool(
    Role.MEMBER,
    Effect.CONFIRM,
    shows=Data.SELF,
    says=CHATS["delete_chat"],
)
async def delete_chat(ctx: Context, chat: ChatRef) -> Result:
    """Delete one of your chats with all that was said in it; what it changed in the gym stays."""
    title = chat.title or _(UNTITLED)
    await forget_session(ctx.db, chat.id, SILENT, ctx.now)
    return Result(text=_("The chat “{title}” is deleted, with everything that was said in it.").format(title=title))


@delete_chat.check
async def _what_goes(ctx: Context, chat: ChatRef) -> Card:
    """How much goes with the chat; the one that is open cannot delete itself."""
    title = chat.title or _(UNTITLED)
    if chat.id == ctx.session_id:
        raise Refused(
            _(
                "“{title}” is the chat we are in, and it cannot delete itself. Start a new one and delete it from "
                "there."
            ).format(title=title),
            Offer(_("New chat"), "new_chat"),
        )
    last = moment_of_chat(to_local(chat.last_message_at, ctx.gym.zone), year=True)
    facts = (Fact(label=_("Messages"), value=str(chat.message_count)), Fact(label=_("Last one"), value=last))
    lines = (_("This cannot be undone. Bookings and other things done in it stay as they are."),)
    return Card(kind="confirm", title=_("Delete the chat “{title}”?").format(title=title), facts=facts, lines=lines)


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    says=[
        "[show] my (usage|quota|limit|limits|message budget)",
        "[show] my (usage|messages) (today|this week|this month|lately|so far)",
        "(message|messages|question|chat) (limit|budget|quota|usage|allowance)",
        "(what is|what's|whats|how big is) my (message|messages|question|chat) (limit|budget|quota|usage|allowance)",
        "how many (messages|questions) (have i|did i|do i have|have i got) [sent|send|written|asked|used|left|use|ask|write]",
        "(what is|what's|whats|how much is) left of my (messages|questions|budget|quota|limit)",
        "(do i have|have i got) [any] (messages|questions|budget|quota) left",
        "(am i|did i) (out of|use up|run out of) [my] (messages|questions|budget|quota)",
        "how (many|much) (messages|usage|quota|budget|turns) [have|got] [left|used]",
        "how many (messages|questions) (can|may) i (send|ask) [today]",
        "how much (have i|did i) (used|use) [today|this week|this month|lately|so far]",
        "what is my (usage|limit|quota|budget)",
        "(usage|quota) [left|today|please]",
        "am i (close to|over|near) (my|the) limit",
        "[my] remaining (messages|questions)",
        "how (much|many) (have i|did i) (written|write|asked|ask|sent|send|typed) [today|this week|so far]",
        "(have|did|am) i (hit|reached|reach|exceeded|exceed|at) [the|my] (limit|cap|quota)",
        "how (much|many) of my (allowance|quota|messages|budget|limit) [is|are] left",
        "(what is|how much is) left of my allowance",
        "is my (quota|limit|allowance|budget) (gone|used up|empty|exhausted|reached)",
    ],
)
async def show_usage(ctx: Context) -> Result:
    """Show how many messages you have sent today and this week, and what is left."""
    today = ctx.local_now.date()
    rows = await ctx.db.scalars(
        select(UsageDaily).where(
            UsageDaily.person_id == ctx.speaker.person_id, UsageDaily.day > today - timedelta(days=7)
        )
    )
    week = list(rows)
    now = sum(u.messages for u in week if u.day == today)
    models = [u for u in week if u.model not in ("rules", "code")]
    by_models = _("{messages}, {count} answered by a model") if models else _("{messages}, none answered by a model")
    in_week = by_models.format(messages=_messages(sum(u.messages for u in week)), count=sum(u.turns for u in models))
    facts = (
        Fact(label=_("Today"), value=_messages(now)),
        Fact(label=_("Last 7 days"), value=in_week),
        Fact(label=pgettext("remaining", "Left"), value=_left(await usage.mine(ctx.db, ctx.speaker, ctx.gym, ctx.now))),
    )
    return Result(
        cards=(Card(kind="table", title=_("Your usage"), facts=facts),),
        note="; ".join(f"{f.label}: {f.value}" for f in facts),
    )


def _left(own: dict[str, Any]) -> str:
    """How many messages a model may still answer."""
    if own["messages_left_today"] is None:
        return _("no limit: answers without a model are free")
    left = _("{today} AI answers today, {hour} of them in this hour; fixed commands are free")
    return left.format(today=own["messages_left_today"], hour=own["messages_left_hour"])


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    says=[
        "(export|download|give me|send me|get) my (data|information|info|records)",
        "(send|give|export|download|mail|email) me (everything|all) [that] [you] (hold|have|got|keep|know|store|stored) (on|about) me",
        "copy of [all] [the] (information|data|everything) [that|which] [you] (hold|have|keep|store|know) [on|about] me",
        "copy of [all] [the] (information|data|everything) [that|which] [you] (hold|have|keep|store|know|save|saved|stored) [on|about] (me|my person|myself)",
        "[i] [want|would like|need] [the] (whole lot|lot|everything|all) [that] [you] (have|have got|got|know|keep|hold) (on|about) me [as] [a] (file|download|export|zip)",
        "[under gdpr] (receive|get|have|obtain|request|want|send me|give me) [a] copy of [all] [of] [the|my] [personal] (information|data|records) [that|which] [you] [hold|have|keep|store|know|got] [on|about] [me]",
        "export everything (you|u) (have|know|store|keep|got)",
        f"{_WANT} (everything|all the data|all my data) [you|u] [know|have|store|keep]",
        "(copy|export|download) of my data",
        "(show|see|view) [me] [all] my (data|records)",
        "[i want|i need|give me|send me|get me|can i have] [all] [the] (data|information|info) (you|u|that you) (have|store|keep|hold|got) (about|on|of) me",
        "(send|give|email|mail|get) [me] [a] (file|copy|zip|archive) (with|of) [all] my (data|information|info|records)",
        "(get|give|send|export|download|want|need) [me] [all] my (personal|own|complete|full) (data|information|info|records)",
        "[want|need|get|give] [me] [all] my (data|information|records) (as|in) [a] (file|json|zip|download)",
        "what (data|information) (do|does) (you|u|the gym) (have|store|keep|hold) (about|on) me",
        "what do you (know|keep|store) about me",
        "(gdpr|dsgvo) (export|request|data)",
        "everything (you|u) [have|have got|got] (have|know|store|stored|keep|kept|saved|collected) (about|on) me [as a file|in a file]",
        "[send|give|get|mail|email|make] [me] [a] (file|copy|download|export) (with|of) everything [that] (you|u) [have] [got] (have|know|store|stored|keep|kept|saved|got) (about|on) me",
        "[send|give|get|mail|email|make] [me] [a] (file|copy|download|export) (with|of) everything [about me]",
        "(pack|bundle|zip|put|collect|wrap) [up] [all] my (data|information|records) (in|into|as) [a|one] (file|zip|archive|download)",
        "(hand|dump) [me] [over|out] [all] my (data|information|records)",
        "(make|create|do|prepare|run) [me] [an|a] (export|copy|download|dump|backup) of [all] my (data|information|records)",
        "take [all] my (data|records|information) with! me!",
        "[my] data (export|download|dump|copy)",
    ],
)
async def export_my_data(ctx: Context) -> Result:
    """Make a file with everything that is kept about you."""
    told = await _everything(ctx)
    written = json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()
    name = f"my-data-{ctx.local_now:%Y-%m-%d}.json"
    file = await files.make(ctx.db, ctx.gym.id, ctx.speaker.person_id, name, "application/json", written, ctx.now)
    counted = ", ".join(f"{len(rows)} {table.replace('_', ' ')}" for table, rows in told.items() if rows)
    text = _("Here is everything {gym} keeps about you, as a file.").format(gym=ctx.gym.name)
    return Result(text=text, note=f"{text} Rows in it: {counted}.", files=(file,))


async def _everything(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Every row about the speaker by table: the person, what names them, and what they said and were told."""
    me = ctx.speaker.person_id
    person = await ctx.db.get(Person, me)
    if person is None:
        raise NotFound(_("I keep nothing about you."))
    told: dict[str, list[dict[str, Any]]] = {"persons": [_row(person)]}
    for mapper in sorted(Row.registry.mappers, key=lambda m: str(m.local_table)):
        table: Any = mapper.class_
        key = next((k for k in ("person_id", "member_id", "author_id") if hasattr(table, k)), None)
        if key and table.__tablename__ not in _LEFT_OUT:
            rows = await ctx.db.scalars(select(table).where(getattr(table, key) == me))
            told[table.__tablename__] = [_row(row) for row in rows]
    told["files"] = [
        {"name": f.name, "type": f.media_type, "bytes": f.size, "received_at": f.received_at.isoformat()}
        for f in await ctx.db.scalars(select(FileRow).where(FileRow.person_id == me).order_by(FileRow.id))
    ]
    told["chats"] = [await _chat(ctx, s) for s in await ctx.db.scalars(_sessions_of(me))]
    return {table: rows for table, rows in told.items() if rows}


def _sessions_of(person_id: int) -> Any:
    return select(AgentSession).where(AgentSession.person_id == person_id).order_by(AgentSession.id)


def _row(row: Any) -> dict[str, Any]:
    return {k: v for k, v in image(row).items() if not any(word in k for word in _SECRET)}


async def _chat(ctx: Context, session: AgentSession) -> dict[str, Any]:
    """A conversation with what was said in it, without the machinery of models."""
    events = await ctx.db.scalars(
        select(AgentEvent)
        .where(AgentEvent.session_id == session.id, AgentEvent.event_type.in_(("user_message", "answer", "result")))
        .order_by(AgentEvent.sequence_number)
    )
    said = [
        {"at": e.at.isoformat(), "type": e.event_type, "text": e.content.get("text") or e.content.get("note") or ""}
        for e in events
    ]
    return {"title": session.title, "started": session.created_at.isoformat(), "said": said}


def _line(ctx: Context, session: AgentSession) -> str:
    last = to_local(session.last_message_at, ctx.gym.zone)
    here = session.id == ctx.session_id
    words = _("{chat} — {messages}, {time} — this one") if here else _("{chat} — {messages}, {time}")
    return words.format(
        chat=session.title or _(UNTITLED),
        messages=_messages(session.message_count),
        time=f"{short_day(last)} {last:%H:%M}",
    )


def _messages(number: int) -> str:
    return ngettext("{count} message", "{count} messages", number).format(count=number)
