"""Commands: words after a slash, as messengers show them in a menu."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.knowledge import Command, Knowledge

START = "start"
"""What Telegram sends when a chat begins; https://core.telegram.org/bots/features#commands"""
_COMMAND = re.compile(r"/([a-zA-Z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_TOPIC = "intent_"
"""How what follows ``start`` in a link names an intent."""


@dataclass(frozen=True, kw_only=True)
class Commanded:
    """A command a customer gave.

    Args:
        topic: The intent named by the link that began the chat, if one was.
    """

    command: Command
    topic: str = ""


def menu_of(knowledge: Knowledge) -> tuple[Command, ...]:
    """Return the commands that have an answer, in the order of their file."""
    found = knowledge.commands.values()
    return tuple(one for one in found if one.intent or knowledge.privacy_url)


def commanded(text: str, commands: Mapping[str, Command]) -> Commanded | None:
    """Return the command a text gives, or None if it gives none of ours."""
    found = _COMMAND.fullmatch(text.strip())
    command = commands.get(found.group(1).lower()) if found else None
    if found is None or command is None:
        return None
    words = (found.group(2) or "").strip()
    begins = command.name == START and words.startswith(_TOPIC)
    return Commanded(command=command, topic=words.removeprefix(_TOPIC) if begins else "")
