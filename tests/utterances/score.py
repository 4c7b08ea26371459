"""Scores what `explain` answers for the sets of utterances: `python -m tests.utterances.score members staff_classes`."""

import asyncio
import collections
import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo import make
from bot.explaining import Gyms
from core.agent.tools import load
from core.store.database import Store
from tests.databases import filled_file

TOOLS = load()
HERE = Path(__file__).parent
QUIET = frozenset({"blind"})


def lines(name: str) -> list[dict[str, Any]]:
    """The utterances of one set."""
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]


def told(answer: Mapping[str, Any]) -> Any:
    """What counts of an answer: tools, arguments, whether refused, and the question."""
    calls = [(call["tool"], call["args"], bool(call.get("refused"))) for call in answer.get("calls", [])]
    question = answer.get("question")
    if not question or question == "any":
        return calls, question or None
    if question["kind"] == "pick":
        return calls, ("pick", [o["label"] if isinstance(o, dict) else o for o in question["options"]])
    return calls, (question["kind"], sorted(question.get("missing", [])))


def written(answer: Mapping[str, Any]) -> str:
    """Whether a write is done without a question, where none was asked for; empty where all is well."""
    if answer.get("question"):
        return ""
    calls = [call["tool"] for call in answer.get("calls", []) if not call.get("refused")]
    writes = [name for name in calls if TOOLS[name].writes]
    return "a write" if writes else ""


def fault(expected: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """What kind of difference there is, in a word or two; empty where there is none."""
    if expected["question"] == "any":
        return written(answer)
    wanted, got = told(expected), told(answer)
    if json.loads(json.dumps(wanted)) == json.loads(json.dumps(got)):
        return ""
    if [c[0] for c in wanted[0]] != [c[0] for c in got[0]]:
        return "other tools" if got[0] and wanted[0] else "nothing understood" if wanted[0] else "not to be done"
    if [c[1] for c in wanted[0]] != [c[1] for c in got[0]]:
        return "other arguments"
    return "other question" if wanted[1] != got[1] else "refused or not"


class OneGym(Gyms):
    """One demo gym for all moments: the sets rely on its timetable, not on who is booked when."""

    async def _demo(self, at: datetime) -> Store:
        if self._store is None:
            self._store = Store(await filled_file(self._folder / "one.db", "one gym", self._fill))
        return self._store

    async def _fill(self, url: str) -> None:
        store = Store(url)
        await make(store, self.moment("2026-11-16T00:00"))
        await store.dispose()

    _store: Store | None = None


async def score(names: Iterable[str]) -> None:
    """Print the differences and the share of exact answers of each set."""
    async with OneGym(None) as gyms:
        for name in names:
            rows = sorted(lines(name), key=lambda row: str(row["at"]))
            faults: collections.Counter[str] = collections.Counter()
            started = time.perf_counter()
            for row in rows:
                answer = await gyms.answer({key: row[key] for key in ("text", "as", "at", "room")})
                kind = fault(row, answer)
                if not kind:
                    continue
                faults[kind] += 1
                if name in QUIET:
                    wanted = " ".join(call["tool"] for call in row["calls"])
                    faults[f"  {wanted} {row['room'] or ''}: {kind}"] += 1
                else:
                    print(f"[{kind}] {row['as']} {row['at']}: {row['text']}")
                    print(f"    wanted {told(row)}\n    got    {told(answer)} {answer.get('error', '')}")
            exact = len(rows) - sum(n for kind, n in faults.items() if not kind.startswith(" "))
            took = time.perf_counter() - started
            print(f"== {name}: {exact}/{len(rows)} exact ({exact / len(rows):.1%}) in {took:.0f} s; {dict(faults)}")


if __name__ == "__main__":
    asyncio.run(score(sys.argv[1:] or ["members", "staff_classes", "staff_people", "training", "twofold", "nothing"]))
