"""Writes docs/behaviours.md: every behaviour as a sentence, with the test that proves it. `make docs` runs it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """# What Whistle does, and where it is proven

Every line is a behaviour and the test that proves it; `tests/test_behaviours.py` holds the list and the tests against
each other in both directions. `make docs` adds new tests with their sentences.
"""


def page() -> str:
    """The page's text, a section a test file."""
    parts = [HEAD]
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text())
        name = file.relative_to(ROOT).as_posix()
        tests = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        lines = [f"- {_sentence(n)} — `{name}::{n.name}`" for n in tests if n.name.startswith("test_")]
        if lines:
            about = " ".join((ast.get_docstring(tree) or name).split())
            parts.append("\n".join([f"## {about}", "", *lines, ""]))
    return "\n".join(parts)


def _sentence(test: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    name = test.name.removeprefix("test_").replace("_", " ")
    said = " ".join((ast.get_docstring(test) or "").split())
    return f"**{name[0].upper()}{name[1:]}.** {said}".strip()


if __name__ == "__main__":
    (ROOT / "docs" / "behaviours.md").write_text(page(), encoding="utf-8")
