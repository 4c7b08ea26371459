"""What people see of an answer while it comes: every word at once, but no false claim and no foreign link."""

import time
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


UNSPACED = [
    "明日の朝のヨガクラスは満員ですが夕方のクラスにはまだ空きがあります。代わりにそちらはいかがですか？ご希望をお知らせください。",
    "明天早上的瑜伽课已经满了但是晚上的课还有三个名额。您想换到晚上的课吗？请告诉我您的想法！我会帮您看看其他时间。",
    "คลาสโยคะพรุ่งนี้เช้าเต็มแล้วแต่คลาสตอนเย็นยังมีที่ว่างอยู่สามที่คุณอยากเปลี่ยนไปตอนเย็นไหมบอกฉันได้เลย",
    "今日はWODです。Franをやります。スラスターは43キロ、懸垂は21回から始めます。",
]


@pytest.mark.parametrize("words", UNSPACED)
def test_what_is_written_without_spaces_goes_on_as_it_comes(words: str) -> None:
    """Japanese, Chinese, Thai: a few characters behind, to the letter."""
    draft, seen = Draft("http://127.0.0.1:8080", (), ()), ""
    for at, letter in enumerate(words, 1):
        seen += draft.take(letter)
        assert words.startswith(seen)
        assert at - len(seen) <= 5
    assert seen + draft.rest() == words


def test_no_sentence_is_so_long_that_a_claim_hides_in_it() -> None:
    """Wherever it is cut to be judged, the words around the cut are read together; a foreign link is not cut open."""
    for many in range(40, 75, 2):
        long = "word " * many
        for lie in ("your class has been booked for Monday with Anna ", "see http://evil.example/SECRET?q=SECRET "):
            seen = "".join(shown(f"{long}{lie}{long}", 7))
            assert unbacked(seen, (), ()) is None
            assert "SECRET" not in seen
            assert seen.startswith("word " * (many - 1))


@pytest.mark.parametrize(
    "words", ["and then one more ", "one more thing, ", "word", "一つ", "[a [b ", "your class, booked, "]
)
def test_the_work_grows_with_the_answer_and_no_faster(words: str) -> None:
    """A sentence without an end, by threes: of four times the length it is four times the work, not sixteen times."""
    assert _work(words, 12_000) < 8 * _work(words, 3_000) + 0.5


def _work(words: str, length: int) -> float:
    """CPU seconds for an answer of so many characters."""
    began = time.process_time()
    shown((words * length)[:length])
    return time.process_time() - began


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
