"""How each kind of card, receipt and choice looks on Discord, and that nothing ever breaks Discord's own limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.discord.markdown import escaped, markdown, split
from adapters.discord.render import V2, bodies, partial, words_of
from core.chat import Button, Card, Fact, File, Image, Message, Receipt, Table
from tests.fakes.discord_rules import message_faults, walk

CARDS = {
    "confirm": Card(
        kind="confirm", title="Cancel CrossFit?", lines=("12 people are booked and will be told.",), state="open"
    ),
    "approved": Card(kind="confirm", title="Cancel CrossFit?", state="approved", outcome="Confirmed by Carla."),
    "rejected": Card(kind="confirm", title="Cancel CrossFit?", state="rejected", outcome="Left as it is."),
    "pick": Card(kind="pick", title="Which Anna?", state="open"),
    "ask": Card(kind="ask", title="When should it be?", state="open"),
    "class": Card(kind="class", title="CrossFit", facts=(Fact(label="When", value="Tue 24 November 18:00"),)),
    "member": Card(kind="member", title="Anna *Schmidt*", facts=(Fact(label="Plan", value="Unlimited"),)),
    "workout": Card(kind="workout", title="Fran", lines=("21-15-9", "Thrusters 43 kg", "Pull-ups")),
    "exercise": Card(kind="exercise", title="Deadlift", facts=(Fact(label="Muscles", value="Back, legs"),)),
    "list": Card(kind="list", title="Your bookings", lines=("1. Yoga", "- HIIT", "# not a heading")),
    "table": Card(
        kind="table", title="Week", table=Table(head=("Day", "Class"), rows=(("Mon", "Yoga"), ("Tue", "`HIIT`")))
    ),
    "notice": Card(kind="notice", title="Closed on Friday", state="plain"),
}


def text_of(message: Message) -> str:
    """What stands in the first part of a message."""
    return "\n".join(words_of(bodies(message)[0]))


def test_every_kind_of_card_has_its_look() -> None:
    """Title, facts, lines, table and outcome, with data that is never read as markup."""
    assert {name: text_of(Message(cards=(card,))) for name, card in CARDS.items()} == snapshot(
        {
            "confirm": """\
### Cancel CrossFit?
12 people are booked and will be told.\
""",
            "approved": """\
### Cancel CrossFit?
-# ✅ Confirmed by Carla.\
""",
            "rejected": """\
### ~~Cancel CrossFit?~~
-# ✖️ Left as it is.\
""",
            "pick": "### Which Anna?",
            "ask": "### When should it be?",
            "class": """\
### CrossFit
**When:** Tue 24 November 18:00\
""",
            "member": """\
### Anna \\*Schmidt\\*
**Plan:** Unlimited\
""",
            "workout": """\
### Fran
- 21-15-9
- Thrusters 43 kg
- Pull-ups\
""",
            "exercise": """\
### Deadlift
**Muscles:** Back, legs\
""",
            "list": """\
### Your bookings
- 1\\. Yoga
- \\- HIIT
- \\# not a heading\
""",
            "table": """\
### Week
```
Day  Class
───  ──────
Mon  Yoga
Tue  'HIIT'
```\
""",
            "notice": "### Closed on Friday",
        }
    )


def test_a_question_with_few_options_has_buttons_and_with_more_a_menu() -> None:
    """Up to five are buttons; up to 25 a menu; beyond that a search stands below."""
    few = Message(
        cards=(CARDS["pick"],), buttons=tuple((Button(label=f"Anna {n}", token=f"v1:{n}"),) for n in range(2))
    )
    assert bodies(few)[0]["components"] == snapshot(
        [
            {"type": 17, "accent_color": 15774002, "components": [{"type": 10, "content": "### Which Anna?"}]},
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "Anna 0", "custom_id": "v1:0"}]},
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "Anna 1", "custom_id": "v1:1"}]},
        ]
    )
    many = Message(
        cards=(CARDS["pick"],), buttons=tuple((Button(label=f"Anna {n}", token=f"v1:{n}"),) for n in range(40))
    )
    shown = list(walk(bodies(many)[0]["components"]))
    menu = next(c for c in shown if c["type"] == 3)
    assert len(menu["options"]) == 25
    assert [c["label"] for c in shown if c["type"] == 2] == ["More…", "Search all 40"]


def test_a_receipt_carries_undo_and_says_when_it_was_undone() -> None:
    """The button stands beside the words; afterwards the words are struck out and the button is gone."""
    done = Message(receipts=(Receipt(text="Booked: Yoga", undo="v1:u"),))
    undone = Message(receipts=(Receipt(text="Booked: Yoga", state="undone"),))
    assert [bodies(m)[0]["components"] for m in (done, undone)] == snapshot(
        [
            [
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "✅ Booked: Yoga"}],
                    "accessory": {"type": 2, "style": 2, "label": "Undo", "custom_id": "v1:u"},
                }
            ],
            [
                {
                    "type": 10,
                    "content": """\
↩️ ~~Booked: Yoga~~
-# Undone.\
""",
                }
            ],
        ]
    )


def test_plain_words_stay_plain_and_an_edit_keeps_its_form() -> None:
    """Short words are content, so that a notification shows them; an edit is made of components, as Discord wants it."""
    assert bodies(Message(text="Hello **there**")) == [
        {"content": "Hello **there**", "flags": 4, "allowed_mentions": {"parse": []}}
    ]
    assert bodies(Message(text="Hello"), as_components=True)[0]["flags"] & V2
    pictured = Message(images=(Image(url="https://gym.example/w.png", alt="Progress"),), files=())
    assert bodies(pictured)[0]["components"][0]["items"][0]["media"]["url"] == "https://gym.example/w.png"
    filed = Message(text="Here", files=(File(url="https://gym.example/x.zip", name="x.zip"),))
    assert [c["url"] for c in walk(bodies(filed)[0]["components"]) if c.get("style") == 5] == [
        "https://gym.example/x.zip"
    ]


def test_markdown_is_turned_into_what_discord_shows() -> None:
    """Tables become fixed width, deep headings bold, pictures their words; mentions and broadcasts are only words."""
    text = "#### Plan\n| Day | Class |\n|---|---|\n| Mon | Yoga |\n\n![x](http://evil) <@123> @everyone\n```\n<@1> | a |\n```"
    assert markdown(text) == snapshot("""\
**Plan**
```
Day  Class
───  ─────
Mon  Yoga
```

x \\<@123> @\u200beveryone
```
<@1> | a |
```\
""")
    assert escaped("<@12> *bold* [a](b) `x` @here - 1.") == snapshot(
        "\\<@12\\> \\*bold\\* \\[a\\]\\(b\\) \\`x\\` @\u200bhere - 1."
    )


@pytest.mark.parametrize("most", [50, 200, 2000])
def test_long_texts_are_cut_without_breaking_a_fence(most: int) -> None:
    """Every piece fits, every fence in it is closed, and nothing but white space is lost."""
    text = (
        "Intro words.\n\n```python\n"
        + "\n".join(f"line {n}" for n in range(80))
        + "\n```\n\nThe end 👨‍👩‍👧‍👦. "
        + "word " * 300
    )
    pieces = split(text, most)
    assert all(len(p) <= most for p in pieces)
    assert all(p.count("```") % 2 == 0 for p in pieces)
    joined = "".join("".join(p.split()) for p in pieces).replace("```python", "").replace("```", "")
    assert joined == "".join(text.split()).replace("```python", "").replace("```", "")


def test_words_that_are_still_coming_never_flicker() -> None:
    """What might still change is not shown yet."""
    shown = [partial(text) for text in ("a **bold", "**bo", "See [it](htt", "```py\nx = 1\ny", "word " * 2000)]
    assert [body and body["content"] for body in shown[:4]] == ["a\n…", None, "See\n…", "```py\nx = 1\n```\n…"]
    assert shown[4] is not None
    assert len(shown[4]["content"]) <= 2000


_line = st.text(max_size=120)
_button = st.builds(Button, label=_line, token=st.uuids().map(lambda u: f"v1:{u.hex}"))
_card = st.builds(
    Card,
    kind=st.sampled_from(["confirm", "list", "table", "class"]),
    title=_line,
    facts=st.lists(st.builds(Fact, label=_line, value=_line), max_size=8).map(tuple),
    lines=st.lists(_line, max_size=60).map(tuple),
    table=st.none()
    | st.builds(Table, head=st.just(("A", "B")), rows=st.lists(st.tuples(_line, _line), max_size=60).map(tuple)),
)
_message = st.builds(
    Message,
    text=st.text(max_size=9000),
    cards=st.lists(_card, max_size=4).map(tuple),
    buttons=st.lists(st.lists(_button, min_size=1, max_size=5).map(tuple), max_size=12).map(tuple),
    receipts=st.lists(
        st.builds(Receipt, text=_line, undo=st.none() | st.uuids().map(lambda u: f"v1:{u.hex}")), max_size=4
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(_message, st.booleans())
def test_no_message_ever_breaks_the_limits(message: Message, edit: bool) -> None:
    """Whatever the core says, Discord takes every part of it, mentions nobody and shows no preview."""
    for body in bodies(message, as_components=edit):
        assert message_faults(body, body["flags"]) == []
        assert body["flags"] & 4
        assert body["allowed_mentions"] == {"parse": []}
