"""The rules' examples name kinds of class that the gym has."""

from datetime import UTC, datetime

from core.agent.reference import Focus
from core.llm.contract import Request, Said, TextDelta
from core.llm.phrases.examples import with_classes
from core.llm.rules import RulesModel
from core.references._class_names import names_of
from core.references.classes import ClassTypeReader

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
HELP = "Try “book crossfit tomorrow 6pm” or “book yoga sunday and engine wednesday”. CrossFit is a sport."


def test_a_gym_with_the_usual_classes_reads_the_usual_examples() -> None:
    """Word for word."""
    assert with_classes(HELP, ["CrossFit", "Engine", "Open Gym", "Yoga"]) == HELP


def test_what_a_gym_has_not_is_replaced_by_what_it_has() -> None:
    """First by kinds that no example names; nothing outside of the quotation marks changes."""
    assert with_classes(HELP, ["Yoga", "Pilates", "Barre"]) == (
        "Try “book Pilates tomorrow 6pm” or “book yoga sunday and Barre wednesday”. CrossFit is a sport."
    )
    assert "“book Boxing sunday and Boxing wednesday”" in with_classes(HELP, ["Boxing"])
    assert "„buche Boxing morgen“" in with_classes("Sag „buche crossfit morgen“.", ["Boxing"])


def test_a_gym_without_classes_reads_the_usual_examples() -> None:
    """There is nothing better yet."""
    assert with_classes(HELP, []) == HELP


async def test_help_is_told_in_the_words_of_the_gym() -> None:
    """All that the rules say goes through it."""
    reader = ClassTypeReader(names_of(["Pilates", "Hot Yoga", "Barre"], ()), Focus(), NOW)
    request = Request([Said("help")], (), "", NOW, "UTC", 1, {"class_type": reader})
    said = "".join([e.text async for e in RulesModel().stream(request) if isinstance(e, TextDelta)])
    assert "“book Pilates tomorrow 6pm”" in said
    assert "crossfit" not in said.casefold()
