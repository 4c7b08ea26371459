"""Runs the benchmarks, each in a process of its own, and prints or writes their tables.

Usage: python -m benchmarks [turns|log|growth|start|failpoints|models|kills|attack|discord|…] [--small]
       [--write docs/performance.md]
Without a name all run. Exit code 1 when the checker found a fault; a goal that is not reached is only told."""

import argparse
import asyncio
import importlib
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.report import Figure, as_markdown, as_text

NAMES = {
    "turns": "A turn of the rules model",
    "log": "Durable writes",
    "growth": "What must not grow",
    "start": "Start, memory, idling",
    "failpoints": "A crash at every commit of every tool",
    "models": "A turn of a language model",
    "kills": "Real kills",
    "telegram": "Telegram: a burst, streams, and the start",
    "telegram_kills": "Telegram: real kills",
    "flood": "Telegram: a flood",
    "attack": "A model that obeys an attacker",
    "injections": "Hidden instructions that a model obeys",
    "bookings": "The rules of booking in every order",
    "context": "What a language model is sent",
    "costs": "What a coach's morning costs",
    "discord": "Discord: a burst of interactions",
    "discord_kills": "Discord: real kills",
    "presses": "Presses that nobody was offered",
}
# Which check, with a figure whose goal is that nothing at all goes wrong.
CHECKED = (
    "failpoints",
    "models",
    "kills",
    "telegram_kills",
    "discord_kills",
    "presses",
    "attack",
    "injections",
    "bookings",
)
NOTHING = ("≤", 0)
BEGIN, END = "<!-- figures: written by python -m benchmarks --write -->", "<!-- end of figures -->"


def main() -> int:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--small", action="store_true", help="tiny sizes: shows that it runs, not how fast it is")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables between the markers of a page")
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if options.figures:
        return _one(options.names[0], options.small, options.figures)
    tables = {name: _apart(name, options.small) for name in options.names or NAMES}
    if options.write:
        write(options.write, tables, options.small)
    return 1 if faults(tables) else 0


def faults(tables: Mapping[str, Sequence[Figure]]) -> list[Figure]:
    """What went wrong where nothing may: a broken goal of none. A ratio that is too high is no fault."""
    return [f for name in CHECKED for f in tables.get(name, ()) if f.met is False and f.goal == NOTHING]


def _apart(name: str, small: bool) -> list[Figure]:
    """One benchmark in a fresh process, so that none pays for another's memory."""
    print(f"{NAMES[name]} ({name})", flush=True)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "figures.json"
        command = [sys.executable, "-m", "benchmarks", name, "--figures", str(file), *(["--small"] if small else [])]
        subprocess.run(command, check=True)
        rows = json.loads(file.read_text(encoding="utf-8"))
    return [Figure(**{**row, "goal": tuple(row["goal"]) if row["goal"] else None}) for row in rows]


def _one(name: str, small: bool, file: Path) -> int:
    began = time.monotonic()
    found = importlib.import_module(f"benchmarks.{name}").measure(small)
    figures = asyncio.run(found) if asyncio.iscoroutine(found) else found
    print(f"{as_text(figures)}\n({time.monotonic() - began:.0f} s)\n", flush=True)
    file.write_text(json.dumps([asdict(f) for f in figures]), encoding="utf-8")
    return 0


def write(page: Path, tables: Mapping[str, Sequence[Figure]], small: bool) -> None:
    """Put the tables of a run between the page's markers, each with where it was taken; those of other benchmarks stay."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    written, after = rest.split(END)
    kept = {title: text.strip() for title, _, text in (part.partition("\n") for part in written.split("\n## ")[1:])}
    new = {NAMES[name]: f"{_machine(small)}\n\n{as_markdown(figures)}" for name, figures in tables.items()}
    told = kept | new
    order = dict.fromkeys([*(title for title in NAMES.values() if title in told), *told])
    parts = [f"## {title}\n\n{told[title]}" for title in order]
    page.write_text("\n\n".join([f"{before}{BEGIN}", *parts, f"{END}{after}"]), encoding="utf-8")


def _machine(small: bool) -> str:
    """Where and when the figures were taken."""
    size = "tiny sizes, which show nothing but that it runs" if small else "full sizes"
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}"
    return f"Measured {time.strftime('%Y-%m-%d')} on {os.cpu_count()} cores, {python}; {size}."


if __name__ == "__main__":
    sys.exit(main())
