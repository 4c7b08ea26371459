"""Which tools a language model finds in its prefix, which it must search for, and what they cost."""

import json
from pathlib import Path

import pytest

from core.agent.prompt import system_for
from core.agent.tools import Role, load
from core.agent.toolset import (
    FIND,
    MOST_CORE,
    MOST_SHARE,
    THEIR_SEARCH,
    USE,
    Specs,
    as_text,
    cost,
    described,
    fingerprint,
    found_tools,
    in_full,
    tokens_of,
    toolset,
    unwrapped,
    within,
)
from core.chat import Place
from core.llm.contract import Returned, ToolCall, on_shelves
from tests.ladder_house import rigged, used

TOOLS = load()
UTTERANCES = Path(__file__).parent / "utterances"
KINDS = [
    (Place.PRIVATE, Role.MEMBER),
    (Place.PRIVATE, Role.COACH),
    (Place.PRIVATE, Role.ADMIN),
    (Place.PRIVATE, Role.OWNER),
    (Place.STAFF, Role.COACH),
    (Place.OPEN, Role.MEMBER),
]


@pytest.mark.parametrize(("place", "role"), KINDS)
def test_the_tools_of_a_request_cost_a_small_share_of_all(place: Place, role: Role) -> None:
    """At most 25 tools in the prefix, for at most 15 % of what all tools would cost; what is needed most comes first. It is
    the same where a provider searches by itself and where our search takes its room."""
    everything = sum(cost(in_full(t)) for t in TOOLS.values())
    for searches in (True, False):
        core, _ = on_shelves(toolset(TOOLS, place, role), searches)
        assert 14 <= len(core) <= MOST_CORE
        assert sum(cost(t) for t in core) + THEIR_SEARCH * searches <= MOST_SHARE * everything
        assert {"show_timetable", "book_class", "cancel_booking"} <= {t.name for t in core}
        assert ({FIND, USE} <= {t.name for t in core}) is not searches


@pytest.mark.parametrize(("place", "role"), KINDS)
def test_what_a_conversation_needs_is_never_searched_for(place: Place, role: Role) -> None:
    """To ask, to load what is missing, to take back; and for staff, who share a timetable, who changed what."""
    needed = {"message_ask_user", "fetch_data", "undo"} | ({"show_changes"} if role >= Role.COACH else set())
    for searches in (True, False):
        near, _ = on_shelves(toolset(TOOLS, place, role), searches)
        assert needed <= {t.name for t in near}


def test_every_tool_is_in_the_prefix_or_found() -> None:
    """What stands in the prefix of one provider only is behind the search of the other."""
    specs = toolset(TOOLS, Place.PRIVATE, Role.OWNER)
    with_own, behind = on_shelves(specs, searches=True)
    with_ours, _ = on_shelves(specs, searches=False)
    spare = {t.name for t in with_own} - {t.name for t in with_ours}
    assert spare
    assert all(found_tools(name.replace("_", " "), specs) for name in spare)
    assert {t.name for t in (*with_own, *behind)} == {t.name for t in specs if t.shelf != "none"} - {FIND, USE}


def test_a_tool_that_does_not_fit_leaves_room_for_the_next() -> None:
    """In the order of need, as many as there is room for."""
    specs = [
        described(TOOLS[name], Role.COACH, Role.COACH) for name in ("cancel_class", "schedule_class", "show_roster")
    ]
    room = cost(specs[0]) + cost(specs[2])
    assert within(specs, room) == [specs[0], specs[2]]


def test_everyone_in_a_room_has_the_same_prefix() -> None:
    """What depends on the speaker is decided when a call runs, so that one cached prefix serves the whole room."""
    prints = {fingerprint(system_for(Place.STAFF), toolset(TOOLS, Place.STAFF, role)) for role in list(Role)[2:]}
    assert len(prints) == 1
    assert prints != {fingerprint(system_for(Place.PRIVATE), toolset(TOOLS, Place.PRIVATE, Role.MEMBER))}


def test_a_member_is_offered_no_tool_of_the_staff() -> None:
    """Nor a parameter that acts for somebody else; the rules still know them, to say who can."""
    specs = {t.name: t for t in toolset(TOOLS, Place.PRIVATE, Role.MEMBER)}
    assert specs["list_unpaid"].shelf == "none"
    assert "member" not in specs["book_class"].schema["properties"]
    assert "member" in [p.name for p in specs["book_class"].params]
    assert specs.keys() == {*TOOLS, USE}


def test_what_no_model_may_call_is_on_no_shelf() -> None:
    """A tool for people's own commands only is not even described."""
    hidden = {name for name, tool in TOOLS.items() if not tool.model_may}
    assert hidden == {
        t.name for t in toolset(TOOLS, Place.PRIVATE, Role.OWNER) if t.name in hidden and t.shelf == "none"
    }


def test_a_tool_behind_the_search_is_found_by_what_it_does() -> None:
    """By name, sentence or phrase, and only where the speaker may use it."""
    mine = toolset(TOOLS, Place.PRIVATE, Role.MEMBER)
    assert found_tools("change my units to pounds", mine)[0].name == "set_units"
    assert found_tools("export all my data", mine)[0].name == "export_my_data"
    assert "set_units(units: kg|lb)" in as_text(found_tools("units", mine))
    assert all(t.name != "invite" for t in found_tools("invite a member", mine))
    assert found_tools("invite a member", toolset(TOOLS, Place.STAFF, Role.OWNER))[0].name == "invite"


def test_a_found_tool_is_called_through_the_envelope() -> None:
    """So that a provider without a search of its own keeps its prefix."""
    args = json.dumps({"units": "kg"})
    assert unwrapped(ToolCall("a", USE, {"tool": "set_units", "args": args})) == ToolCall(
        "a", "set_units", {"units": "kg"}
    )
    assert unwrapped(ToolCall("a", USE, {"tool": "undo", "args": "{}"})) == ToolCall("a", "undo", {})
    assert unwrapped(ToolCall("a", USE, {"tool": "undo"})) == ToolCall("a", "undo", {})
    assert unwrapped(ToolCall("a", "undo", {})) == ToolCall("a", "undo", {})


@pytest.mark.parametrize("args", ["{last: 2, dry", "", "[1]", "null", "[" * 10**4, None, ["last", 2], 2])
async def test_an_envelope_that_cannot_be_read_runs_nothing(sqlite: str, args: object) -> None:
    """A call without its arguments would be another one: the model is told what they must be, and can put it right."""
    undo = ToolCall("", USE, {"tool": "undo", "args": args})
    async with rigged(sqlite, claude=[used("", undo), used("Shall I undo it?")]) as rig:
        await rig.say("mia", "make toy teddy")
        assert await rig.say("mia", "I would love something soft for my nephew") == ["Shall I undo it?"]
        told = [m.note for m in rig.claude.requests[1].messages if isinstance(m, Returned)][-1]
        assert await rig.rows("select tool from changes") == [("make_toy",)]
    assert "Nothing was run" in told
    assert "args must be a JSON object" in told


def test_what_people_say_leads_to_its_tool() -> None:
    """Nine in ten raw utterances of the corpora bring up the tool that they are for among the first five."""
    specs = toolset(TOOLS, Place.PRIVATE, Role.OWNER)
    behind = {s.name for s in specs if s.shelf == "deferred"}
    lines = [line for file in sorted(UTTERANCES.glob("*.jsonl")) for line in file.read_text().splitlines()]
    said = [(case["text"], case["calls"][0]["tool"]) for line in lines[::9] if (case := json.loads(line)).get("calls")]
    asked = [(text, tool) for text, tool in said if tool in behind]
    found = [tool in {s.name for s in found_tools(text, specs)} for text, tool in asked]
    assert len(found) > 100
    assert sum(found) / len(found) >= 0.9


def test_a_toolbox_of_its_own_has_specs_of_its_own() -> None:
    """However many there were before it: none is mistaken for one that is gone."""
    for name, one in load().items():
        assert [spec.name for spec in Specs({name: one}).of(1)] == [name]
    specs = Specs(load())
    assert specs.of(1) is specs.of(1)
    assert [s.allowed for s in specs.of(0)] != [s.allowed for s in specs.of(4)]


@pytest.mark.parametrize(
    ("text", "tokens"), [("a" * 1000, 250), ("予" * 1000, 750), ("я" * 1000, 500), ("Füße", 2), ("", 0)]
)
def test_letters_outside_of_english_cost_more(text: str, tokens: int) -> None:
    """Four bytes of UTF-8 are about a token, so that a long talk in Japanese is summed up in time."""
    assert tokens_of(text) == tokens
