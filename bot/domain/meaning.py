"""What a message can mean: the values that reading it gives."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.knowledge import (
    EMERGENCY,
    OUT_OF_SCOPE,
    PAYMENT_REPORTED,
    SMALL_TALK,
    Knowledge,
    Language,
)
from bot.domain.matching import Candidate, Match
from bot.domain.rating import Rating


class Sense(StrEnum):
    """What kind of thing a message is."""

    INTENT = "intent"
    ASK_BACK = "ask_back"
    WHICH_ONE = "which_one"
    NOT_UNDERSTOOD = "not_understood"
    NONE_OF_THESE = "none_of_these"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    VOICE = "voice"
    GESTURE = "gesture"
    FOREIGN = "foreign"
    STOPPED = "stopped"
    EXPIRED = "button_expired"
    PRIVACY = "privacy_notice"
    ALBUM = "album"
    RATED = "rated"
    COMMENT = "comment"


class Way(StrEnum):
    """How a message came by its intent."""

    OWN_WORDS = "own_words"
    NAME = "name"
    FOLLOW_UP = "follow_up"
    CORRECTION = "correction"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a message means in its conversation.

    Args:
        intent: The intent to answer, for ``Sense.INTENT``; for ``Sense.FOREIGN`` perhaps one.
        second: The intent of another question in the same message, if there is one.
        way: By its own words, or by what the chat was about before.
        contract_id: The contract the customer chose, if they just did.
        options: The likely intents, for ``Sense.ASK_BACK``.
        match: The scores behind it; None where no text was matched.
        calls_for_person: Whether its words call for a person beside the answer.
        text: As the customer wrote it; of a correction only what is meant.
        files: How many files came with it.
        album: What it shares with other messages that were sent together with it.
        rated: How it went, for ``Sense.RATED``; None of a button that no longer counts.
    """

    sense: Sense
    language: Language
    intent: str = ""
    second: str = ""
    way: Way = Way.OWN_WORDS
    contract_id: str = ""
    options: tuple[Candidate, ...] = ()
    match: Match | None = None
    calls_for_person: bool = False
    text: str = ""
    files: int = 0
    album: str = ""
    rated: Rating | None = None

    @property
    def reports_payment(self) -> bool:
        """Whether the customer says that they have paid."""
        return PAYMENT_REPORTED in {self.intent, self.second}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A text with all it is read by.

    Args:
        text: Of a correction only what is meant.
        corrects: Whether the customer corrects us.
    """

    text: str
    corrects: bool
    conversation: Conversation
    match: Match
    knowledge: Knowledge

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return language_of(self.match.language, self.conversation.language)

    def as_intent(self, intent: str, way: Way = Way.OWN_WORDS) -> Reading:
        """Return the reading of a text that means an intent."""
        return Reading(
            sense=Sense.INTENT, language=self.language, intent=intent, way=way, match=self.match
        )

    def as_sense(self, sense: Sense) -> Reading:
        """Return the reading of a text that means no intent of its own."""
        return Reading(sense=sense, language=self.language, match=self.match)


def language_of(matched: str, before: str) -> Language:
    """Return the language to answer in: the message's, else the conversation's, else Italian."""
    spoken = matched or before
    return "it" if spoken in {"it", ""} else "en"


def says_little(intent: str, knowledge: Knowledge) -> bool:
    """Tell whether an intent is none of ours, or only what is said around a question."""
    if intent not in knowledge.intents:
        return True
    return intent != EMERGENCY and knowledge.label_of(intent) in {*SMALL_TALK, OUT_OF_SCOPE}
