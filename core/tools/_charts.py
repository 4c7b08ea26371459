"""Draws a chart as a picture that every page can show: bars with their figures written on them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from core.chat import Image

_WIDTH, _HEIGHT, _TOP, _FOOT, _SIDE = 800, 360, 56, 40, 24


@dataclass(frozen=True)
class Bar:
    """One bar: what stands below it, how tall it is, and what stands on it."""

    label: str
    value: float
    words: str


def chart(title: str, bars: Sequence[Bar], alt: str) -> Image:
    """A bar chart; `alt` says the same in words."""
    drawn = _svg(title, bars)
    return Image(url="data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode(), alt=alt)


def _svg(title: str, bars: Sequence[Bar]) -> str:
    most = max((bar.value for bar in bars), default=0) or 1
    step = (_WIDTH - 2 * _SIDE) / max(len(bars), 1)
    parts = [_bar(bar, _SIDE + step * number, step, bar.value / most) for number, bar in enumerate(bars)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
        f'<text x="{_SIDE}" y="30" font-size="20" fill="#1f2933">{escape(title)}</text>{"".join(parts)}</svg>'
    )


def _bar(bar: Bar, left: float, step: float, share: float) -> str:
    room = _HEIGHT - _TOP - _FOOT - 18
    height = max(room * share, 1)
    top, middle = _HEIGHT - _FOOT - height, left + step / 2
    return (
        f'<rect x="{left + step * 0.12:.1f}" y="{top:.1f}" width="{step * 0.76:.1f}" height="{height:.1f}" fill="#2563eb"/>'
        f'<text x="{middle:.1f}" y="{top - 5:.1f}" font-size="12" text-anchor="middle" fill="#1f2933">'
        f"{escape(bar.words)}</text>"
        f'<text x="{middle:.1f}" y="{_HEIGHT - 18}" font-size="12" text-anchor="middle" fill="#52606d">'
        f"{escape(bar.label)}</text>"
    )
