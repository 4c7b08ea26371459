"""What coaches and members can do with workouts, said and called."""

from sqlalchemy.sql import select

from core.chat import Card, Turn
from core.coaching.workouts import Workout
from core.gym.class_types import ClassType
from core.gym.classes import ClassSession
from core.store.database import unlogged
from tests.conftest import START, House

GRINDER = "3 rounds - 200m run, 30 double-unders"


def card(turn: Turn) -> Card:
    """The newest card of a turn."""
    return [c for m in turn.messages for c in m.cards][-1]


def receipt(turn: Turn) -> str:
    """What a turn says was done."""
    return [r.text for m in turn.messages for r in m.receipts][-1]


def undo_of(turn: Turn) -> str | None:
    """The undo button of a turn's receipt."""
    return [r.undo for m in turn.messages for r in m.receipts][-1]


def words(turn: Turn) -> str:
    """All that a turn says in plain text."""
    return "\n".join(m.text for m in turn.messages)


async def names(gym: House) -> list[str]:
    """The workouts of the gym."""
    async with gym.desk.store.read() as db:
        return sorted(await db.scalars(select(Workout.name)))


async def test_a_workout_is_built_from_words_and_shown_back(gym: House) -> None:
    """The structure stands on a card, and the receipt can be undone."""
    turn = await gym.say("carla", f"build a workout: {GRINDER}", "staff")
    shown = card(turn)
    assert shown.kind == "workout"
    assert shown.facts[0].value == "3 rounds for time"
    assert shown.lines == ("200 m Run", "30 Double-under")
    assert receipt(turn).startswith("Saved the workout “3 rounds")
    await gym.tap("carla", undo_of(turn))
    assert await names(gym) == []


async def test_a_workout_made_by_a_member_is_refused(gym: House) -> None:
    """Making workouts is for coaches."""
    turn = await gym.call("mia", "create_workout", text=GRINDER)
    assert not turn.actions[0].ok
    assert await names(gym) == []


async def test_words_without_a_movement_are_no_workout(gym: House) -> None:
    """The refusal says how to write one, and nothing is saved."""
    turn = await gym.call("carla", "create_workout", text="something nice for the legs")
    assert "Nothing was saved" in words(turn)
    assert await names(gym) == []


async def test_a_name_that_is_taken_gets_a_number(gym: House) -> None:
    """Names differ whatever the case they are written in."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    turn = await gym.call("marcus", "create_workout", text="amrap 10: 5 burpees", name="grinder")
    assert await names(gym) == ["Grinder", "grinder 2"]
    assert "There is a “grinder” already." in words(turn)


async def test_an_unknown_movement_is_kept_and_said(gym: House) -> None:
    """The coach hears which movement has no exercise behind it."""
    turn = await gym.call("carla", "create_workout", text="3 rounds: 10 burpees, 10 florbs", name="Odd")
    assert "“florbs”" in words(turn)


async def test_it_means_the_workout_just_made(gym: House) -> None:
    """A pronoun acts on what the talk was about."""
    await gym.say("carla", f"build a workout called Grinder: {GRINDER}", "staff")
    turn = await gym.say("carla", "make it 5 rounds", "staff")
    assert receipt(turn) == "Changed the workout “Grinder”: 5 rounds"
    assert card(turn).facts[0].value == "5 rounds for time"


async def test_a_change_that_is_not_understood_changes_nothing(gym: House) -> None:
    """The words of the rules are told, with an example."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    turn = await gym.call("carla", "edit_workout", workout="Grinder", change="more cowbell")
    assert "the workout is as it was" in words(turn)
    again = await gym.call("carla", "edit_workout", workout="Grinder", change="make it 3 rounds")
    assert "like that already" in words(again)


async def test_a_changed_workout_is_put_back_by_undo(gym: House) -> None:
    """Undo restores the structure and the text."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    turn = await gym.call("carla", "edit_workout", workout="Grinder", change="swap double-unders for burpees")
    assert "30 Burpee" in card(turn).lines
    await gym.tap("carla", undo_of(turn))
    assert "30 Double-under" in card(await gym.call("mia", "show_workout", workout="Grinder")).lines


async def test_a_member_sees_a_workout_by_a_name_with_a_slip(gym: House) -> None:
    """A letter wrong is understood."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Tuesday Engine")
    turn = await gym.say("mia", "show me the tuesday engin workout")
    assert card(turn).title == "Tuesday Engine"


async def test_a_part_of_two_names_is_asked_about(gym: House) -> None:
    """Nothing is guessed: there is a button for each."""
    for name in ("Strength A", "Strength B"):
        await gym.call("carla", "create_workout", text="back squat 5x5", name=name)
    turn = await gym.say("mia", "can i see the strength workout")
    assert turn.question is not None
    assert [o.label for o in turn.question.options] == ["Strength A", "Strength B"]


async def test_the_list_is_narrowed_by_name_format_and_movement(gym: House) -> None:
    """A filter looks at everything a workout is."""
    await gym.call("carla", "create_workout", text="amrap 12: 10 burpees, 10 pull-ups", name="Short One")
    await gym.call("carla", "create_workout", text="back squat 5x5", name="Heavy")
    for filter_, found in (("amrap", "Short One"), ("squats", "Heavy"), ("heavy", "Heavy"), ("burpee", "Short One")):
        assert [line.split(":")[0] for line in card(await gym.call("mia", "list_workouts", filter=filter_)).lines] == [
            found
        ]
    assert "No workout fits" in words(await gym.call("mia", "list_workouts", filter="swimming"))
    assert len(card(await gym.call("mia", "list_workouts")).lines) == 2


async def test_a_copy_has_a_name_of_its_own(gym: House) -> None:
    """The copy can be renamed without touching the first."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    await gym.say("carla", "duplicate grinder")
    await gym.say("carla", "rename grinder 2 to Monday Grinder")
    assert await names(gym) == ["Grinder", "Monday Grinder"]


async def test_a_deletion_is_asked_about_and_comes_back_by_undo(gym: House) -> None:
    """The card names what is lost; undo brings the same row back."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder", room="staff")
    asked = await gym.say("carla", "delete the workout I just made", "staff")
    assert asked.question is not None
    assert asked.question.kind == "confirm"
    assert card(asked).title == "Delete the workout “Grinder”?"
    assert await names(gym) == ["Grinder"]
    done = await gym.tap("carla", asked.question.options[0].token)
    assert await names(gym) == []
    await gym.tap("carla", undo_of(done))
    assert await names(gym) == ["Grinder"]


async def test_a_deletion_says_which_classes_lose_their_workout(gym: House) -> None:
    """A planned workout is taken off its classes, and put back on them by undo."""
    await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    session_id = await _planned(gym)
    asked = await gym.call("carla", "delete_workout", workout="Grinder")
    assert any("1 class" in f.value for f in card(asked).facts)
    assert asked.question is not None
    done = await gym.tap("carla", asked.question.options[0].token)
    assert receipt(done) == "Deleted the workout “Grinder” and took it off 1 class"
    assert await _workout_of(gym, session_id) is None
    await gym.tap("carla", undo_of(done))
    assert await _workout_of(gym, session_id) is not None


async def test_a_class_whose_workout_was_never_made_after_all_simply_has_none(gym: House) -> None:
    """Undoing the making of a workout leaves its class without one; doing it again gives the class its workout back."""
    made = await gym.call("carla", "create_workout", text=GRINDER, name="Grinder")
    await _planned(gym)
    await gym.tap("carla", undo_of(made))
    shown = await gym.call("carla", "show_class", session="CrossFit 2026-11-20T12:00")
    assert shown.actions[0].ok, shown
    assert "Grinder" not in str(shown)
    await gym.call("carla", "redo")
    assert "Grinder" in str(await gym.call("carla", "show_class", session="CrossFit 2026-11-20T12:00"))


async def _planned(gym: House) -> int:
    """A class in two hours that the only workout is planned for."""
    async with gym.desk.store.write() as db:
        workout = (await db.scalars(select(Workout))).one()
        made: list[int] = []

        def plan(session: object) -> None:
            with unlogged(session):  # type: ignore[arg-type]
                kind = ClassType(gym_id=workout.gym_id, name="CrossFit", minutes=60, spots=14)
                db.sync_session.add(kind)
                db.sync_session.flush()
                at = START.replace(hour=START.hour + 2)
                row = ClassSession(
                    gym_id=workout.gym_id,
                    class_type_id=kind.id,
                    starts_at=at,
                    minutes=60,
                    spots=14,
                    workout_id=workout.id,
                )
                db.sync_session.add(row)
                db.sync_session.flush()
                made.append(row.id)

        await db.run_sync(plan)
    return made[0]


async def _workout_of(gym: House, session_id: int) -> int | None:
    async with gym.desk.store.read() as db:
        return (await db.get_one(ClassSession, session_id)).workout_id
