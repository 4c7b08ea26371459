"""Spans for whoever traces this process with OpenTelemetry; nothing at all where nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_tracer: Any = None


def turn_on() -> bool:
    """Make spans from here on. Where they go is what the environment of OpenTelemetry says; False if it is not installed."""
    global _tracer
    try:
        from opentelemetry import trace
    except ImportError:
        return False
    _tracer = trace.get_tracer("whistle")
    return True


@contextmanager
def span(name: str, **facts: str | int) -> Iterator[None]:
    """A stretch of work with its numbers and names of ours; never words of people."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, attributes={f"whistle.{key}": value for key, value in facts.items()}):
        yield
