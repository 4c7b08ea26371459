"""What a benchmark found: a figure beside its reference, their ratio, the goal, and whether it is met; as a table."""

import gc
import operator
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

COMPARE = {"≤": operator.le, "≥": operator.ge}
HEAD = ("what", "ours", "reference", "ratio", "goal", "met")


@dataclass(frozen=True)
class Figure:
    """One line of a table. `judged` is compared with the goal; without a goal the line is there to be read."""

    what: str
    ours: str
    reference: str = "–"
    ratio: float | None = None
    judged: float | None = None
    goal: tuple[str, float] | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached, if there is one."""
        if self.goal is None or self.judged is None:
            return None
        return bool(COMPARE[self.goal[0]](self.judged, self.goal[1]))

    def cells(self) -> tuple[str, ...]:
        """The line as a table shows it."""
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}"
        goal = "–" if self.goal is None else f"{self.goal[0]} {self.goal[1]:g}"
        return (self.what, self.ours, self.reference, ratio, goal, {None: "–", True: "yes", False: "no"}[self.met])


def against(what: str, ours: str, reference: str, ratio: float, goal: tuple[str, float] | None = None) -> Figure:
    """A figure whose ratio to its reference is judged."""
    return Figure(what, ours, reference, ratio, ratio, goal)


def counted(what: str, value: float, unit: str = "", goal: tuple[str, float] | None = None, digits: int = 0) -> Figure:
    """A figure that is judged by itself."""
    return Figure(what, f"{value:,.{digits}f} {unit}".strip(), judged=value, goal=goal)


def as_text(figures: Sequence[Figure]) -> str:
    """The table for a terminal."""
    rows = [HEAD, *(f.cells() for f in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def as_markdown(figures: Sequence[Figure]) -> str:
    """The table for a page."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(f.cells() for f in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


@dataclass(frozen=True)
class Spent:
    """What a stretch of work took in this process, all threads together."""

    cpu: float
    wall: float


async def spent(work: Callable[[], Awaitable[object]]) -> Spent:
    """Do something and say what it took; garbage of what came before is not counted."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall)


def ratio_of(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of the ratios inside each pair: what disturbs both sides of a pair leaves its ratio alone."""
    return statistics.median(ours / reference for ours, reference in pairs)


def medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The median of either side."""
    return statistics.median(o for o, _ in pairs), statistics.median(r for _, r in pairs)


def ms(seconds: float) -> str:
    """A time as it is shown."""
    return f"{seconds * 1000:.2f} ms"
