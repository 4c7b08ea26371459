"""The sentences of the interface that go through gettext, collected from the code as a template for translators."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from core.i18n import CATALOGUES, DOMAIN

ROOT = Path(__file__).parents[1]
WORDS = CATALOGUES / f"{DOMAIN}.pot"


def words() -> bytes:
    """The template's text."""
    catalogue = Catalog(project="Whistle", charset="utf-8")
    for package in ("core", "adapters", "bot"):
        found = extract_from_dir(ROOT / package, method_map=[("**.py", "python")], keywords={"_": None, "marked": None})
        for file, _line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
            catalogue.add(message, locations=[(f"{package}/{file}", 0)], auto_comments=comments, context=context)
    written = io.BytesIO()
    write_po(written, catalogue, width=120, omit_header=True, include_lineno=False)
    return written.getvalue()


def write() -> str:
    """Write the template, and say so."""
    WORDS.parent.mkdir(exist_ok=True)
    WORDS.write_bytes(words())
    return f"Wrote {WORDS.relative_to(ROOT)}."
