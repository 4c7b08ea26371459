"""Every setting, from a TOML file and the environment: what it may be, its default, and where data lives."""

import os
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

PREFIX = "WHISTLE_"


class ConfigError(Exception):
    """A setting that cannot be used, in words for the person who wrote it."""


class Section(BaseModel):
    """A table of the file: unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GymSettings(Section):
    """The gym to open in an empty database instead of the demo gym."""

    name: str = Field(min_length=1, max_length=120)
    zone: str
    owner: str = Field(min_length=1, max_length=120)
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    units: Literal["kg", "lb"] = "kg"

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            raise ValueError("is not a known time zone; write one like Europe/Berlin") from None
        return zone


class WebSettings(Section):
    """Where the page and the HTTP API listen."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ()


class DatabaseSettings(Section):
    """Which database; none means SQLite in the data directory. A URL may hold a password."""

    url: SecretStr | None = None


class TokenSettings(Section):
    """A platform's bot token."""

    token: SecretStr | None = None


class TelegramSettings(TokenSettings):
    """Telegram: the bot's token, where its Bot API is, and a webhook of ours instead of polling."""

    api_url: str = "https://api.telegram.org"
    file_url: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=0, le=65535)

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch("[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, _ or -")
        return secret


class DiscordSettings(TokenSettings):
    """Discord: the bot's token, whether its application may read what is not addressed to it, and where Discord is."""

    api_url: str | None = None
    gateway_url: str | None = None
    message_content: bool = False


class KeySettings(Section):
    """A model provider's key, and where its API is, if not at its usual address."""

    api_key: SecretStr | None = None
    base_url: str | None = None


class LocalSettings(Section):
    """A server that speaks Chat Completions (vLLM, Ollama, …): where it is, the models to ask it for, and what a
    million tokens sent and answered cost there in dollars."""

    base_url: str | None = None
    model: str = ""
    small_model: str = ""
    api_key: SecretStr | None = None
    input_usd: float | None = Field(default=None, ge=0)
    output_usd: float | None = Field(default=None, ge=0)


class ModelSettings(Section):
    """Which models are asked for what, each list in order; the rules stand after the last. Names that nothing is
    connected for are passed over. `effort` is how hard a model thinks about a chat. A conversation is summed up after so
    many messages, or so many tokens to send. `embeddings` finds workouts and exercises by meaning too; empty is by words
    alone."""

    chat: tuple[str, ...] = ("claude-sonnet-5-5", "gpt-6.1-terra", "claude-haiku-5-5", "gpt-6-luna")
    plan: tuple[str, ...] = ("claude-sonnet-5-5", "gpt-6.1-sol")
    small: tuple[str, ...] = ("claude-haiku-5-5", "gpt-6-luna")
    embeddings: str = ""
    effort: Literal["low", "medium", "high"] = "low"
    checkpoint_messages: int = Field(default=24, ge=4, le=400)
    checkpoint_tokens: int = Field(default=40_000, ge=4_000, le=400_000)


class LimitSettings(Section):
    """How many messages of a person a language model answers, how many tokens one message and one chat may take, and how
    many dollars a gym of each tier may spend in a day."""

    member_hour: int = Field(default=20, ge=0)
    member_day: int = Field(default=60, ge=0)
    staff_hour: int = Field(default=60, ge=0)
    staff_day: int = Field(default=300, ge=0)
    message_tokens: int = Field(default=400_000, ge=0)
    session_tokens: int = Field(default=4_000_000, ge=0)
    lite: float = Field(default=1, ge=0)
    pro: float = Field(default=5, ge=0)
    elite: float = Field(default=25, ge=0)


class ClockSettings(Section):
    """A local time of the gym to run as if started then."""

    start: datetime | None = None

    @field_validator("start")
    @classmethod
    def _local(cls, start: datetime | None) -> datetime | None:
        if start is not None and start.tzinfo is not None:
            raise ValueError("is the gym's local time; write it without an offset, like 2026-11-20T10:00")
        return start


class LogSettings(Section):
    """How much is logged to standard error, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    as_json: bool = Field(default=False, alias="json")
    traces: bool = False


class UsualKeys(PydanticBaseSettingsSource):
    """The variables that every program reads a model's key from; any setting of Whistle's own outranks them."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """One provider's key and address."""
        names = {"api_key": f"{field_name.upper()}_API_KEY", "base_url": f"{field_name.upper()}_BASE_URL"}
        said = {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}
        return said, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(None, name)[0] for name in ("anthropic", "openai")}
        return {name: said for name, said in found.items() if said}


class Settings(BaseSettings):
    """All settings. The environment outranks the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    data_dir: Path = Path(".whistle")
    gym: GymSettings | None = None
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    anthropic: KeySettings = KeySettings()
    openai: KeySettings = KeySettings()
    local: LocalSettings = LocalSettings()
    models: ModelSettings = ModelSettings()
    limits: LimitSettings = LimitSettings()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings, UsualKeys(settings_cls)

    @property
    def database_url(self) -> str:
        """The URL as SQLAlchemy wants it, its driver included."""
        if self.database.url is None:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'whistle.db').resolve()}"
        url = self.database.url.get_secret_value()
        for short, full in (("postgres://", "postgresql+asyncpg://"), ("postgresql://", "postgresql+asyncpg://")):
            if url.startswith(short):
                return full + url.removeprefix(short)
        return url.replace("sqlite://", "sqlite+aiosqlite://", 1) if url.startswith("sqlite://") else url

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        head, _, path = self.database_url.partition(":///")
        return Path(path.partition("?")[0]) if head.startswith("sqlite") and path else None

    @property
    def has_platform(self) -> bool:
        """Whether people could reach this gym from outside of the page."""
        return bool(self.telegram.token or self.discord.token)

    def secrets(self) -> list[str]:
        """Every secret value, for the log's redaction."""
        keys = (self.anthropic.api_key, self.openai.api_key, self.local.api_key)
        held = (self.telegram.token, self.telegram.webhook_secret, self.discord.token, *keys)
        password = self.database_url.rpartition("@")[0].rpartition(":")[2] if "@" in self.database_url else ""
        return [value for value in (*(s.get_secret_value() for s in held if s), password) if value]


def load(path: Path | None) -> Settings:
    """The settings of a file (or of none) and the environment."""
    try:
        return Settings(**_file(path))
    except ValidationError as error:
        raise ConfigError("\n".join(_words(e) for e in error.errors())) from None
    except SettingsError as error:
        raise ConfigError(f"A variable of the environment cannot be used: {_variable(str(error))}.") from None


def unknown_variables() -> list[str]:
    """Variables of the environment that look like settings and are none: most often one underscore too few."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX)
        and not name.startswith(f"{PREFIX}TEST_")
        and name.upper().partition("__")[0] not in known
    )


def _file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None


def _variable(why: str) -> str:
    """Which table of settings was given as one value, and how its settings are given."""
    named = re.search(r'field "(\w+)"', why)
    if named is None:
        return why
    name = f"{PREFIX}{named[1].upper()}"
    return f"{name} names a group of settings; write one of them after two underscores, like {name}__…"


def _words(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{where} is not a setting; config.example.toml lists them all."
    return f"{where}: {error['msg'].removeprefix('Value error, ')}."
