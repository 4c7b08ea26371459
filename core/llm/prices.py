"""What tokens cost: the price table, which is data with a date, and the cost of a call in millionths of a dollar."""

import tomllib
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.llm.contract import Usage

TABLE = Path(__file__).with_name("prices.toml")
_Rate = Field(ge=0)


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


def price_of(name: str) -> Price:
    """The price of a model by its name, "provider/model". One that the table does not have costs as much as the dearest
    of its provider, so that a cap errs on the safe side; another provider's is a server of one's own and costs nothing."""
    provider, _, model = name.rpartition("/")
    known = _table().get(provider)
    if known is None:
        return FREE
    fitting = [begin for begin in known if model.startswith(begin)]
    return known[max(fitting, key=len)] if fitting else max(known.values(), key=lambda price: price.output)


def is_priced(name: str) -> bool:
    """Whether the table knows a model."""
    provider, _, model = name.rpartition("/")
    return any(model.startswith(begin) for begin in _table().get(provider, ()))


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
