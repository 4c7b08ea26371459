"""Every provider says the same things in the same words of the contract, and is sent the same conversation."""

import pytest

from core.llm.contract import (
    Answered,
    BrokenOff,
    ContextExceeded,
    KeyRefused,
    ModelError,
    Permanent,
    Retryable,
    Returned,
    Said,
    ThinkingDelta,
    ToolCall,
    Turnwise,
)
from tests.fakes.model_answers import Fault, Say
from tests.llm.brains import KINDS, ask, pair, request

pytestmark = pytest.mark.parametrize("kind", KINDS)
BOOK = ("book_class", {"session": "CrossFit tomorrow 18:00"})


async def test_words_thoughts_and_calls_come_as_what_they_are(kind: str) -> None:
    """Text streams, calls come complete and last, the usage adds up and the stop says why."""
    async with pair(kind, Say("I book it for you.", [BOOK, ("list_bookings", {})], thinking="A class.")) as (model, _):
        heard = await ask(model, request(Said("book crossfit")))
    assert heard.error is None
    assert heard.text == "I book it for you."
    assert [(c.tool, c.args) for c in heard.calls] == [BOOK, ("list_bookings", {})]
    assert [type(e).__name__ for e in heard.events[-4:]] == ["Proposed", "Proposed", "Usage", "Stop"]
    assert heard.stop.reason == "tools"
    assert heard.usage.prompt > 500
    assert heard.usage.output > 0
    if kind != "local":
        assert any(isinstance(e, ThinkingDelta) and e.text for e in heard.events)


async def test_a_conversation_grows_and_what_was_sent_stays_as_it_was(kind: str) -> None:
    """Each request begins with the bytes of the one before; what the model answered goes back to the byte."""
    said: list[Turnwise] = []
    script = [Say(f"Answer {n}.", [BOOK] if n % 2 else [], thinking=f"thought {n}") for n in range(6)]
    async with pair(kind, *script) as (model, server):
        for turn in range(6):
            said += [Said(f"message {turn}"), Said(f"It is {turn} o'clock.", "note")]
            heard = await ask(model, request(*said))
            assert heard.error is None, server.rejected
            said.append(heard.answered(turn))
            said += [Returned(f"t{turn}-{n}", "Booked.", True) for n in range(len(heard.calls))]
        for before, after in zip(server.bodies, server.bodies[1:], strict=False):
            end = before.rindex(b'],"cache_control"' if kind == "claude" else b"]")
            assert after.startswith(before[:end])
        assert heard.usage.cached / heard.usage.prompt > 0.9


async def test_a_new_conversation_finds_the_prefix_of_its_kind_of_place_in_the_cache(kind: str) -> None:
    """Tools and rules are the same for everybody there; a job, which nobody asks for again, writes nothing to a cache."""
    async with pair(kind, Say("Hi."), Say("Hello."), Say("A title."), Say("Another.")) as (model, server):
        await ask(model, request(Said("what is on today")))
        other = await ask(model, request(Said("somebody else, elsewhere")))
        for _ in range(2):
            job = await ask(model, request(Said("a title for: " + "words " * 2000), tools=[], purpose="small"))
        assert server.rejected == []
    if kind == "local":
        return
    assert other.usage.cached / other.usage.prompt > 0.9
    assert job.usage.cached + job.usage.cache_written + job.usage.cache_kept == 0


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (Fault("status", 529), Retryable),
        (Fault("status", 500, code="api_error"), Retryable),
        (Fault("status", 429, code="rate_limit_error"), Retryable),
        (Fault("status", 401, code="authentication_error"), KeyRefused),
        (Fault("status", 403, code="permission_error"), KeyRefused),
        (Fault("status", 402, code="billing_error"), KeyRefused),
        (Fault("status", 429, code="insufficient_quota"), KeyRefused),
        (Fault("status", 404, code="not_found_error"), Permanent),
        (Fault("status", 413, code="request_too_large"), ContextExceeded),
        (Fault("status", 400, code="context_length_exceeded"), ContextExceeded),
        (Fault("cut"), BrokenOff),
        (Fault("error"), BrokenOff),
        (Fault("garbage"), BrokenOff),
        (Fault("arguments"), BrokenOff),
        (Fault("empty"), BrokenOff),
    ],
)
async def test_each_failure_says_what_can_be_done(kind: str, fault: Fault, meant: type[ModelError]) -> None:
    """A failure is one of five kinds, whoever fails, and nothing of a broken answer is proposed."""
    async with pair(kind, fault) as (model, _):
        heard = await ask(model, request(Said("hi")))
    assert type(heard.error) is meant, heard.error
    assert heard.calls == []
    assert "sk-test" not in str(heard.error)


async def test_how_long_to_wait_is_passed_on_and_not_waited(kind: str) -> None:
    """A wait of an hour is told to whoever decides; the SDK sleeps for nothing and tries nothing again."""
    fault = Fault("status", 429, {"retry-after": "3600"}, code="rate_limit_error")
    async with pair(kind, fault) as (model, server):
        heard = await ask(model, request(Said("hi")))
        assert len(server.requests) == 1
    assert isinstance(heard.error, Retryable)
    assert heard.error.retry_after == 3600


@pytest.mark.parametrize("ends", ["length", "refusal"])
async def test_an_answer_that_did_not_end_by_itself_has_no_calls(kind: str, ends: str) -> None:
    """What ran out of tokens or was refused is told as that, and its calls are not."""
    async with pair(kind, Say("I would", [BOOK], ends=ends)) as (model, _):  # type: ignore[arg-type]
        heard = await ask(model, request(Said("hi")))
    assert heard.error is None
    assert heard.calls == []
    assert heard.stop.reason == ends
    assert heard.stop.raw is None


async def test_nothing_to_add_after_results_is_an_answer(kind: str) -> None:
    """What the calls gave was shown already, so silence is no failure there."""
    said: list[Turnwise] = [Said("book"), Answered("", (ToolCall("t1", *BOOK),), "x"), Returned("t1", "Booked.", True)]
    async with pair(kind, Say()) as (model, server):
        heard = await ask(model, request(*said))
    assert heard.error is None, server.rejected
    assert heard.stop.reason == "end"


async def test_an_answer_of_another_model_is_told_as_words_and_calls(kind: str) -> None:
    """A conversation that changes its brain keeps everything that was said and done."""
    foreign = {"api": "another", "model": "x", "content": "[]"}
    said: list[Turnwise] = [
        Said("book"),
        Answered("Right away.", (ToolCall("t1-1-1", *BOOK),), "x", foreign),  # type: ignore[arg-type]
        Returned("t1-1-1", "Booked: CrossFit.", True),
        Said("thanks"),
    ]
    async with pair(kind, Say("Welcome.")) as (model, server):
        heard = await ask(model, request(*said))
        assert heard.error is None, server.rejected
        sent = server.bodies[0].decode()
    for kept in ("Right away.", "t1-1-1", "book_class", "CrossFit tomorrow 18:00", "Booked: CrossFit."):
        assert kept in sent


async def test_an_answer_in_a_form_is_asked_for_by_its_schema(kind: str) -> None:
    """A small job gives the schema and gets text that meets it."""
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    async with pair(kind, Say('{"title": "Booking"}')) as (model, server):
        heard = await ask(model, request(Said("hi"), tools=(), output=schema, purpose="small"))
        assert heard.error is None, server.rejected
        assert b'"title"' in server.bodies[0]
    assert heard.text == '{"title": "Booking"}'
