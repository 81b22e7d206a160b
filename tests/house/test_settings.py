"""Each setting is in .env.example and in the docs, with the default it really has."""

import inspect
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

import bot.settings
from tests.house.repository import ROOT, rows, text

KINDS = [
    kind
    for _, kind in inspect.getmembers(bot.settings, inspect.isclass)
    if issubclass(kind, BaseSettings) and kind.__module__.startswith(bot.settings.__name__)
]
DEFAULTS = {
    f"{kind.model_config.get('env_prefix')}{name}".upper(): field.default
    for kind in KINDS
    for name, field in kind.model_fields.items()
}
PAGE = text("docs/reference/settings.md")
LINE = re.compile(r"^#?([A-Z_]+=.*)$", re.MULTILINE)


def test_the_example_has_every_setting_and_no_other() -> None:
    names = [line.partition("=")[0] for line in LINE.findall(text(".env.example"))]

    assert sorted(names) == sorted(DEFAULTS)


def test_the_page_has_every_setting_and_no_other() -> None:
    assert sorted(rows(PAGE)) == sorted(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_page_tells_the_true_default(name: str) -> None:
    assert f"| `{name}` | {_in_words(DEFAULTS[name])} |" in PAGE


def test_the_example_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with every line switched on: it may be copied as it is."""
    monkeypatch.chdir(ROOT)
    for name in DEFAULTS:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "env"
    file.write_text("\n".join(LINE.findall(text(".env.example"))), "utf-8")

    for kind in KINDS:
        read = kind(_env_file=file)
        for field, value in read:
            default = kind.model_fields[field].default
            assert _resolved(value) == _resolved(default), field


def _in_words(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, Path):
        default = default.relative_to(ROOT) if default.is_absolute() else default
    if default is None or not str(default):
        return "\N{EN DASH}"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _resolved(value: object) -> object:
    return value.resolve() if isinstance(value, Path) else value
