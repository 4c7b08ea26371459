"""What tokens cost: the price table, which is data with a date, and the cost of a call in millionths of a dollar."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from core.llm.contract import Usage

TABLE = Path(__file__).with_name("prices.toml")
_Rate = Field(ge=0)
# What may follow a model's name without making it another model: a date or an alias of the same version.
_SAME = re.compile(r"(?:[-@](?:\d{6,8}|\d{4}-\d{2}-\d{2}|latest|preview))?")


class Rates(BaseModel):
    """Dollars for a million tokens, which is also millionths of a dollar for one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Decimal = _Rate
    cached: Decimal = _Rate
    written: Decimal = _Rate
    kept: Decimal = _Rate
    output: Decimal = _Rate

    def of(self, usage: Usage) -> Decimal:
        """What the tokens of a call cost, in millionths of a dollar."""
        return (
            usage.input * self.input
            + usage.cached * self.cached
            + usage.cache_written * self.written
            + usage.cache_kept * self.kept
            + usage.output * self.output
        )


class Above(Rates):
    """The rates of a whole request whose prompt is longer than `tokens`."""

    tokens: int = Field(gt=0)


class Price(Rates):
    """What a model costs."""

    above: Above | None = None

    def cost(self, usage: Usage) -> int:
        """A call's cost in millionths of a dollar, a part of one counting as a whole."""
        rates = self.above if self.above and usage.prompt > self.above.tokens else self
        return _whole(rates.of(usage))

    def worst(self, prompt: int, output: int) -> int:
        """What a call can cost at most: nothing of the prompt in the cache and all of it written to the dearer one."""
        rates = self.above if self.above and prompt > self.above.tokens else self
        dearest = max(rates.input, rates.written, rates.kept)
        return _whole(prompt * dearest + output * rates.output)

    def uncached(self, usage: Usage) -> int:
        """What the same call would have cost if everything had been sent anew."""
        return self.cost(Usage(input=usage.prompt, output=usage.output))


FREE = Price(input=Decimal(0), cached=Decimal(0), written=Decimal(0), kept=Decimal(0), output=Decimal(0))


def price_of(name: str, base_url: str = "") -> Price:
    """The price of a model by its name, "provider/model…". One that the table does not have costs as much as the dearest of
    its provider, so that a cap errs on the safe side. Another provider's costs nothing on a server of one's own, and as
    much as the dearest of all where `base_url` leads out into the internet."""
    provider, _, model = name.partition("/")
    known = _table().get(provider)
    if known is None:
        everyone = [price for models in _table().values() for price in models.values()]
        return FREE if is_near(base_url) else _dearest(everyone)
    return known.get(_entry(known, model), _dearest(known.values()))


def price_in_words(input: float, output: float) -> Price:
    """A price as somebody states it: dollars for a million tokens sent and answered, with no discount for caches."""
    sent = Decimal(str(input))
    return Price(input=sent, cached=sent, written=sent, kept=sent, output=Decimal(str(output)))


def is_priced(name: str) -> bool:
    """Whether the table knows a model."""
    provider, _, model = name.partition("/")
    return bool(_entry(_table().get(provider, {}), model))


def is_near(base_url: str) -> bool:
    """Whether an address is of this machine or of the network that it stands in. No address is."""
    host = (urlsplit(base_url).hostname or "").casefold()
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost"))


def _entry(known: Mapping[str, Price], model: str) -> str:
    """The name in the table that a model's name means; nothing where it is another model, as 4-1 is not 4."""
    return next((n for n in known if model.startswith(n) and _SAME.fullmatch(model, len(n))), "")


def _dearest(prices: Iterable[Price]) -> Price:
    return max(prices, key=lambda price: price.output)


def priced_on() -> str:
    """The day the table is of."""
    return str(_file()["date"])


def _whole(micros: Decimal) -> int:
    return int(micros.to_integral_value(ROUND_CEILING))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def _table() -> dict[str, dict[str, Price]]:
    providers = {name: part for name, part in _file().items() if isinstance(part, dict)}
    return {
        provider: {model: Price.model_validate(rates) for model, rates in models.items()}
        for provider, models in providers.items()
    }
