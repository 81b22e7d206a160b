"""Setting Telegram up as an operator does."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.e2e.rigs import UPDATES, Telegram

PUBLIC = {"SPORTELLO_PUBLIC_URL": "http://127.0.0.1:9"}


def run(
    folder: Path, telegram: Telegram, *command: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    program = Program(folder, {**telegram.settings, **settings})
    return program.run(*command)


def test_the_webhook_and_the_menu_are_set_by_one_command(
    telegram: Telegram, tmp_path: Path
) -> None:
    result = run(tmp_path, telegram, "channels", "sync", "telegram", **PUBLIC)

    assert result.returncode == 0, result.stderr
    assert "ok   telegram: Telegram calls http://127.0.0.1:9/webhooks/telegram" in result.stdout
    hook = telegram.call("getWebhookInfo")
    assert hook["url"] == "http://127.0.0.1:9/webhooks/telegram"
    assert hook["allowed_updates"] == sorted(UPDATES)
    assert telegram.calls("setWebhook")[-1]["params"]["secret_token"] == telegram.secret
    assert telegram.call("getMyCommands", scope={"type": "all_private_chats"}, language_code="it")


@pytest.mark.parametrize(
    ("settings", "lacks"),
    [
        pytest.param({}, "set SPORTELLO_PUBLIC_URL first", id="no-address"),
        pytest.param(
            PUBLIC | {"TELEGRAM_WEBHOOK_SECRET": ""}, "set TELEGRAM_WEBHOOK_SECRET", id="no-secret"
        ),
    ],
)
def test_what_is_missing_is_said(
    telegram: Telegram, tmp_path: Path, settings: dict[str, str], lacks: str
) -> None:
    result = run(tmp_path, telegram, "channels", "sync", "telegram", **settings)

    assert result.returncode == 1
    assert lacks in result.stdout
    assert telegram.call("getWebhookInfo")["url"] == ""


def test_a_channel_that_is_off_cannot_be_set_up(tmp_path: Path) -> None:
    result = Program(tmp_path, {}).run("channels", "sync", "telegram")

    assert result.returncode == 2
    assert "telegram is off" in result.stderr


def test_the_doctor_asks_telegram(telegram: Telegram, tmp_path: Path) -> None:
    telegram.register("http://127.0.0.1:9")

    told = run(tmp_path, telegram, "doctor", **PUBLIC).stdout
    elsewhere = run(
        tmp_path, telegram, "doctor", SPORTELLO_PUBLIC_URL="http://127.0.0.1:10"
    ).stdout

    assert "ok   telegram: the bot is @rig_helpdesk_bot" in told
    assert "ok   telegram: Telegram calls http://127.0.0.1:9/webhooks/telegram" in told
    assert "ok   telegram: clock: right" in told
    assert "FIX  telegram: Telegram calls http://127.0.0.1:9/" in elsewhere
