"""Settings: where they come from, which wins, and how a mistake is told."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.config import ConfigError, load, unknown_variables


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine reaches the tests."""
    for name in ("WHISTLE_DATA_DIR", "WHISTLE_WEB__PORT", "WHISTLE_DATABASE__URL"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_means_a_database_file_beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any setting the data is in ./.whistle and the page on this machine only."""
    monkeypatch.chdir(tmp_path)
    settings = load(None)
    assert settings.sqlite_file == tmp_path / ".whistle" / "whistle.db"
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)


def test_the_environment_outranks_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable changes one setting and leaves its neighbours to the file."""
    path = written(tmp_path, '[web]\nport = 9000\nhost = "127.0.0.2"\n')
    monkeypatch.setenv("WHISTLE_WEB__PORT", "9001")
    settings = load(path)
    assert (settings.web.host, settings.web.port) == ("127.0.0.2", 9001)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[web]\nprot = 1\n", "web.prot is not a setting"),
        ("colour = 1\n", "colour is not a setting"),
        ("[web]\nport = 99999\n", "web.port"),
        ("[web\n", "not valid TOML"),
        ('[gym]\nname = "A"\nowner = "B"\nzone = "Europe/Nowhere"\n', "is not a known time zone"),
        ("[clock]\nstart = 2026-11-20T10:00:00+01:00\n", "without an offset"),
    ],
)
def test_a_mistake_is_told_by_its_place_and_in_plain_words(tmp_path: Path, text: str, words: str) -> None:
    """Whoever mistyped a setting reads which one, and what is wrong with it."""
    with pytest.raises(ConfigError, match=words):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A wrong --config is no silent default."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.toml")


def test_a_short_postgres_url_gets_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """People paste the URL that their database gives them."""
    monkeypatch.setenv("WHISTLE_DATABASE__URL", "postgres://whistle:pw@db/whistle")
    settings = load(None)
    assert settings.database_url == "postgresql+asyncpg://whistle:pw@db/whistle"
    assert settings.sqlite_file is None
    assert "pw" in settings.secrets()
    assert "pw" not in repr(settings)


def test_a_moved_clock_is_read_as_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """WHISTLE_CLOCK__START is the gym's wall clock."""
    monkeypatch.setenv("WHISTLE_CLOCK__START", "2026-11-20T10:00")
    assert load(None).clock.start == datetime(2026, 11, 20, 10, 0)


def test_a_variable_with_one_underscore_too_few_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that has no effect is worth a word."""
    monkeypatch.setenv("WHISTLE_WEB_PORT", "9001")
    monkeypatch.setenv("WHISTLE_WEB__PORT", "9002")
    assert "WHISTLE_WEB_PORT" in unknown_variables()
    assert "WHISTLE_WEB__PORT" not in unknown_variables()


def test_a_group_given_as_one_value_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting has the name of its group before two underscores."""
    monkeypatch.setenv("WHISTLE_DATABASE", "postgresql://somewhere")
    with pytest.raises(ConfigError, match="WHISTLE_DATABASE names a group of settings"):
        load(None)
