import asyncio
from pathlib import Path

import pytest

from bot.parts import CHANNELS
from bot.store.sqlite import SqliteStore
from tests.builders import NOW, an_answer, an_inbound, later
from tests.cli.console import complaint, sportello


async def _wrote(path: Path) -> None:
    store = SqliteStore.open(path, owner=True)
    (stored,) = await store.conversations.accept([an_inbound("Ciao")])
    await store.conversations.commit(an_answer(stored, "Buongiorno.", "Eccomi."))
    first = await store.conversations.next_reply("whatsapp:1", NOW)
    assert first
    await store.conversations.mark_sent(first.id, "SM1", later(60))
    second = await store.conversations.next_reply("whatsapp:1", NOW)
    assert second
    await store.conversations.mark_failed(second.id, "63016 outside the window", None)
    await store.close()


def test_templates_are_kept_only_by_a_channel_that_is_on(home: Path) -> None:
    assert "twilio is off" in complaint(sportello("channels", "sync", "twilio"))


def test_what_went_by_each_channel_last_is_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(parents=True)
    asyncio.run(_wrote(home / "sportello.db"))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:token")

    result = sportello("channels", "status")

    _, *lines = result.stdout.splitlines()
    shown = {line.split()[0]: line for line in lines}
    whatsapp, telegram, web = (shown[name] for name in ("whatsapp", "telegram", "web"))
    assert list(shown) == list(CHANNELS)
    assert whatsapp.split()[:2] == ["whatsapp", "off"]
    assert "2026-11-23 10:00    2026-11-23 10:01" in whatsapp
    assert whatsapp.endswith("2026-11-23 10:00  63016 outside the window")
    assert telegram.split() == ["telegram", "on", "-", "-", "-"]
    assert web.split() == ["web", "on", "-", "-", "-"]
