"""How a message looks on Telegram: one snapshot for each kind of card, and texts that are split where nothing breaks."""

import random
from typing import get_args

import pytest
from inline_snapshot import snapshot

from adapters.telegram.render import Rendered, entities_of, rendered
from adapters.telegram.spans import from_markdown, split, units
from core.chat import Button, Card, CardState, Fact, File, Image, Message, Receipt, Table
from core.tools._charts import Bar, chart
from tests.fakes.telegram_checks import check_markup, check_text

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def shown(made: Rendered) -> str:
    """A message as a test reads it: words with their marks after them, then the buttons row by row. What the server
    would refuse raises."""
    lines = []
    for part in made.parts:
        check_text(part.spans.text, [e.to_dict() for e in entities_of(part.spans)], 4096, "empty")
        lines.append(part.spans.text)
        data = part.spans.text.encode("utf-16-le")
        marks = [f"{m.type}={data[m.offset * 2 : m.end * 2].decode('utf-16-le')!r}" for m in part.spans.marks]
        lines += [f"  ({', '.join(marks)})"] if marks else []
        if part.upload:
            lines.append(f"  <{part.upload.kind} {part.upload.name}>")
        if part.keyboard:
            check_markup(part.keyboard.to_dict())
            lines += ["  " + "".join(f"[{b.text}]" for b in row) for row in part.keyboard.inline_keyboard]
    return "\n".join(lines + [f"<{u.kind} {u.name}>" for u in made.uploads])


def card(kind: str, **more: object) -> str:
    """One card alone."""
    return shown(
        rendered(Message(cards=(Card.model_validate({"kind": kind, "title": "CrossFit, Tue 24 Nov 18:00", **more}),)))
    )


FACTS = (Fact(label="Coach", value="Carla Reyes"), Fact(label="Spots", value="3 left"))


def test_a_confirm_card() -> None:
    """What will be done, and both answers beside each other."""
    asked = Message(
        cards=(Card(kind="confirm", title="Cancel CrossFit?", facts=FACTS, lines=("12 people are booked and will be told",),
                    state="open"),),
        buttons=((Button(label="Approve", token="v1:a", style="primary"), Button(label="Reject", token="v1:b")),),
    )  # fmt: skip
    assert shown(rendered(asked)) == snapshot("""\
Cancel CrossFit?
Coach: Carla Reyes
Spots: 3 left
12 people are booked and will be told
  (bold='Cancel CrossFit?')
  [Approve][Reject]\
""")


def test_a_confirm_card_after_the_press() -> None:
    """The outcome stands where the buttons were."""
    assert card("confirm", state="approved", outcome="Approved by Carla Reyes") == snapshot("""\
CrossFit, Tue 24 Nov 18:00
✅ Approved by Carla Reyes
  (bold='CrossFit, Tue 24 Nov 18:00', italic='✅ Approved by Carla Reyes')\
""")
    assert card("confirm", state="closed") == snapshot("""\
CrossFit, Tue 24 Nov 18:00
⚪️ No longer open
  (bold='CrossFit, Tue 24 Nov 18:00', italic='⚪️ No longer open')\
""")


def test_a_pick_card() -> None:
    """A button a row where labels are long."""
    picks = ("CrossFit, Tue 24 Nov 17:00, 4 left", "CrossFit, Tue 24 Nov 18:00, 3 left")
    asked = Message(
        cards=(Card(kind="pick", title="Which class?", state="open"),),
        buttons=tuple((Button(label=p, token=f"v1:{n}"),) for n, p in enumerate(picks)),
    )
    assert shown(rendered(asked)) == snapshot("""\
Which class?
  (bold='Which class?')
  [CrossFit, Tue 24 Nov 17:00, 4 left]
  [CrossFit, Tue 24 Nov 18:00, 3 left]\
""")


LIKE_EACH_OTHER = ("ask", "class", "member", "workout", "exercise", "list", "notice")


def test_every_kind_of_card_has_its_picture_here() -> None:
    """Beside those that look alike, the three that have a test of their own."""
    assert sorted(get_args(Card.model_fields["kind"].annotation)) == sorted(
        (*LIKE_EACH_OTHER, "confirm", "pick", "table")
    )


def test_what_became_of_a_card_stands_under_it() -> None:
    """One sign and word for each state; an open or plain one has none."""
    states = {state: card("notice", state=state).split("\n")[1:-1] for state in get_args(CardState)}
    assert states == snapshot(
        {
            "open": [],
            "approved": ["✅ Approved"],
            "rejected": ["✖️ Not done"],
            "answered": ["✅ Answered"],
            "closed": ["⚪️ No longer open"],
            "expired": ["⌛️ Expired"],
            "undone": ["↩️ Undone"],
            "plain": [],
        }
    )


@pytest.mark.parametrize("kind", LIKE_EACH_OTHER)
def test_cards_of_facts_and_lines(kind: str) -> None:
    """Every other kind of card reads the same way."""
    looks = card(kind, facts=FACTS, lines=("200 m run", "30 double-unders"))
    assert looks == snapshot("""\
CrossFit, Tue 24 Nov 18:00
Coach: Carla Reyes
Spots: 3 left
• 200 m run
• 30 double-unders
  (bold='CrossFit, Tue 24 Nov 18:00')\
""")


def test_a_narrow_table_has_columns_and_a_wide_one_has_rows() -> None:
    """A phone shows about 34 characters of a fixed width."""
    narrow = Table(head=("Name", "Since"), rows=(("Mia", "3 Nov"), ("Anna", "12 Oct")))
    wide = Table(head=("Name", "Owes", "Reason"), rows=(("Mia Tran", "119 EUR", "The card was refused twice"),))
    assert card("table", table=narrow) == snapshot("""\
CrossFit, Tue 24 Nov 18:00

Name  Since
Mia   3 Nov
Anna  12 Oct
  (bold='CrossFit, Tue 24 Nov 18:00', pre='Name  Since\\nMia   3 Nov\\nAnna  12 Oct')\
""")
    assert card("table", table=wide) == snapshot("""\
CrossFit, Tue 24 Nov 18:00

• Mia Tran — Owes: 119 EUR, Reason: The card was refused twice
  (bold='CrossFit, Tue 24 Nov 18:00', bold='Mia Tran')\
""")


def test_receipts_offer_undo_and_say_when_it_was_used() -> None:
    """One button where there is one receipt, a named one each where there are several."""
    one = Receipt(text="Booked: CrossFit, Tue 24 November 18:00.", undo="v1:u")
    assert shown(rendered(Message(receipts=(one,)))) == snapshot("""\
✅ Booked: CrossFit, Tue 24 November 18:00.
  [↩️ Undo]\
""")
    two = Receipt(text="Booked: Yoga.", undo="v1:w")
    gone = Receipt(text="Booked: Pilates.", state="undone")
    assert shown(rendered(Message(text="All **three**:", receipts=(one, two, gone)))) == snapshot("""\
All three:

✅ Booked: CrossFit, Tue 24 November 18:00.

✅ Booked: Yoga.

↩️ Booked: Pilates. Undone.
  (bold='three', strikethrough='Booked: Pilates.')
  [↩️ Undo: Booked: CrossFit, Tue 24 November 18:00.]
  [↩️ Undo: Booked: Yoga.]\
""")


def test_pictures_and_files() -> None:
    """One with few words is one message; several follow the words."""
    one = Message(text="Your **week**", images=(Image(url=PIXEL, alt="chart"),))
    assert shown(rendered(one)) == snapshot("""\
Your week
  (bold='week')
  <photo picture.png>\
""")
    more = Message(text="Both", images=(Image(url=PIXEL, alt="a"), Image(url=PIXEL, alt="b")),
                   files=(File(url="data:text/csv,a%2Cb", name="x.csv"),))  # fmt: skip
    assert shown(rendered(more)) == snapshot("""\
Both
<photo picture.png>
<photo picture.png>
<document x.csv>\
""")
    unseen = Message(text="Here", files=(File(url="http://127.0.0.1:8080/agent/files/1", name="x"),))
    assert rendered(unseen).uploads == ()


def test_markdown_becomes_marks_and_never_stray_signs() -> None:
    """Headings, lists, code, links, quotes."""
    text = (
        "# Plan\n\n- **one**\n- two `code`\n\n> quoted\n\n```python\nprint(1)\n```\n[ours](https://whistle.example/x)"
    )
    assert shown(rendered(Message(text=text))) == snapshot("""\
Plan

• one
• two code

quoted

print(1)
ours
  (bold='Plan', bold='one', code='code', blockquote='quoted', pre='print(1)', text_link='ours')\
""")
    assert shown(rendered(Message(text="2 * 3 * 4 and snake_case_name, 5 < 6"))) == snapshot(
        "2 * 3 * 4 and snake_case_name, 5 < 6"
    )


def test_an_empty_message_still_says_something() -> None:
    """A message of buttons alone needs words."""
    assert shown(rendered(Message(buttons=((Button(label="Go", token="v1:x"),),)))) == snapshot("""\
…
  [Go]\
""")


def test_no_button_is_dropped() -> None:
    """What there is no room for is on the next page; what a button cuts off stands in the text."""
    labels = [f"Class number {n} of the week" for n in range(103)]
    made = rendered(Message(text="Which?", buttons=tuple((Button(label=w, token=f"v1:{w}"),) for w in labels)))
    assert [row[0].text for row in made.parts[-1].keyboard.inline_keyboard][-2:] == [labels[23], "More…"]  # type: ignore[union-attr]
    long = "Fundamentals of weightlifting for beginners, Tue 24 November 18:00 · 3 left"
    assert shown(rendered(Message(text="Which?", buttons=((Button(label=long, token="v1:x"),),)))) == snapshot("""\
Which?

• Fundamentals of weightlifting for beginners, Tue 24 November 18:00 · 3 left
  [Fundamentals of weightlifting for beginners, Tue 24 November 18…]\
""")


def test_a_drawing_is_a_file_and_told_in_words() -> None:
    """Telegram shows drawings to nobody."""
    drawn = chart("Cost", [Bar("Mon", 1.0, "$1")], "Cost by day: Mon $1")
    made = rendered(Message(text="This week", images=(drawn,)))
    assert [(p.spans.text, p.upload and (p.upload.kind, p.upload.name)) for p in made.parts] == [
        ("This week\n\nCost by day: Mon $1", ("document", "picture.svg"))
    ]  # fmt: skip


BITS = ("**bold** words. ", "`code bit` ", "[a link](https://whistle.example/x) ", "👨‍👩‍👧‍👦", "🇩🇪🇫🇷", "é́ ", "- item\n", "\n\n",
        "\n```python\nprint(1)\n" + "x=1\n" * 30 + "```\n", "plain text here ", "1. one\n2. two\n", "> quote\n\n", "# Head\n\n",
        "~~gone~~ ", "🏋🏽‍♀️")  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_long_texts_are_split_and_nothing_is_lost_or_broken(seed: int) -> None:
    """Every piece fits and is what the server takes; together they are the whole."""
    chance = random.Random(seed)
    whole = from_markdown("".join(chance.choice(BITS) for _ in range(chance.randint(1, 600))))
    pieces = split(whole, 4096)
    for piece in pieces:
        assert units(piece.text) <= 4096
        check_text(piece.text, [e.to_dict() for e in entities_of(piece)], 4096, "empty")
    assert "".join("".join(p.text.split()) for p in pieces) == "".join(whole.text.split())


def test_a_break_lies_between_things() -> None:
    """Not in a family of emoji, a flag, a link, or code that fits whole."""
    family = "👨‍👩‍👧‍👦"
    assert [p.text for p in split(from_markdown(family * 3), units(family) + 3)] == [family] * 3
    assert [p.text for p in split(from_markdown("🇩🇪🇫🇷🇪🇸"), 6)] == ["🇩🇪", "🇫🇷", "🇪🇸"]
    text = "word " * 5 + "[a link of words](https://whistle.example/x)"
    assert split(from_markdown(text), 30)[-1].text == "a link of words"
    code = "Before it.\n\n```\n" + "line of code\n" * 4 + "```"
    pieces = split(from_markdown(code), 60)
    assert [p.text.startswith("line of code") for p in pieces] == [False, True]
    items = "\n".join(f"- item number {n}" for n in range(20))
    assert all(p.text.startswith("•") for p in split(from_markdown(items), 100))
