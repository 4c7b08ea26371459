"""The interface's words in a person's language: English as written, or what a gettext catalogue has for it."""

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "whistle"
ENGLISH = "en"
_spoken: ContextVar[NullTranslations | None] = ContextVar("spoken", default=None)


def _(words: str) -> str:
    """Words of the interface as the person who is answered reads them; what has no translation stays English."""
    catalogue = _spoken.get()
    return catalogue.gettext(words) if catalogue and words else words


def ngettext(one: str, many: str, count: int) -> str:
    """Words that a number decides: of one thing, or of several; a language may have more forms than two."""
    catalogue = _spoken.get()
    if catalogue is None:
        return one if count == 1 else many
    return catalogue.ngettext(one, many, count)


def pgettext(sense: str, words: str) -> str:
    """Words that mean several things in English, with the one that is meant here."""
    catalogue = _spoken.get()
    return catalogue.pgettext(sense, words) if catalogue else words


def marked(words: str) -> str:
    """Words that are looked up later, where they are used; the extraction finds them here."""
    return words


def locale() -> str:
    """The code of the language that is spoken here, for dates and sums: "en", or that of a catalogue."""
    catalogue = _spoken.get()
    return ENGLISH if catalogue is None else catalogue.info().get("language", ENGLISH)


def speak(language: str | None) -> None:
    """From here on in this task: a language by its English name or its code. None, and one without a catalogue, is English."""
    _spoken.set(catalogue_of(language) if language else None)


def speaks(language: str) -> bool:
    """Whether there is a catalogue of a language."""
    return catalogue_of(language) is not None


def language_name(language: str) -> str:
    """A language, given by its English name, as it is called in the language that is spoken."""
    return str(Locale.parse(locale()).languages.get(_code(language), language))


@contextmanager
def speaking(language: str | NullTranslations | None) -> Iterator[None]:
    """For a while: a language as in `speak`, or a catalogue of one's own."""
    found = catalogue_of(language) if isinstance(language, str) else language
    before = _spoken.set(found)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that the interface speaks, English first."""
    found = sorted(file.parts[-3] for file in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *(code for code in found if code != ENGLISH))


@cache
def catalogue_of(language: str) -> GNUTranslations | None:
    """The catalogue of a language, if there is one; `pt-BR` is content with that of `pt`."""
    code = _code(language)
    found = catalogues.translation(DOMAIN, CATALOGUES, [code, code.partition("_")[0]], fallback=True)
    return found if isinstance(found, GNUTranslations) else None


def _code(language: str) -> str:
    """The code of a language: "German" is de, "pt-BR" is pt_BR."""
    names = {str(name).casefold(): str(code) for code, name in Locale("en").languages.items()}
    return names.get(language.casefold(), language.replace("-", "_"))
