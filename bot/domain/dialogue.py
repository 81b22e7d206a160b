"""What to say and whether to hand over: `decide()`."""

from dataclasses import replace

from bot.domain.calendar import ROME
from bot.domain.composing import drafted
from bot.domain.conversation import (
    BOT_STILL_HELPS,
    Conversation,
    HandoverReason,
    Option,
    Status,
    hand_over,
    heard,
    reopen,
)
from bot.domain.decision import Decision
from bot.domain.drafts import Draft, Facts, Moment, privacy_notice, words_of
from bot.domain.feedback import COURTESIES, attended, on_feedback
from bot.domain.greeting import greeting_for, greets
from bot.domain.knowledge import (
    ANSWER_STEP,
    COMPLAINT,
    EMERGENCY,
    SMALL_TALK,
    IntentKind,
    Knowledge,
    Language,
)
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import SHARE_CONTACT, Reply
from bot.domain.payments import claimed, stated_payment
from bot.domain.proving import MOST_TRIES, ProofStep
from bot.domain.requests import FormStep, FormTurn, asked_again, form_asks, form_for, form_turn
from bot.domain.wording import fill, moment_in_words

_INTRODUCE_THEMSELVES = frozenset({"greeting", "bot_identity", EMERGENCY})


def decide(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    """Return what to say to a message and what becomes of the conversation; pure and total.

    While staff hold the chat the bot keeps quiet; while it waits for a person the bot goes on
    only where that helps and it is sure, or where somebody is in danger.
    """
    conversation = attended(conversation, reading, knowledge, moment.now)
    aside = _aside(conversation, reading, knowledge, moment)
    if aside is not None:
        return aside
    conversation = _noticed(reopen(conversation), reading, moment)
    if reading.sense is Sense.ALBUM:
        return Decision(conversation=conversation, intent=reading.intent)
    if facts.proof is not None:
        return _about_proof(conversation, reading, facts, knowledge, moment)
    turn = form_turn(conversation, reading, knowledge)
    if turn is not None and turn.step is not FormStep.RESUMED:
        return _filled_in(conversation, reading, turn, knowledge)
    if (
        conversation.status is Status.WAITING
        and turn is None
        and not _helps_while_waiting(conversation, reading, knowledge)
    ):
        return _noted(conversation, reading, knowledge)
    draft = drafted(conversation, reading, facts, knowledge, moment)
    return _concluded(conversation, reading, draft, knowledge, moment)


def _aside(
    conversation: Conversation, reading: Reading, knowledge: Knowledge, moment: Moment
) -> Decision | None:
    """Return what is decided of a message after which who speaks stays the same."""
    if reading.sense in {Sense.RATED, Sense.COMMENT}:
        return on_feedback(conversation, reading, knowledge, moment.now)
    is_held = conversation.status in {Status.STAFF, Status.SNOOZED}
    courteous = reading.intent in COURTESIES or reading.sense is Sense.GESTURE
    if is_held or (conversation.status is Status.CLOSED and courteous):
        return Decision(conversation=conversation, intent=reading.intent)
    return None


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


def _noticed(conversation: Conversation, reading: Reading, moment: Moment) -> Conversation:
    """Return the conversation with what the message itself tells: language, contract, payment."""
    foreign = reading.sense is Sense.FOREIGN and reading.match is not None
    language = reading.match.language if foreign and reading.match else reading.language
    chosen = reading.contract_id or conversation.contract_id
    payment = stated_payment(reading.text, moment.calendar, moment.now)
    claim = claimed(conversation.claim, reading, payment, moment.now)
    conversation = heard(conversation, moment.now.astimezone(ROME).date())
    return replace(
        conversation, language=language, contract_id=chosen, claim=claim, album=reading.album
    )


def _helps_while_waiting(
    conversation: Conversation, reading: Reading, knowledge: Knowledge
) -> bool:
    if reading.intent == EMERGENCY:
        return True
    if reading.sense is not Sense.INTENT or conversation.reason not in BOT_STILL_HELPS:
        return False
    talk = knowledge.intents[reading.intent].kind is IntentKind.CONVERSATION
    return not talk and not _goes_on(conversation, reading)


def _goes_on(conversation: Conversation, reading: Reading) -> bool:
    """Tell whether a message only adds to what was said, or asks it again in other words."""
    if reading.way is Way.FOLLOW_UP:
        return reading.intent == conversation.intent
    return reading.way is Way.NAME


def _noted(conversation: Conversation, reading: Reading, knowledge: Knowledge) -> Decision:
    if conversation.acknowledged:
        return Decision(conversation=conversation, intent=reading.intent)
    reply = Reply(text=words_of(knowledge, "noted", reading.language))
    done = replace(conversation, acknowledged=True)
    return Decision(conversation=done, replies=(reply,), intent=reading.intent)


def _about_proof(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    """Return what to say on the way to a proof, in the same words whoever is asked for."""
    step = facts.proof or ProofStep.RIGHT
    if step is ProofStep.RIGHT:
        return _recognised(conversation, reading, facts, knowledge, moment)
    challenge = conversation.proof.challenge
    left = MOST_TRIES - challenge.tries if challenge else 0
    text = fill(words_of(knowledge, step, reading.language), {"tries_left": str(left)})
    reply = Reply(text=text or "")
    after = replace(conversation, introduced=True, offered=())
    return Decision(conversation=after, replies=(reply,))


def _recognised(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    """Return what was asked before, now that we know who writes."""
    draft = drafted(conversation, reading, facts, knowledge, moment)
    right = words_of(knowledge, ProofStep.RIGHT, reading.language)
    draft = replace(draft, text=f"{right}\n\n{draft.text}")
    decision = _concluded(conversation, reading, draft, knowledge, moment)
    return replace(decision, event="proved")


def _filled_in(
    conversation: Conversation, reading: Reading, turn: FormTurn, knowledge: Knowledge
) -> Decision:
    """Return what to say to an answer to the form: the next question, or that it is done."""
    name = turn.step or turn.form.open or FormStep.DONE
    reply = Reply(text=words_of(knowledge, name, reading.language))
    after = replace(conversation, form=turn.form, acknowledged=turn.form.open is None)
    return Decision(conversation=after, replies=(reply,), intent=reading.intent)


def _concluded(
    conversation: Conversation,
    reading: Reading,
    draft: Draft,
    knowledge: Knowledge,
    moment: Moment,
) -> Decision:
    after = _remembered(conversation, reading, draft, knowledge)
    reason = (
        draft.handover or _called(reading, draft) or _worn_out(reading, after, draft, knowledge)
    )
    greeting = greeting_for(conversation, reading, knowledge, moment)
    if greeting or greets(reading, knowledge):
        after = replace(after, greeted_on=moment.now.astimezone(ROME).date())
    paragraphs = _said(conversation, reading, draft, reason, knowledge)
    if reason is not None and conversation.status is not Status.WAITING:
        paragraphs.append(_who_answers(reading, knowledge, moment))
        after = replace(after, form=form_for(conversation, reading, draft, reason, knowledge))
        paragraphs.append(form_asks(after.form, draft, reading.language, knowledge))
    else:
        paragraphs.append(asked_again(conversation, reading, knowledge))
    if reason is not None:
        after = hand_over(after, reason, moment.now)
    text = " ".join([greeting, "\n\n".join(filter(None, paragraphs))]).strip()
    replies = [Reply(text=text, buttons=() if reason else draft.buttons)]
    if draft.picture is not None:  # By itself, so that the words arrive whatever becomes of it.
        replies.append(Reply(text=draft.picture.title, picture=draft.picture))
    return Decision(
        conversation=after,
        replies=tuple(replies),
        intent=reading.intent,
        handover=reason,
        contract=draft.contract,
        disclosed=draft.disclosed,
        sources=draft.sources,
    )


def _said(
    conversation: Conversation,
    reading: Reading,
    draft: Draft,
    reason: HandoverReason | None,
    knowledge: Knowledge,
) -> list[str]:
    """Return the paragraphs of a reply; the same answer again says that it is the same."""
    paragraphs = [draft.text]
    if reading.way is Way.FOLLOW_UP and _goes_on(conversation, reading):
        again = words_of(knowledge, "same_again", reading.language)
        paragraphs = [] if reason is HandoverReason.REPEATED else [again, draft.text]
    if reason is None:
        paragraphs.append(draft.invitation)
    if not conversation.introduced:
        notice = _privacy_notice(reading, knowledge)
        if reading.intent in _INTRODUCE_THEMSELVES:
            paragraphs.append(notice)
        else:
            who = words_of(knowledge, "introduction", reading.language)
            paragraphs.insert(0, f"{who} {notice}".strip())
    return [paragraph for paragraph in paragraphs if paragraph]


def _privacy_notice(reading: Reading, knowledge: Knowledge) -> str:
    """Return where to read what becomes of what the customer writes; not to who is in danger."""
    if reading.intent == EMERGENCY or reading.sense is Sense.PRIVACY:
        return ""
    return privacy_notice(knowledge, reading.language)


def _remembered(
    conversation: Conversation, reading: Reading, draft: Draft, knowledge: Knowledge
) -> Conversation:
    small_talk = bool(reading.intent) and knowledge.label_of(reading.intent) in SMALL_TALK
    topic = conversation.intent if small_talk else reading.intent or conversation.intent
    return replace(
        conversation,
        intent=topic,
        repeats=0 if small_talk else _repeats(conversation, reading),
        misses=conversation.misses + draft.missed if draft.missed or draft.again else 0,
        pending=draft.pending,
        offered=tuple(
            Option(text=button.text, payload=button.payload)
            for button in draft.buttons
            if button.payload != SHARE_CONTACT
        ),
        contract_id=draft.contract_id or conversation.contract_id,
        introduced=True,
    )


def _repeats(conversation: Conversation, reading: Reading) -> int:
    """Return how often in a row the intent came; to say it better is not to ask it again."""
    if not reading.intent or reading.intent != conversation.intent:
        return 1
    return conversation.repeats + (reading.way not in {Way.NAME, Way.CORRECTION})


def _called(reading: Reading, draft: Draft) -> HandoverReason | None:
    """Return why the customer's words or receipt call for a person; our question goes first."""
    calls = reading.calls_for_person or (reading.reports_payment and reading.files > 0)
    asked = draft.missed or draft.pending is not None
    return HandoverReason.REQUEST if calls and not asked else None


def _worn_out(
    reading: Reading, after: Conversation, draft: Draft, knowledge: Knowledge
) -> HandoverReason | None:
    """Return why a person should take over although the bot had an answer."""
    if draft.missed or draft.pending:
        return None
    asked = ((reading.intent, after.repeats), (draft.also, 1))
    reasons = (_limit_reached(*one, draft, knowledge) for one in asked if one[0])
    return next((reason for reason in reasons if reason), None)


def _limit_reached(
    name: str, repeats: int, draft: Draft, knowledge: Knowledge
) -> HandoverReason | None:
    if draft.contract is not None and ANSWER_STEP not in knowledge.live.steps(
        name, draft.contract.standing
    ):
        return None  # The contract's own words come first: a new password would not help.
    intent = knowledge.intents[name]
    if repeats < intent.handover_after:
        return None
    if intent.label == COMPLAINT:
        return HandoverReason.COMPLAINT
    return HandoverReason.REQUEST if intent.handover_after == 1 else HandoverReason.REPEATED


def _who_answers(reading: Reading, knowledge: Knowledge, moment: Moment) -> str:
    """Return who will answer and, while the desk is closed, when it opens."""
    opening = moment.calendar.next_opening(moment.now)
    foreign = reading.sense is Sense.FOREIGN and not reading.intent
    languages: tuple[Language, ...] = ("it", "en") if foreign else (reading.language,)
    said = []
    for language in languages:
        name = "handover_open" if opening is None else "handover_closed"
        when = moment_in_words(opening, language) if opening else ""
        said.append(fill(words_of(knowledge, name, language), {"next_opening": when}) or "")
    return "\n\n".join(said)
