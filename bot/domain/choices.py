"""Which of our choices a short text means."""

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.domain.conversation import Option
from bot.domain.follow_up_words import FollowUps
from bot.domain.follow_ups import core
from bot.domain.knowledge import OPERATOR_INTENT
from bot.domain.naming import named_labels
from bot.domain.wording import folded

INTENT_PREFIX = "intent:"
CONTRACT_PREFIX = "contract:"

_ORDINALS = (
    ("prima", "primo", "uno", "first", "one", "1"),
    ("seconda", "secondo", "due", "second", "two", "2"),
    ("terza", "terzo", "tre", "third", "three", "3"),
    ("quarta", "quarto", "quattro", "fourth", "four", "4"),
    ("quinta", "quinto", "cinque", "fifth", "five", "5"),
)
_ARTICLES = frozenset({"la", "il", "lo", "the", "numero", "number", "n", "opzione", "option"})
_MOST_WORDS = 4
_TWO = 2


class Answer(StrEnum):
    """An answer to our question that names no choice."""

    YES = "yes"
    NONE = "none"


def picked(options: Sequence[Option], text: str, words: FollowUps) -> Option | None:
    """Return the option a text gives the number of, or all the words of."""
    for option in options:
        if folded(text) == folded(option.text):
            return option
    return _by_number(options, [word for word in core(text, words) if word not in _ARTICLES])


def answer_to(options: Sequence[Option], text: str, words: FollowUps) -> Option | Answer | None:
    """Return which option of a question of ours a text means, or yes, or none of them."""
    left = _without_pointing(text, words)
    option = picked(options, text, words) or _by_number(options, left)
    if option is not None:
        return option
    said = " ".join(core(text, words))
    if said in words.the_other:
        two = real(options)
        return two[1] if len(two) == _TWO else Answer.NONE
    if said in words.the_last:
        return next(reversed(options), None)
    return _yes_or_none(text, words) or _by_its_words(options, left, words)


def named_in_passing(options: Sequence[Option], text: str) -> Option | None:
    """Return the only contract that a text names: in full, or a short one by its name."""
    contracts = [one for one in options if one.payload.startswith(CONTRACT_PREFIX)]
    found = [one for one in contracts if _has_in_full(text, one.text)]
    short = len(text.split()) <= _MOST_WORDS and not re.search(r"\w\.\w", text)
    if short and not found:
        labels = named_labels(text, [one.text for one in contracts])
        found = [one for one in contracts if one.text in labels]
    return found[0] if len(found) == 1 else None


def real(options: Sequence[Option]) -> Sequence[Option]:
    """Return the options without the person who may be asked instead."""
    return [option for option in options if option.payload != INTENT_PREFIX + OPERATOR_INTENT]


def _by_number(options: Sequence[Option], left: Sequence[str]) -> Option | None:
    if len(left) == 1:
        for option, names in zip(options, _ORDINALS, strict=False):
            if left[0] in names:
                return option
    return None


def _without_pointing(text: str, words: FollowUps) -> Sequence[str]:
    idle = words.pointing | words.fillers
    return [word for word in folded(text).split() if word not in idle]


def _yes_or_none(text: str, words: FollowUps) -> Answer | None:
    whole = folded(text)
    said = {whole, " ".join(core(text, words))}
    if not core(text, words):
        said |= set(whole.split())
    agrees, refuses = bool(said & words.agreeing), bool(said & words.refusing)
    if agrees == refuses:
        return None
    return Answer.YES if agrees else Answer.NONE


def _by_its_words(
    options: Sequence[Option], left: Sequence[str], words: FollowUps
) -> Option | None:
    """Return the only option that has all the words of a short text: "quella della PEC"."""
    contracts = any(option.payload.startswith(CONTRACT_PREFIX) for option in options)
    telling = set(left) - words.naming if contracts else set(left)
    if not telling or len(left) > _MOST_WORDS:
        return None
    found = [option for option in options if telling <= set(folded(option.text).split())]
    return found[0] if len(found) == 1 else None


def _has_in_full(text: str, label: str) -> bool:
    name = re.escape(label.casefold())
    return re.search(rf"(?<![\w-]){name}(?![\w@-]|\.\w)", text.casefold()) is not None
