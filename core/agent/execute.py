"""One tool call in one transaction: decide, resolve or ask, confirm, run, and write down what happened and what is shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.agent import choose, closing, confirm, egress, policy, questions, receipts
from core.agent.budget import Assistants
from core.agent.choose import Arguments, Pending
from core.agent.fitting import misfit
from core.agent.messages import AgentSession, TurnRow, append
from core.agent.outbox import Outbox, To
from core.agent.places import place_of
from core.agent.questions import QuestionRow
from core.agent.reference import Candidate, Focus
from core.agent.suggest import on_buttons
from core.agent.tools import Context, Data, GymFacts, Result, Role, Speaker, Tool
from core.agent.toolset import Specs, is_needless, no_such, reach
from core.agent.undone import settle_undone
from core.chat import Button, Card, Message, Place
from core.clock import Clock, to_local
from core.errors import Told, Unfit
from core.gym import wording
from core.gym.gyms import settings_of
from core.i18n import _, marked, speak
from core.llm.contract import ToolCall
from core.metrics import COUNTS
from core.people import Person, Sender, sender
from core.store import changes
from core.store.changes import Cause
from core.store.database import after_commit

log = structlog.get_logger()
PRIVATELY = marked("Answered privately.")
LEFT_OUT = marked("I left out “{deed}”: it leaned on the step before, and that was not done.")
BY_CODE = ("rules", "code")
ANSWER = "answer"
CHANGED = marked("This has changed since you were asked; please look again.")
UNCHANGED = marked("Nothing has changed: that is how it was already.")
APOLOGY = marked(
    "Something went wrong on my side, and nothing was changed. Please try again; the gym's owner can see what happened."
)


Doors = Callable[..., Sequence[str]]


class Executor:
    """Runs proposed calls. It knows no tool by name and no platform."""

    def __init__(self, clock: Clock, toolbox: dict[str, Tool], outbox: Outbox, base_url: str = "") -> None:
        self.assistants = Assistants()
        self.doors: Doors = _no_doors
        self.clock = clock
        self.base_url = base_url
        self.toolbox, self.specs = toolbox, Specs(toolbox)
        self.outbox = outbox

    async def execute(
        self, db: AsyncSession, turn: TurnRow, session: AgentSession, call: ToolCall, provider: str, focus: Focus
    ) -> bool:
        """Run a call that has no result yet. True when it now waits for a person."""
        asked = await questions.of_call(db, call.id)
        if any(q.state == questions.OPEN for q in asked):
            return True
        ctx = await self._context(db, turn, session, call)
        tool = self.toolbox.get(call.tool)
        if tool is None or (provider not in BY_CODE and is_needless(tool)):
            await self._told(ctx, None, call, Unfit(no_such(call.tool)))
            return False
        changes.watch(db.sync_session, ctx.cause)
        ctx.cause.data = tool.shows.value
        ctx.by_code = provider in BY_CODE
        ctx.tainted = session.tainted and not ctx.by_code
        try:
            async with db.begin_nested():
                return await self._decided(ctx, tool, call, asked, session, provider in BY_CODE, focus)
        except (Told, Unfit) as error:
            ctx.cause.change = None
            await self._told(ctx, tool, call, error)
            return False

    async def failed(self, db: AsyncSession, turn: TurnRow, session: AgentSession, call: ToolCall) -> None:
        """Write down that a call ended in a fault of our own, in a transaction of its own: nothing of it was kept."""
        ctx = await self._context(db, turn, session, call)
        await self._told(ctx, None, call, Told(_(APOLOGY)))

    async def baseless(self, db: AsyncSession, turn: TurnRow, session: AgentSession, call: ToolCall) -> None:
        """Write down that a call was left out, because what it was about did not come about."""
        ctx = await self._context(db, turn, session, call)
        tool = self.toolbox.get(call.tool)
        words = _(LEFT_OUT).format(deed=policy.deed(tool) if tool else call.tool)
        await self._told(ctx, None, call, Told(words))

    async def _context(self, db: AsyncSession, turn: TurnRow, session: AgentSession, call: ToolCall) -> Context:
        now = self.clock.now()
        person = await sender(db, turn.person_id)
        speak(None if session.room else person.language)
        gym = await facts_of(db, turn.gym_id, self.base_url, self.assistants, self.doors)
        wording.spoken_on(to_local(now, gym.zone).date())
        args = dict(call.args)
        cause = Cause(
            gym.id, person.id, session.id, turn.id, call.id, session.room, call.tool, args, Data.STAFF.value, now
        )
        return Context(
            db=db,
            speaker=speaker_of(person),
            gym=gym,
            place=place_of(session.room),
            room=session.room,
            session_id=session.id,
            turn_id=turn.id,
            call_id=call.id,
            clock=self.clock,
            at=now,
            cause=cause,
        )

    async def _decided(
        self,
        ctx: Context,
        tool: Tool,
        call: ToolCall,
        asked: list[QuestionRow],
        session: AgentSession,
        by_code: bool,
        focus: Focus,
    ) -> bool:
        decide = partial(policy.decide, ctx.speaker, tool, call.args.keys(), tainted=session.tainted, by_code=by_code)
        decision = _allowed(decide())
        if not by_code and tool.role > reach(ctx.place, ctx.speaker.role):
            raise Unfit(f"{tool.name} is not there for you in this place: the person may type it as a command.")
        if not by_code and (words := misfit(tool, call.args)):
            raise Unfit(words)
        arguments = await choose.resolve(ctx, tool, call.args, chosen_of(asked), focus)
        if arguments.unknown:
            raise await choose.not_found(ctx, tool, arguments, call.args, focus)
        if arguments.pending:
            await self._ask(ctx, tool, call, arguments.pending)
            return True
        _allowed(decide(named=arguments.values.values()))
        if tool.asks:
            ctx.answer = chosen_of(asked).get(ANSWER)
            if ctx.answer is None:
                await self._ask_freely(ctx, tool, call, arguments, tool.asks)
                return True
        card = await confirm.card_to_ask(ctx, tool, arguments.values, arguments.canonical, decision.press)
        if card and not await self._approved(ctx, tool, call, card, confirm.approved(asked)):
            return True
        ctx.pressed = card is not None
        ctx.cause.args = dict(arguments.canonical)
        result = await tool.body(ctx, **confirm.as_arguments(arguments.values))
        await ctx.db.flush()
        session.tainted = await self._done(ctx, tool, call, arguments, result) or session.tainted
        return False

    async def _approved(self, ctx: Context, tool: Tool, call: ToolCall, card: Card, given: QuestionRow | None) -> bool:
        if given and confirm.still_true(given, card):
            return True
        if given:
            card = card.model_copy(update={"lines": (*card.lines, _(CHANGED))})
        await self._confirm(ctx, tool, call, card)
        return False

    async def _ask(self, ctx: Context, tool: Tool, call: ToolCall, pending: Pending) -> None:
        text = choose.question_text(tool, pending)
        row = self._question(ctx, tool, call, pending.kind, text, pending.param.name, pending.param.type.name)
        options = pending.options or await on_buttons(ctx, tool, pending.param)
        row.options = choose.labels(options)
        ctx.db.add(row)
        await ctx.db.flush()
        buttons = tuple([(await self._answer(ctx, row, n, c),) for n, c in enumerate(options)])
        card = Card(kind="pick" if pending.kind == "pick" else "ask", title=text, state="open")
        await self._show_question(ctx, tool, row, Message(cards=(card,), buttons=buttons))

    async def _ask_freely(
        self, ctx: Context, tool: Tool, call: ToolCall, arguments: Arguments, params: tuple[str, str]
    ) -> None:
        """A question in a model's own words: as plain text, with a button per option or an answer in words."""
        text = str(arguments.values[params[0]])
        options = [o.strip() for o in str(arguments.values.get(params[1]) or "").split("|") if o.strip()]
        truth = ""
        if not ctx.by_code:
            truth = await closing.truth_beside(ctx.db, ctx.turn_id, text)
            text, *options = (egress.guarded(words, self.base_url) for words in (text, *options))
        asked = "\n\n".join(filter(None, (truth, text)))
        row = self._question(ctx, tool, call, "pick" if options else "ask", asked, ANSWER, "text")
        row.options = [{"label": o, "key": o} for o in options[: choose.MOST_OPTIONS]]
        ctx.db.add(row)
        await ctx.db.flush()
        picks = [Candidate(o["key"], o["key"], o["label"]) for o in row.options]
        buttons = tuple([(await self._answer(ctx, row, n, c),) for n, c in enumerate(picks)])
        card = Card(kind="pick" if options else "ask", title=text, state="open")
        await self._show_question(ctx, tool, row, Message(text=truth, cards=(card,), buttons=buttons))

    async def _confirm(self, ctx: Context, tool: Tool, call: ToolCall, card: Card) -> None:
        row = self._question(ctx, tool, call, "confirm", card.title, None, None)
        plain = card.model_copy(update={"lines": tuple(x for x in card.lines if x != _(CHANGED))})
        row.seen = questions.card_hash(plain)
        row.typed_yes = confirm.typed_yes_counts(tool) and ctx.place is Place.PRIVATE and not ctx.tainted
        approve, reject = _("Approve"), _("Reject")
        row.options = [{"label": approve, "key": confirm.YES}, {"label": reject, "key": confirm.NO}]
        ctx.db.add(row)
        await ctx.db.flush()
        yes = await self._answer(ctx, row, 0, Candidate(confirm.YES, confirm.YES, approve), "danger")
        no = await self._answer(ctx, row, 1, Candidate(confirm.NO, confirm.NO, reject))
        await self._show_question(ctx, tool, row, Message(cards=(card,), buttons=((yes, no),)))

    def _question(
        self, ctx: Context, tool: Tool, call: ToolCall, kind: str, text: str, param: str | None, type_name: str | None
    ) -> QuestionRow:
        return QuestionRow(
            gym_id=ctx.gym.id,
            session_id=ctx.session_id,
            turn_id=ctx.turn_id,
            call_id=call.id,
            person_id=ctx.speaker.person_id,
            room=ctx.room,
            kind=kind,
            param=param,
            type=type_name,
            text=text,
            options=[],
            state=questions.OPEN,
            expires_at=confirm.expiry(tool, ctx.now),
            asked_at=ctx.now,
        )

    async def _answer(
        self, ctx: Context, row: QuestionRow, number: int, option: Candidate, style: str = "plain"
    ) -> Button:
        label = option.label or str(option.key)
        what = {"option": number}
        bound = receipts.bound_of(ctx)
        return await questions.make_button(
            ctx.db, bound, label, "answer", what, row.expires_at, question_id=row.id, style=style
        )

    async def _show_question(self, ctx: Context, tool: Tool, row: QuestionRow, message: Message) -> None:
        """The question goes where it was caused, or to the person alone if its words are not for the place."""
        data = Data.STAFF if row.type in ("member", "workout", "plan") else tool.shows
        to, message = self._addressed(ctx, message, policy.label_of(tool, data, ctx.speaker.role >= 2))
        shown = await self.outbox.post(ctx.db, to, message, ctx.now, question_id=row.id)
        row.outbox_id = shown
        if message.private:
            await self._tell_room(ctx)

    async def _done(self, ctx: Context, tool: Tool, call: ToolCall, arguments: Arguments, result: Result) -> bool:
        """Show and write down what a call did. True when the model has read somebody else's free text in it."""
        change = ctx.cause.change
        change_id = change.id if change else None
        if change_id is not None:
            summary = (result.receipt or result.text)[:500]
            await changes.sum_up(ctx.db, change_id, summary)
        if result.undone:
            await settle_undone(ctx, self.outbox, result.undone)
            after_commit(ctx.db, COUNTS.undo)
        if change_id is None and result.receipt and not result.text:
            result = replace(result, text=_(UNCHANGED))
        data = Data.HEALTH if result.private else policy.label_of(tool, result.data, _on_other(ctx, arguments))
        if not ctx.by_code and not tool.writes:
            result = replace(result, text=egress.guarded(result.text, self.base_url))
        aside = result.aside and not ctx.by_code
        message = Message() if aside else await receipts.message_of(ctx.db, ctx, result, change_id)
        shown = await self._show(ctx, message, data, result, change_id)
        read = policy.cleared(data, ctx.place)
        note = receipts.note_of(result) if read else PRIVATELY
        result = replace(result, taints=result.taints and read)
        await self._returned(
            ctx, call, dict(arguments.canonical), True, note, result, change_id, shown, private=not read
        )
        await self._tell_others(ctx, result, change_id)
        return result.taints

    async def _show(
        self, ctx: Context, message: Message, data: Data, result: Result, change_id: int | None
    ) -> int | None:
        if message == Message():
            return None
        to, message = self._addressed(ctx, message, data)
        shown = await self.outbox.post(ctx.db, to, message, ctx.now, change_id=change_id, things=result.things)
        if message.private:
            await self._tell_room(ctx)
        return shown

    def _addressed(self, ctx: Context, message: Message, data: Data) -> tuple[To, Message]:
        """Where a message of a class goes: to the place it was asked in, or to the asker alone."""
        if policy.cleared(data, ctx.place):
            person = ctx.speaker.person_id if ctx.room is None else None
            return To(ctx.gym.id, person, ctx.room, ctx.session_id, ctx.turn_id), message
        private = To(ctx.gym.id, ctx.speaker.person_id, None, None, ctx.turn_id)
        return private, message.model_copy(update={"private": True})

    async def _tell_room(self, ctx: Context) -> None:
        """A line for everyone in the room; its chat is spared that where nobody saw that something was asked."""
        to = To(ctx.gym.id, None, ctx.room, ctx.session_id, ctx.turn_id)
        seen = not ((await ctx.db.get_one(TurnRow, ctx.turn_id)).spot or {}).get("aside")
        await self.outbox.post(ctx.db, to, Message(text=_(PRIVATELY)), ctx.now, routed=seen)

    async def _tell_others(self, ctx: Context, result: Result, change_id: int | None) -> None:
        due = ctx.now + _undo_window(ctx.gym)
        for notice in result.tell:
            await self.outbox.post(
                ctx.db,
                To(ctx.gym.id, notice.person_id, None),
                Message(text=notice.text),
                ctx.now,
                kind="notice",
                change_id=change_id,
                due_at=due,
                correction=notice.correction,
            )

    async def _told(self, ctx: Context, tool: Tool | None, call: ToolCall, error: Told | Unfit) -> None:
        """A call that ended without a change: the person hears why (a model's misfit, only the model)."""
        words = note = str(error)
        shown = None
        kind = "fault" if words == _(APOLOGY) else type(error).__name__.casefold()
        after_commit(ctx.db, lambda: COUNTS.tool_error(tool.name if tool else "unknown", kind))
        if isinstance(error, Told):
            message = Message(text=words, buttons=await receipts.offer_buttons(ctx.db, ctx, error.offers))
            data = Data.PUBLIC if tool is None or ctx.speaker.role < tool.role else tool.shows
            data = Data.STAFF if data is Data.SELF and "member" in call.args else data
            data = Data(error.shows) if error.shows else data
            shown = await self._show(ctx, message, data, Result(), None)
            note = words if policy.cleared(data, ctx.place) else PRIVATELY
        await self._returned(ctx, call, dict(call.args), False, note, Result(), None, shown)

    async def _returned(
        self,
        ctx: Context,
        call: ToolCall,
        args: dict[str, object],
        ok: bool,
        note: str,
        result: Result,
        change_id: int | None,
        shown: int | None,
        private: bool = False,
    ) -> None:
        things = [{"type": t.type, "key": t.key} for t in result.things]
        marks = {name: True for name, is_so in (("taints", result.taints), ("private", private)) if is_so}
        shows = [{"type": t.type, "key": t.key} for t in result.listed] if not private else []
        content = {"tool": call.tool, "args": args, "ok": ok, "note": note, "things": things,
                   "change_id": change_id, "outbox_id": shown, **marks, **({"listed": shows} if shows else {})}  # fmt: skip
        await append(ctx.db, ctx.session_id, ctx.turn_id, "result", content, ctx.now, call.id)


def _allowed(decision: policy.Decision) -> policy.Decision:
    """The decision, unless it is a refusal: then whoever asked is told why."""
    if decision.refused:
        raise Told(decision.refused)
    return decision


def chosen_of(asked: list[QuestionRow]) -> dict[str, str]:
    """What the person has answered about a call's parameters; a later answer counts over an earlier one."""
    return {q.param: q.answer for q in asked if q.param and q.state == questions.ANSWERED and q.answer is not None}


def speaker_of(person: Person | Sender) -> Speaker:
    """The person as the one who acts, with the role they have now."""
    rank = 0 if person.left_on is not None else person.rank
    return Speaker(person.id, person.name, Role(rank), person.gym_id)


async def facts_of(
    db: AsyncSession, gym_id: int, base_url: str = "", assistants: Assistants | None = None, doors: Doors | None = None
) -> GymFacts:
    """A gym's profile as tools see it, with the address under which its page is reached, the models it has, and how a code
    becomes links to its bots, or links that add them to a group."""
    found = await settings_of(db, gym_id)
    settings = {**found, "base_url": base_url, "assistants": assistants or Assistants(), "doors": doors or _no_doors}
    return GymFacts(gym_id, found["name"], found["zone"], found["currency"], found["units"], settings)


def _on_other(ctx: Context, arguments: Arguments) -> bool:
    member = arguments.values.get("member")
    return member is not None and getattr(member, "id", None) != ctx.speaker.person_id


def _no_doors(*_asked: object) -> Sequence[str]:
    return ()


def _undo_window(gym: GymFacts) -> timedelta:
    return timedelta(seconds=int(gym.settings["undo_window_s"]))
