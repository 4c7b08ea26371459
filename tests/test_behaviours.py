"""The list of behaviours and the tests that prove them are the same list, read both ways."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "behaviours.md"
LINE = re.compile(r"^- (?P<sentence>.+?) — `(?P<test>tests/[\w/]+\.py::\w+)`$")


def listed() -> dict[str, str]:
    """Every test that the list names, with its sentence."""
    lines = [LINE.match(line) for line in LIST.read_text().splitlines() if line.startswith("- ")]
    return {m["test"]: m["sentence"] for m in lines if m}


def written() -> set[str]:
    """Every test there is."""
    found = set()
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(f"{file.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def test_every_behaviour_on_the_list_has_its_test() -> None:
    """No sentence without proof: each names a test that exists."""
    assert sorted(set(listed()) - written()) == []


def test_every_test_stands_on_the_list() -> None:
    """No proof without a sentence: `make docs` adds a new test with its docstring."""
    assert sorted(written() - set(listed())) == []


def test_every_line_of_the_list_can_be_read() -> None:
    """A line that does not parse would hide a behaviour."""
    lines = [line for line in LIST.read_text().splitlines() if line.startswith("- ")]
    assert [line for line in lines if not LINE.match(line)] == []
