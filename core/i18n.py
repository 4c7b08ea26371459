"""The interface's words in a person's language: English as written, or what a gettext catalogue has for it."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "whistle"
_spoken: ContextVar[gettext.NullTranslations | None] = ContextVar("spoken", default=None)


def _(words: str) -> str:
    """Words of the interface as the person who is answered reads them; what has no translation stays English."""
    catalogue = _spoken.get()
    return words if catalogue is None else catalogue.gettext(words)


def marked(words: str) -> str:
    """Words that are looked up later, where they are used; the extraction finds them here."""
    return words


def speak(language: str | None) -> None:
    """From here on in this task: a language by its English name or its code. None, and one without a catalogue, is English."""
    _spoken.set(_catalogue(language) if language else None)


@contextmanager
def speaking(catalogue: gettext.NullTranslations | None) -> Iterator[None]:
    """With a catalogue of one's own for a while."""
    before = _spoken.set(catalogue)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def _catalogue(language: str) -> gettext.NullTranslations | None:
    found = gettext.translation(DOMAIN, CATALOGUES, [_code(language)], fallback=True)
    return found if isinstance(found, gettext.GNUTranslations) else None


def _code(language: str) -> str:
    """The code of a language: "German" is de, "pt-BR" is pt_BR."""
    names = {str(name).casefold(): str(code) for code, name in Locale("en").languages.items()}
    return names.get(language.casefold(), language.replace("-", "_"))
