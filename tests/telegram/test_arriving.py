"""What people send in pieces, too large, or while there is no network."""

import asyncio
import socket
from datetime import timedelta

from sqlalchemy.sql import select
from structlog.testing import capture_logs

from core.agent.files import FileRow
from core.agent.inbox import InboxRow
from tests.telegram.town import Town


async def test_a_webhook_whose_port_is_taken_is_told_in_words_and_tried_again(town: Town) -> None:
    """The page and the other platforms go on; once the port is free, updates come in."""
    await town.close()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        town.webhook_port = port
        with capture_logs() as said:
            await town.open()
            for _ in range(6):
                town.house.clock.move(timedelta(seconds=10))
                await asyncio.sleep(0)
            turn = await town.house.say("olivia", "what's on tomorrow?")
    assert "Tue 24 November" in turn.messages[0].text + str(turn.messages[0].cards)
    told = [line for line in said if line["log_level"] in ("warning", "error")]
    assert [line["event"] for line in told] == ["webhook_cannot_listen"]
    assert f"port {port}" in told[0]["advice"]
    assert "telegram.webhook_port" in told[0]["advice"]
    await town.server.passing(lambda: town.server.methods.webhook, 5)
    town.server.world.types(town.number("mia"), "what's on tomorrow?")
    await town.server.passing(lambda: town.shown("mia"), 0.05)
    assert "Tue 24 November" in town.shown("mia")[0]


async def received(town: Town) -> list[tuple[str, int]]:
    """The words of each message and how many files came with it."""
    async with town.house.desk.store.read() as db:
        rows = await db.scalars(select(InboxRow).where(InboxRow.kind == "message").order_by(InboxRow.id))
        return [(row.body["text"], len(row.body["attachments"])) for row in rows]


async def test_an_album_is_one_message_with_its_one_caption(town: Town) -> None:
    """However its pictures come; what is said behind it is a message of its own."""
    world, mia = town.server.world, town.number("mia")
    for n in range(3):
        caption = "what's on tomorrow?" if n == 1 else ""
        world.sends_file(mia, "photo", b"picture %d" % n, caption=caption, media_group_id="g1")
    world.types(mia, "and on friday?")
    await town.server.until(lambda: not world.queue)
    await town.server.passing(town._still, 0.25)
    assert await received(town) == [("what's on tomorrow?", 3), ("and on friday?", 0)]
    assert len(town.server.of("getFile")) == 3
    assert any("Tue 24 November" in words for words in town.shown("mia"))


async def test_an_album_outlives_an_end_between_its_pictures(town: Town) -> None:
    """The first picture was kept; the second comes after the start."""
    world, mia = town.server.world, town.number("mia")
    world.sends_file(mia, "photo", b"one", caption="what's on tomorrow?", media_group_id="g2")
    await town.server.until(lambda: not world.queue)
    assert await received(town) == []
    await town.close()
    world.sends_file(mia, "photo", b"two", media_group_id="g2")
    await town.open()
    await town.server.until(lambda: not world.queue)
    await town.server.passing(town._still, 0.25)
    assert await received(town) == [("what's on tomorrow?", 2)]


async def test_a_file_that_is_too_large_keeps_its_words_and_is_told(town: Town) -> None:
    """Its size is looked at before anything is loaded, also in an album; what fits is kept."""
    world, mia = town.server.world, town.number("mia")
    world.sends_file(mia, "document", b"x", name="huge.zip", size=21 * 2**20, caption="what's on tomorrow?")
    await town.settled()
    assert await received(town) == [("what's on tomorrow?", 0)]
    assert "huge.zip” is larger than 20 MB" in town.shown("mia")[0]
    assert any("Tue 24 November" in words for words in town.shown("mia"))
    world.sends_file(mia, "document", b"small", name="small.pdf", media_group_id="g3", caption="what's on friday?")
    world.sends_file(mia, "document", b"x", name="film.mp4", size=30 * 2**20, media_group_id="g3")
    await town.server.until(lambda: not world.queue)
    await town.server.passing(town._still, 0.25)
    assert (await received(town))[1:] == [("what's on friday?", 1)]
    async with town.house.desk.store.read() as db:
        assert list(await db.scalars(select(FileRow.name))) == ["small.pdf"]
    assert any("film.mp4” is larger" in words for words in town.shown("mia"))


async def test_without_network_it_says_so_once_and_goes_on_when_it_is_there(town: Town) -> None:
    """Whoever writes meanwhile is answered then; the page does not wait for it."""
    await town.close()
    town.server.down = True
    town.server.world.types(town.number("mia"), "what's on tomorrow?")
    with capture_logs() as said:
        await town.open()
        for _ in range(6):
            town.house.clock.move(timedelta(seconds=10))
            await asyncio.sleep(0)
        turn = await town.house.say("olivia", "what's on tomorrow?")
        assert "Tue 24 November" in turn.messages[0].text + str(turn.messages[0].cards)
        town.server.down = False
        await town.server.passing(lambda: town.shown("mia"), 5)
    assert [line["event"] for line in said if line["log_level"] == "warning"].count("telegram_not_reached") == 1
    assert "telegram_reached" in [line["event"] for line in said]
    assert "Tue 24 November" in town.shown("mia")[0]
