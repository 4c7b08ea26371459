"""The interface's words in other languages: looked up for the person who is answered, English where there is nothing."""

import gettext
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.words import WORDS, words
from core import i18n
from core.i18n import _, speak, speaking
from tests.conftest import House, Opener


class Pseudo(gettext.NullTranslations):
    """A language that shows which words went through the catalogue."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"


@pytest.fixture
def klingon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of a language that nobody here speaks: the words of the interface, each in brackets."""
    catalogue = read_po(WORDS.open("rb"))
    for message in catalogue:
        if message.id:
            message.string = f"⟦{message.id}⟧"
    folder = tmp_path / "tlh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "whistle.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    i18n._catalogue.cache_clear()


def test_words_without_a_translation_stay_english() -> None:
    """No language, an unknown one, and one without a catalogue are all English."""
    for language in (None, "English", "Elvish", "de"):
        speak(language)
        assert _("Which class?") == "Which class?"
    with speaking(Pseudo()):
        assert _("Which class?") == "⟦Which class?⟧"
    speak(None)


def test_the_words_to_translate_are_all_there() -> None:
    """core/locale/whistle.pot holds every sentence that goes through gettext; `make docs` writes it."""
    assert WORDS.read_bytes() == words()


async def test_a_person_is_answered_in_their_own_language(toy_house: Opener, klingon: None) -> None:
    """Refusals, questions and notices come in the asker's language; everybody else's stay English."""
    house: House = await toy_house()
    async with house.desk.store.write() as db:
        await db.run_sync(speaks, house.people["mia"], "tlh")
    refused = (await house.call("mia", "price_toys")).messages[0].text
    assert refused == "⟦Sorry, only ⟦admins and the owner⟧ can see what the toys cost.⟧"
    assert (await house.call("carla", "price_toys")).messages[0].text.startswith("Sorry, only admins")
    assert (await house.say("mia", "  ")).messages[0].text.startswith("⟦That message was empty.")
    assert "⟦" not in str(await house.read("carla"))


def speaks(session: object, person_id: int, language: str) -> None:
    """A person has set a language."""
    from core.people import Person
    from core.store.database import unlogged

    with unlogged(session):  # type: ignore[arg-type]
        session.get(Person, person_id).settings = {"language": language}  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
