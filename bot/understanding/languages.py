"""Which language a message is in."""

import math
import unicodedata
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.understanding.spelling import is_a_word

UNDETERMINED = "und"
"""ISO 639-3 for a language we cannot name."""

_TONGUES = ("it", "en", "de", "fr", "es", "ro")
_FOREIGN_FROM = 0.80
"""Share from which another language than Italian and English is believed, in a sentence."""
_FEWEST_WORDS = 4
_ENOUGH_CHARS = 1000
"""More tells nothing new, and the detector takes seconds for one endless word."""
_FAMILIAR_FROM = 0.45
"""Likeness to an example from which a message is surely in a language of the desk."""
_EXAMPLE_WEIGHT = 8.0
_HISTORY_WEIGHT = 2.0
_ITALIAN_PRIOR = 2.0
"""In nats: customers mostly write Italian."""


def language_of(text: str, before: str, italian: float, english: float) -> str:
    """Return the ISO 639-1 code of a text's language.

    Character statistics are weak on short texts, so the likeness to our own Italian and
    English examples and the language of the conversation so far count as well.

    Args:
        text: The message.
        before: The conversation's language so far, or empty.
        italian: Likeness to the closest Italian example, from 0 to 1.
        english: The same for English.
    """
    if not any(char.isalpha() for char in text):
        return before or "it"
    if not _is_latin(text):
        return UNDETERMINED
    shares = _shares(text)
    foreign = max((code for code in shares if code not in {"it", "en"}), key=lambda c: shares[c])
    alike = max(italian, english) >= _FAMILIAR_FROM and _mostly_ours(text)
    known = alike or len(text.split()) < _FEWEST_WORDS
    if not known and shares[foreign] >= _FOREIGN_FROM:
        return foreign
    said = min(1.0, len(text.split()) / _FEWEST_WORDS)  # A word or two say little.
    odds = said * math.log((shares["it"] + 0.02) / (shares["en"] + 0.02)) + _ITALIAN_PRIOR
    odds += _EXAMPLE_WEIGHT * (italian - english)
    odds += {"it": _HISTORY_WEIGHT, "en": -_HISTORY_WEIGHT}.get(before, 0.0)
    return "it" if odds >= 0 else "en"


def _mostly_ours(text: str) -> bool:
    """Tell whether Italian or English has most words; "webmail" alone makes no sentence ours."""
    words = [word for word in map(str.casefold, text.split()) if word.isalpha()]
    return 2 * sum(map(is_a_word, words)) >= len(words)


def _is_latin(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
    return latin * 2 >= len(letters)


def _shares(text: str) -> dict[str, float]:
    ranked = _identifier().rank(text[:_ENOUGH_CHARS])
    return {code: float(share) for code, share in ranked}


@cache
def _identifier() -> LanguageIdentifier:
    """Return the detector without the tables of ninety other languages, which take 27 MB."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(list(_TONGUES))
    return LanguageIdentifier(
        whole.nb_ptc,
        whole.nb_pc,
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )
