"""Keeps what was sent before the messages, so that it is built once and goes out the same to the byte each time."""

from collections.abc import Callable

from core.llm.contract import Request

_MOST = 32


class Prefixes:
    """The newest few prefixes of a model: one for each kind of place and purpose."""

    def __init__(self) -> None:
        self._known: list[tuple[Request, bytes]] = []

    def of(self, request: Request, build: Callable[[], bytes]) -> bytes:
        """The prefix of a request with these tools and rules."""
        for place, (like, known) in enumerate(self._known):
            if _same(like, request):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return known
        made = build()
        self._known = [(_bare(request), made), *self._known[: _MOST - 1]]
        return made


def _same(one: Request, other: Request) -> bool:
    return (
        one.purpose == other.purpose
        and one.system == other.system
        and (one.tools is other.tools or tuple(one.tools) == tuple(other.tools))
    )


def _bare(request: Request) -> Request:
    """A request without its conversation, to be remembered."""
    return Request((), request.tools, request.system, request.now, request.zone, 0, {}, request.purpose)
