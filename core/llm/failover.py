"""The ladder: a model over models, which asks the next one where one fails and ends with the rules, so that nobody is
left without an answer. It keeps to breakers, a budget of repetitions, watchdogs and the money that it is allowed."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import structlog

from core.i18n import _, marked
from core.llm import routing
from core.llm.breakers import Breaker, RetryBudget
from core.llm.contract import (
    BrokenOff,
    ContextExceeded,
    Crashed,
    Event,
    KeyRefused,
    Model,
    ModelError,
    Proposed,
    Request,
    Retryable,
    Stop,
    TextDelta,
    Usage,
)
from core.llm.failures import guarded, may_cost
from core.llm.paying import Held, Ledger, PaidCall, Rung, Unpaid
from core.llm.replay import after_results
from core.llm.routing import Route, Why
from core.llm.rules import newest_words
from core.llm.underway import Turns
from core.llm.warmth import Warmth
from core.llm.watchdog import Clock, Late, Patience, Watchdog

log = structlog.get_logger()
Purpose = Literal["chat", "plan", "small"]
TURN_S = 180.0
MOST_TRIES = 3
LONGEST_WAIT_S = 10.0
KEY_REST_S = 600.0
RULES = "rules"
UNREACHABLE = marked(
    "The AI models cannot be reached right now, so my fixed commands answer. Everything said and done so far is kept; "
    "I understand free wording again once they are back."
)
LATE = marked("The AI model took longer than I have for one message, so my fixed commands answer this one.")
TOO_LONG_TO_READ = marked(
    "This is more than the AI model can read at once, so my fixed commands answer. Everything said and done so far is kept; "
    "“new chat” starts a fresh conversation."
)
STOPPED: dict[str, str] = {
    "unreachable": marked("The AI model became unreachable in the middle of this, so I stopped here."),
    "late": marked("This took me longer than I have for one message, so I stopped here."),
    "context": marked("This has become more than the AI model can read at once, so I stopped here."),
    "length": marked("My next answer became too long and broke off, so I stopped here."),
}
LISTED = marked("What is listed above is done, and nothing else; say what is still missing.")
BROKE_OFF = marked("(The answer breaks off here, and nothing follows from it. Ask again for the rest.)")
TOO_LONG = marked("(That is as much as fits into one answer. Say “go on” for the rest.)")
NOT_ACTED = marked("My answer became too long and broke off before anything could happen. Ask for less at once.")
REFUSED = marked("I can't help with that one.")
REFUSED_MIDWAY = marked("(The AI model broke off here of its own accord, and nothing follows from this answer.)")
_READING: tuple[Why, ...] = ("reading",)
# After which everybody has waited long.
_SILENT = ("no_answer", "stalled", "timeout", "connect")


class _Escalate(Exception):
    """The small model wants to change something: that is the better one's work."""


class _Resting(Exception):
    """The model is left alone for now."""


@dataclass
class _Climb:
    """What one request's way up the ladder has come to so far."""

    route: Route
    until: datetime
    rungs: Sequence[Rung] = ()
    shown: bool = False
    why: Why = "unreachable"
    refused: Held = field(default_factory=lambda: Held(None))


class Ladder:
    """Models by purpose, the best first, over the rules. `brands` are the kinds of model that are connected."""

    name = "ladder"

    def __init__(
        self,
        steps: Mapping[Purpose, Sequence[Rung]],
        rules: Model,
        clock: Clock,
        ledger: Ledger,
        patience: Patience = Patience(),
        chance: random.Random | None = None,
    ) -> None:
        self._steps = steps
        self._rules = rules
        self._clock = clock
        self.ledger = ledger
        self._patience = patience
        self._chance = chance or random.Random()
        self._retries = RetryBudget(clock)
        self._breakers = {rung.name: Breaker(clock) for rungs in steps.values() for rung in rungs}
        self._turns = Turns(clock, TURN_S)
        self._warmth = Warmth(clock)
        names = list(self._breakers)
        self.brands = tuple(b for b, prefix in routing.BRANDS.items() if any(n.startswith(prefix) for n in names))
        # What the desk tells tools of the models and their limits; set where the house is put together.
        self.assistants: object | None = None

    def reads_context(self, request: Request) -> bool:
        """Whether a language model will be asked, as far as that can be known before it is."""
        if _is_job(request):
            return self._ready(self._steps.get(request.purpose, ()))
        way = self._route(request)
        return not way.free and self._ready(self._rungs(request, way))

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        """The answer of the first model that gives one, and of the rules where none does. ContextExceeded where a model
        could read a shorter request, as long as that has not been tried."""
        way = Route("writing") if _is_job(request) else self._route(request.plain or request)
        climb = _Climb(way, self._turns.until(request.turn))
        if not way.free and (request.plain is not None or _is_job(request)):
            async with aclosing(self._climb(request, climb)) as events:
                async for event in events:
                    yield event
                    if isinstance(event, Stop):
                        self._turns.touch(request.turn)
                        return
        if _is_job(request):
            yield Stop("cut")
            return
        async for event in self._by_rules(request.plain or request, climb):
            yield event

    # -- the way up -----------------------------------------------------------------------------------------

    def _route(self, request: Request) -> Route:
        """Where a turn goes: decided by its words, and kept to while it runs."""
        words, known = newest_words(request), self._turns.routed(request.turn)
        if known is not None and (words is None or known.words == words):
            return known.way
        way = routing.route(request)
        self._turns.remember(request.turn, words, way)
        return way

    def _rungs(self, request: Request, way: Route) -> list[Rung]:
        """The models that are asked, in order: small ones first to read, the preferred brand before the others."""
        purpose: Purpose = "plan" if way.why == "planning" and self._steps.get("plan") else "chat"
        rungs = {rung.name: rung for rung in self._steps.get(purpose, ())}
        names = routing.preferred(list(rungs), request.prefer)
        if way.why in _READING:
            small = {rung.name: rung for rung in self._steps.get("small", ())}
            first = routing.preferred(list(small), request.prefer)[:1]
            rungs |= small
            if not self._is_dearer([rungs[n] for n in first], [rungs[n] for n in names[:1]], request):
                names = [*first, *(n for n in names if n not in first)]
        return [rungs[name] for name in names]

    def _is_dearer(self, small: Sequence[Rung], better: Sequence[Rung], request: Request) -> bool:
        """Whether the small model would cost more than the better one, which may have the conversation in its cache."""
        if request.plain is None or not small or not better:
            return False
        costs = [self._warmth.cost(r.name, r.price, request) for r in (*small, *better)]
        return costs[0] > costs[1]

    def _ready(self, rungs: Sequence[Rung]) -> bool:
        return any(self._breakers[rung.name].ready for rung in rungs)

    async def _climb(self, request: Request, climb: _Climb) -> AsyncGenerator[Event, None]:
        """Events of the first model that answers, ending with its Stop; without one if none does."""
        job = _is_job(request)
        climb.rungs = list(self._steps.get(request.purpose, ())) if job else self._rungs(request, climb.route)
        for rung in climb.rungs:
            for attempt in range(1, MOST_TRIES + 1):
                try:
                    async with aclosing(self._asked(rung, request, climb, attempt)) as events:
                        async for event in events:
                            yield event
                    return
                except _Escalate:
                    climb.route = Route("writing")
                    self._turns.remember(request.turn, newest_words(request), climb.route)
                    break
                except _Resting:
                    break
                except Unpaid as denied:
                    climb.why, climb.refused = "cap", denied.held
                    if climb.shown and not job:
                        for event in _cut(rung, climb):
                            yield event
                        return
                    break
                except ModelError as error:
                    climb.why = _why(error)
                    log.warning("model_failed", model=rung.name, attempt=attempt, status=error.status, code=error.code)
                    if climb.shown and not job:
                        for event in _cut(rung, climb):
                            yield event
                        return
                    if isinstance(error, ContextExceeded) and not (job or request.shortened):
                        raise
                    if isinstance(error, Late) or not await self._again(error, attempt, climb):
                        break
            if climb.why == "late":
                return

    async def _again(self, error: ModelError, attempt: int, climb: _Climb) -> bool:
        """Wait until the same model can be asked again; False where the next one is asked instead, as after a silence:
        that has taken long enough."""
        if not isinstance(error, Retryable) or error.code in _SILENT or attempt == MOST_TRIES:
            return False
        wait = self._chance.uniform(0.5, 1) * 2 ** (attempt - 1)
        wait = max(wait, error.retry_after or 0)
        left = (climb.until - self._clock.now()).total_seconds()
        if wait > LONGEST_WAIT_S or wait >= left or not self._retries.spend():
            return False
        await self._clock.sleep(wait)
        return True

    async def _asked(self, rung: Rung, request: Request, climb: _Climb, attempt: int) -> AsyncGenerator[Event, None]:
        """One call of one model, paid for: its events, or the ModelError that says why there is no answer."""
        if self._clock.now() >= climb.until:
            raise Late("There was no time left to ask.", model=rung.name, code="late")
        breaker = self._breakers[rung.name]
        if not breaker.enter():
            raise _Resting
        tried = breaker.trying
        better = next(iter(self._steps.get("chat", ())), rung) if climb.route.why == "reading" else rung
        paid, why = None, "job" if _is_job(request) else climb.route.why
        try:
            paid = await PaidCall.begin(self.ledger, self._clock, rung, better, request, why, attempt)
            if paid.held.id is None:
                raise Unpaid(paid.held)
            async with aclosing(self._events(rung, request, climb, paid)) as events:
                async for event in events:
                    if isinstance(event, Stop):  # before it is passed on: nobody asks for more after it
                        self._answered(breaker)
                    yield event
        except _Escalate:
            self._answered(breaker)
            raise
        except ModelError as error:
            if paid is not None:
                paid.outcome, paid.may_cost = error.code or type(error).__name__, may_cost(error)
            self._note(breaker, error, not self._ready([r for r in climb.rungs if r.name != rung.name]), tried)
            raise
        finally:
            breaker.left(tried)
            if paid is not None:
                await paid.settle()

    def _answered(self, breaker: Breaker) -> None:
        """A whole answer came."""
        breaker.worked()
        self._retries.earn()

    def _note(self, breaker: Breaker, error: ModelError, alone: bool, tried: bool) -> None:
        """What a failure means for the model: one that will be gone for a while is left alone for as long, and not for so
        long where nobody but the rules would answer instead."""
        if isinstance(error, KeyRefused):
            log.error("model_key_refused", model=error.model, code=error.code)
            breaker.failed(KEY_REST_S, tried=tried)
        elif isinstance(error, Retryable | Crashed):
            asked_for = getattr(error, "retry_after", None) or 0
            breaker.failed(asked_for if asked_for > LONGEST_WAIT_S else 0, error.code in _SILENT, alone, tried)

    async def _events(self, rung: Rung, request: Request, climb: _Climb, paid: PaidCall) -> AsyncGenerator[Event, None]:
        """What a model streams, watched over. Calls are held back until the answer is known to be whole, and so are the
        words of a job, which is asked for again from the start."""
        calls: list[Proposed] = []
        words: list[TextDelta] = []
        climb.shown = climb.shown and not _is_job(request)
        dog = Watchdog(self._clock, self._patience, climb.until)
        async with aclosing(dog.read(rung.model.stream(request))) as events:
            async for event in guarded(events, rung.name):
                paid.hears(event)
                if isinstance(event, Usage) and not _is_job(request):
                    self._warmth.note(rung.name, request)
                if isinstance(event, Usage) and event.so_far:
                    await paid.goes_on()
                if isinstance(event, Proposed):
                    calls.append(event)
                elif isinstance(event, TextDelta) and _is_job(request):
                    words.append(event)
                elif isinstance(event, Stop):
                    climb.shown = climb.shown or bool(words)
                    for ending in (*words, *self._ended(event, calls, rung, request, climb, paid)):
                        yield ending
                    return
                else:
                    climb.shown = climb.shown or isinstance(event, TextDelta)
                    yield event
        raise BrokenOff("The stream ended without a stop.", model=rung.name, code="cut")

    def _ended(
        self, stop: Stop, calls: Sequence[Proposed], rung: Rung, request: Request, climb: _Climb, paid: PaidCall
    ) -> list[Event]:
        """What a whole answer is passed on as, or the error that it amounts to."""
        empty = not calls and not climb.shown and not after_results(request)
        if stop.reason in ("cut", "pause", "context") or (stop.reason in ("end", "tools") and empty):
            kind = ContextExceeded if stop.reason == "context" else BrokenOff
            raise kind(f"There was nothing to act on ({stop.reason}).", model=rung.name, code=stop.reason)
        writes = {tool.name for tool in request.tools if tool.writes}
        if any(_named(c) & writes for c in calls) and self._escalates(rung, climb):
            paid.outcome = "escalated"
            raise _Escalate
        paid.outcome = "ok"
        stop = replace(stop, by=stop.by or rung.name, route=climb.route.why)
        if stop.reason in ("refusal", "length"):
            return [TextDelta(_broken_off(stop.reason, climb.shown, routing.under_way(request))), stop]
        return [*calls, stop]

    def _escalates(self, rung: Rung, climb: _Climb) -> bool:
        """Whether a small model's change is left to a better one that is still to be asked and can be. Once words were
        shown it goes through: a second model would answer a second time, and policy, questions and receipts hold a small
        model as they hold any other. To keep its words back instead would cost every reading turn its first words."""
        small = {r.name for r in self._steps.get("small", ())}
        if climb.shown or climb.route.why not in _READING or rung.name not in small:
            return False
        left = climb.rungs[[r.name for r in climb.rungs].index(rung.name) + 1 :]
        return self._ready([r for r in left if r.name not in small])

    # -- the ground -----------------------------------------------------------------------------------------

    async def _by_rules(self, request: Request, climb: _Climb) -> AsyncGenerator[Event, None]:
        """The rules' answer; where a model should have answered, with one line that says so, once."""
        self._turns.touch(request.turn)
        if climb.route.free:
            async for event in self._rules.stream(request):
                yield replace(event, by=RULES, route=climb.route.why) if isinstance(event, Stop) else event
            return
        log.warning("rules_answered", turn=request.turn, why=climb.why)
        await self.ledger.fell(request.turn, climb.why)
        known = {
            "cap": (climb.refused.reason, climb.refused.words),
            "late": ("", _(LATE)),
            "context": ("", _(TOO_LONG_TO_READ)),
        }
        reason, words = known.get(climb.why, (climb.why, _(UNREACHABLE)))
        if routing.under_way(request):
            yield TextDelta(f"{words if climb.why == 'cap' else _(STOPPED[climb.why])} {_(LISTED)}".strip())
            yield Stop("end", by=RULES, route=climb.why)
            return
        notice = words if words and (not reason or await self.ledger.first(request.turn, reason)) else ""
        async for event in self._rules.stream(request):
            if isinstance(event, Stop):
                said = "\n\n".join(filter(None, (notice, event.notice)))
                event = replace(event, by=RULES, route=climb.why, notice=said)
            yield event


def _is_job(request: Request) -> bool:
    """Whether code asks, which has a way of doing without, and no person waits for words."""
    return request.purpose == "small" or request.output is not None


def _why(error: ModelError) -> Why:
    """Why nobody answered, as far as one failure tells."""
    return "late" if isinstance(error, Late) else "context" if isinstance(error, ContextExceeded) else "unreachable"


def _cut(rung: Rung, climb: _Climb) -> tuple[Event, ...]:
    """The end of an answer that broke off after words of it were shown."""
    return TextDelta(f"\n\n{_(BROKE_OFF)}"), Stop("cut", by=rung.name, route=climb.route.why)


def _broken_off(reason: str, shown: bool, acted: bool) -> str:
    """What is said of an answer that the provider or its length ended, behind its words or instead of them."""
    if shown:
        why = TOO_LONG if reason == "length" else REFUSED_MIDWAY
        return f"\n\n{_(why)}"
    if reason == "refusal":
        return f"{_(REFUSED)} {_(LISTED)}" if acted else _(REFUSED)
    stopped = STOPPED["length"]
    return f"{_(stopped)} {_(LISTED)}" if acted else _(NOT_ACTED)


def _named(proposed: Proposed) -> set[str]:
    """The tool that a call is for; one that was found by a search stands in its arguments."""
    return {proposed.call.tool, str(proposed.call.args.get("tool", ""))}
