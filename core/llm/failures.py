"""Decides what a provider's failure means: may the same be tried again, must it be shorter, or must a person act."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import structlog

from core.llm.contract import BrokenOff, ContextExceeded, Crashed, Event, KeyRefused, ModelError, Permanent, Retryable

log = structlog.get_logger()

_TOO_LONG = (
    "prompt is too long", "context_length_exceeded", "context window", "maximum context length", "request_too_large",
    "exceed context limit", "input is too long", "exceeds the available context",
)  # fmt: skip
_NO_MONEY = ("insufficient_quota", "billing", "credit balance", "payment_required")
_AGAIN = frozenset({408, 409, 425, 429})
_AGAIN_CODES = frozenset(
    {
        "overloaded_error", "api_error", "timeout_error", "gateway_timeout_error", "rate_limit_error", "server_error",
        "rate_limit_exceeded", "internal_error", "internal_server_error", "server_is_overloaded", "overloaded",
        "slow_down", "vector_store_timeout", "",
    }
)  # fmt: skip


def refused(model: str, status: int, code: str, words: str, headers: Mapping[str, str]) -> ModelError:
    """What an HTTP status means that was no answer. `words` are the provider's; a key's fate is told without them."""
    told = f"{code} {words}".casefold()
    if status in (401, 402, 403) or any(sign in told for sign in _NO_MONEY):
        return KeyRefused(f"{model}: the key was refused ({status} {code}).", model=model, status=status, code=code)
    if status == 413 or (status in (400, 422) and any(sign in told for sign in _TOO_LONG)):
        return ContextExceeded(f"{model}: the conversation is too long for it.", model=model, status=status, code=code)
    if status in _AGAIN or status >= 500:
        error = Retryable(f"{model}: {status} {code}".rstrip(), model=model, status=status, code=code)
        error.retry_after = retry_after(headers)
        return error
    return Permanent(f"{model}: {status} {code}: {words[:300]}", model=model, status=status, code=code)


def broken(model: str, code: str, words: str) -> ModelError:
    """What an error inside of a stream means, long after the status said 200."""
    told = f"{code} {words}".casefold()
    if any(sign in told for sign in _NO_MONEY) or code in ("authentication_error", "permission_error"):
        return KeyRefused(f"{model}: the key was refused ({code}).", model=model, status=200, code=code)
    if any(sign in told for sign in _TOO_LONG):
        return ContextExceeded(f"{model}: the conversation is too long for it.", model=model, status=200, code=code)
    if code in _AGAIN_CODES:
        return BrokenOff(f"{model}: {code or 'an error'} in the stream", model=model, status=200, code=code)
    return Permanent(f"{model}: {code}: {words[:300]}", model=model, status=200, code=code)


def unreachable(model: str, error: Exception) -> ModelError:
    """No answer at all, by what an SDK raised: no connection, none in time, no answer in time, or one that broke."""
    words, code = _UNREACHABLE.get(type(error.__cause__), ("no connection", "connection"))
    return Retryable(f"{model}: {words}", model=model, code=code)


_UNREACHABLE: dict[type, tuple[str, str]] = {
    httpx2.ConnectTimeout: ("no connection in time", "connect"),
    httpx2.ReadTimeout: ("no answer in time", "timeout"),
    httpx2.ReadError: ("the connection broke", "disconnected"),
}


def crashed(model: str, error: Exception, status: int = 0) -> ModelError:
    """A fault of our own, written down; `status` is 200 where an answer had begun."""
    log.error("model_crashed", model=model, exc_info=error)
    return Crashed(f"{type(error).__name__} in the provider.", model=model, status=status, code="crashed")


async def guarded(events: AsyncIterator[Event], model: str) -> AsyncIterator[Event]:
    """A provider's events, where a bug in it is a failure of its model like any other: the next one is asked."""
    try:
        async for event in events:
            yield event
    except ModelError:
        raise
    except Exception as error:
        raise crashed(model, error) from error


def may_cost(error: ModelError) -> bool:
    """Whether a provider may charge for a call that failed before anything of it was heard: not where it was turned away
    at the door, was not reached, or nothing was sent."""
    return error.status in (0, 200) and (error.status == 200 or error.code not in _UNSENT)


_UNSENT = ("connection", "connect", "crashed")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds a provider asks to wait, in any of the three ways that it is said."""
    try:
        if "retry-after-ms" in headers:
            return float(headers["retry-after-ms"]) / 1000
        said = headers.get("retry-after")
        if said is None:
            return None
        if said.strip().replace(".", "", 1).isdigit():
            return float(said)
        due = parsedate_to_datetime(said)
        sent = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
        return max(0.0, (due - sent).total_seconds())
    except (ValueError, TypeError):
        return None
