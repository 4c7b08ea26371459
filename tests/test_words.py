"""Shown words: nothing invisible, and nothing in data can add a line to a card."""

from hypothesis import given
from hypothesis import strategies as st

from core.chat import Card, Fact, Receipt, one_line, visible


@given(st.text())
def test_visible_words_hold_nothing_that_cannot_be_seen(words: str) -> None:
    """Controls, direction marks, zero-width characters and tags are gone; emoji stay whole."""
    shown = visible(words)
    assert not set(shown) & {"\u202e", "\u200b", "\u2066", "\U000e0041", "\x00", "\r"}
    assert visible(shown) == shown


@given(st.text(), st.text())
def test_data_cannot_add_a_line_to_a_card(title: str, value: str) -> None:
    """Every part of a card and a receipt is one line, whatever stands in it."""
    card = Card(kind="confirm", title=title, facts=(Fact(label="Reason", value=value),), lines=(value,))
    receipt = Receipt(text=value)
    for part in (card.title, card.facts[0].value, card.lines[0], receipt.text):
        assert "\n" not in part
        assert part == one_line(part)


def test_joined_emoji_stay_whole() -> None:
    """Families, skin tones and hearts are made of several characters."""
    assert one_line("👨‍👩‍👧 ❤️ 🏋🏽‍♀️") == "👨‍👩‍👧 ❤️ 🏋🏽‍♀️"
