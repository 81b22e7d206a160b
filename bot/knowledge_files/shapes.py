"""The shape of each knowledge file; JSON Schemas for editors are made from these."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.contract import Standing
from bot.domain.knowledge import Assurance, Condition, DisclosureClass, IntentKind
from bot.domain.registry import Phase

MAX_ANSWER_CHARS = 600
MAX_BUTTON_CHARS = 20
"""Twilio: titles of quick replies hold 20 characters."""
MAX_BUTTONS = 3
MAX_TITLE_CHARS = 50
"""What fits on a line of the console on a phone."""
MAX_COMMAND_CHARS = 256
"""Telegram: https://core.telegram.org/bots/api#botcommand"""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Shape(BaseModel):
    """Strict about keys and types, so that a slip of the pen is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, str_strip_whitespace=True)


class TwoTexts(Shape):
    """The same words in Italian and English."""

    it: Text
    en: Text


class ButtonText(Shape):
    """Words that fit on a button."""

    it: Annotated[str, Field(min_length=1, max_length=MAX_BUTTON_CHARS)]
    en: Annotated[str, Field(min_length=1, max_length=MAX_BUTTON_CHARS)]


class AnswerText(Shape):
    """An answer, short enough to be read on a phone."""

    it: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARS)]
    en: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARS)]


class Examples(Shape):
    """How customers say it."""

    it: Annotated[tuple[Text, ...], Field(min_length=1)]
    en: Annotated[tuple[Text, ...], Field(min_length=1)]


class NotThis(Shape):
    """A near miss and the intent it belongs to."""

    text: Text
    intent: Name


class IntentFile(Shape):
    """``intents/NAME.yaml``: what customers want."""

    intent: Name
    kind: IntentKind
    owner: Text
    reviewed: date
    title: ButtonText
    faq: Name
    handover_after: Annotated[int, Field(ge=1, le=10)] = 3
    handover_when: tuple[Text, ...] = ()
    counts_as: Name | None = None
    examples: Examples
    not_this: tuple[NotThis, ...] = ()


class ButtonShape(ButtonText):
    """A button: its words and the intent a tap stands for."""

    intent: Name


class FaqFile(Shape):
    """``faq/NAME.yaml``: what we answer."""

    faq: Name
    intent: Name
    owner: Text
    reviewed: date
    passages: tuple[Text, ...] = ()
    answer: AnswerText
    when_closed: TwoTexts | None = None
    buttons: Annotated[tuple[ButtonShape, ...], Field(max_length=MAX_BUTTONS)] = ()


class SentenceShape(TwoTexts):
    """A short reviewed sentence."""

    reveals: tuple[DisclosureClass, ...] = ()
    otherwise: Name | None = None
    when: Condition | None = None


class SentencesFile(Shape):
    """``faq/sentences.yaml``."""

    sentences: dict[Name, SentenceShape]


class GroupShape(Shape):
    """Intents that a contract changes in the same way."""

    intents: Annotated[tuple[Name, ...], Field(min_length=1)]
    standings: dict[Standing, tuple[Name, ...]] = {}


class NewsShape(Shape):
    """What is told of a change to a customer who waits."""

    before: Annotated[tuple[Standing, ...], Field(min_length=1)]
    now: Annotated[tuple[Standing, ...], Field(min_length=1)]
    say: Annotated[tuple[Name, ...], Field(min_length=1)]


class StandingsFile(Shape):
    """``faq/standings.yaml``."""

    defaults: dict[Standing, tuple[Name, ...]]
    groups: dict[Name, GroupShape]
    phases: dict[Phase, Name] = {}
    news: tuple[NewsShape, ...] = ()


class Phrases(Shape):
    """Words and phrases that customers use."""

    it: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()


class FollowUpShape(Phrases):
    """A kind of question without a subject, and where it leads after an earlier intent."""

    sounds_like: tuple[Name, ...] = ()
    after: tuple[Name, ...] = ()
    leads: dict[Name, Name] = {}


class ShortWords(Shape):
    """Words of short messages, by what they do there."""

    fillers: Phrases = Phrases()
    correcting: Phrases = Phrases()
    instead_of: Phrases = Phrases()
    but: Phrases = Phrases()
    pointing: Phrases = Phrases()
    naming: Phrases = Phrases()
    agreeing: Phrases = Phrases()
    refusing: Phrases = Phrases()
    the_other: Phrases = Phrases()
    the_last: Phrases = Phrases()
    cancelling: Phrases = Phrases()
    articles: Phrases = Phrases()
    dangling: Phrases = Phrases()


class FollowUpsFile(Shape):
    """``faq/follow_ups.yaml``."""

    questions: dict[Name, FollowUpShape]
    words: ShortWords


class DisclosureFile(Shape):
    """``faq/disclosure.yaml``."""

    assurance: dict[Assurance, tuple[DisclosureClass, ...]]


class CommandText(Shape):
    """Words that fit into a menu of commands."""

    it: Annotated[str, Field(min_length=1, max_length=MAX_COMMAND_CHARS)]
    en: Annotated[str, Field(min_length=1, max_length=MAX_COMMAND_CHARS)]


class CommandShape(CommandText):
    """A command: its words in the menu, and what it asks for."""

    intent: Name | None = None
    says: Literal["privacy_notice"] | None = None


CommandName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
"""https://core.telegram.org/bots/api#botcommand"""


class CommandsFile(Shape):
    """``faq/commands.yaml``."""

    commands: dict[CommandName, CommandShape]


class TemplateShape(Shape):
    """A message that a vendor has to approve before it may be sent."""

    category: Literal["UTILITY", "MARKETING"] = "UTILITY"
    it: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARS)]
    en: Annotated[str, Field(min_length=1, max_length=MAX_ANSWER_CHARS)]
    samples: dict[Name, Text] = {}


class TemplatesFile(Shape):
    """``faq/templates.yaml``."""

    templates: dict[Name, TemplateShape]


class CannedShape(AnswerText):
    """A reply that colleagues need often."""

    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE_CHARS)]


class CannedFile(Shape):
    """``faq/canned.yaml``."""

    canned: dict[Name, CannedShape]


Kind = Literal[
    "intent",
    "faq",
    "sentences",
    "standings",
    "disclosure",
    "follow_ups",
    "templates",
    "commands",
    "canned",
]
SHAPES: dict[Kind, type[Shape]] = {
    "intent": IntentFile,
    "faq": FaqFile,
    "sentences": SentencesFile,
    "standings": StandingsFile,
    "disclosure": DisclosureFile,
    "follow_ups": FollowUpsFile,
    "commands": CommandsFile,
    "templates": TemplatesFile,
    "canned": CannedFile,
}
"""Every kind of file."""
