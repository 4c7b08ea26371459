"""The interface's words in other languages: looked up for the person who is answered, English where there is nothing."""

import ast
import gettext
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.words import WORDS, languages, template, translated, words
from core import i18n
from core.i18n import _, speak, speaking
from tests.conftest import House, Opener
from tests.databases import fresh
from tests.test_dialogues import demo_gym, demo_house


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
    i18n.catalogue_of.cache_clear()


def test_words_without_a_translation_stay_english() -> None:
    """No language, an unknown one, and one without a catalogue are all English."""
    for language in (None, "English", "Elvish", "de"):
        speak(language)
        assert _("Which class?") == "Which class?"
    with speaking(Pseudo()):
        assert _("Which class?") == "⟦Which class?⟧"
    speak(None)


@pytest.fixture(scope="module")
def known() -> Catalog:
    """Every sentence of the code, collected once."""
    return template()


def test_the_words_to_translate_are_all_there(known: Catalog) -> None:
    """core/locale/whistle.pot holds every sentence that goes through gettext; `make docs` writes it."""
    assert WORDS.read_bytes() == words(known)


def test_no_sentence_hides_in_an_f_string() -> None:
    """Whether one is found there depends on the version of Python."""
    hidden = []
    for folder in ("core", "adapters", "bot"):
        for file in Path(folder).rglob("*.py"):
            strings = (n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.JoinedStr))
            hidden += [f"{file}:{string.lineno}" for string in strings if any(map(_is_sentence, ast.walk(string)))]
    assert hidden == []


def _is_sentence(node: ast.AST) -> bool:
    marks = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "marked", "ngettext")
    )
    return marks and any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def test_catalogues_are_up_to_date(known: Catalog) -> None:
    """Each language's catalogue has the sentences that there are now, compiled as it stands; `make docs` sees to it."""
    files = [file for language in languages() for file in translated(language, known).items()]
    assert files
    assert [str(file) for file, content in files if file.read_bytes() != content] == []


@pytest.mark.parametrize("language", languages(), ids=lambda file: file.parts[-3])
def test_translations_fill_in_what_the_english_does(language: Path) -> None:
    """A translation has no placeholder that the English has not: `.format()` would fail on it."""
    with language.open("rb") as file:
        for message in read_po(file):
            english = {name for text in _forms(message.id) for name in _placeholders(text)}
            assert {name for text in _forms(message.string) for name in _placeholders(text)} <= english, message.id


def _forms(text: object) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [str(text)]


def _placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


async def test_a_german_member_is_spoken_to_in_german(tmp_path: Path) -> None:
    """Bookings, questions, refusals, days and sums in the person's language; a coach is told of it in her own."""
    async with fresh("sqlite", tmp_path, "demo", demo_gym) as url:
        house = await demo_house(url)
        try:
            await _german_day(house)
        finally:
            await house.desk.stop()


async def _german_day(house: House) -> None:
    said = (await house.say("mia", "set language german")).messages[0]
    assert said.receipts[0].text == "Deine Sprache ist jetzt Deutsch"
    asked = await house.say("mia", "book crossfit tomorrow evening")
    assert asked.messages[0].cards[0].title == "Welchen Kurs meinst du?"
    assert asked.messages[0].buttons[1][0].label.startswith("CrossFit, Di. 24. Nov. 18:00 · noch ")
    booked = (await house.say("mia", "the second one")).messages[0]
    assert booked.receipts[0].text == "Gebucht: CrossFit, Di. 24. November 18:00 (Europe/Berlin)"
    refused = (await house.say("mia", "book crossfit tomorrow 18:00")).messages[0].text
    assert refused == "Du hast schon einen Platz in CrossFit, Di. 24. November 18:00. Es wurde nichts geändert."
    undone = (await house.say("mia", "undo")).messages[0].receipts[0].text
    assert undone == "Rückgängig gemacht: „Gebucht: CrossFit, Di. 24. November 18:00 (Europe/Berlin)“"
    assert "119,00 €" in str((await house.say("mia", "my balance")).messages[0].cards)
    await house.say("mia", "book yoga sunday")
    carla = (await house.say("carla", "cancel sunday's yoga")).messages[0]
    assert carla.cards[0].title.startswith("Cancel Yoga, Sun 29 November")
    await house.tap("carla", carla.buttons[0][0].token)
    await house.pass_time(timedelta(minutes=1))
    assert (await house.last("mia")).text.startswith("Yoga, So. 29. November ")


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
