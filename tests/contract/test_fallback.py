"""What a platform cannot show is told in another way: each fallback by itself, and both renderers with all of them."""

import base64
import dataclasses
import re
from collections.abc import Callable

import pytest

from adapters.contract import Limits
from adapters.discord.limits import DISCORD
from adapters.discord.render import bodies, kept, words_of
from adapters.fallback import brought, columns, content_of, fitted, page_of, rows_told, told_apart
from adapters.telegram.limits import TELEGRAM
from adapters.telegram.render import entities_of, rendered
from core.chat import Button, Card, Fact, File, Image, Message, Receipt, Table
from tests.fakes.discord_rules import message_faults, walk
from tests.fakes.telegram_checks import check_markup, check_text

PIXEL = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\npixel").decode()
DRAWING = "data:image/svg+xml,<svg/>"
BARE = dataclasses.replace(TELEGRAM, buttons=0)
SMALL = dataclasses.replace(TELEGRAM, buttons=4, upload_bytes=10, button_label_chars=12)


def on_telegram(message: Message) -> tuple[str, list[str]]:
    """The words and button labels of a message; what the server would refuse raises."""
    made = rendered(message)
    words, labels = [], []
    for part in made.parts:
        check_text(part.spans.text, [e.to_dict() for e in entities_of(part.spans)], 4096, "empty")
        words.append(part.spans.text)
        if part.keyboard:
            check_markup(part.keyboard.to_dict())
            labels += [b.text for row in part.keyboard.inline_keyboard for b in row]
    return "\n".join([*words, *(u.name for u in made.uploads)]), labels


def on_discord(message: Message) -> tuple[str, list[str]]:
    """The same there."""
    words, labels = [], []
    for body in bodies(message):
        assert message_faults(kept(body), body["flags"], len(body.get("uploads", ()))) == []
        words += [*words_of(body), *(name for name, _ in body.get("uploads", ()))]
        for component in walk(body.get("components")):
            labels += (
                [component["label"]] if component["type"] == 2 else [o["label"] for o in component.get("options", ())]
            )
    return "\n".join(words).replace("\\", ""), labels


RENDERERS = {"telegram": on_telegram, "discord": on_discord}
Renderer = Callable[[Message], tuple[str, list[str]]]


def buttons(many: int, label: str = "Member") -> tuple[tuple[Button, ...], ...]:
    """So many, one in a row."""
    return tuple((Button(label=f"{label} {n}", token=f"v1:{n:022d}"),) for n in range(many))


@pytest.mark.parametrize("limits", [TELEGRAM, DISCORD, SMALL], ids=["telegram", "discord", "small"])
@pytest.mark.parametrize("many", [0, 1, 4, 5, 24, 25, 26, 99, 400])
def test_every_button_is_on_some_page_and_every_page_can_be_reached(limits: Limits, many: int) -> None:
    """From the first by “More…”, back by “Back…”; no page has more than are shown at once, besides those two."""
    message, page, seen = Message(text="Who?", buttons=buttons(many)), 0, []
    while True:
        shown = [b for row in fitted(message, limits, page).buttons for b in row]
        turns = {b.label: page_of(b.token) for b in shown if page_of(b.token) is not None}
        seen += [b.token for b in shown if page_of(b.token) is None]
        assert len(shown) - len(turns) <= limits.buttons
        assert turns.get("Back…", page - 1 if page else None) == (page - 1 if page else None)
        if "More…" not in turns:
            break
        assert turns["More…"] == page + 1
        page += 1
    assert seen == [b.token for row in message.buttons for b in row]
    assert fitted(message, limits, 999) == fitted(message, limits, page)


def test_a_row_longer_than_a_page_and_undo_find_their_room() -> None:
    """Rows stay whole where they can; Undo counts; what is too many to press is said."""
    row = tuple(Button(label=f"{n}", token=f"v1:{n}") for n in range(6))
    first = fitted(Message(buttons=(row,)), SMALL)
    assert [[b.label for b in r] for r in first.buttons] == [["0", "1", "2", "3"], ["More…"]]
    receipts = tuple(Receipt(text=f"Booked {n}", undo=f"v1:u{n}") for n in range(6))
    many = fitted(Message(receipts=receipts), SMALL)
    assert [bool(r.undo) for r in many.receipts] == [True] * 4 + [False] * 2
    assert "Say “undo”" in many.text


def test_labels_are_cut_to_fit_and_never_read_the_same() -> None:
    """A number tells those apart that would."""
    same = [[Button(label="CrossFit, Tue 18:00", token="v1:a")], [Button(label="CrossFit, Tue 18:00", token="v1:b")]]
    assert [b.label for row in told_apart(same) for b in row] == ["1 · CrossFit, Tue 18:00", "2 · CrossFit, Tue 18:00"]
    assert [
        b.label for row in fitted(Message(buttons=buttons(1, "A very long name of")), SMALL).buttons for b in row
    ] == ["A very long…"]
    assert fitted(Message(buttons=buttons(1, "A very *long* name of")), SMALL).text == r"- A very \*long\* name of 0"


def test_without_buttons_the_answers_are_numbered_and_typed() -> None:
    """As the core reads them: “2” is the second."""
    message = Message(text="Which?", buttons=buttons(3), receipts=(Receipt(text="Booked", undo="v1:u"),))
    shown = fitted(message, BARE)
    assert shown.buttons == ()
    assert shown.receipts[0].undo is None
    assert shown.cards[-1].lines == ("1. Member 0", "2. Member 1", "3. Member 2")
    assert "Say “undo”" in shown.text


@pytest.mark.parametrize("token", ["page:-1", "page:", "page:x", "page:1000", "page:١", "v1:page:1", "Page:1", ""])
def test_only_our_own_keys_turn_a_page(token: str) -> None:
    """Whatever else a changed client sends is a press like any other."""
    assert page_of(token) is None


def test_pictures_and_files_that_cannot_be_shown_are_told() -> None:
    """A drawing in its words, what only the page can read by its name, what is too large with why."""
    message = Message(
        images=(
            Image(url=DRAWING, alt="12 times"),
            Image(url="/agent/files/3", alt="photo.jpg"),
            Image(url=PIXEL, alt="p"),
        ),
        files=(File(url="/agent/files/4", name="mine.json"), File(url="data:text/plain,12345678901", name="big.txt")),
    )
    shown = fitted(message, SMALL)
    assert (shown.images, [f.name for f in shown.files]) == ((), ["picture.svg"])
    told = shown.text.split("\n\n")
    assert told[:3] == ["12 times", "photo.jpg", "p"]
    assert [line.partition(": ")[0] for line in told[3:]] == ["mine.json", "big.txt", "picture.png"]
    assert "on the page" in told[3]
    assert "larger than" in told[4]
    assert [i.alt for i in fitted(message, TELEGRAM).images] == ["p"]


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,%%%", "data:image/png;base64,", "file:///etc/passwd", "http://10.0.0.1/x", ""]
)
def test_an_address_that_is_none_holds_nothing(url: str) -> None:
    """It is told, not fetched."""
    assert content_of(url) is None


async def test_own_files_come_along() -> None:
    """Their bytes take the place of the address; what is gone keeps it and is told."""

    async def load(url: str) -> bytes | None:
        return b'{"a": 1}' if url.endswith("/7") else None

    message = Message(
        files=(File(url="/agent/files/7", name="my-data.json"), File(url="/agent/files/8", name="gone.json"))
    )
    shown = await brought(message, load)
    first = content_of(shown.files[0].url)
    assert first is not None
    assert (first.data, first.media_type) == (b'{"a": 1}', "application/json")
    assert fitted(shown, DISCORD).text.startswith("gone.json: ")


def test_a_table_is_lined_up_or_told_row_by_row() -> None:
    """Depending on how wide a phone is."""
    table = Table(head=("Name", "Owes"), rows=(("Mia", "119 EUR"), ("", "")))
    assert columns(table, 20) == "Name  Owes\nMia   119 EUR\n"
    assert columns(table, 10) is None
    assert rows_told(table) == ("", [("Mia", "Owes: 119 EUR"), ("–", "")])


def test_what_many_rows_say_is_named_once_above_them() -> None:
    """A place stays where its column has nothing."""
    rows = (("Mia", "119 EUR", "Tue"), ("Anna", "", "Wed"), ("Ben", "20 EUR", ""))
    legend, told = rows_told(Table(head=("Name", "Owes", "Since"), rows=rows))
    assert legend == "Name — Owes · Since"
    assert told == [("Mia", "119 EUR · Tue"), ("Anna", "– · Wed"), ("Ben", "20 EUR · –")]


KINDS = ("confirm", "pick", "ask", "class", "member", "workout", "exercise", "list", "table", "notice")


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_card_says_all_that_it_says_within_the_limits(renderer: Renderer, kind: str) -> None:
    """Small and far too large: no fact, line, row or outcome is missing, and nothing in data is markup."""
    for size in (2, 60):
        card = Card.model_validate({
            "kind": kind, "title": "The *title* of it", "state": "closed", "outcome": "It is over",
            "facts": [Fact(label=f"Fact{n}", value=f"value{n} _x_") for n in range(size)],
            "lines": [f"line{n} 👨‍👩‍👧‍👦 `a`" for n in range(size)],
            "table": Table(head=("Head", "Other"), rows=tuple((f"cell{n}", f"{n} " * size) for n in range(size))),
        })  # fmt: skip
        words, labels = renderer(Message(cards=(card,), buttons=buttons(size)))
        assert "The *title* of it" in words
        for n in range(size):
            for word in (f"Fact{n}", f"value{n}", f"line{n}", f"cell{n}"):
                assert re.search(rf"{word}\b", words), word
        assert "It is over" in words
        assert "Member 0" in labels
        assert any(label.startswith("More") for label in labels) == (size == 60)


LONG = (
    "Intro with **bold words** and a [link](https://whistle.example/a/long/way).\n\n"
    "```python\n" + "\n".join(f"line_{n} = {n}" for n in range(400)) + "\n```\n\n"
    + "\n".join(f"- item{n} of the list, which has some words" for n in range(250))
    + "\n\n" + "👨‍👩‍👧‍👦" * 700
)  # fmt: skip


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
def test_a_long_text_is_cut_where_nothing_breaks(renderer: Renderer) -> None:
    """Code, lists, links and emoji come out whole on the other side."""
    words, _ = renderer(Message(text=LONG))
    for n in range(400):
        assert re.search(rf"^line_{n} = {n}$", words, re.M), n
    for n in range(250):
        assert re.search(rf"item{n} of the list, which has some words$", words, re.M), n
    assert words.count("👨‍👩‍👧‍👦") == 700
    assert words.count("```") % 2 == 0


@pytest.mark.parametrize("renderer", RENDERERS.values(), ids=RENDERERS)
def test_both_show_what_they_can_and_tell_the_rest(renderer: Renderer) -> None:
    """Pictures and files with bytes go up; a drawing is told."""
    words, _ = renderer(
        Message(
            text="Your week",
            images=(Image(url=PIXEL, alt="A chart"), Image(url=DRAWING, alt="You came 12 times")),
            files=(File(url="data:text/csv,a", name="my week.csv"),),
        )
    )
    assert "You came 12 times" in words
    assert "picture" in words
    assert re.search(r"my.week\.csv", words)
