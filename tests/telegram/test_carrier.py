"""The way out: what arrives, what it answers to each fault of the platform, and that it keeps to its allowance."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot

from adapters.contract import Elsewhere, Failed, Gone, Later, Moved, Sent, Unsure
from adapters.steady import steadied
from adapters.telegram.carrier import TelegramCarrier
from adapters.telegram.whisper import Whispers
from adapters.telegram.wire import Wire
from core.chat import Button, Card, File, Image, Message, Receipt
from tests.fakes.telegram import BROKEN, CUT, LOST, REFUSE, TOKEN
from tests.fakes.telegram_checks import Rejected
from tests.fakes.telegram_world import BOT_ID
from tests.telegram.conftest import CARLA, FORUM, GROUP, MIA, Out

PIXEL = "data:image/png;base64,iVBORw0KGgo="


async def test_an_answer_arrives_with_its_buttons_and_no_preview(out: Out) -> None:
    """In a group it hangs on its question; nothing is fetched for a preview."""
    message = Message(text="See **this** https://whistle.example", buttons=((Button(label="Go", token="v1:x"),),))
    assert await out.send(message=message) == Sent(("1",))
    shown = out.server.last(MIA)
    assert shown["entities"] == [{"type": "bold", "offset": 4, "length": 4}]
    assert shown["reply_markup"] == {"inline_keyboard": [[{"text": "Go", "callback_data": "v1:x"}]]}
    assert shown["link_preview_options"] == {"is_disabled": True}
    asked = out.server.world.types(MIA, "what's on?", GROUP)
    await out.send(GROUP, answers=out.spot(GROUP, asked["message_id"]))
    assert out.server.last(GROUP)["reply_to_message"]["message_id"] == asked["message_id"]


async def test_a_long_answer_is_several_messages_and_goes_on_where_it_stopped(out: Out) -> None:
    """After a fault between two parts only the rest is sent."""
    text = "\n\n".join(f"Paragraph {n} " + "x" * 3500 for n in range(6))
    out.server.fail(CUT, "sendMessage")
    assert await out.send(text=text) == Unsure()
    parcel = out.parcel(text=text)
    late = await out.carrier.send(parcel)
    assert isinstance(late, Later)
    assert len(late.sent) == 4
    out.clock.move(timedelta(seconds=late.seconds))
    whole = await out.carrier.send(dataclasses.replace(parcel, sent=late.sent))
    assert isinstance(whole, Sent)
    assert len(whole.message_ids) == 6
    assert len(out.server.texts(MIA)) == 6


async def test_an_edit_replaces_what_is_shown_and_may_be_made_twice(out: Out) -> None:
    """The same again is no error; a message that was deleted stays so."""
    asked = Message(
        cards=(Card(kind="confirm", title="Cancel?", state="open"),), buttons=((Button(label="Yes", token="v1:y"),),)
    )
    await out.send(message=asked)
    card = asked.cards[0].model_copy(update={"state": "approved"})
    done = Message(cards=(card,))
    for _ in range(2):
        assert await out.send(message=done, kind="edit", edits=("1",)) == Sent(("1",))
    assert out.server.last(MIA)["text"] == "Cancel?\n✅ Approved"
    assert "reply_markup" not in out.server.last(MIA)
    out.clock.move(timedelta(seconds=9))
    assert await out.send(kind="edit", edits=("77",)) == Sent(("77",))


async def test_pictures_files_and_albums(out: Out) -> None:
    """Bytes go up with the message; two pictures are an album."""
    made = await out.send(message=Message(text="Your week", images=(Image(url=PIXEL, alt="chart"),)))
    assert made == Sent(("1",))
    assert out.server.last(MIA)["caption"] == "Your week"
    undone = Message(
        text="Your week", images=(Image(url=PIXEL, alt="chart"),), receipts=(Receipt(text="x", state="undone"),)
    )
    await out.send(message=undone, kind="edit", edits=("1",))
    assert out.server.last(MIA)["caption"].endswith("Undone.")
    more = Message(text="All", images=(Image(url=PIXEL, alt="a"), Image(url=PIXEL, alt="b")),
                   files=(File(url="data:text/csv,a", name="x.csv"),))  # fmt: skip
    out.clock.move(timedelta(seconds=9))
    parcel = out.parcel(message=more)
    while isinstance(sent := await out.carrier.send(parcel), Later):
        out.clock.move(timedelta(seconds=sent.seconds))
        parcel = dataclasses.replace(parcel, sent=sent.sent)
    assert isinstance(sent, Sent)
    assert len(sent.message_ids) == 4
    assert [c.method for c in out.server.calls][-3:] == ["sendMessage", "sendMediaGroup", "sendDocument"]


@pytest.mark.parametrize(
    ("kind", "error", "outcome"),
    [
        (LOST, None, Unsure()),
        (CUT, None, Unsure()),
        (BROKEN, None, Unsure()),
        (REFUSE, Rejected(429, "Too Many Requests: retry after 7", retry_after=7), Later(7.0)),
        (
            REFUSE,
            Rejected(403, "Forbidden: bot was blocked by the user"),
            Gone("Forbidden: bot was blocked by the user"),
        ),
        (REFUSE, Rejected(400, "Bad Request: chat not found"), Gone("Chat not found")),
        (REFUSE, Rejected(400, "Bad Request: x", migrate_to_chat_id=-1009), Moved("-1009")),
        (REFUSE, Rejected(400, "Bad Request: BUTTON_DATA_INVALID"), Failed("Button_data_invalid")),
        (REFUSE, Rejected(500, "Internal Server Error"), Unsure()),
        (REFUSE, Rejected(401, "Unauthorized"), Later(60.0, everywhere=True)),
    ],
)
async def test_every_fault_has_its_outcome(out: Out, kind: str, error: Rejected | None, outcome: object) -> None:
    """Told apart by whether anything can have arrived."""
    out.server.fail(kind, "sendMessage", error=error)
    assert await out.send() == outcome


async def test_no_connection_means_nothing_was_sent(out: Out) -> None:
    """So it is tried again without a mark."""
    await out.server.stop()
    assert await out.send() == Later(3.0, everywhere=True)


async def test_a_topic_that_is_gone_leaves_the_chat(out: Out) -> None:
    """The answer comes without its topic."""
    assert isinstance(await out.send(GROUP, thread="12"), Sent)
    assert isinstance(await out.send(FORUM, thread="12"), Sent)
    assert out.server.last(FORUM)["message_thread_id"] == 12


async def test_a_wait_that_was_asked_for_is_kept_by_that_chat_alone(out: Out) -> None:
    """No request of any kind goes to it inside of that time; others go on."""
    out.server.fail(REFUSE, "sendMessage", error=Rejected(429, "Too Many Requests", retry_after=5))
    assert await out.send() == Later(5.0)
    calls = len(out.server.calls)
    out.carrier.working(out.spot(), True)
    assert await out.send() == Later(5.0)
    assert len(out.server.calls) == calls
    assert isinstance(await out.send(CARLA), Sent)
    out.clock.move(timedelta(seconds=5))
    assert isinstance(await out.send(), Sent)


async def test_the_allowance_is_kept_by_chat_by_group_and_in_all(out: Out) -> None:
    """Five at once to a chat, then one a second; twenty a minute to a group; thirty a second in all. Nothing is refused
    by a server that counts, and at least nine tenths of what is allowed are used."""
    world = out.server.world
    for n in range(100):
        world.user(1000 + n, f"U{n}")
    sent = 0
    for n in range(10_000):
        parcel = out.parcel(1000 + n % 100)
        while isinstance(late := await out.carrier.send(parcel), Later):
            out.clock.move(timedelta(seconds=late.seconds))
        sent += 1
        if (out.clock.now() - out.server.calls[0].at).total_seconds() > 10:
            break
    assert out.server.allowance.refused == []
    assert sent >= 0.9 * 300
    out.clock.move(timedelta(minutes=5))
    begun = out.clock.now()
    for _ in range(40):
        parcel = out.parcel(GROUP)
        while isinstance(late := await out.carrier.send(parcel), Later):
            out.clock.move(timedelta(seconds=late.seconds))
    assert 60 <= (out.clock.now() - begun).total_seconds() <= 90
    assert out.server.allowance.refused == []


async def test_a_private_answer_in_a_group_is_seen_by_one_or_goes_elsewhere(out: Out) -> None:
    """Where the bot administers the group it is whispered, and changed there; else the courier finds another way."""
    assert await out.send(GROUP, only_for=str(MIA)) == Elsewhere()
    assert out.server.texts(GROUP) == []
    out.server.world.adds_bot(CARLA, GROUP, "administrator")
    out.clock.move(timedelta(minutes=11))
    told = await out.send(GROUP, "You owe 119 EUR.", only_for=str(MIA))
    assert told == Sent((f"e{MIA}:1",))
    whispered = out.server.world.chats[GROUP].ephemeral[1]
    assert whispered["text"] == "🔒 Only you see this.\n\nYou owe 119 EUR."
    assert out.server.texts(GROUP) == []
    assert await out.send(GROUP, "Paid.", "edit", only_for=str(MIA), edits=(f"e{MIA}:1",)) == Sent((f"e{MIA}:1",))
    assert whispered["text"].endswith("Paid.")


@pytest.mark.parametrize("version", [(10, 0), (10, 2), (10, 3)])
async def test_a_server_that_knows_no_whispers_is_never_given_one(out: Out, version: tuple[int, int]) -> None:
    """It would pass over whom they are for and show them to the group. A newer one is told in its own words."""
    out.server.methods.version = version
    out.server.world.adds_bot(CARLA, GROUP, "administrator")
    told = await out.send(GROUP, "You owe 119 EUR.", only_for=str(MIA))
    assert told == (Elsewhere() if version < (10, 2) else Sent((f"e{MIA}:1",)))
    assert out.server.texts(GROUP) == []
    assert [c.method for c in out.server.calls].count("sendMessage") == (version >= (10, 2))


async def test_a_whisper_that_became_public_is_taken_away_and_was_the_last(out: Out) -> None:
    """Should a server know the words and not keep to them."""
    out.server.world.adds_bot(CARLA, GROUP, "administrator")
    assert isinstance(await out.send(GROUP, "You owe 119 EUR.", only_for=str(MIA)), Sent)
    out.server.methods.version = (10, 0)
    for _ in range(2):
        assert await out.send(GROUP, "You owe 119 EUR.", only_for=str(MIA)) == Elsewhere()
    assert out.server.texts(GROUP) == []
    assert [c.method for c in out.server.calls].count("sendMessage") == 2


async def test_whispers_keep_to_the_allowance_too(out: Out) -> None:
    """They wait like everything that is sent to their group."""
    out.server.world.adds_bot(CARLA, GROUP, "administrator")
    for _ in range(30):
        parcel = out.parcel(GROUP, "You owe 119 EUR.", only_for=str(MIA))
        while isinstance(late := await out.carrier.send(parcel), Later):
            out.clock.move(timedelta(seconds=late.seconds))
        assert isinstance(late, Sent)
    assert out.server.allowance.refused == []


async def test_what_carries_a_file_may_take_longer(out: Out) -> None:
    """Where a call without one is given up, a picture on a slow line is still on its way."""
    wire = Wire(0.05, 20.0)
    await wire.initialize()
    client = Bot(TOKEN, f"{out.server.url}/bot", f"{out.server.url}/file/bot", request=wire, get_updates_request=wire)
    slow = TelegramCarrier(str(BOT_ID), client, out.pacer, out.live, Whispers(out.clock, client, BOT_ID))
    out.server.gate.clear()
    picture = out.parcel(message=Message(text="Your week", images=(Image(url=PIXEL, alt="chart"),)))
    upload = asyncio.ensure_future(slow.send(picture))
    assert await slow.send(out.parcel(CARLA)) == Unsure()
    assert not upload.done()
    out.server.gate.set()
    assert await upload == Sent(("1",))
    await wire.shutdown()


async def test_a_pointer_opens_the_private_chat(out: Out) -> None:
    """With a button in the room."""
    await out.send(GROUP, "I have answered you privately.", "pointer")
    assert out.server.last(GROUP)["reply_markup"]["inline_keyboard"][0][0]["url"] == (
        "https://t.me/whistle_test_bot?start=open"
    )


async def test_typing_is_shown_while_at_work_and_never_for_ever(out: Out) -> None:
    """Renewed every few seconds, ended with the work, and given up after two minutes."""
    place = out.server.world.chats[MIA]
    out.carrier.working(out.spot(), True)
    begun = out.clock.now()
    await out.server.passing(lambda: len(place.actions) == 3)
    out.carrier.working(out.spot(), False)
    later = out.clock.now()
    await out.server.passing(lambda: out.clock.now() - later > timedelta(minutes=1))
    assert len(place.actions) == 3
    out.carrier.working(out.spot(), True)
    await out.server.passing(lambda: out.clock.now() - begun > timedelta(minutes=10))
    assert 20 <= len(place.actions) <= 30


class Speaking:
    """Words that come when the test says so."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def __call__(self) -> AsyncIterator[str]:
        while (words := await self.queue.get()) is not None:
            yield words


async def test_words_are_drafted_in_private_while_they_come(out: Out) -> None:
    """Never half a mark; the answer itself is sent once, by the courier."""
    speaking = Speaking()
    out.live.stream(out.spot(), 7, lambda: speaking())
    place = out.server.world.chats[MIA]
    speaking.queue.put_nowait("Here is **your** plan for")
    await out.server.until(lambda: len(place.drafts) == 1)
    out.clock.move(timedelta(seconds=0.2))
    speaking.queue.put_nowait("Here is **your** plan for the **week")
    out.clock.move(timedelta(seconds=1))
    speaking.queue.put_nowait("Here is **your** plan for the **week, in")
    await out.server.until(lambda: len(place.drafts) == 2)
    assert [d["text"] for d in place.drafts] == ["Here is your plan …", "Here is your plan for the …"]
    assert {d["draft_id"] for d in place.drafts} == {7}
    await out.send(answers=out.spot())
    assert out.server.texts(MIA) == ["Hello."]


async def test_in_a_group_a_message_grows_and_becomes_the_answer(out: Out) -> None:
    """At most one change a second; no second message."""
    asked = out.server.world.types(MIA, "plan?", GROUP)
    spot = out.spot(GROUP, asked["message_id"])
    speaking = Speaking()
    out.live.stream(spot, 7, lambda: speaking())
    speaking.queue.put_nowait("One two")
    await asyncio.sleep(0)
    for words in ("One two three", "One two three four"):
        out.clock.move(timedelta(seconds=2))
        calls = len(out.server.calls)
        speaking.queue.put_nowait(words)
        await out.server.until(lambda calls=calls: len(out.server.calls) > calls)
    assert out.server.texts(GROUP) == ["One two three …"]
    out.clock.move(timedelta(seconds=2))
    sent = await out.send(GROUP, "One two three four five.", answers=spot)
    assert sent == Sent((str(out.server.last(GROUP)["message_id"]),))
    assert out.server.texts(GROUP) == ["One two three four five."]


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("Hello wor", "Hello"),
        ("Hello world.", "Hello world."),
        ("Hello **wor", "Hello"),
        ("Hello **world** and", "Hello **world**"),
        ("See [the li", "See"),
        ("See [it](https://x.exam", "See"),
        ("A list:\n- one\n- tw", "A list:\n- one"),
        ("Code:\n```python\nprint(1)\nprint(", "Code:\n```python\nprint(1)\n```"),
        ("Code:\n```py", "Code:"),
        ("| a | b |\n|--", "| a | b |"),
        ("it's `co", "it's"),
    ],
)
def test_what_is_shown_of_words_on_their_way(so_far: str, shown: str) -> None:
    """The part that will look the same whatever comes next."""
    assert steadied(so_far) == shown
