"""Remembers what of a conversation each model's cache still holds, and tells what a reading turn would cost with it."""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta

from core.llm.contract import Request, Usage
from core.llm.paying import most_tokens, usual_tokens
from core.llm.prices import Price
from core.llm.watchdog import Clock

# How a reading turn usually goes: a call of a tool, and a few sentences on what it gave.
ANSWER_TOKENS = 300
# Providers whose caches we ask to keep for an hour; the others keep what was sent for half of one.
_AN_HOUR = ("anthropic/",)
_MOST = 4000


def expected_cost(price: Price, prompt: int, warm: int, kept: bool) -> int:
    """What a reading turn costs in millionths of a dollar: the first call reads what is warm and writes the rest of the
    prompt to a cache, for an hour if it is `kept`; the second reads all of it."""
    new = max(0, prompt - warm)
    first = Usage(
        cached=prompt - new, cache_kept=new if kept else 0, cache_written=0 if kept else new, output=ANSWER_TOKENS
    )
    return price.cost(first) + price.cost(Usage(cached=prompt, output=ANSWER_TOKENS))


class Warmth:
    """What the caches hold, as far as this process has filled them: of each conversation, and of the prefix that all
    conversations of a kind of place share."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, object], tuple[datetime, int]] = OrderedDict()

    def note(self, name: str, request: Request) -> None:
        """A model has read a request."""
        self._keep((name, request.talk), prompt_of(request))
        self._keep((name, id(request.tools)), prompt_of(replace(request, messages=())))

    def cost(self, name: str, price: Price, request: Request) -> int:
        """What a reading turn costs with a model now."""
        prompt = prompt_of(request)
        talk = self._of(name, request.talk)
        # A conversation that has become shorter was summed up: no more of it is as it was than the prefix.
        warm = talk if talk <= prompt else 0
        warm = max(warm, min(prompt, self._of(name, id(request.tools))))
        return expected_cost(price, prompt, warm, name.startswith(_AN_HOUR))

    def _keep(self, key: tuple[str, object], tokens: int) -> None:
        self._known[key] = self._clock.now(), tokens
        self._known.move_to_end(key)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def _of(self, name: str, of: object) -> int:
        at, tokens = self._known.get((name, of), (None, 0))
        lives = timedelta(minutes=60 if name.startswith(_AN_HOUR) else 30)
        return tokens if at is not None and self._clock.now() - at < lives else 0


def prompt_of(request: Request) -> int:
    """About how many tokens a request has."""
    return usual_tokens(most_tokens(request))
