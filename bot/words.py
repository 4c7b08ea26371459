"""The sentences of the interface that go through gettext: collected from the code as a template for translators, and each
language's catalogue brought up to it and compiled."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.agent.policy import clause
from core.agent.tools import Tool, load
from core.i18n import CATALOGUES, DOMAIN

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "marked": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("**.js", "javascript")]
OPTIONS = {"**.js": {"parse_template_string": "true"}}
PAGE = ROOT / "adapters" / "web" / "page"
WORDS = CATALOGUES / f"{DOMAIN}.pot"


def template() -> Catalog:
    """Every sentence of the code, and what the tools say of themselves."""
    catalogue = Catalog(project="Whistle", charset="utf-8")
    for package in ("core", "adapters", "bot"):
        found = extract_from_dir(ROOT / package, METHODS, OPTIONS, KEYWORDS)
        for file, _line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
            if not any(c.isalpha() for c in str(message)):
                continue
            catalogue.add(message, locations=[(f"{package}/{file}", 0)], auto_comments=comments, context=context)
    for tool in load().values():
        for words in of_tool(tool):
            catalogue.add(words, locations=[(f"core/tools/{tool.noun}.py", 0)])
    return catalogue


def of_tool(tool: Tool) -> Iterator[str]:
    """What people read of a tool: its line in a list of commands, the same in a sentence such as "only coaches can …", on a
    button, and its parameters with their fixed values."""
    yield tool.description.split("\n")[0]
    yield clause(tool)
    yield tool.name.replace("_", " ").capitalize()
    for param in tool.params:
        yield param.name.replace("_", " ")
        yield from (option.split("|")[0] for option in param.type.options)


def words(known: Catalog) -> bytes:
    """The template's text."""
    return _written(known)


def translated(file: Path, known: Catalog) -> dict[Path, bytes]:
    """A language's catalogue with the sentences that there are now, what is gone dropped: as text, compiled, and what the
    page needs of it. Each file and what it holds."""
    with file.open("rb") as text:
        catalogue = read_po(text, locale=file.parts[-3])
    catalogue.update(known, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.obsolete.clear()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    page = {
        str(m.id): m.string for m in catalogue if m.string and any("/page/" in place for place, _line in m.locations)
    }
    return {
        file: _written(catalogue, omit_header=False),
        file.with_suffix(".mo"): compiled.getvalue(),
        PAGE / "words" / f"{catalogue.locale_identifier}.json": _as_json(page),
    }


def languages() -> Iterable[Path]:
    """The catalogue of each language, as text."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def write() -> str:
    """Write the template and every language's catalogue, and say so."""
    WORDS.parent.mkdir(exist_ok=True)
    known = template()
    WORDS.write_bytes(words(known))
    for file in languages():
        for path, content in translated(file, known).items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    return f"Wrote {WORDS.relative_to(ROOT)}."


def _as_json(words: Mapping[str, object]) -> bytes:
    return json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _written(catalogue: Catalog, *, omit_header: bool = True) -> bytes:
    written = io.BytesIO()
    write_po(written, catalogue, width=120, omit_header=omit_header, include_lineno=False)
    return written.getvalue()
