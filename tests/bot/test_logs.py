"""Log lines: one form for all libraries, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import HIDDEN, Redaction, configure


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A place for log lines, and the loggers as they were afterwards."""
    root = logging.getLogger()
    before, level, form = root.handlers[:], root.level, structlog.get_config()
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**form)


@pytest.mark.parametrize(
    "leak",
    [
        "GET /?token=7.abcDEF-_123",
        "GET /?invite=abcDEF-_123",
        "Authorization: Bearer 7.abcDEF",
        "Cookie: whistle=7.abcDEF",
        "pressed v1:abcdefgh12345678",
        "bot 123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
        "key sk-ant-api03-abcdefghijklmnop",
        "postgresql://whistle:hush-hush@db/whistle",
        "a configured hush-hush value",
        "duplicate key value\nDETAIL:  Key (name)=(abcDEF) already exists.",
    ],
)
def test_a_secret_never_reaches_a_line(leak: str) -> None:
    """Known secrets and whatever is shaped like one are taken out, in nested values too."""
    clean = Redaction(["hush-hush"]).clean({"a": [leak], "b": leak})
    shown = json.dumps(clean, ensure_ascii=False)
    assert HIDDEN in shown
    for secret in ("abcDEF", "abcdefgh12345678", "AAEhBOweik", "api03", "hush-hush"):
        assert secret not in shown


def test_plain_words_stay_as_they_are() -> None:
    """Redaction leaves times, counts and sentences alone."""
    line = {"event": "booked 18:00", "count": 3, "at": "2026-11-20T10:00:00+00:00", "none": None}
    assert Redaction([]).clean(line) == line


def test_library_lines_and_our_own_look_the_same(stream: io.StringIO) -> None:
    """Every line is one JSON object with time, level and logger."""
    configure("info", True, ["hush-hush"], stream)
    structlog.get_logger("whistle").info("started", port=8080)
    logging.getLogger("somebody").warning("careful with %s", "hush-hush")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (ours["event"], ours["port"], ours["level"], ours["logger"]) == ("started", 8080, "info", "whistle")
    assert theirs["event"] == f"careful with {HIDDEN}"
    assert "timestamp" in ours
    assert "timestamp" in theirs


def test_a_traceback_is_cleaned_as_well(stream: io.StringIO) -> None:
    """An exception that carries a token does not print it."""
    configure("info", False, (), stream)
    try:
        raise ValueError("refused https://gym.example/?token=7.abcDEF")
    except ValueError:
        structlog.get_logger("whistle").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "abcDEF" not in stream.getvalue()
