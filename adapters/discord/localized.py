"""Names and descriptions of commands in other languages, from the gettext catalogues that the interface is written in."""

import gettext
from pathlib import Path

from discord import Locale, app_commands
from discord.app_commands import TranslationContextTypes, locale_str

CATALOGUES = Path(__file__).parents[2] / "core" / "locale"
DOMAIN = "whistle"


class Localized(app_commands.Translator):
    """Looks words up in the catalogue of a language; English, and a language without one, stay as written."""

    def __init__(self, catalogues: Path = CATALOGUES) -> None:
        self._catalogues = catalogues
        self._known: dict[str, gettext.NullTranslations] = {}

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """One name or description in one language; None leaves the original."""
        found = self._catalogue(locale.value).gettext(string.message)
        return None if found == string.message else found

    def _catalogue(self, locale: str) -> gettext.NullTranslations:
        if locale not in self._known:
            names = [locale.replace("-", "_"), locale.partition("-")[0]]
            self._known[locale] = gettext.translation(DOMAIN, self._catalogues, names, fallback=True)
        return self._known[locale]
