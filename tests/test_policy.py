"""The policy as one table: every tool, role and place, written down apart from the code that decides."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from core.agent import policy
from core.agent.places import place_of
from core.agent.tools import Data, Effect, Role, Speaker, load
from core.chat import Place
from core.clock import SetClock
from core.llm.contract import ToolCall
from core.llm.scripted import ScriptedModel
from tests.conftest import START, House, Opener

EFFECTS = {"r": Effect.READ, "w": Effect.WRITE, "c": Effect.CONFIRM, "!": Effect.ALWAYS}
DATA = {"p": Data.PUBLIC, "s": Data.SELF, "f": Data.STAFF, "$": Data.MONEY, "h": Data.HEALTH}
ROLES = {"M": Role.MEMBER, "C": Role.COACH, "A": Role.ADMIN, "O": Role.OWNER}

# tool: least role, effect, class of data; parameters that need a higher role follow.
TABLE = """
message_notify_user M r p | message_ask_user M r p | ask_user_to_pick M r p | idle M r p | find M r p
find_tools M r p | read_text C r f
fetch_data M r s | calculate M r p | ask_coaching M r p | recommend_trainers M r p
set_model M w s | show_usage M r s | show_ai_usage O r $ | set_ai_tier O ! $
new_chat M w s | list_chats M r s | open_chat M w s | rename_chat M w s | delete_chat M c s
show_settings M r s | set_units M w s | set_language M w s | set_timezone M w s | set_quiet_hours M w s
set_notifications M w s | set_gym O c f | export_my_data M r s | forget_me M ! s
link M w s | link_account M w s | unlink M c s | set_platform M w s | leave M ! s
invite_staff O ! f | bind_room O c p | release_room O w p | setup O r f
undo M w s who:O | redo M w s | show_changes C r f
list_members C r f | show_member C r f | add_member A w f | update_member A w f | note_member C w f | invite A w f
list_unpaid A r $ | show_balance M r $ member:A
list_class_types M r p | create_class_type A w p | update_class_type A w p | delete_class_type A c p
show_timetable M r p | show_class M r p | schedule_class C w p | schedule_series A w p | end_series A c p | move_class C c p
cancel_class C c p | set_class_coach C w p | set_class_spots C w p | set_class_workout C w p | show_roster C r f
book_class M w s member:C | cancel_booking M w s member:C | list_bookings M r s member:C | move_booking M w s
create_workout C w p | show_workout M r p | list_workouts M r p | edit_workout C w p | duplicate_workout C w p
rename_workout C w p | delete_workout C c p
search_exercises M r p | show_exercise M r p | suggest_alternatives M r p | validate_exercise M r p
"""
ROWS = {row.split()[0]: row.split()[1:] for line in TABLE.strip().splitlines() for row in line.split(" | ")}
PLACES = list(Place)
WHOSE = ("own", "other", "other gym")


@dataclass
class Something:
    """A row that an argument turned out to be."""

    gym_id: int


def speaker(role: Role) -> Speaker:
    """Somebody of a role."""
    return Speaker(7, "Somebody", role, 1)


def test_every_tool_stands_in_the_table_and_as_declared() -> None:
    """Role, effect and class of data are the catalogue's; no tool is left out and none invented."""
    tools = load()
    assert sorted(tools) == sorted(ROWS)
    for name, (role, effect, data, *least) in ROWS.items():
        declared = tools[name]
        assert (declared.role, declared.effect, declared.shows) == (ROLES[role], EFFECTS[effect], DATA[data]), name
        for extra in least:
            param, above = extra.split(":")
            assert declared.param(param).role == ROLES[above], name  # type: ignore[union-attr]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("whose", WHOSE)
def test_every_deed_is_decided_as_the_table_says(role: Role, whose: str) -> None:
    """Below the least role: refused. Using a parameter for others below its role: refused. Naming a row of another gym:
    refused to everyone. Else allowed, with a press for what the table says cannot be taken lightly. The place is no part of
    it: what somebody may do, they may ask for anywhere."""
    tools = load()
    for name, (least, effect, _, *params) in ROWS.items():
        above = dict(p.split(":") for p in params)
        given = set(above) if whose != "own" else set()
        needed = max([ROLES[least], *(ROLES[above[p]] for p in given)])
        rows = [Something(gym_id=2 if whose == "other gym" else 1), "words", 7]
        decision = policy.decide(speaker(role), tools[name], given, by_code=True, named=rows)
        assert bool(decision.refused) == (role < needed or whose == "other gym"), (name, role)
        if not decision.refused:
            assert decision.press == (effect in "c!"), (name, role)


# Class of data, one's own and others': the places whose readers may all see it. Elsewhere the asker is answered alone.
AUDIENCE = {
    ("p", "own"): {Place.PRIVATE, Place.STAFF, Place.OPEN},
    ("p", "other"): {Place.PRIVATE, Place.STAFF, Place.OPEN},
    ("s", "own"): {Place.PRIVATE},
    ("s", "other"): {Place.PRIVATE, Place.STAFF},
    ("f", "own"): {Place.PRIVATE, Place.STAFF},
    ("f", "other"): {Place.PRIVATE, Place.STAFF},
    ("$", "own"): {Place.PRIVATE},
    ("$", "other"): {Place.PRIVATE},
    ("h", "own"): {Place.PRIVATE},
    ("h", "other"): {Place.PRIVATE},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("whose", ["own", "other"])
def test_every_answer_is_heard_where_the_table_says(place: Place, whose: str) -> None:
    """The audience of every tool's answer in every place, of one's own data and of somebody else's."""
    tools = load()
    for name, (_least, _effect, data, *_params) in ROWS.items():
        label = policy.label_of(tools[name], None, whose == "other")
        assert policy.cleared(label, place) == (place in AUDIENCE[data, whose]), (name, place, whose)


@pytest.mark.parametrize("room", [None, "staff"])
async def test_what_is_not_for_a_place_is_answered_alone(sqlite: str, room: str | None) -> None:
    """The table as it is lived: each class of data asked for in private and in the coaches' room."""
    asked = {"p": "show_timetable", "s": "list_bookings", "f": "list_members", "$": "list_unpaid"}
    house = await House(url=sqlite, clock=SetClock(START), model=ScriptedModel(), toolbox=load()).open()
    for data, tool in asked.items():
        turn = await house.call("olivia", tool, room)
        assert turn.actions[0].ok, turn
        alone = any(m.private for m in turn.messages)
        assert alone == (place_of(room) not in AUDIENCE[data, "own"]), (tool, room)
    await house.desk.stop()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("data", list(Data))
def test_every_class_of_data_is_shown_only_where_everyone_may_see_it(place: Place, data: Data) -> None:
    """Private chats clear everything that their person may see, the coaches' room public and staff, an open group public."""
    allowed = {Place.PRIVATE: set(Data), Place.STAFF: {Data.PUBLIC, Data.STAFF}, Place.OPEN: {Data.PUBLIC}}
    assert policy.cleared(data, place) == (data in allowed[place])


def test_tainted_words_need_a_press_for_every_write_of_a_model() -> None:
    """Once other people's text is in play, a model's writes are asked about; the speaker's own commands are not."""
    tools = load()
    for name, (least, effect, *_) in ROWS.items():
        decided = policy.decide(speaker(Role.OWNER), tools[name], (), tainted=True)
        if tools[name].model_may:
            assert decided.press == (effect != "r"), (name, least)
        else:
            assert decided.refused, name


async def test_a_model_that_obeys_an_attacker_stays_inside_the_table(toy_house: Opener) -> None:
    """Random calls by random people: nothing that the table forbids is ever done or shown."""
    chance = random.Random(20261120)
    house = await toy_house()
    allowed = {
        "make_toy": 1,
        "paint_toy": 1,
        "add_part": 1,
        "count_toys": 1,
        "break_toy": 2,
        "price_toys": 3,
        "undo": 1,
    }
    ranks = {"mia": 1, "carla": 2, "adam": 3, "olivia": 4}
    values: list[Any] = ["teddy", "it", "", None, 7, -1, {"$ne": 1}, ["x"], "'; drop table toys; --", "x" * 500]
    for number in range(150):
        who = chance.choice(list(ranks))
        room = chance.choice([None, "staff"]) if ranks[who] > 1 else None
        tool = chance.choice([*allowed, "erase_everything"])
        params = chance.sample(
            ["name", "toy", "colour", "last", "change", "member", "gym_id", "actor"], k=chance.randint(0, 3)
        )
        call = ToolCall("", tool, {p: chance.choice(values) for p in params})
        house.desk.loop.model.steps = [[call], "said"]
        turn = await house.say(who, f"attack {number}", room=room)
        for action in turn.actions:
            if action.ok:
                assert ranks[who] >= allowed[action.tool], (who, action)
    assert "4711" not in str(await house.read("carla", room="staff"))
    assert "4711" not in str(await house.read("mia"))
    await house.pass_time(timedelta(minutes=1))
