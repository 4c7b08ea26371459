"""Which language models the settings connect, and what `doctor` says of them."""

from pathlib import Path

import pytest

from bot.config import Settings, load
from bot.doctor import examine
from bot.models import connected, everyone
from tests.fakes.anthropic_server import AnthropicServer


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key of this machine reaches the tests."""
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WHISTLE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WHISTLE_WEB__PORT", "0")


def names(settings: Settings) -> dict[str, list[str]]:
    """The connected models of each purpose."""
    return {purpose: [m.name for m in models] for purpose, models in connected(settings).items()}


async def test_without_keys_nothing_is_connected() -> None:
    """The rules answer alone, and no SDK is loaded."""
    assert names(load(None)) == {"chat": [], "plan": [], "small": []}


async def test_a_key_in_the_usual_variable_connects_its_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """ANTHROPIC_API_KEY is enough; models of providers without a key are passed over."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-usual")
    assert names(load(None)) == {
        "chat": ["anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5"],
        "plan": ["anthropic/claude-sonnet-5-5"],
        "small": ["anthropic/claude-haiku-5-5"],
    }
    assert "sk-ant-usual" in load(None).secrets()


async def test_a_key_of_ones_own_outranks_the_usual_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting of Whistle wins, in the file or in its own variable."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-usual")
    path = tmp_path / "config.toml"
    path.write_text('[openai]\napi_key = "sk-own"\n', encoding="utf-8")
    key = load(path).openai.api_key
    assert key is not None
    assert key.get_secret_value() == "sk-own"
    assert names(load(path))["chat"] == ["openai/gpt-6.1-terra", "openai/gpt-6-luna"]


async def test_a_server_of_ones_own_stands_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It answers where the others do not, and alone where there are none."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant")
    path = tmp_path / "config.toml"
    path.write_text(
        '[models]\nchat = ["claude-opus-5-5"]\n[local]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "qwen3:14b"\n',
        encoding="utf-8",
    )
    assert names(load(path))["chat"] == ["anthropic/claude-opus-5-5", "local/qwen3:14b"]
    assert names(load(path))["small"] == ["anthropic/claude-haiku-5-5", "local/qwen3:14b"]
    listed = everyone(connected(load(path)))
    assert len(listed) == len({m.name for m in listed})


@pytest.mark.parametrize(
    ("key", "state", "words"),
    [("sk-ant-right", "ok", "the key works"), ("sk-ant-wrong", "bad", "the key is refused")],
)
async def test_doctor_asks_for_each_model_by_name(
    monkeypatch: pytest.MonkeyPatch, key: str, state: str, words: str
) -> None:
    """A call that costs nothing tells a key that works from one that does not."""
    async with AnthropicServer() as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        found = [c for c in await examine(load(None)) if c.name.startswith("anthropic/")]
    assert [c.state for c in found] == [state, state]
    assert all(words in c.words for c in found)
    assert key not in str(found)


async def test_doctor_tells_a_provider_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is worth knowing, and no fault of the installation."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    found = [c for c in await examine(load(None)) if c.name.startswith("openai/")]
    assert found
    assert all(c.state == "note" and "cannot be reached" in c.words for c in found)
