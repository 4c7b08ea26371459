"""What it takes from a cold start to the first reply, what stays in memory, and what idling costs, against a bare echo."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.web.sign_in import token_for
from benchmarks.gym import folder
from benchmarks.report import Figure, against, medians, ratio_of

HOST = "127.0.0.1"
PATIENCE_S = 60.0
WORDS = {"message": "what's on tomorrow?"}
Times = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Started:
    """One start: seconds until the first message was accepted and answered, seconds of CPU, bytes in memory."""

    accepted: float
    answered: float
    cpu: float
    memory: int


@dataclass
class Program:
    """A process that serves HTTP, and who speaks with it."""

    command: tuple[str, ...]
    environment: dict[str, str]
    path: str
    token: str = ""

    @contextmanager
    def running(self, port: int) -> Iterator[tuple[subprocess.Popen[bytes], Started]]:
        """Start it, say one thing, and keep it until the block ends."""
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            accepted, answered = self._first_words(process, port)
            yield process, Started(accepted - began, answered - began, cpu_of(process.pid), memory_of(process.pid))
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

    def _first_words(self, process: subprocess.Popen[bytes], port: int) -> tuple[float, float]:
        """Say something as soon as somebody listens. The head of an answer's stream comes once the message is durable."""
        end = time.perf_counter() + PATIENCE_S
        while True:
            if process.poll() is not None or time.perf_counter() > end:
                raise RuntimeError(f"{self.command} did not start (exit code {process.returncode})")
            try:
                return self.say(port)
            except ConnectionError:
                time.sleep(0.002)

    def say(self, port: int) -> tuple[float, float]:
        """Say something; when it was accepted, and when the whole answer was there."""
        asked = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
            asked.request("POST", self.path, json.dumps(WORDS), headers)
            answer = asked.getresponse()
            accepted = time.perf_counter()
            body = answer.read()
        finally:
            asked.close()
        if answer.status != 200 or b"event: error" in body:
            raise RuntimeError(f"{self.path} answered {answer.status}: {body[:300]!r}")
        return accepted, time.perf_counter()


async def measure(small: bool) -> list[Figure]:
    """Pairs of starts, ours and the echo's in turn; then both are left alone."""
    pairs, idle = (1, 0.0) if small else (7, 10.0)
    async with folder() as place:
        port = free_port()
        ours = whistle(place, port)
        echo = Program((sys.executable, "-m", "benchmarks.echo", str(port)), {}, "/agent/chat")
        first = _first_start(ours, place, port)
        started = [(_start(ours, port), _start(echo, port)) for _ in range(pairs)]
        quiet = (0.0, 0.0) if small else (_idle(ours, port, idle), _idle(echo, port, idle))
    accepted = [(o.accepted, e.answered) for o, e in started]
    answered = [(o.answered, e.answered) for o, e in started]
    cpu = [(o.cpu, e.cpu) for o, e in started]
    memory = [(o.memory / 2**20, e.memory / 2**20) for o, e in started]
    return [
        _seconds("cold start until the first message is durably accepted", accepted, ("≤", 1.2)),
        _seconds("cold start until the first reply", answered, ("≤", 2)),
        _seconds("CPU of that", cpu),
        Figure("the very first start, with a new database and the demo gym", f"{first:.2f} s"),
        Figure("memory, MB", f"{medians(memory)[0]:.0f}", f"{medians(memory)[1]:.0f}", ratio_of(memory),
               medians(memory)[0], ("≤", 100)),
        Figure("idle, CPU ms a minute", f"{quiet[0]:.0f}", f"{quiet[1]:.0f}", judged=quiet[0], goal=("≤", 20)),
    ]  # fmt: skip


def whistle(place: Path, port: int) -> Program:
    """The program with a data directory and a port of its own; its settings come from here alone."""
    environment = {
        "WHISTLE_DATA_DIR": str(place / "data"),
        "WHISTLE_WEB__PORT": str(port),
        "WHISTLE_LOG__LEVEL": "warning",
    }
    return Program((sys.executable, "-m", "bot", "run"), environment, "/agent/stream")


def _first_start(ours: Program, place: Path, port: int) -> float:
    """The start that makes everything. The sign-in links that it prints tell whose token to use."""
    began = time.perf_counter()
    process = subprocess.Popen(
        ours.command, env={**os.environ, **ours.environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"(coach)" in line:
                break
        took = time.perf_counter() - began
        number = int(line.decode().partition("?token=")[2].partition(".")[0])
        ours.token = token_for((place / "data" / "secret").read_bytes(), number)
    finally:
        process.terminate()
        process.communicate()
    return took


def _start(program: Program, port: int) -> Started:
    with program.running(port) as (_, started):
        return started


def _idle(program: Program, port: int, seconds: float) -> float:
    """Milliseconds of CPU that a minute of doing nothing takes."""
    with program.running(port) as (process, _):
        time.sleep(min(2.0, seconds))
        before = cpu_of(process.pid)
        time.sleep(seconds)
        return (cpu_of(process.pid) - before) * 1000 * 60 / seconds


def cpu_of(pid: int) -> float:
    """Seconds that all threads of a process have run, to the nanosecond where the kernel counts them."""
    total = 0.0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int((thread / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return total


def memory_of(pid: int) -> int:
    """Bytes of a process that are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _seconds(what: str, pairs: Times, goal: tuple[str, float] | None = None) -> Figure:
    ours, reference = medians(pairs)
    return against(what, f"{ours:.2f} s", f"{reference:.2f} s", ratio_of(pairs), goal)
