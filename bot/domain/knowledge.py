"""What the desk may say: intents, FAQ entries and reviewed sentences, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.domain.contract import Standing
from bot.domain.follow_up_words import FollowUps
from bot.domain.registry import Phase

Language = Literal["it", "en"]
"""The languages in which answers exist."""

OPERATOR_INTENT = "human_handoff"
COMPLAINT = "complaint"
OUT_OF_SCOPE = "out_of_scope"
EMERGENCY = "emergency"
PAYMENT_REPORTED = "payment_reported"
SMALL_TALK = frozenset({"greeting", "goodbye", "thanks", "affirm", "deny"})
"""Labels of what is said around a question; it does not change what a chat is about."""


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """The same words in each language of the desk."""

    it: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the words in one language."""
        return self.it if language == "it" else self.en


class IntentKind(StrEnum):
    """Where the answer to an intent comes from."""

    KNOWLEDGE = "knowledge"
    CONTRACT = "contract"
    CONVERSATION = "conversation"


@dataclass(frozen=True, kw_only=True)
class Example:
    """A way in which customers ask for something."""

    text: str
    language: Language


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    """A sentence that sounds like an intent but belongs to another one."""

    text: str
    intent: str


@dataclass(frozen=True, kw_only=True)
class Intent:
    """Something customers want.

    Args:
        title: What a button says when the bot asks back; words customers use.
        faq: Name of the entry with the answer.
        handover_after: How often in a row the intent may come before a person takes over;
            1 hands over with the first answer.
        handover_when: Phrases in a message that call for a person beside the answer.
        counts_as: The label under which a finer intent is reported; empty if it is a label.
    """

    name: str
    kind: IntentKind
    title: Bilingual
    faq: str
    examples: tuple[Example, ...]
    not_this: tuple[NearMiss, ...] = ()
    handover_after: int = 3
    handover_when: tuple[str, ...] = ()
    counts_as: str = ""
    owner: str = ""
    reviewed: date | None = None

    @property
    def label(self) -> str:
        """The name under which it is reported and measured."""
        return self.counts_as or self.name


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button under an answer: its words and the intent a tap stands for."""

    text: Bilingual
    intent: str


@dataclass(frozen=True, kw_only=True)
class FaqEntry:
    """A reviewed answer with the passages of the help page it rests on.

    Args:
        when_closed: What to add while nobody is at the desk.
    """

    name: str
    intent: str
    answer: Bilingual
    when_closed: Bilingual | None = None
    buttons: tuple[Choice, ...] = ()
    passages: tuple[str, ...] = ()
    owner: str = ""
    reviewed: date | None = None


class DisclosureClass(StrEnum):
    """Kinds of contract data, from harmless to private."""

    STANDING = "standing"
    DATES = "dates"
    SERVICES = "services"
    BILLING = "billing"
    MONEY = "money"
    SERVER = "server"
    REGISTRANT = "registrant"


class Assurance(StrEnum):
    """How sure we are who writes."""

    NONE = "none"
    CONTACT = "contact"
    VERIFIED = "verified"


class Condition(StrEnum):
    """A kind of contract to which a sentence may be limited."""

    OLD_SERVER = "old_server"
    MAIL_ON_HTTPS = "mail_on_https"
    NO_MAIL = "no_mail"
    NO_PEC = "no_pec"
    NO_SITE = "no_site"
    DOMAIN_ACTIVE = "domain_active"
    CODE_WAS_ISSUED = "code_was_issued"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A reviewed sentence, with what it tells of a contract.

    Args:
        otherwise: The sentence to say when the sender may not hear this one.
        when: The kind of contract to which it applies; all if empty.
    """

    name: str
    text: Bilingual
    reveals: frozenset[DisclosureClass] = frozenset()
    otherwise: str = ""
    when: Condition | None = None


ANSWER_STEP = "answer"
HANDOVER_STEP = "handover"
PHASE_STEP = "phase"
IF_PAID_STEP = "if_paid"
IF_WAS_PAID_STEP = "if_was_paid"
COLLECT_STEP = "collect"
TIMELINE_STEP = "timeline"
STEP_WORDS = frozenset(
    {
        ANSWER_STEP,
        HANDOVER_STEP,
        PHASE_STEP,
        TIMELINE_STEP,
        IF_PAID_STEP,
        IF_WAS_PAID_STEP,
        COLLECT_STEP,
    }
)

Steps = tuple[str, ...]
"""What to say, in order: names of sentences, or some of the words above."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What a customer who waits is told by themselves when their contract changes.

    Args:
        before: Standings it had.
        now: Standings it has.
    """

    before: frozenset[Standing]
    now: frozenset[Standing]
    say: Steps


@dataclass(frozen=True, kw_only=True)
class LiveTable:
    """What a contract's standing makes of an answer.

    Args:
        defaults: Steps for each standing.
        groups: For each group of intents, the standings in which it differs.
        group_of: Group of each intent that depends on the contract.
        phases: The sentence for each registry phase worth telling.
        news: Changes worth telling; of several that fit, the first counts.
    """

    defaults: Mapping[Standing, Steps]
    groups: Mapping[str, Mapping[Standing, Steps]]
    group_of: Mapping[str, str]
    phases: Mapping[Phase, str]
    news: tuple[News, ...] = ()

    def steps(self, intent: str, standing: Standing) -> Steps:
        """Return what to say about a contract; just the answer for other intents."""
        group = self.group_of.get(intent)
        if group is None:
            return (ANSWER_STEP,)
        return self.groups[group].get(standing, self.defaults[standing])

    def news_of(self, before: Standing, now: Standing) -> Steps:
        """Return what to say of a change; nothing of one that is no news."""
        fits = (one.say for one in self.news if before in one.before and now in one.now)
        return next(fits, ()) if before is not now else ()

    def is_about_paying(self, intent: str) -> bool:
        """Tell whether the day of a payment matters to an intent."""
        said = self.steps(intent, Standing.SUSPENDED)
        return not {IF_PAID_STEP, IF_WAS_PAID_STEP}.isdisjoint(said)

    def tells_phase(self, intent: str) -> bool:
        """Tell whether the answers to an intent, by rows of its own, tell a domain's phase."""
        rows = self.groups.get(self.group_of.get(intent, ""), {})
        return any(PHASE_STEP in steps for steps in rows.values())


@dataclass(frozen=True, kw_only=True)
class Command:
    """A word after a slash; without an intent it asks how data are treated."""

    name: str
    words: Bilingual
    intent: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message that a vendor has to approve before it may be sent.

    Args:
        category: Under which it is approved, such as ``UTILITY``.
        samples: What each placeholder may look like, for whoever approves it.
    """

    name: str
    text: Bilingual
    category: str
    samples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CannedReply:
    """A reply that colleagues need often; its placeholders are filled for each chat.

    Args:
        title: By which colleagues find it.
    """

    name: str
    title: str
    text: Bilingual


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Everything the desk may say, checked and complete.

    Args:
        version: Hash of the files it was read from.
        disclosure: What each assurance may hear.
        privacy_url: Where the privacy notice stands; empty if nowhere.
        notices: Messages that a vendor approves, by name.
        canned: What colleagues send often, by name.
    """

    version: str
    intents: Mapping[str, Intent]
    faq: Mapping[str, FaqEntry]
    sentences: Mapping[str, Sentence]
    live: LiveTable
    follow_ups: FollowUps = field(default_factory=FollowUps)
    commands: Mapping[str, Command] = field(default_factory=dict)
    disclosure: Mapping[Assurance, frozenset[DisclosureClass]] = field(default_factory=dict)
    privacy_url: str = ""
    notices: Mapping[str, Notice] = field(default_factory=dict)
    canned: Mapping[str, CannedReply] = field(default_factory=dict)

    def answer_to(self, intent: str) -> FaqEntry:
        """Return the entry that answers an intent."""
        return self.faq[self.intents[intent].faq]

    def label_of(self, intent: str) -> str:
        """Return the name under which an intent is reported and measured."""
        return self.intents[intent].label
