"""What to say and whether to hand over: `decide()`."""

from dataclasses import dataclass, replace

from bot.domain.answers import KnownContract
from bot.domain.conversation import (
    BOT_STILL_HELPS,
    Conversation,
    HandoverReason,
    Option,
    Status,
    hand_over,
    reopen,
)
from bot.domain.drafts import Draft, Facts, Moment, drafted, words_of
from bot.domain.knowledge import ANSWER_STEP, IntentKind, Knowledge, Language
from bot.domain.messages import SHARE_CONTACT, Reply
from bot.domain.reading import Reading, Sense
from bot.domain.wording import fill, moment_in_words

PROGRAM_SENTENCES = frozenset(
    {
        "introduction",
        "not_understood",
        "which_intent",
        "none_of_these",
        "which_contract",
        "operator_button",
        "by_number",
        "share_contact_button",
        "empty",
        "unreadable",
        "other_language",
        "source_silent",
        "bot_failed",
        "handover_open",
        "handover_closed",
        "noted",
        "service_domain",
        "service_site",
        "service_mail",
        "service_pec",
    }
)
"""Sentences the program itself asks for by name; `sportello kb check` wants them all."""

_COURTESIES = frozenset({"thanks", "goodbye", "affirm"})
_INTRODUCE_THEMSELVES = frozenset({"greeting", "bot_identity"})


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to say next, and the conversation as it is afterwards.

    Args:
        replies: Empty where the bot keeps quiet.
        handover: Why a person takes over with this turn, if one does.
        contract: The contract that was used, if one was.
        disclosed: Classes of contract data the replies tell.
    """

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    intent: str = ""
    handover: HandoverReason | None = None
    contract: KnownContract | None = None
    disclosed: tuple[str, ...] = ()


def decide(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    """Return what to say to a message and what becomes of the conversation; pure and total.

    While staff hold the chat the bot keeps quiet; while it waits for a person the bot goes on
    only where that helps and it is sure.
    """
    if conversation.status in {Status.STAFF, Status.SNOOZED}:
        return Decision(conversation=conversation, intent=reading.intent)
    if conversation.status is Status.CLOSED:
        if reading.intent in _COURTESIES:
            return Decision(conversation=conversation, intent=reading.intent)
        conversation = reopen(conversation)
    conversation = _noticed(conversation, reading)
    if conversation.status is Status.WAITING and not _helps_while_waiting(
        conversation, reading, knowledge
    ):
        return _noted(conversation, reading, knowledge)
    draft = drafted(conversation, reading, facts, knowledge, moment)
    return _concluded(conversation, reading, draft, knowledge, moment)


def failed(conversation: Conversation, knowledge: Knowledge, moment: Moment) -> Decision:
    """Return the way out when answering has failed again and again: say so, call a person."""
    language: Language = "en" if conversation.language not in {"it", ""} else "it"
    reading = Reading(sense=Sense.NOT_UNDERSTOOD, language=language)
    conversation = reopen(conversation)
    if conversation.status is not Status.BOT:
        return Decision(conversation=conversation)
    draft = Draft(
        text=words_of(knowledge, "bot_failed", language), handover=HandoverReason.BOT_FAILED
    )
    return _concluded(conversation, reading, draft, knowledge, moment)


def _noticed(conversation: Conversation, reading: Reading) -> Conversation:
    """Return the conversation with what the message itself tells: language, chosen contract."""
    foreign = reading.sense is Sense.FOREIGN and reading.match is not None
    language = reading.match.language if foreign and reading.match else reading.language
    chosen = reading.contract_id or conversation.contract_id
    return replace(conversation, language=language, contract_id=chosen)


def _helps_while_waiting(
    conversation: Conversation, reading: Reading, knowledge: Knowledge
) -> bool:
    return (
        conversation.reason in BOT_STILL_HELPS
        and reading.sense is Sense.INTENT
        and knowledge.intents[reading.intent].kind is not IntentKind.CONVERSATION
    )


def _noted(conversation: Conversation, reading: Reading, knowledge: Knowledge) -> Decision:
    if conversation.acknowledged:
        return Decision(conversation=conversation, intent=reading.intent)
    reply = Reply(text=words_of(knowledge, "noted", reading.language))
    done = replace(conversation, acknowledged=True)
    return Decision(conversation=done, replies=(reply,), intent=reading.intent)


def _concluded(
    conversation: Conversation,
    reading: Reading,
    draft: Draft,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    after = _remembered(conversation, reading, draft)
    reason = draft.handover or _called(reading, draft) or _worn_out(after, draft, knowledge)
    paragraphs = [draft.text]
    if not conversation.introduced and reading.intent not in _INTRODUCE_THEMSELVES:
        paragraphs.insert(0, words_of(knowledge, "introduction", reading.language))
    if reason is not None:
        if conversation.status is not Status.WAITING:
            paragraphs.append(_who_answers(reading, knowledge, moment))
        after = hand_over(after, reason, moment.now)
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    reply = Reply(text=text, buttons=() if reason else draft.buttons)
    return Decision(
        conversation=after,
        replies=(reply,),
        intent=reading.intent,
        handover=reason,
        contract=draft.contract,
        disclosed=draft.disclosed,
    )


def _remembered(conversation: Conversation, reading: Reading, draft: Draft) -> Conversation:
    same = reading.intent and reading.intent == conversation.intent
    return replace(
        conversation,
        intent=reading.intent or conversation.intent,
        repeats=conversation.repeats + 1 if same else 1,
        misses=conversation.misses + 1 if draft.missed else 0,
        pending=draft.pending,
        offered=tuple(
            Option(text=button.text, payload=button.payload)
            for button in draft.buttons
            if button.payload != SHARE_CONTACT
        ),
        introduced=True,
    )


def _called(reading: Reading, draft: Draft) -> HandoverReason | None:
    """Return why the customer's own words call for a person; a question of ours goes first."""
    asked = draft.missed or draft.pending is not None
    return HandoverReason.REQUEST if reading.calls_for_person and not asked else None


def _worn_out(after: Conversation, draft: Draft, knowledge: Knowledge) -> HandoverReason | None:
    """Return why a person should take over although the bot had an answer."""
    if draft.missed or draft.pending or after.intent not in knowledge.intents:
        return None
    if draft.contract is not None and ANSWER_STEP not in knowledge.live.steps(
        after.intent, draft.contract.standing
    ):
        return None  # The contract's own words come first: a new password would not help.
    limit = knowledge.intents[after.intent].handover_after
    if after.repeats < limit:
        return None
    return HandoverReason.REQUEST if limit == 1 else HandoverReason.REPEATED


def _who_answers(reading: Reading, knowledge: Knowledge, moment: Moment) -> str:
    """Return who will answer and, while the desk is closed, when it opens."""
    opening = moment.calendar.next_opening(moment.now)
    foreign = reading.sense is Sense.FOREIGN
    languages: tuple[Language, ...] = ("it", "en") if foreign else (reading.language,)
    said = []
    for language in languages:
        name = "handover_open" if opening is None else "handover_closed"
        when = moment_in_words(opening, language) if opening else ""
        said.append(fill(words_of(knowledge, name, language), {"next_opening": when}) or "")
    return "\n\n".join(said)
