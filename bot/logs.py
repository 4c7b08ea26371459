"""What is logged and how: structured lines on standard error, with every secret taken out."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "•••"
# What people said, are called or can be reached at is not for a log; its kind stands there instead.
PERSONAL = frozenset(
    ("text", "words", "args", "content", "body", "name", "author", "username", "email", "phone", "birthday", "note",
     "notes", "title", "summary", "account", "member", "prompt", "answer")
)  # fmt: skip
SHAPES = re.compile(
    r"(?P<lead>(?:[?&](?:token|invite)=|\bwhistle=|[Bb]earer\s+))[\w.~+/=-]+"  # sign-in links, cookies and headers
    r"|\bv1:[\w-]{8,}"  # a button's key
    r"|\b\d{8,10}:[\w-]{30,}"  # a Telegram token
    r"|\bsk-[\w-]{16,}"  # a model provider's key
    r"|(?<=://)[^\s:/@]+:[^\s@/]+(?=@)"  # a password in a URL
    r"|(?<=\[parameters: )[^\n]+"  # what a failed statement was given
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # an e-mail address
    r"|\+\d[\d ()/-]{6,}\d"  # a telephone number
    r"|(?<=DETAIL:  )[^\n]+|(?<=DETAIL: )[^ \n][^\n]*"  # the row that PostgreSQL quotes in an error
)


class Redaction:
    """Takes known secrets, and whatever is shaped like one, out of every value of a line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        return {key: f"<{key}>" if _is_personal(key, value) else self.clean(value) for key, value in line.items()}

    def clean(self, value: Any) -> Any:
        """The value without secrets; containers keep their shape."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.clean(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(inner) for inner in value]
        return value if value is None or isinstance(value, int | float) else self.text(str(value))

    def text(self, words: str) -> str:
        """Words without secrets."""
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        return SHAPES.sub(lambda found: f"{found['lead'] or ''}{HIDDEN}", words)


def _is_personal(key: str, value: Any) -> bool:
    return key in PERSONAL and isinstance(value, str)


def configure(level: str, as_json: bool, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send the program's and its libraries' log lines to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    shown: Processor = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            Redaction(secrets),
            shown,
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in (
        "alembic",
        "aiosqlite",
        "asyncio",
        "uvicorn",
        "telegram",
        "anthropic",
        "openai",
        "httpx2",
        "httpcore2",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
