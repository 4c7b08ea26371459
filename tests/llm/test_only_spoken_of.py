"""What is only asked about, denied, reported, supposed or told of is not done, whatever command stands in it."""

import pytest

from tests.utterances.score import OneGym, written

_AT = "2026-11-17T10:00"
# A command as it is ordered, as it was done, and as it is thanked for, and who could give it.
_COMMANDS = (
    ("book me into yoga on thursday", "booked myself into yoga on thursday", "booking yoga on thursday", "mia"),
    ("cancel crossfit friday 6pm", "cancelled crossfit friday 6pm", "cancelling crossfit friday 6pm", "carla"),
    ("move thursday's yoga to 8pm", "moved thursday's yoga to 8pm", "moving thursday's yoga to 8pm", "priya"),
    ("put open gym on saturday 13:00", "put open gym on saturday 13:00", "putting open gym on saturday 13:00", "adam"),
    ("set engine saturday to 12 spots", "set engine saturday to 12 spots", "setting engine saturday to 12 spots", "marcus"),
    ("delete the workout Fran", "deleted the workout Fran", "deleting the workout Fran", "carla"),
    ("make this group the coaches' room", "made this group the coaches' room", "making this group the coaches' room", "olivia"),
    ("link this account, my code is K7Q2XD", "linked this account, my code is K7Q2XD", "linking this account", "leon"),
    ("change Emma Wagner's email to em@example.com", "changed Emma Wagner's email to em@example.com", "changing it", "adam"),
    ("undo both", "undid both", "undoing both", "carla"),
    ("turn off class reminders", "turned off class reminders", "turning off class reminders", "mia"),
    ("note on Emma Wagner: prefers mornings", "noted that", "noting that", "priya"),
)  # fmt: skip
_FRAMES = {
    "asked about": (
        "did you {order}?",
        "why did you {order}?",
        "should i {order}?",
        "do i have to {order}?",
        "who can {order}?",
        "how do i {order}?",
        "can members {order}?",
        "have you {done}?",
        "who {done}?",
        "was it you who {done}?",
        "why can't i {order}?",
    ),
    "denied": (
        "don't {order}",
        "please never {order}",
        "no need to {order}",
        "i don't want to {order}",
        "you don't have to {order}",
        "let's not {order}",
        "i'm not going to {order}",
        "i can't {order}",
        "{order} - no wait, don't",
        "{order}... just kidding",
    ),
    "told": (
        "i already {done}",
        "carla {done}",
        "you {done}, right?",
        "we {done} last week",
        "i nearly {done}",
        "i was going to {order}",
        "i was about to {order}",
        "yesterday i wanted to {order} but it was too late",
        "i forgot to {order}",
        "thanks for {doing}",
        "sorry for not {doing}",
        "you should have {done}",
    ),
    "reported": (
        "she said she would {order}",
        "my coach told me to {order}",
        "carla wants to {order}",
        "tell anna to {order}",
        "they made me {order}",
        "marcus says we should {order}",
    ),
    "supposed": (
        "what if i {order}",
        "suppose i {order}",
        "imagine you {order}",
        "if it rains tomorrow {order}",
        "would it be a mistake to {order}?",
        "i might {order}",
        "i'm thinking about {doing}",
        "for example: {order}",
        "remind me to {order}",
        "hopefully nobody will {order}",
        "i wish i could {order}",
        "can we {order} next year?",
        "i can {order} myself",
        "will you {order} automatically?",
    ),
}


@pytest.mark.parametrize("kind", _FRAMES)
async def test_what_is_only_spoken_of_is_not_done(kind: str) -> None:
    """No frame of a kind leads to a change without a question, whatever command stands in it."""
    done: list[str] = []
    async with OneGym(None) as gyms:
        for frame in _FRAMES[kind]:
            for order, past, gerund, who in _COMMANDS:
                text = frame.format(order=order, done=past, doing=gerund)
                answer = await gyms.answer({"text": text, "as": who, "at": _AT, "room": None})
                done += [text] if written(answer) else []
    assert done == []
