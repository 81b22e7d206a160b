"""What writes voice notes down comes from an installed package, by the name it offers."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from bot.domain.errors import SettingsError
from bot.parts import TRANSCRIBERS, build_transcriber, inside
from bot.ports import Transcriber
from bot.settings import Settings


def offers(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    """Have an installed package offer something under each name."""
    group = TRANSCRIBERS
    found = EntryPoints(EntryPoint(name, value, group) for name, value in names.items())
    monkeypatch.setattr(inside, "entry_points", lambda group: found.select(group=group))


def test_without_a_name_nothing_writes_voice_notes_down() -> None:
    assert build_transcriber(Settings(transcriber="")) is None


def test_what_a_package_offers_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    offers(monkeypatch, scribe="tests.fakes:FakeTranscriber")

    assert isinstance(build_transcriber(Settings(transcriber="scribe")), Transcriber)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nobody", "Offered: broken, empty, scribe"),
        ("broken", "cannot be used: ModuleNotFoundError"),
        ("empty", "has no method transcribe"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    offers(
        monkeypatch,
        scribe="tests.fakes:FakeTranscriber",
        broken="no.such.module:Scribe",
        empty="tests.fakes:FakeMailer",
    )

    with pytest.raises(SettingsError, match=reason):
        build_transcriber(Settings(transcriber=name))
