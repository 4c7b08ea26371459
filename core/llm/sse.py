"""Reads server-sent events out of the bytes of a stream, as JSON objects."""

from typing import Any

import orjson

DONE = "[DONE]"
LONGEST_EVENT = 8 << 20


class Unreadable(ValueError):
    """A stream whose events are no JSON objects, or never end."""


class EventReader:
    """Takes bytes as they come and gives the events that are whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[dict[str, Any]]:
        """The events that this piece of the stream completes."""
        data = self._rest + chunk
        if b"\r" in data:
            held = b"\r" if data.endswith(b"\r") else b""
            data = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n") + held
        *blocks, self._rest = data.split(b"\n\n")
        if len(self._rest) > LONGEST_EVENT:
            raise Unreadable("an event without an end")
        return [event for block in blocks if (event := _event(block)) is not None]


def _event(block: bytes) -> dict[str, Any] | None:
    lines = [line[5:].strip() for line in block.split(b"\n") if line.startswith(b"data:")]
    data = lines[0] if len(lines) == 1 else b"\n".join(lines)
    if not data:
        return None
    if data == b"[DONE]":
        return {"type": DONE}
    try:
        event = orjson.loads(data)
    except ValueError:
        raise Unreadable("an event that is no JSON") from None
    if not isinstance(event, dict):
        raise Unreadable("an event that is no object")
    return event
