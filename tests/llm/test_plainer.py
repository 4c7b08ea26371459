"""What is told in two halves is read as the one plain command that it means, and nothing else is altered."""

import pytest

from core.llm.phrases.plainer import plainer


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "I have open gym tomorrow and mobility on the 2nd, cancel both please",
            "cancel open gym tomorrow and cancel mobility on the 2nd",
        ),
        (
            "i'm in yoga friday and engine sunday, can you take me out of both",
            "take me out of yoga friday and take me out of engine sunday",
        ),
        ("i am in thursday 06:00 but prefer 07:00 same day, change it pls", "move me from thursday 06:00 to 07:00"),
        ("tomorrow 7am + thursday 7am for me please", "book tomorrow 7am and book thursday 7am"),
        ("Strength B is a boring name. Make it Heavy Thursday", "rename Strength B to Heavy Thursday"),
        ("Marie Richter is now called Marie Keller, change her name", "change Marie Richter's name to Marie Keller"),
        ("we have a new guy, Peter Pan, add him on drop-in", "new member Peter Pan on drop-in"),
        ("Peter Pan wants to join, add him as a member", "new member Peter Pan"),
        (
            "take engine on wednesdays off the timetable, leave saturday alone",
            "take engine on wednesdays off the timetable",
        ),
        (
            "cancel me today 17:00 and separately put me down for engine",
            "cancel me today 17:00 and put me down for engine",
        ),
    ],
)
def test_two_halves_become_one_command(text: str, read: str) -> None:
    """Word for word as it is read then."""
    assert plainer(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "i have yoga friday and engine sunday, both are great",
        "i'm in at 9 but prefer 10",
        "note for tom: crossfit at 6 but prefers 7, change it",
        "cancel all classes on friday, leave the yoga alone",
        "cancel everything on friday, leave friday alone",
        "anna wants to join us, she is nice",
        "helen is a boring name",
        "cancel 7am and 8am for me",
        "what's on at 7am and 6pm for me",
        "don't book 7am + 8am for me",
        "i am sick and tired, cancel both",
        "i have yoga and engine and mobility this week, cancel both",
        "i'm not in at 7 but prefer 8, change it",
        "i have 100 kg but prefer 90, change it",
        "book 7am the same day as anna",
        "note Bob Smith wants to join, add him to the list",
        "my friend wants to join, add him",
        "Peter Pan wants to join, add him on thursday",
        "tell Anna fran is a silly name, call it Grace",
        "i have " + "yoga and engine and " * 40 + "open gym, cancel both",
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    """What names no deed, hands words on, or leaves nothing certain behind."""
    assert plainer(text) == text
