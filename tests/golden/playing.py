"""Plays conversations through `sportello chat --jsonl`: the real pipeline, with given times."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from bot.cli import cli

HERE = Path(__file__).parent
CONVERSATIONS = HERE / "conversations"
DEMO = HERE.parents[1] / "demo" / "contracts.json"

DAY = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
"""A Wednesday on which the desk is open; the demo contracts count from it."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the bot answered to one message."""

    intent: str | None
    standing: str | None
    status: str
    text: str
    buttons: tuple[str, ...]

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> "Said":
        replies = line["replies"]
        return cls(
            intent=line["intent"],
            standing=line["standing"],
            status=line["status"],
            text="\n\n".join(reply["text"] for reply in replies),
            buttons=tuple(button for reply in replies for button in reply["buttons"]),
        )


def conversations() -> dict[str, dict[str, Any]]:
    """Return every golden conversation by the name of its file."""
    return {
        file.stem: yaml.safe_load(file.read_text("utf-8"))
        for file in sorted(CONVERSATIONS.glob("*.yaml"))
    }


def lines_of(name: str, conversation: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the messages of a conversation as lines for the command."""
    return [
        {
            "conversation": name,
            "channel": conversation.get("channel", "whatsapp"),
            "from": conversation.get("from", ""),
            "at": turn.get("at") or conversation.get("at") or DAY.isoformat(),
            "text": turn["customer"],
        }
        for turn in conversation["turns"]
    ]


def played(lines: Iterable[Mapping[str, str]], folder: Path) -> list[Said]:
    """Return what is answered to each line, with the demo contracts as they are on DAY."""
    done = CliRunner().invoke(
        cli,
        ["chat", "--jsonl", "--contracts", str(DEMO), "--at", DAY.isoformat()],
        input="\n".join(json.dumps(line) for line in lines),
        env={"SPORTELLO_HOME": str(folder)},
    )
    assert done.exit_code == 0, done.output
    return [Said.of(json.loads(line)) for line in done.stdout.splitlines()]
