"""The house: which room may know of which other, how large a room gets, and names that say nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "core", "adapters")
FILES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}

# What a part of the house never imports. The longest prefix that fits a module decides.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "core": ("bot", "adapters", "tests"),
    "adapters": ("bot", "tests", "core.agent", "core.gym", "core.coaching", "core.llm", "core.tools", "core.jobs"),
    "bot": ("tests",),
    "core.desk": ("bot", "adapters", "tests", "core.tools", "core.jobs"),
    "core.agent": ("bot", "adapters", "tests", "core.desk", "core.tools", "core.jobs"),
    "core.gym": ("bot", "adapters", "tests", "core.desk", "core.agent", "core.tools", "core.llm", "core.jobs"),
    "core.coaching": ("bot", "adapters", "tests", "core.desk", "core.agent", "core.tools", "core.llm", "core.jobs"),
    "core.store": (
        "bot",
        "adapters",
        "tests",
        "core.desk",
        "core.agent",
        "core.gym",
        "core.coaching",
        "core.tools",
        "core.llm",
        "core.jobs",
        "core.people",
    ),
    "core.when": ("bot", "adapters", "tests", "core.desk", "core.agent", "core.gym", "core.tools", "core.store"),
    "core.tools": ("bot", "adapters", "tests", "core.desk", "core.jobs"),
    "core.jobs": ("bot", "adapters", "tests", "core.desk"),
}
# Inside core, an agent module may know the models' contract and no model.
CONTRACT_ONLY = ("core.agent", "core.desk", "core.references", "core.tools", "core.jobs")
VENDORS = {
    "anthropic": "core/llm/anthropic",
    "openai": "core/llm/openai",
    "telegram": "adapters/telegram",
    "discord": "adapters/discord",
    "fastapi": "adapters/web",
    "starlette": "adapters/web",
    "uvicorn": "adapters/web",
    "alembic": "core/store",
    "typer": "bot",
    "pydantic_settings": "bot",
}


def module_of(path: Path) -> str:
    """A file's module name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from x import y` counts as x and as x.y."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


def inside(module: str, package: str) -> bool:
    """Whether a module is a package or in it."""
    return module == package or module.startswith(f"{package}.")


def rule_for(module: str) -> tuple[str, ...]:
    """What a module must not import."""
    fitting = [part for part in FORBIDDEN if inside(module, part)]
    return FORBIDDEN[max(fitting, key=len)]


def test_imports_follow_the_arrows() -> None:
    """No room knows of a room that its arrow does not lead to."""
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in FILES
        for name in set(imports(path))
        if any(inside(name, banned) for banned in rule_for(module_of(path)))
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_the_agent_knows_the_contract_of_models_and_no_model() -> None:
    """Which model answers is decided where the house is put together."""
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in FILES
        if any(inside(module_of(path), part) for part in CONTRACT_ONLY)
        for name in set(imports(path))
        if inside(name, "core.llm") and name != "core.llm" and not inside(name, "core.llm.contract")
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_models_know_their_contract_and_nothing_else_of_the_core() -> None:
    """A provider, and the rules among them, could be lifted out of the house with the contract and the catalogue of words."""
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in FILES
        if inside(module_of(path), "core.llm")
        for name in set(imports(path))
        if name.partition(".")[0] in (*PACKAGES, "tests")
        and not inside(name, "core.llm")
        and name != "core"
        and not inside(name, "core.i18n")
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_adapters_do_not_know_each_other() -> None:
    """One platform's adapter can be taken away without another noticing."""
    shared = {"catalogue", "contract", "edits", "fallback", "errors", "keep", "steady"}
    wrong = [
        f"{module_of(path)} imports {name}"
        for path in FILES
        if module_of(path).count(".") >= 2 and inside(module_of(path), "adapters")
        for name in set(imports(path))
        if inside(name, "adapters")
        and name.count(".") >= 1
        and name.split(".")[1] not in {module_of(path).split(".")[1], *shared}
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_each_vendor_library_stays_in_one_folder() -> None:
    """A library of a platform, a model or a framework is imported in exactly one place."""
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        for name in set(imports(path))
        if (home := VENDORS.get(name.partition(".")[0])) and not path.is_relative_to(ROOT / home)
    ]
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("kind", ["file", "function"])
def test_nothing_grows_too_long(kind: str) -> None:
    """A file has at most 400 lines, a function at most 60."""
    wrong = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if kind == "file" and (lines := text.count("\n")) > LONGEST_FILE:
            wrong.append(f"{path.relative_to(ROOT)} has {lines} lines")
        for node in ast.walk(ast.parse(text)) if kind == "function" else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    wrong.append(f"{path.relative_to(ROOT)} {node.name} has {lines} lines")
    assert not wrong, "\n".join(wrong)


def test_every_file_says_what_it_holds_by_its_name_and_first_sentence() -> None:
    """No drawer for odds and ends, and a docstring at the head of each module that holds anything."""
    wrong = [
        str(p.relative_to(ROOT)) for p in FILES if FORBIDDEN_NAMES & set(p.relative_to(ROOT).with_suffix("").parts)
    ]
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and not ast.get_docstring(tree):
            wrong.append(f"{path.relative_to(ROOT)} has no docstring")
    assert not wrong, "\n".join(wrong)
