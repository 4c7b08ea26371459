"""The command line: what each command takes and prints, and the exit codes (0 done, 1 failed, 2 used wrongly)."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import typer

from bot.config import ConfigError, Settings, load

T = TypeVar("T")

app = typer.Typer(
    name="whistle",
    help="Whistle: the coach's whistle in a gym's chat.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Config = Annotated[Path | None, typer.Option("--config", help="A TOML file with settings; see config.example.toml.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="A username, a first name or a whole name.")]
Words = Annotated[bool, typer.Option("--words", help="Also what people said and were told; without it, how much.")]
Room = Annotated[str | None, typer.Option("--room", help="'staff' is the coaches' room; absent: the private chat.")]
Jsonl = Annotated[
    str | None, typer.Option("--jsonl", metavar="FILE", help="One JSON object a line; - is standard input.")
]


@app.command()
def run(config: Config = None) -> None:
    """Serve the chat with all configured adapters, and print a sign-in link for each demo person."""
    from bot import app as whistle

    settings = _settings(config)
    _run(whistle.run(settings))


@app.command()
def chat(as_: As, room: Room = None, config: Config = None) -> None:
    """Talk in the terminal: the same conversation as on the page. A number presses the button with that number."""
    from bot import app as whistle
    from bot import terminal
    from bot.gyms import person_named
    from core.chat import STAFF_ROOM
    from core.errors import Told

    settings = _settings(config, "warning")
    if room not in (None, STAFF_ROOM):
        _fail(f"There is no room called {room}; the coaches' room is {STAFF_ROOM}.", 2)

    async def talk() -> None:
        async with whistle.opened(settings) as house:
            person = await person_named(house.store, as_)
            if room and person.rank < 2:
                raise Told("The coaches' room is for the gym's staff.")
            await terminal.chat(house, person, room)

    _run(talk())


@app.command()
def explain(
    text: Annotated[str | None, typer.Argument(help="What is said.")] = None,
    as_: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who says it.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="ISO", help="The gym's local time; now if absent.")] = None,
    room: Room = None,
    jsonl: Jsonl = None,
    config: Config = None,
) -> None:
    """Print as JSON what the rules would do with a message, doing nothing."""
    from bot.explaining import Gyms, answer_lines

    if (text is None) == (jsonl is None):
        _fail("Give either a text in quotes with --as NAME, or --jsonl FILE.", 2)
    if text is not None and as_ is None:
        _fail("Say who speaks with --as NAME.", 2)
    settings = _settings(config, "warning")
    wanted = settings if config or os.environ.get("WHISTLE_DATA_DIR") else None

    if jsonl is not None:
        with _in_words():
            for found in answer_lines(list(_lines(jsonl)), wanted):
                _print_json(found)
        return

    async def answer() -> dict[str, Any]:
        async with Gyms(wanted) as gyms:
            return await gyms.answer({"text": text, "as": as_, "at": at, "room": room})

    found = _run(answer())
    _print_json(found)
    if "error" in found:
        raise typer.Exit(1)


@app.command()
def calc(
    kind: Annotated[str, typer.Argument(help="Which calculator: when, wod.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="key=value …")] = None,
    jsonl: Jsonl = None,
    config: Config = None,
) -> None:
    """Compute something and print it as JSON. Needs no database and no network."""
    from bot.calculate import calculate, calculate_line

    if jsonl is not None:
        for line in _lines(jsonl):
            _print_json(calculate_line(kind, line))
        return
    pairs = [value.partition("=") for value in values or []]
    wrong = next((key for key, equals, _ in pairs if not equals), None)
    found = (
        {"error": f"'{wrong}' is not key=value; write it like text='tomorrow 6pm'"}
        if wrong is not None
        else calculate(kind, {key: value for key, _, value in pairs})
    )
    _print_json(found)
    if "error" in found:
        raise typer.Exit(1)


@app.command("import")
def import_(kind: str, file: Path, config: Config = None) -> None:
    """Bring in data from a file."""
    _fail(f"Nothing can be imported yet: there is no reader for {kind}. {file} was not opened and nothing was changed.")


@app.command()
def invite(name: str, config: Config = None) -> None:
    """Print a link with which one person of the gym opens the page; it works once, for seven days."""
    from bot import app as whistle
    from bot.gyms import invitation
    from core.errors import Told
    from core.store.sole import NotAlone

    settings = _settings(config, "warning")

    async def link() -> str:
        try:
            async with whistle.opened(settings) as house:
                return await invitation(house.store, name, house.clock.now(), whistle.address(settings))
        except NotAlone as taken:
            raise Told(f"{taken} Or ask in the chat, as an admin or the owner: invite {name}") from None

    print(_run(link()), flush=True)


@app.command()
def doctor(config: Config = None) -> None:
    """Check the database, the zone, the clock, the port, tokens and the disk, and say what to do."""
    from bot.doctor import examine

    settings = _settings(config, "error")
    checks = _run(examine(settings))
    for check in checks:
        print(check.line(), flush=True)
    if any(check.state == "bad" for check in checks):
        raise typer.Exit(1)


@app.command()
def backup(file: Path, config: Config = None) -> None:
    """Copy the SQLite database into a new file while Whistle may be running, and check the copy."""
    from bot.backup import copy

    print(_run(copy(_settings(config, "warning"), file)), flush=True)


@app.command()
def trace(turn: int, words: Words = False, config: Config = None) -> None:
    """Show all that happened in one turn: events, calls, models with tokens and cost, changes, messages and times."""
    from bot.trace import lines

    for line in _run(lines(_settings(config, "warning"), turn, words)):
        print(line, flush=True)


@app.command(hidden=True)
def docs() -> None:
    """Write the generated pages, and the words to translate."""
    from bot import docs, words

    print(f"{docs.write()}\n{words.write()}", flush=True)


def _settings(config: Path | None, at_least: str = "debug") -> Settings:
    """The settings, with logs going to standard error from here on."""
    from bot import logs
    from core import tracing

    try:
        settings = load(config)
    except ConfigError as error:
        _fail(str(error), 2)
    levels = ("debug", "info", "warning", "error")
    level = max(settings.log.level, at_least, key=levels.index)
    logs.configure(level, settings.log.as_json, settings.secrets())
    if settings.log.traces and not tracing.turn_on():
        _fail("log.traces needs OpenTelemetry: install opentelemetry-sdk and an exporter, or leave it off.", 2)
    return settings


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of a command."""
    with _in_words():
        return asyncio.run(work)


@contextmanager
def _in_words() -> Iterator[None]:
    """What people can mend is said in words; anything else is a fault with a traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from core.errors import Whistle
    from core.store.sole import NotAlone

    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except (Whistle, NotAlone) as error:
        _fail(getattr(error, "words", "") or str(error))
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        _fail(f"The database or a file could not be used: {reason}. `python -m bot doctor` says more.")


def _lines(name: str) -> Iterable[bytes]:
    if name == "-":
        yield from (line for line in sys.stdin.buffer if line.strip())
        return
    try:
        with open(name, "rb") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        _fail(f"{name} cannot be read: {error.strerror or error}.", 2)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")
    sys.stdout.flush()


def _fail(words: str, code: int = 1) -> NoReturn:
    print(words, file=sys.stderr, flush=True)
    raise typer.Exit(code)
