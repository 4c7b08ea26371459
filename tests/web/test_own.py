"""What is one's own: conversations, history, usage and files; somebody else's is not there."""

import asyncio
from pathlib import Path

from adapters.web.limits import WEB
from adapters.web.own import clean_name
from tests.web.conftest import Opener, SlowModel


async def test_conversations_are_listed_opened_and_deleted(surface: Opener) -> None:
    """A new one becomes the current; the log reads in order; a deleted one is gone."""
    one = await surface("Hello!", "Again!")
    first = (await one.say("mia", "hello there"))["sessionId"]
    made = (await one.post("mia", "/agent/sessions", {})).json()["session"]
    assert made["current"]
    assert (await one.say("mia", "and now here"))["sessionId"] == made["id"]
    listed = (await one.get("mia", "/agent/sessions?limit=5")).json()["sessions"]
    assert {s["id"]: (s["title"], s["message_count"], s["current"]) for s in listed} == {
        first: ("hello there", 1, False),
        made["id"]: ("and now here", 1, True),
    }
    log = (await one.get("mia", f"/agent/sessions/{first}")).json()
    assert [e["sequence_number"] for e in log["events"]] == list(range(1, len(log["events"]) + 1))
    assert log["events"][0]["event_type"] == "user_message"
    async with one.client("mia") as client:
        assert (await client.delete(f"/agent/sessions/{first}")).status_code == 204
        assert (await client.get(f"/agent/sessions/{first}")).status_code == 404


async def test_a_message_goes_to_the_conversation_it_names(surface: Opener) -> None:
    """With a sessionId an older conversation goes on; history shows each apart."""
    one = await surface("A", "B", "C")
    older = (await one.say("mia", "first"))["sessionId"]
    await one.post("mia", "/agent/sessions", {})
    await one.say("mia", "second")
    assert (await one.say("mia", "third", sessionId=older))["sessionId"] == older
    read = (await one.get("mia", f"/agent/history?sessionId={older}")).json()["entries"]
    assert [e["message"]["text"] for e in read] == ["first", "A", "third", "C"]


async def test_history_is_read_backwards_in_pages(surface: Opener) -> None:
    """`before` is the id of the oldest entry that is known."""
    one = await surface("A", "B")
    await one.say("mia", "first")
    await one.say("mia", "second")
    newest = (await one.get("mia", "/agent/history?limit=2")).json()["entries"]
    older = (await one.get("mia", f"/agent/history?limit=2&before={newest[0]['id']}")).json()["entries"]
    assert [e["message"]["text"] for e in older + newest] == ["first", "A", "second", "B"]
    assert newest[0]["author"] == {"name": "Mia Tran", "kind": "person", "mine": True}


async def test_another_persons_conversation_is_not_there(surface: Opener) -> None:
    """Reading, deleting, writing to it and its history answer 404, like one that never was."""
    one = await surface("Hello!")
    mine = (await one.say("mia", "hello"))["sessionId"]
    for session_id in (mine, 999_999, 2**62):
        async with one.client("olivia") as client:
            assert (await client.get(f"/agent/sessions/{session_id}")).status_code == 404
            assert (await client.delete(f"/agent/sessions/{session_id}")).status_code == 404
            assert (await client.get(f"/agent/history?sessionId={session_id}")).status_code == 404
            answer = await client.post("/agent/chat", json={"message": "hi", "sessionId": session_id})
            assert answer.status_code == 404
    assert (await one.get("olivia", "/agent/sessions")).json() == {"sessions": []}


async def test_a_conversation_of_the_room_is_closed_with_the_room(surface: Opener) -> None:
    """A private conversation is not reached through the room's door."""
    one = await surface("Hello!", "Hello!")
    private = (await one.say("carla", "hello"))["sessionId"]
    answer = await one.post("carla", "/agent/chat", {"message": "hi", "sessionId": private, "room": "staff"})
    assert answer.status_code == 404


async def test_a_conversation_under_way_is_not_deleted(surface: Opener) -> None:
    """While an answer is being made deleting is a conflict; afterwards it works."""
    model = SlowModel()
    one = await surface(model=model)
    async with one.client("mia") as client:
        session_id = (await client.post("/agent/sessions", json={})).json()["session"]["id"]
        saying = asyncio.create_task(one.say("mia", "hello"))
        await model.asked.wait()
        assert (await client.delete(f"/agent/sessions/{session_id}")).status_code == 409
        model.go_on.set()
        await saying
        assert (await client.delete(f"/agent/sessions/{session_id}")).status_code == 204


async def test_usage_shows_ones_own_and_the_gym_to_its_owner(surface: Opener) -> None:
    """A member sees their messages; the owner sees the gym's cap and days."""
    one = await surface("Hello!")
    await one.say("mia", "hello")
    mine = (await one.get("mia", "/agent/usage")).json()
    assert mine["me"]["messages_today"] == 1
    assert mine["gym"] is None
    gym = (await one.get("olivia", "/agent/usage")).json()["gym"]
    assert gym["cap_usd"] == 5
    assert gym["days"][0]["messages"] == 1


async def test_a_file_is_kept_and_named_in_a_message(surface: Opener, tmp_path: Path) -> None:
    """Its bytes are on the disk under a name nobody can guess, for the owner's eyes only; its sender may attach it."""
    one = await surface("Thanks for the file.")
    async with one.client("mia") as client:
        sent = await client.post("/agent/files", files={"file": ("../../plan.pdf", b"%PDF", "application/pdf")})
        assert sent.status_code == 200
        file_id = sent.json()["id"]
        turn = await client.post("/agent/chat", json={"message": "", "attachments": [file_id]})
        assert "“plan.pdf” arrived and is kept, but I can’t look into files." in turn.json()["messages"][0]["text"]
        turn = await client.post("/agent/chat", json={"message": "what is in it?", "attachments": [file_id]})
        told = [message["text"] for message in turn.json()["messages"]]
        assert told == [
            "I can’t look into files, so I go by your words alone. Kept: “plan.pdf”.",
            "Thanks for the file.",
        ]
    row = await one.house.desk.file(one.house.people["mia"], file_id)
    assert (row.name, row.media_type, row.size) == ("plan.pdf", "application/pdf", 4)
    kept = tmp_path / "data" / "files" / row.key
    assert kept.read_bytes() == b"%PDF"
    assert kept.stat().st_mode & 0o077 == 0
    foreign = await one.post("olivia", "/agent/chat", {"message": "look", "attachments": [file_id]})
    assert foreign.status_code == 404


async def test_what_was_sent_is_seen_again_by_its_sender_and_the_room_it_was_sent_to(surface: Opener) -> None:
    """A picture is shown, anything else downloaded, with the message that brought it; a private file is nobody else's."""
    one = await surface("Thanks.", "Nice.")
    async with one.client("carla") as carla:
        picture = (await carla.post("/agent/files", files={"file": ("wod.png", b"PNG", "image/png")})).json()["id"]
        sheet = (await carla.post("/agent/files", files={"file": ("run <b>.html", b"<b>", "text/html")})).json()["id"]
        await carla.post("/agent/chat", json={"message": "today", "attachments": [picture], "room": "staff"})
        await carla.post("/agent/chat", json={"message": "mine", "attachments": [sheet]})
        private = (await carla.get("/agent/history")).json()["entries"][0]["message"]
        assert private["files"] == [{"url": f"/agent/files/{sheet}", "name": "run <b>.html"}]
        answer = await carla.get(private["files"][0]["url"])
        assert answer.content == b"<b>"
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''run%20%3Cb%3E.html"
    async with one.client("marcus") as marcus:
        seen = (await marcus.get("/agent/history?room=staff")).json()["entries"][0]["message"]
        assert seen["images"] == [{"url": f"/agent/files/{picture}", "alt": "wod.png"}]
        answer = await marcus.get(seen["images"][0]["url"])
        assert (answer.content, answer.headers["content-type"]) == (b"PNG", "image/png")
        assert (await marcus.get(f"/agent/files/{sheet}")).status_code == 404
    assert (await one.get("mia", f"/agent/files/{picture}")).status_code == 404


async def test_a_file_whose_bytes_are_gone_is_told_in_words(surface: Opener, tmp_path: Path) -> None:
    """No fault, and what to do."""
    one = await surface()
    async with one.client("mia") as mia:
        file_id = (await mia.post("/agent/files", files={"file": ("a.txt", b"a")})).json()["id"]
        for kept in (tmp_path / "data" / "files").iterdir():
            kept.unlink()
        answer = await mia.get(f"/agent/files/{file_id}")
    assert answer.status_code == 404
    assert "send it again" in answer.json()["error"]["message"]


async def test_a_file_that_is_too_large_or_empty_is_not_kept(surface: Opener, tmp_path: Path) -> None:
    """20 MB pass, one byte more is a 413, nothing is a 400; a body far beyond is cut off before it is read."""
    one = await surface()
    async with one.client("mia") as client:
        for size, status in ((WEB.file_bytes, 200), (WEB.file_bytes + 1, 413), (0, 400), (WEB.file_bytes * 2, 413)):
            answer = await client.post("/agent/files", files={"file": ("a.bin", b"x" * size)})
            assert answer.status_code == status, size
    assert len(list((tmp_path / "data" / "files").iterdir())) == 1


def test_the_name_of_a_file_is_cleaned() -> None:
    """Paths, control characters and directions of writing are taken off."""
    assert clean_name("C:\\temp\\plan.pdf") == "plan.pdf"
    assert clean_name("a\x00b\u202egpj.exe\n") == "abgpj.exe"
    assert clean_name("..") == "file"
    assert clean_name(None) == "file"
