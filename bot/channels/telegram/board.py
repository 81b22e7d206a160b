"""What staff read in a topic, in the words of the console."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.calendar import ROME
from bot.domain.conversation import Conversation
from bot.domain.wording import amount_in_words, in_words, moment_in_words
from bot.ports import Entry
from bot.service.overview import ChatView

_TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
"""The console's: a standing is called the same there and here."""


class TopicBoard:
    """Fills the template of the topics; all of it is plain text.

    Args:
        labels: What staff call each channel.
        public_address: Under which the console is.
    """

    def __init__(self, labels: Mapping[str, str], public_address: str) -> None:
        environment = Environment(  # noqa: S701 - plain text, sent without any markup
            loader=FileSystemLoader(_TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "amount": lambda cents, currency: amount_in_words(cents, currency, "it"),
            "channel": lambda name: labels.get(name, name),
            "from_iso": datetime.fromisoformat,
            "hour": _hour,
            "moment": lambda at: moment_in_words(at, "it"),
            "in_words": lambda day: in_words(day, "it"),
            "local_day": lambda at: at.astimezone(ROME).date(),
        }
        self._template = environment.get_template("desk/topic.txt")
        self._public_address = public_address

    def title(self, chat: Conversation) -> str:
        """Return the name of a chat's topic, such as "Mario · WhatsApp"."""
        return self._filled("title", chat=chat)

    def card(self, view: ChatView) -> str:
        """Return what is known of a customer and their contracts."""
        chat = quote(view.conversation.id, safe="")
        return self._filled("card", chat=view, link=f"{self._public_address}/desk/chats/{chat}")

    def line(self, entry: Entry) -> str:
        """Return an entry of a transcript."""
        return self._filled("line", entry=entry)

    def refusal(self, why: str, details: str = "") -> str:
        """Return why something was not done."""
        return self._filled("refusal", why=why, details=details)

    def _filled(self, part: str, **values: object) -> str:
        text = self._template.render(part=part, **values)
        lines = (" ".join(line.split()) for line in text.splitlines())
        return "\n".join(line for line in lines if line)


def _hour(at: datetime) -> str:
    return at.astimezone(ROME).strftime("%H:%M")
