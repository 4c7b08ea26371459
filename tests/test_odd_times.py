"""Times and figures that cannot be as they were said: they are told, asked about or refused, never bent in silence."""

from core.chat import Turn
from tests.conftest import House


def said(turn: Turn) -> str:
    """All that a turn said, receipts included."""
    return "\n".join([*(m.text for m in turn.messages), *(r.text for m in turn.messages for r in m.receipts)])


async def test_what_cannot_be_is_refused(gym: House) -> None:
    """An end before the beginning, no rounds, a day in no calendar."""
    turn = await gym.say("olivia", "put yoga on tomorrow 14:00-13:00")
    assert "From 14:00 to 13:00 is no time for a class" in said(turn)
    turn = await gym.say("carla", "build a workout: 0 rounds - 200m run")
    assert "“0 rounds” is nothing to do" in said(turn)
    turn = await gym.say("olivia", "put yoga on 31 february 10:00")
    assert "31 February does not exist" in said(turn)
    assert not turn.actions


async def test_weekly_makes_a_series(gym: House) -> None:
    """On the day that was said; who may not make one hears so."""
    turn = await gym.say("olivia", "put open gym on tomorrow 13:00-14:00 weekly")
    assert "Every week: Open Gym, Tue 13:00" in said(turn)
    turn = await gym.say("carla", "put open gym on tomorrow 15:00-16:00 weekly")
    assert "only admins" in said(turn)


async def test_a_time_that_the_clocks_skip_or_show_twice_is_told(gym: House) -> None:
    """What it becomes, with the year of a day that is far off."""
    turn = await gym.say("olivia", "put yoga on 28 march 2027 2:30")
    assert "02:30 does not exist on Sun 28 March 2027: the clocks go forward, so it is 03:00." in said(turn)
    assert "Yoga, Sun 28 March 2027 03:00" in said(turn)
    turn = await gym.say("olivia", "put yoga on 31 october 2027 2:30")
    assert "02:30 comes twice on Sun 31 October 2027, as the clocks go back; this is the first." in said(turn)


async def test_a_class_moves_from_a_date_and_time_to_a_time(gym: House) -> None:
    """The first is the class, the second where it goes."""
    turn = await gym.say("olivia", "move crossfit friday 27 nov 5pm to 4:30pm")
    assert turn.question is not None
    assert "Fri 27 November 17:00 to Fri 27 November 16:30" in turn.question.text
