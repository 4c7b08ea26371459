"""The rules model: what it proposes for words, and when it proposes nothing."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.contract import (
    Answered,
    Param,
    Proposed,
    Reader,
    Request,
    Returned,
    Said,
    Span,
    Stop,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from core.llm.rules import RulesModel, Understood, label_of, understand

NOW = datetime(2026, 11, 16, 10, 0)


class Names:
    """A reader of fixed names."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def spans(self, text: str) -> Sequence[Span]:
        found = []
        for name in self.names:
            at = text.lower().find(name)
            while at >= 0:
                found.append(Span(at, at + len(name), text[at : at + len(name)]))
                at = text.lower().find(name, at + 1)
        return found


READERS: Mapping[str, Reader] = {
    "session": Names("yoga thursday", "engine saturday", "yoga", "mobility"),
    "member": Names("anna", "jonas"),
    "when": Names("thursday", "saturday"),
    "workout": Names("fran"),
}


def tool(name: str, says: Sequence[str], *params: Param, role: int = 1, writes: bool = True) -> ToolSpec:
    """A tool that everybody from a role on may call."""
    return ToolSpec(name, f"Does {name}.", params, tuple(says), role, writes, allowed=True)


SESSION = Param("session", "session", True)
BOOK = tool(
    "book_class",
    ["book [me] [into] {session}", "{session}", "book {member} into {session}"],
    SESSION,
    Param("member", "member", False, role=2),
)
CANCEL = tool("cancel_booking", ["cancel [my] {session}", "cancel a booking"], SESSION)
CANCEL_CLASS = tool("cancel_class", ["cancel {session}"], SESSION, Param("reason", "text", False), role=2)
NOTE = tool(
    "note_member", ["note (for|on) {member} {note}"], Param("member", "member", True), Param("note", "text", True)
)
SHOW = tool("show_workout", ["show [me] {workout}"], Param("workout", "workout", True), writes=False)
TOOLS = (BOOK, CANCEL, CANCEL_CLASS, NOTE, SHOW)


def asked(text: str, role: int = 1) -> Request:
    """A request with one message of a speaker of a role."""
    tools = [ToolSpec(t.name, t.description, t.params, t.says, t.role, t.writes, t.role <= role) for t in TOOLS]
    return Request([Said(text)], tools, "", NOW, "Europe/Berlin", role, READERS)


def read(text: str, role: int = 1) -> Understood:
    """What the rules make of a message."""
    return understand(text, asked(text, role))


def calls(text: str, role: int = 1) -> list[tuple[str, dict[str, object]]]:
    """The proposed calls as plain pairs."""
    return [(call.tool, dict(call.args)) for call in read(text, role).calls]


async def test_a_command_is_proposed_with_its_words() -> None:
    """Words of a class are handed on as they were typed."""
    assert calls("Hey, could you please book me into yoga thursday? thanks!") == [
        ("book_class", {"session": "yoga thursday"})
    ]


async def test_a_slip_of_the_keys_is_understood() -> None:
    """A command word may be misspelt."""
    assert calls("cancle yoga thursday") == [("cancel_booking", {"session": "yoga thursday"})]


async def test_what_is_missing_is_left_to_be_asked() -> None:
    """A command without its class is proposed without it."""
    assert calls("cancel a booking") == [("cancel_booking", {})]


async def test_a_permitted_tool_wins_over_a_forbidden_one() -> None:
    """A member's "cancel yoga" is about the own booking, a coach's about the class."""
    assert calls("cancel yoga thursday", role=1)[0][0] == "cancel_booking"
    assert calls("cancel yoga thursday", role=2)[0][0] == "cancel_class"


async def test_a_forbidden_call_is_proposed_where_nothing_permitted_fits() -> None:
    """The executor refuses it in plain words."""
    assert calls("book anna into yoga thursday", role=1) == [
        ("book_class", {"member": "anna", "session": "yoga thursday"})
    ]


async def test_a_clause_of_reason_becomes_the_reason() -> None:
    """A reason counts as accounted for and is kept where there is a parameter for it."""
    assert calls("cancel yoga thursday because the heating is broken", role=2) == [
        ("cancel_class", {"session": "yoga thursday", "reason": "the heating is broken"})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "don't cancel yoga thursday",
        "do not book me into yoga thursday",
        "if it rains cancel yoga thursday",
        "cancel yoga thursday unless anna comes",
        "what happens if I cancel yoga thursday",
        "should i cancel yoga thursday",
        'anna said "cancel yoga thursday"',
        "anna told me to cancel yoga thursday",
        "i booked yoga thursday",
        "did you book me into yoga thursday?",
        "book yoga thursday? no wait, don't",
        "see you at yoga thursday",
        "yoga thursday was brutal",
        "never mind",
        "book me a table for two",
        "asdfgh qwerty",
    ],
)
@pytest.mark.parametrize("role", [1, 2])
async def test_what_asks_for_nothing_proposes_nothing(text: str, role: int) -> None:
    """Negations, conditions, reports, memories and other people's business are no commands."""
    assert calls(text, role) == []


async def test_a_condition_is_answered_in_words_and_leaves_the_doing_to_a_press() -> None:
    """Nothing is done; the command is offered without its condition."""
    heard = read("if it rains cancel yoga thursday")
    assert heard.calls == ()
    assert heard.reply.startswith("I can’t wait for a condition")
    assert [(call.tool, dict(call.args)) for _, call in heard.choices] == [
        ("cancel_booking", {"session": "yoga thursday"})
    ]


@pytest.mark.parametrize("end", ["", " 5", " change", " change it", " change it to", " set that"])
async def test_a_value_may_be_as_short_as_it_is_and_end_anywhere(end: str) -> None:
    """Words that only ask to write a value down do not have to be followed by one."""
    setting = tool(
        "set_gym", ["set {field} [to] {value}"], Param("field", "workout", True), Param("value", "text", True)
    )
    request = Request([Said(f"set fran to{end}")], [setting], "", NOW, "Europe/Berlin", 1, READERS)
    assert all(call.tool == "set_gym" for call in understand(f"set fran to{end}", request).calls)


async def test_all_at_once_is_done_one_at_a_time() -> None:
    """Who asks for all is told so, and asked which one."""
    heard = read("cancel all my bookings")
    assert [(call.tool, dict(call.args)) for call in heard.calls] == [("cancel_booking", {})]
    assert "one at a time" in heard.beside


@pytest.mark.parametrize("text", ["make carla an admin", "promote ben lorenz to coach", "delete all members"])
async def test_what_nothing_here_does_is_said(text: str) -> None:
    """No guess at a command that sounds alike."""
    heard = read(text, role=4)
    assert heard.calls == ()
    assert "nothing was changed" in heard.reply


async def test_two_commands_are_two_calls() -> None:
    """A message is cut where both halves are commands; the second may lean on the first."""
    assert calls("book yoga thursday and engine saturday") == [
        ("book_class", {"session": "yoga thursday"}),
        ("book_class", {"session": "engine saturday"}),
    ]
    assert calls("cancel yoga thursday, then book mobility instead") == [
        ("cancel_booking", {"session": "yoga thursday"}),
        ("book_class", {"session": "mobility"}),
    ]


async def test_free_text_keeps_its_commas_and_ends_before_the_next_command() -> None:
    """A note holds what was typed, up to another command."""
    assert calls("note for anna: likes rowing, hates burpees", role=2) == [
        ("note_member", {"member": "anna", "note": "likes rowing, hates burpees"})
    ]
    assert calls("note for anna: back pain. then show fran", role=2) == [
        ("note_member", {"member": "anna", "note": "back pain"}),
        ("show_workout", {"workout": "fran"}),
    ]


async def test_a_slash_command_is_read_like_words() -> None:
    """The words behind a slash fill the command."""
    assert calls("/book yoga thursday") == [("book_class", {"session": "yoga thursday"})]


@pytest.mark.parametrize("text", ["hi", "thanks a lot!", "👍", "good morning, how are you?"])
async def test_small_talk_gets_a_line_and_no_call(text: str) -> None:
    """Greetings and thanks are answered as such."""
    answer = read(text)
    assert answer.calls == ()
    assert answer.reply
    assert "nothing was changed" not in answer.reply


async def test_another_language_is_answered_honestly() -> None:
    """Without a model only English is understood, and that is said."""
    assert "English" in read("ich möchte bitte heute einen Kurs für mich").reply


async def test_the_turn_ends_when_its_calls_have_their_results() -> None:
    """After the results the rules say nothing: the code shows what was done."""
    model = RulesModel()
    request = asked("book yoga thursday")
    events = [event async for event in model.stream(request)]
    assert isinstance(events[0], Proposed)
    assert isinstance(events[-1], Stop)
    assert events[-1].reason == "tools"
    call = ToolCall("r1-0", "book_class", {})
    after = Request(
        [*request.messages, Answered("", (call,), "rules"), Returned(call.id, "Booked.", True)],
        request.tools, "", NOW, "Europe/Berlin", 1, READERS,
    )  # fmt: skip
    assert [event async for event in model.stream(after)] == [Stop("end")]


async def test_quick_messages_are_read_together() -> None:
    """What was said since the last answer is one text."""
    request = asked("")
    both = Request([Said("hey"), Said("book yoga thursday")], request.tools, "", NOW, "Europe/Berlin", 1, READERS)
    events = [event async for event in RulesModel().stream(both)]
    assert [e.call.tool for e in events if isinstance(e, Proposed)] == ["book_class"]


async def test_nonsense_gets_an_honest_reply() -> None:
    """Where nothing fits, the reply says what is understood."""
    events = [event async for event in RulesModel().stream(asked("sing me a song of sixpence"))]
    assert isinstance(events[0], TextDelta)
    assert isinstance(events[-1], Stop)
    assert events[-1].reason == "end"


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    """Whatever is typed, the rules answer with calls or with words."""
    answer = read(text, role=2)
    assert answer.calls or answer.reply


def test_a_button_says_what_it_does_in_whole_words() -> None:
    """The tool's name and what it is done with; what does not fit is left out at the end of a word."""
    assert label_of(ToolCall("", "show_member", {"member": "anna schmidt"})) == "Show member: anna schmidt"
    assert label_of(ToolCall("", "list_class_types", {})) == "List class types"
    long = label_of(
        ToolCall("", "create_workout", {"text": "for time: 21-15-9 thrusters and pull-ups, then a long run"})
    )
    assert long == "Create workout: for time: 21-15-9 thrusters and pull-ups,…"


def test_a_very_long_message_is_read_quickly() -> None:
    """Twenty thousand characters take no more than a moment of the processor's time."""
    started = time.process_time()
    assert read("book yoga thursday and then " * 800).calls == ()
    read("book yoga thursday and then " * 140)
    assert time.process_time() - started < 20


def test_behind_an_undo_the_one_before_is_undone_too() -> None:
    """ "And the one before" is a command only where something was just taken back."""
    undo = tool("undo", ["undo"])
    call = ToolCall("r0", "undo", {})
    answered = (Answered("", (call,), "rules"), Returned("r0", "Undone.", True))
    told: list[Said | Answered | Returned] = [Said("undo"), *answered, Said("and the one before")]
    after = Request(told, [undo], "", NOW, "Europe/Berlin", 1, READERS)
    alone = Request([Said("and the one before")], [undo], "", NOW, "Europe/Berlin", 1, READERS)
    assert [call.tool for call in understand("and the one before", after).calls] == ["undo"]
    assert understand("and the one before", alone).calls == ()
