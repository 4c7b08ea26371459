"""The commands as they are typed: what they print where, and how they end."""

import contextlib
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import app

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"^(?P<name>[\w ]+) \((?P<role>\w+)\)  (?P<url>http://127\.0\.0\.1:\d+/\?token=(?P<token>[\w.~-]+))$")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for the commands of this file; its demo gym is made once."""
    made = tmp_path_factory.mktemp("data")
    whistle("chat", "--as", "mia", data=made)
    return made


def environment(data: Path | None, **more: str) -> dict[str, str]:
    """This process's environment without its own settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WHISTLE_")}
    return kept | ({"WHISTLE_DATA_DIR": str(data)} if data else {}) | more


@dataclass(frozen=True)
class Typed:
    """What a command printed where, and how it ended."""

    stdout: str
    stderr: str


def whistle(*words: str, data: Path | None = None, typed: str = "", code: int = 0, **more: str) -> Typed:
    """Type a command and check how it ended. It runs inside this process: what starts the interpreter is `Served`'s."""
    settings = environment(data, **more)
    with loggers_kept():
        done = CliRunner().invoke(
            app, words, input=typed, env={**{k: None for k in os.environ if k not in settings}, **settings}
        )
    assert done.exit_code == code, done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Typed(done.stdout, done.stderr)


@contextlib.contextmanager
def loggers_kept() -> Iterator[None]:
    """The loggers are as they were after a command has set its own."""
    root, form = logging.getLogger(), structlog.get_config()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**form)


class Served:
    """A running `bot run`, read line by line."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment(data, WHISTLE_WEB__PORT="0", **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        found = [LINK.match(self.process.stdout.readline().rstrip("\n")) for _ in range(6)]
        self.links = [link for link in found if link]

    def stop(self, number: int) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Whistle, running on data of its own."""
    running = Served(tmp_path_factory.mktemp("served"))
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_run_prints_a_link_for_each_demo_person_that_signs_in(served: Served) -> None:
    """Six plain lines into a pipe, each of which opens the page."""
    assert [link["role"] for link in served.links] == ["owner", "admin", "coach", "coach", "coach", "member"]
    assert served.links[-1]["name"] == "Mia Tran"
    base = served.links[0]["url"].partition("?")[0]
    request = urllib.request.Request(
        f"{base}agent/sessions", headers={"Authorization": f"Bearer {served.links[-1]['token']}"}
    )
    assert "sessions" in json.load(urllib.request.urlopen(request))
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{base}agent/sessions")


def test_a_second_process_on_one_database_is_told_so(served: Served) -> None:
    """SQLite has one process; reading and copying go on beside it."""
    assert "already running" in whistle("chat", "--as", "mia", data=served.data, code=1).stderr
    copied = served.data / "copy.db"
    assert "checked it: ok" in whistle("backup", str(copied), data=served.data).stdout
    assert json.loads(whistle("explain", "hello", "--as", "mia", data=served.data).stdout)["calls"] == []


def test_a_signal_is_a_normal_end_and_links_stay_the_same(tmp_path: Path) -> None:
    """SIGTERM and control-C end it in order; a bookmark works after a restart on the same data."""
    first = Served(tmp_path)
    assert first.stop(signal.SIGTERM) == 0
    again = Served(tmp_path)
    assert [link["token"] for link in again.links] == [link["token"] for link in first.links]
    assert again.stop(signal.SIGINT) == 0


def test_a_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    """No traceback, a hint, and nothing left behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = whistle("run", data=tmp_path / "data", code=1, WHISTLE_WEB__PORT=str(port))
    assert f"port {port}" in done.stderr
    assert "WHISTLE_WEB__PORT" in done.stderr
    assert done.stdout == ""


def test_a_conversation_in_the_terminal_asks_does_and_undoes(folder: Path) -> None:
    """Typed words, a number for a button, and undo, all through a pipe."""
    typed = "book crossfit tomorrow\n1\nundo\n"
    shown = whistle("chat", "--as", "mia", data=folder, typed=typed, WHISTLE_CLOCK__START="2026-11-20T10:00").stdout
    assert "[1] CrossFit" in shown
    assert "✓ Booked: CrossFit" in shown
    assert shown.index("✓ Booked") < shown.index("✓ Undone")


def test_the_coaches_room_is_for_staff(folder: Path) -> None:
    """A member is told so, in words."""
    assert "staff" in whistle("chat", "--as", "mia", "--room", "staff", data=folder, code=1).stderr
    whistle("chat", "--as", "mia", "--room", "lobby", data=folder, code=2)


def test_explain_answers_each_line_in_order_and_prints_nothing_else(tmp_path: Path) -> None:
    """Results only on standard output, errors as lines too, whatever the moments are."""
    lines = [
        {"text": "book crossfit tomorrow", "as": "mia", "at": "2026-11-20T10:00", "room": None},
        {"text": "book crossfit tomorrow", "as": "nobody", "at": "2026-11-20T10:00", "room": None},
        {"text": "hello", "as": "carla", "at": "soon", "room": "staff"},
        {"text": "undo", "as": "carla", "at": "2026-11-21T10:00", "room": "staff"},
        {"text": "hello", "as": "mia", "at": "2026-11-22T10:00", "room": None},
    ]
    path = tmp_path / "said.jsonl"
    path.write_text("\n".join([*map(json.dumps, lines), "not json"]) + "\n")
    found = [json.loads(line) for line in whistle("explain", "--jsonl", str(path)).stdout.splitlines()]
    assert len(found) == 6
    assert found[0]["calls"][0]["tool"] == "book_class"
    assert [option["label"] for option in found[0]["question"]["options"]] == [
        "CrossFit 2026-11-21T09:00",
        "CrossFit 2026-11-21T10:00",
    ]
    assert "nobody" in found[1]["error"]
    assert "soon" in found[2]["error"]
    assert found[3]["calls"] == [{"tool": "undo", "args": {}}]
    assert found[4] == {"calls": [], "question": None, "score": 0.0}
    assert "not JSON" in found[5]["error"]


def test_calc_prints_one_object_for_each_line_and_one_for_pairs() -> None:
    """Pairs and lines give the same; an error by itself is exit code 1, among lines it is a line."""
    pairs = whistle("calc", "when", "text=tomorrow 6pm", "at=2026-11-20T10:00").stdout
    lines = whistle(
        "calc", "when", "--jsonl", "-", typed='{"text": "tomorrow 6pm", "at": "2026-11-20T10:00"}\nx\n'
    ).stdout
    assert lines.splitlines()[0] == pairs.strip()
    assert "error" in json.loads(lines.splitlines()[1])
    assert "error" in json.loads(whistle("calc", "plates", "target=100", code=1).stdout)


def test_doctor_backup_invite_and_import_say_what_is_so(folder: Path, tmp_path: Path) -> None:
    """Each of the small commands answers in words and with its exit code."""
    report = whistle("doctor", data=folder, WHISTLE_WEB_PORT="1", WHISTLE_TELEGRAM__TOKEN="123456789:abc").stdout
    assert "integrity: every page" in report
    assert "Ironside Athletic in Europe/Berlin" in report
    assert "telegram: its token is set" in report
    assert "WHISTLE_WEB_PORT is no setting" in report
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/\?invite=[\w-]+\n", whistle("invite", "mia", data=folder).stdout)
    assert "could be" in whistle("invite", "anna", data=folder, code=1).stderr
    assert "Nothing can be imported yet" in whistle("import", "members", "list.csv", code=1).stderr
    whistle("doctor", "--config", str(tmp_path / "absent.toml"), code=2)


def test_a_gym_of_ones_own_opens_with_its_owner_only(tmp_path: Path) -> None:
    """With [gym] the demo is never made, and only the owner's link is printed."""
    config = tmp_path / "config.toml"
    config.write_text(
        f'data_dir = "{tmp_path}/data"\n[gym]\nname = "Harbour"\nzone = "Europe/Oslo"\nowner = "Ida Berg"\n'
    )
    whistle("chat", "--as", "ida", "--config", str(config), typed="hello\n")
    assert "Nobody here is called mia" in whistle("chat", "--as", "mia", "--config", str(config), code=1).stderr


def test_a_platform_without_a_gym_of_its_own_opens_none(tmp_path: Path) -> None:
    """The demo gym is never opened to the strangers of a platform: the owner opens one in the chat."""
    done = whistle("chat", "--as", "mia", data=tmp_path, code=1, WHISTLE_TELEGRAM__TOKEN="123456789:abc")
    assert "Nobody here is called mia" in done.stderr
