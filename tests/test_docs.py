"""Pages that are written from the code, or speak of it, agree with it."""

import dataclasses
import re
import tomllib
from pathlib import Path
from types import ModuleType

from adapters.contract import Limits
from bot import docs
from bot.config import Settings
from bot.docs import PAGE, page
from core.agent.tools import load
from core.clock import SetClock
from core.llm.rules import RulesModel
from tests.conftest import START, House, make_tables

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_the_page_of_tools_is_what_make_docs_writes() -> None:
    """docs/tools.md is never older than the tools."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs` and commit docs/tools.md"


def test_every_tool_says_what_it_does() -> None:
    """A page of tools is of use only if each has a sentence of its own."""
    silent = [t.name for t in load().values() if not t.description]
    assert not silent


def test_links_between_pages_lead_somewhere() -> None:
    """A link to a file of the project names one that is there."""
    broken = [
        f"{source.relative_to(ROOT)} -> {target}"
        for source in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", source.read_text(encoding="utf-8"))
        if "://" not in target and not (source.parent / target).exists()
    ]
    assert not broken


def test_the_example_explains_every_setting() -> None:
    """config.example.toml shows each setting once, and is itself a valid file once uncommented."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    plain = "\n".join(re.sub(r"^#(?=[\w\[\"])", "", line) for line in text.splitlines())
    shown = tomllib.loads(plain)
    assert set(shown) == set(Settings.model_fields)
    for name, value in shown.items():
        if isinstance(value, dict):
            schema = Settings.model_json_schema()["properties"][name]
            reference = schema.get("$ref") or next(o["$ref"] for o in schema["anyOf"] if "$ref" in o)
            section = Settings.model_json_schema()["$defs"][reference.rpartition("/")[2]]
            assert set(value) == set(section["properties"]), name
    assert Settings(**shown)


def test_the_platforms_page_is_what_the_adapters_limits_say() -> None:
    """`make docs` writes it; every limit has words, every platform a column."""
    assert docs.PLATFORMS.read_text(encoding="utf-8") == docs.platforms_page()
    assert set(docs.MEANS) == {field.name for field in dataclasses.fields(Limits)}


async def test_the_example_of_a_tool_runs_as_it_stands(tmp_path: Path) -> None:
    """What CONTRIBUTING shows is understood, done, named in a receipt and undone."""
    code = re.search(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S)
    assert code
    shown = ModuleType("nicknames")
    exec(code[1], shown.__dict__)
    url = f"sqlite+aiosqlite:///{tmp_path / 'gym.db'}"
    await make_tables(url)
    toolbox = load() | {"set_nickname": shown.set_nickname.tool}
    house = await House(url=url, clock=SetClock(START), model=RulesModel(), toolbox=toolbox).open()
    done = (await house.say("carla", "nickname mia flash")).messages[0].receipts[0]
    assert done.text == "Mia Tran is called flash"
    undone = await house.tap("carla", done.undo)
    await house.desk.stop()
    assert "Mia Tran is called flash" in undone.messages[0].receipts[0].text
