"""Approved messages that reach customers who have not written for a while."""

from collections.abc import Mapping

from bot.domain.knowledge import Language, Notice
from bot.domain.messages import FilledTemplate, Reply
from bot.domain.wording import PLACEHOLDER, fill

NOTICE_PLACEHOLDERS = frozenset({"colleague", "topic"})
"""What may be filled in: who sends it, and what the chat was about last."""

LANGUAGES: tuple[Language, ...] = ("it", "en")


def key_of(notice: Notice, language: Language) -> str:
    """Return the name of a notice in one language, under which a vendor keeps it."""
    return f"sportello_{notice.name}_{language}"


def variables_of(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text, each once, in their order."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


def numbered_variables(text: str) -> str:
    """Return a text with its placeholders as vendors write them: ``{{1}}``, ``{{2}}``."""
    numbers = {name: at for at, name in enumerate(variables_of(text), start=1)}
    return PLACEHOLDER.sub(lambda found: f"{{{{{numbers[found.group(1)]}}}}}", text)


def filled_notice(notice: Notice, language: Language, values: Mapping[str, str]) -> Reply | None:
    """Return a notice as it is sent and read, or None if a value is missing."""
    text = notice.text.in_language(language)
    words = fill(text, values)
    if words is None:
        return None
    given = tuple(values[name] for name in variables_of(text))
    template = FilledTemplate(name=key_of(notice, language), values=given)
    return Reply(text=words, template=template)
