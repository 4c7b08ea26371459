"""The real program on a free port, and people in front of it: each a page of Chromium that clicks and types."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MONDAY = "2026-11-23T10:00"
# Nothing here is about speed: a limit is only there so that a fault ends the test.
PATIENCE_S = 60
# Long enough for a person who has said much to say much again.
NOBODY_IS_TOO_FAST_S = 10
ROOT = Path(__file__).parents[2]
LINK = re.compile(r"^(\w+) .*\(\w+\)  (http\S+)$")
DESKTOP = (1140, 700)
PHONE = (390, 844)

expect.set_options(timeout=PATIENCE_S * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """The program as a process of its own, on one data directory over all its lives. Its time stands still until a
    test moves it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        moved = {"WHISTLE_CLOCK__START": MONDAY, "WHISTLE_WEB__PORT": str(self.port)}
        self.environment = os.environ | {"WHISTLE_DATA_DIR": str(folder / "data")} | moved
        self.links: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return once the sign-in links are printed: then requests are answered."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.served"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = LINK.match(line.strip())
            assert found, line
            self.links[found[1].casefold()] = found[2]
            if found[1] == "Mia":
                return
        raise AssertionError(self.log.read_text())

    def pass_time(self, seconds: float) -> None:
        """Move the program's clock, and with it everything that waits for its time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "moved\n", self.log.read_text()

    @property
    def running(self) -> bool:
        """Whether it is up: a test that failed may have left it down."""
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9: nothing is put in order."""
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """The way a service is stopped."""
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.wait(PATIENCE_S)
        self.process.stdin.close()
        self.process.stdout.close()

    def token(self, who: str) -> str:
        """A person's sign-in token, for clients that are no browser."""
        return self.links[who].partition("token=")[2]


@dataclass
class Place:
    """One chat on somebody's screen: their private one or the coaches' room."""

    page: Page
    name: str

    @property
    def pane(self) -> Locator:
        return self.page.get_by_test_id(f"pane-{self.name}")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_test_id(f"composer-{self.name}")

    @property
    def entries(self) -> Locator:
        return self.pane.get_by_test_id("entry")

    @property
    def answers(self) -> Locator:
        """What Whistle has said here."""
        return self.pane.locator("[data-testid=entry][data-author=bot]")

    def say(self, words: str) -> Locator:
        """Type something and send it; returns the answer that comes, once it is there."""
        before = self.answers.count()
        self.composer.fill(words)
        self.page.get_by_test_id(f"send-{self.name}").click()
        return self.answer(before)

    def tap(self, label: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """Press a button by its words; returns the answer that comes."""
        before = self.answers.count()
        (within or self.answers.last).get_by_role("button", name=label).click()
        return self.answer(before)

    def answer(self, before: int) -> Locator:
        """The first answer after so many."""
        expect(self.answers.nth(before)).to_be_visible()
        expect(self.pane.get_by_test_id("typing")).to_be_hidden()
        return self.answers.nth(before)

    def entry(self, answer: Locator) -> Locator:
        """The same message by its id, which stays where a position may move."""
        number = answer.get_attribute("data-message-id")
        return self.pane.locator(f"[data-testid=entry][data-message-id='{number}']")


@dataclass
class Screen:
    """Somebody's open page, and everything its console complained about."""

    page: Page
    problems: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    @property
    def private(self) -> Place:
        return Place(self.page, "private")

    @property
    def room(self) -> Place:
        return Place(self.page, "staff")

    def load(self) -> "Screen":
        self.page.reload()
        return self.ready()

    def ready(self) -> "Screen":
        self.page.locator("body[data-ready=yes]").wait_for()
        return self

    def forgive(self, words: str) -> None:
        """What the browser writes by itself about a request that a test wants refused."""
        self.forgiven.append(words)

    def left(self) -> list[str]:
        """Leave the page with nothing behind; returns what its console complained about."""
        found = [p for p in self.problems if not any(words in p for words in self.forgiven)]
        self.page.unroute_all()
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        self.page.goto("about:blank")
        self.problems.clear()
        self.forgiven.clear()
        return found


Opener = Callable[..., Screen]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the folder."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with its demo gym, one for each module."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; install the package chromium")
    running = Program(tmp_path_factory.mktemp("gym"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def windows(chromium: Browser, program: Program) -> Iterator[Opener]:
    """Everyone's window by its size and looks, kept for the module: what was loaded once loads faster."""
    kept: dict[str, Screen] = {}

    def window(who: str, size: tuple[int, int], **looks: Any) -> Screen:
        key = f"{who} {size} {looks}"
        if key not in kept:
            viewport: ViewportSize = {"width": size[0], "height": size[1]}
            context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **looks)
            context.set_default_timeout(PATIENCE_S * 1000)
            kept[key] = Screen(context.new_page())
        return kept[key]

    yield window
    for screen in kept.values():
        screen.page.context.close()


@pytest.fixture
def enter(windows: Opener, program: Program) -> Iterator[Opener]:
    """Somebody opens the page in a new chat, signed in by their link; in the end no page had anything to complain about."""
    opened: list[Screen] = []

    def enter_as(who: str, size: tuple[int, int] = DESKTOP, **looks: Any) -> Screen:
        if not program.running:
            program.start()
        program.pass_time(NOBODY_IS_TOO_FAST_S)
        screen = windows(who, size, **looks)
        opened.append(screen)
        sent = screen.page.context.request
        sent.get(program.links[who])
        sent.post(f"{program.address}/agent/sessions", headers={"Origin": program.address}, data={})
        screen.page.goto(program.address)
        return screen.ready()

    yield enter_as
    complaints = [words for screen in opened for words in screen.left()]
    assert complaints == []
