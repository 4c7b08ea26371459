"""Names and descriptions of commands in other languages, from the gettext catalogues that the interface is written in."""

import re

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, locale_str

from adapters.discord.limits import OPTION_CHARS
from core.i18n import catalogue_of

NAME = re.compile(r"[-_\w]{1,32}")
DESCRIPTIONS = (
    TranslationContextLocation.command_description,
    TranslationContextLocation.group_description,
    TranslationContextLocation.parameter_description,
    TranslationContextLocation.choice_name,
)


class Localized(app_commands.Translator):
    """Looks words up in the catalogue of a language; English, and a language without one, stay as written."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """One name or description in one language; None leaves the original, as does a name that Discord would refuse."""
        catalogue = catalogue_of(locale.value)
        found = catalogue.gettext(string.message) if catalogue else string.message
        if found == string.message:
            return None
        if context.location in DESCRIPTIONS:
            return found[:OPTION_CHARS]
        name = found.lower().replace(" ", "-")
        return name if NAME.fullmatch(name) else None
