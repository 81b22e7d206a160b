"""Commands run in a folder of their own, on a small knowledge, with no setting from outside."""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.knowledge import Knowledge
from bot.parts import build_matcher
from bot.ports import Matcher
from bot.settings import Settings, TelegramSettings, TwilioSettings
from tests.cli.scripted import ScriptedMatcher
from tests.cli.small_knowledge import write_knowledge


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small knowledge; who wants to change it makes a copy."""
    folder = tmp_path_factory.mktemp("knowledge")
    write_knowledge(folder)
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: Path) -> Path:
    """Return the home folder of the program, not made yet."""
    for kind in (Settings, TwilioSettings, TelegramSettings):
        for field in kind.model_fields:
            name = f"{kind.model_config.get('env_prefix')}{field}".upper()
            monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPORTELLO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPORTELLO_INTENTS", str(written / "intents"))
    monkeypatch.setenv("SPORTELLO_FAQ", str(written / "faq"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def scripted_matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the scripted matcher in place of the real one."""
    _use(ScriptedMatcher, monkeypatch)


@pytest.fixture
def real_matcher(scripted_matcher: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the real one back."""
    _use(build_matcher, monkeypatch)


def _use(build: Callable[[Settings, Knowledge], Matcher], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bot.app.assembling", "bot.cli.matching", "bot.cli.evaluate"):
        monkeypatch.setattr(importlib.import_module(name), "build_matcher", build)
