"""What the scores of a text mean, where nothing said before settles it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.choices import INTENT_PREFIX, real
from bot.domain.conversation import Pending, PendingKind
from bot.domain.knowledge import EMERGENCY, IntentKind, Knowledge
from bot.domain.matching import Candidate, Match, Zone
from bot.domain.meaning import Reading, Said, Sense, Way, says_little

_ANSWERED_IN_ENGLISH = frozenset({"de", "fr", "es", "ro"})
"""Languages whose speakers get what we are sure of in English, beside a person."""
_CLEARLY = 2.0
"""How many times as likely as any other an intent must be where only the chat speaks for it."""


def read_scores(said: Said) -> Reading:
    """Return what a text means by its scores: an intent, a doubt, or nothing we know."""
    best, zone = said.match.best, said.match.zone
    if said.match.language not in {"it", "en", ""}:
        return _read_foreign(said)
    if best is None or zone is Zone.OFFER_PERSON:
        return said.as_sense(Sense.NOT_UNDERSTOOD)
    if said.corrects and (said.conversation.intent or said.conversation.pending):
        return _read_correction(said)
    if zone is Zone.ASK_BACK:
        return _read_doubt(said, best)
    return _read_answerable(said, best.intent)


def _read_foreign(said: Said) -> Reading:
    """Read a text in another language; of what is sure, the answer exists in English."""
    best, match = said.match.best, said.match
    reading = said.as_sense(Sense.FOREIGN)
    if match.zone is not Zone.ANSWER or match.language not in _ANSWERED_IN_ENGLISH:
        return reading
    known = said.knowledge.intents.get(best.intent) if best else None
    if known is None or (known.kind is IntentKind.CONVERSATION and known.name != EMERGENCY):
        return reading
    return replace(reading, intent=known.name)


def _read_answerable(said: Said, best: str) -> Reading:
    intent, second = _questions(said.match, best, said.knowledge)
    if intent not in said.knowledge.intents:
        return said.as_sense(Sense.NOT_UNDERSTOOD)  # Matched by newer knowledge than this.
    if said.conversation.pending is not None and intent == "deny":
        return said.as_sense(Sense.NONE_OF_THESE)
    return replace(said.as_intent(intent), second=second)


def _questions(match: Match, best: str, knowledge: Knowledge) -> tuple[str, str]:
    """Return the intents of a message's questions; danger leaves no room for a second one."""
    second = match.second.intent if match.second else ""
    if EMERGENCY in {best, second}:
        return EMERGENCY, ""
    if second == best or says_little(second, knowledge):
        return best, ""
    return (second, "") if says_little(best, knowledge) else (best, second)


def _read_doubt(said: Said, best: Candidate) -> Reading:
    """Read a doubt; what is clearly one of the choices we just gave is none any more."""
    given = _choices_of(said.conversation.pending)
    if best.intent in given and _is_clear(said.match.candidates):
        return said.as_intent(best.intent)
    return _doubt(said, said.match.candidates)


def _choices_of(pending: Pending | None) -> set[str]:
    if pending is None or pending.kind is not PendingKind.WHICH_INTENT:
        return set()
    return {option.payload.removeprefix(INTENT_PREFIX) for option in real(pending.options)}


def _is_clear(candidates: Sequence[Candidate]) -> bool:
    rest = max((other.confidence for other in candidates[1:]), default=0.0)
    return candidates[0].confidence >= _CLEARLY * rest


def _read_correction(said: Said) -> Reading:
    """Read what is meant instead: surely not what we have just answered."""
    answered = "" if said.conversation.pending is not None else said.conversation.intent
    first = said.match.candidates[0]
    others = [one for one in said.match.candidates if one.intent != answered]
    if not others:
        return said.as_sense(Sense.NONE_OF_THESE)
    sure = said.match.zone is Zone.ANSWER and others[0] is first
    close = first.confidence <= _CLEARLY * others[0].confidence
    if others[0].intent in said.knowledge.intents and (sure or (close and _is_clear(others))):
        return said.as_intent(others[0].intent, Way.CORRECTION)
    return _doubt(said, others)


def _doubt(said: Said, candidates: Sequence[Candidate]) -> Reading:
    known = tuple(one for one in candidates if one.intent in said.knowledge.intents)
    return replace(said.as_sense(Sense.ASK_BACK), options=known)
