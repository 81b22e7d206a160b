"""`sportello domain`, against a whois server on this machine and a file."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.console import complaint, sportello
from tests.registries.lab import whois_answer, whois_lab


async def _status(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> str:
    async with whois_lab() as lab:
        lab.answers["prova.it"] = answer
        monkeypatch.setenv("SPORTELLO_WHOIS_HOST", "127.0.0.1")
        monkeypatch.setenv("SPORTELLO_WHOIS_PORT", str(lab.port))
        result = await asyncio.to_thread(sportello, "domain", "status", "prova.it")
    return result.stdout if result.exit_code == 0 else complaint(result)


@pytest.mark.enable_socket
async def test_the_registrys_answer_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await _status(monkeypatch, whois_answer("prova.it", "ok / autoRenewPeriod"))

    shown = dict(line.split(maxsplit=1) for line in said.splitlines())
    assert shown["phase"] == "grace"
    assert shown["expires_on"] == "2027-03-10"


@pytest.mark.enable_socket
async def test_a_silent_registry_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not about this domain" in await _status(monkeypatch, b"")


def test_without_registries_it_says_how_to_ask_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_REGISTRY", "false")

    result = sportello("domain", "status", "prova.it")

    assert complaint(result) == "No registry is asked: set SPORTELLO_REGISTRY=true."


def test_a_timeline_is_drawn_and_told(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"

    result = sportello(
        "domain", "timeline", "prova.it", "--phase", "grace", "--expires", "2026-11-18",
        "--at", "2026-11-25", "--out", file,
    )  # fmt: skip

    assert result.stdout == "[domain_steps]\n"  # The words of the knowledge these tests have.
    with Image.open(file) as drawn:
        assert drawn.format == "PNG"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--expires", "18/11/2026", "no day such as"),
        ("--out", "missing/picture.png", "missing/picture.png"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"--phase": "grace", "--out": "picture.png"} | {option: value}

    result = sportello(
        "domain", "timeline", "prova.it", *(w for pair in given.items() for w in pair)
    )

    assert result.exit_code != 0
    assert said in result.output
