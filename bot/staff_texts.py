"""What staff read outside the console, in its words: topics of their group, calls to a chat."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from babel.dates import format_timedelta
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.calendar import ROME
from bot.domain.conversation import Conversation
from bot.domain.wording import amount_in_words, in_words, moment_in_words
from bot.ports import Entry
from bot.service.overview import ChatView

_TEMPLATES = Path(__file__).parent / "web" / "templates"
"""The console's: a standing is called the same there and here."""


class StaffTexts:
    """Fills the templates for staff; all of it is plain text.

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
            "span": lambda length: format_timedelta(length, locale="it", threshold=1),
            "channel": lambda name: labels.get(name, name),
            "from_iso": datetime.fromisoformat,
            "hour": _hour,
            "moment": lambda at: moment_in_words(at, "it"),
            "in_words": lambda day: in_words(day, "it"),
            "local_day": lambda at: at.astimezone(ROME).date(),
        }
        self._topic = environment.get_template("desk/topic.txt")
        self._call = environment.get_template("desk/call.txt")
        self._public_address = public_address

    def title(self, chat: Conversation) -> str:
        """Return the name of a chat's topic, such as "Mario · WhatsApp"."""
        return self._filled("title", chat=chat)

    def card(self, view: ChatView) -> str:
        """Return what is known of a customer and their contracts."""
        return self._filled("card", chat=view, link=self._link(view.conversation))

    def line(self, entry: Entry) -> str:
        """Return an entry of a transcript."""
        return self._filled("line", entry=entry)

    def refusal(self, why: str, details: str = "") -> str:
        """Return why something was not done."""
        return self._filled("refusal", why=why, details=details)

    def call(self, chat: Conversation, waited: timedelta) -> tuple[str, str]:
        """Return subject and text of a call to a chat that nobody takes; none of its words."""
        text = self._call.render(part="letter", chat=chat, waited=waited, link=self._link(chat))
        subject, _, rest = text.strip().partition("\n")
        return subject, rest.strip()

    def call_line(self, chat: Conversation, waited: timedelta) -> str:
        """Return one line for who is at the console."""
        return " ".join(self._call.render(part="line", chat=chat, waited=waited).split())

    def _link(self, chat: Conversation) -> str:
        return f"{self._public_address}/desk/chats/{quote(chat.id, safe='')}"

    def _filled(self, part: str, **values: object) -> str:
        text = self._topic.render(part=part, **values)
        lines = (" ".join(line.split()) for line in text.splitlines())
        return "\n".join(line for line in lines if line)


def _hour(at: datetime) -> str:
    return at.astimezone(ROME).strftime("%H:%M")
