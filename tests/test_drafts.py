"""What people see of an answer while it comes: every word at once, but no false claim and no foreign link."""

from collections.abc import AsyncGenerator, Sequence

import pytest

from core.agent.claims import unbacked
from core.agent.drafts import Draft
from core.agent.waiting import Acted
from core.chat import Incoming, Turn
from core.llm.contract import Proposed, Request, Stop, TextDelta, ToolCall
from core.llm.scripted import Piece
from tests.ladder_house import Rigged, rigged
from tests.test_claims import CLAIMED, UNCLAIMED, lines, sayings
from tests.test_closing import FOREIGN

ASK = "I would love something soft for my nephew"


def shown(text: str, size: int = 3, changed: Sequence[str] = ()) -> list[str]:
    """What a draft shows after each few characters, and at the end."""
    draft = Draft("http://127.0.0.1:8080", changed, changed)
    pieces = [draft.take(text[i : i + size]) for i in range(0, len(text), size)]
    return [*pieces, draft.rest()]


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("words", lines(CLAIMED))
def test_no_draft_ever_claims_what_was_not_done(words: str, size: int) -> None:
    """Not for one word: neither while it comes nor when it has all come; what stood before it is shown."""
    seen = ""
    for piece in shown(f"It is open today. {words} See you there.", size):
        seen += piece
        assert unbacked(seen, (), ()) is None, seen
    assert seen.startswith("It is open today. ")
    assert "See you there." not in seen


def test_no_draft_lets_a_false_sentence_through_in_pieces() -> None:
    """However it is put: what is shown of it claims nothing."""
    for words in sayings("false"):
        assert unbacked("".join(shown(words)), (), ()) is None, words


@pytest.mark.parametrize("words", lines(UNCLAIMED))
def test_what_claims_nothing_is_shown_to_the_letter(words: str) -> None:
    """Questions, offers, conditions and plain advice."""
    text = f"Well. {words}\n\n- one\n- two, *three*"
    assert "".join(shown(text)) == text


@pytest.mark.parametrize("words", FOREIGN)
def test_no_draft_shows_a_foreign_link(words: str) -> None:
    """Not even the half of one."""
    seen = "".join(shown(f"Look there: {words} and so on."))
    assert "SECRET" not in seen
    assert "evil" not in seen
    assert seen.startswith("Look there: ")


def test_words_go_on_as_they_come() -> None:
    """One word behind, and never a sentence."""
    draft = Draft("", (), ())
    pieces = [draft.take(piece) for piece in ("Yoga", " is", " at", " six", " and", " full.")]
    assert [*pieces, draft.rest()] == ["", "Yoga ", "is ", "at ", "six ", "and ", "full."]


def test_a_claim_that_is_backed_is_shown() -> None:
    """The turn has booked; the draft may say so. A link to the gym's own page is none of others."""
    text = "You're booked for Yoga. See http://127.0.0.1:8080/ for more."
    assert "".join(shown(text, changed=["book_class"])) == text
    assert "".join(shown("I've cancelled it. Bye.", changed=["book_class"])) == "I've "


def words(*pieces: str, calls: Sequence[ToolCall] = ()) -> object:
    """An answer that comes in pieces."""

    def step(request: Request) -> list[Piece]:
        stop = Stop("tools" if calls else "end")
        return [*(TextDelta(piece) for piece in pieces), *(Proposed(call) for call in calls), stop]

    return step


async def followed(rig: Rigged, who: str, said: str) -> tuple[str, Turn]:
    """What a person is shown of an answer while it comes, and the turn."""
    incoming = Incoming(platform="web", account=str(rig.house.people[who]), event_id="e-1", text=said)
    events: AsyncGenerator[TextDelta | Acted | Turn, None] = rig.house.desk.follow(
        await rig.house.desk.receive(incoming)
    )
    seen, turn = "", None
    async for event in events:
        seen += event.text if isinstance(event, TextDelta) else ""
        turn = event if isinstance(event, Turn) else turn
    assert turn is not None
    return seen, turn


@pytest.mark.parametrize(
    "lie", ["Done! I made you a teddy.", "Sure: I have made and booked it.", "It is at http://evil.example/SECRET now."]
)
async def test_whoever_follows_a_lying_model_sees_the_truth_only(sqlite: str, lie: str) -> None:
    """The page, Telegram and Discord read one stream of words: the lie is not in it, and the message corrects it."""
    async with rigged(sqlite, claude=[words("A teddy, then. ", *lie)]) as rig:
        seen, turn = await followed(rig, "mia", ASK)
    assert unbacked(seen, (), ()) is None
    assert "SECRET" not in seen
    assert seen.startswith("A teddy, then. ")
    assert "SECRET" not in turn.messages[-1].text


async def test_after_the_change_the_same_words_are_shown(sqlite: str) -> None:
    """They are true then."""
    made = words(calls=[ToolCall("", "make_toy", {"name": "teddy"})])
    async with rigged(sqlite, claude=[made, words("I have created", " a teddy for you.")]) as rig:
        seen, _ = await followed(rig, "mia", ASK)
    assert seen == "I have created a teddy for you."
