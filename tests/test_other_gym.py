"""Two gyms in one database: whatever anyone of the one asks for, nothing of the other is shown, changed or looked up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.agent.reference import references
from core.agent.tools import Tool, load
from core.chat import Turn
from core.errors import Told
from core.llm.contract import Reader, ToolCall
from core.store.rows import Row
from tests.class_house import class_house
from tests.conftest import House, small_gym

# What nobody at Ironside can know of Harbour, not even to ask for it.
SECRETS = ("Fiddlesticks", "Zumbarella Gold", "Thornbush", "Thistledown", "quibble@harbour.example", "Vexillology")


@pytest.fixture
async def gyms(tmp_path: Path) -> AsyncIterator[tuple[House, dict[str, Any]]]:
    """Ironside, and Harbour in the same database, full of things with names that nobody at Ironside has heard."""
    async with class_house(tmp_path) as house:
        theirs = await small_gym(house.desk.store, "harbour")
        house.people |= {f"their {name}": id for name, id in theirs.items()}
        yield house, await furnish(house)


async def furnish(house: House) -> dict[str, Any]:
    """Harbour's people, classes, workout and chats; returns the keys by which each could be asked for."""
    owner = "their olivia"
    await done(house, owner, "add_member", name="Zelda Quibblewick", contact="quibble@harbour.example")
    await done(house, owner, "add_member", name="Yolanda Fiddlesticks")
    await done(house, owner, "create_class_type", name="Zumbarella", minutes=45, spots=3)
    await done(house, owner, "create_class_type", name="Zumbarella Gold", minutes=45, spots=3)
    await done(house, owner, "schedule_class", class_type="Zumbarella Gold", when="2026-11-26T18:00")
    await done(house, owner, "create_workout", text="5 rounds - 200m run, 10 burpees", name="Thornbush")
    await done(house, owner, "schedule_class", class_type="Zumbarella", when="2026-11-25T18:00")
    made = await done(house, owner, "create_workout", text="5 rounds - 200m run, 10 burpees", name="Grimalkin")
    await done(house, owner, "note_member", member="Zelda Quibblewick", note="Thistledown")
    turn = await house.call(owner, "rename_chat", title="Vexillology")
    change = await number(house, "select max(id) from changes")
    member = await number(house, "select id from persons where name = 'Zelda Quibblewick'")
    return {
        "member": f"Zelda Quibblewick #{member}",
        "staff": "olivia",
        "session": "Zumbarella 2026-11-25T18:00",
        "class_type": "Zumbarella",
        "workout": "Grimalkin",
        "exercise": "Burpee",
        "plan": "Unlimited",
        "chat": f"#{turn.session_id}",
        "change": change,
        "token": made.messages[-1].receipts[-1].undo,
        "reply_to": made.messages[-1].id,
        "session_id": turn.session_id,
    }


async def done(house: House, who: str, tool: str, **args: Any) -> Turn:
    """A call that must succeed, approved where it asks."""
    turn = await house.call(who, tool, **args)
    if turn.question:
        turn = await house.tap(who, turn.question.options[0].token)
    assert all(a.ok for a in turn.actions), turn.actions
    return turn


async def number(house: House, query: str) -> int:
    """One number of the database."""
    async with house.desk.store.read() as db:
        return int(await db.scalar(text(query)) or 0)


async def rows_of(house: House, gym_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that belongs to a gym."""
    found = {}
    async with house.desk.store.read() as db:
        for table in Row.metadata.sorted_tables:
            if "gym_id" in table.c:
                rows = await db.execute(table.select().where(table.c.gym_id == gym_id).order_by(*table.primary_key))
                found[table.name] = [tuple(map(str, row)) for row in rows]
    return found


def asked_of(tools: list[Tool], theirs: dict[str, Any]) -> list[ToolCall]:
    """Calls of all tools, everything that can be named being the other gym's; and bare ones where nothing must be named."""
    plain = {"when": "2026-11-25", "number": 1, "days": ["Mon"], "time_of_day": "06:00", "switch": "on"}
    found = [
        ToolCall("", t.name, {p.name: theirs.get(p.type.name, plain.get(p.type.name, "x")) for p in t.params})
        for t in tools
    ]
    return [*found, *(ToolCall("", t.name, {}) for t in tools if t.params and not any(p.required for p in t.params))]


@pytest.mark.parametrize(("who", "room"), [("mia", None), ("carla", "staff"), ("olivia", None)])
async def test_no_tool_shows_or_changes_anything_of_another_gym(
    gyms: tuple[House, dict[str, Any]], who: str, room: str | None
) -> None:
    """Every tool, alone and with the other gym's things for arguments: not one row of it changes, nobody here is shown
    one of its words, and no model is given any."""
    house, theirs = gyms
    tools = [t for t in load().values() if t.name != "forget_me"]
    before = await rows_of(house, 2)
    model: Any = house.desk.loop.model
    looks = asked_of([t for t in tools if not t.writes and not t.asks], theirs)
    acts = asked_of([t for t in tools if t.writes or t.asks], theirs)
    for some in [*(looks[n : n + 12] for n in range(0, len(looks), 12)), *([call] for call in acts)]:
        model.steps = [some, "said", "said"]
        await house.say(who, "do it", room)
    assert await rows_of(house, 2) == before
    said = [str(r.messages) for r in model.requests[::8]] + [
        str(e.message) for r in (None, room) for e in await house.read(who, r)
    ]
    assert [secret for secret in SECRETS if secret in without(theirs, said)] == []


def without(theirs: dict[str, Any], said: list[str]) -> str:
    """What was said apart from the words that the asker used."""
    whole = "\n".join(said)
    for words in sorted((v for v in theirs.values() if isinstance(v, str)), key=len, reverse=True):
        whole = whole.replace(words, "…").replace(words.partition(" #")[0], "…")
    return whole


async def test_no_reader_knows_a_name_of_another_gym(gyms: tuple[House, dict[str, Any]]) -> None:
    """What words are read with is one gym's: the other's people, classes and workouts are strange words."""
    house, _ = gyms
    for who, gym_id in (("olivia", 1), ("their olivia", 2)):
        readers = await readers_of(house, who, gym_id)
        known = [
            f"{kind}: {span.words}" for kind, reader in readers.items() for span in reader.spans("zumbarella grimalkin")
        ]
        assert bool([k for k in known if k.startswith(("class_type", "workout"))]) == (gym_id == 2), known


async def readers_of(house: House, who: str, gym_id: int) -> dict[str, Reader]:
    """What a person's words are read with."""
    turn = await house.call(who, "show_settings")
    async with house.desk.store.read() as db:
        session = await house.desk.loop.look(await number(house, "select max(id) from turns"), db)
        request = await house.desk.loop.request(db, session)
    assert turn.session_id == session.session.id
    assert session.session.gym_id == gym_id
    return {name: request.readers[name] for name in references()}


async def test_buttons_replies_and_chats_of_another_gym_do_nothing(gyms: tuple[House, dict[str, Any]]) -> None:
    """A foreign button is unknown, a foreign message is no context, a foreign chat is not there."""
    house, theirs = gyms
    before = await rows_of(house, 2)
    pressed = await house.tap("olivia", theirs["token"])
    assert "don't know this button" in (pressed.notice or "")
    house.desk.loop.model.steps = ["said"]  # type: ignore[attr-defined]
    await house.say("olivia", "and this?", reply_to=theirs["reply_to"])
    with pytest.raises(Told):
        await house.say("olivia", "hello", session_id=theirs["session_id"])
    with pytest.raises(Told):
        await house.desk.session(house.people["olivia"], theirs["session_id"])
    assert await rows_of(house, 2) == before
    assert "Zumbarella" not in str(await house.read("olivia"))
