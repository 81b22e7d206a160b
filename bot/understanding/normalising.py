"""Text as the matcher compares it: folded, without elongations, abbreviations and courtesies."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from bot.domain.matching import EntityKind
from bot.understanding.entities import figures_in, names_in
from bot.understanding.firms import with_firms_masked
from bot.understanding.spans import Span, legible

VERSION = "3"
"""Raised with every change of `tokens` or `sentence`, since what was learnt rests on them."""

_ELONGATION = re.compile(r"([^\W\d])\1{2,}")
_WORD = re.compile(r"[a-z]+|\d+")
_WORD_OR_STOP = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_MEANT_NUMBERS = frozenset({"2", "3", "15", "18", "6"})
"""Numbers that mean something here: server2, server3, server18, fifteen days, "6" for "sei"."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words the matcher treats specially.

    Args:
        abbreviations: Chat abbreviations and what they stand for.
        emoji: What a picture says that stands alone.
        greetings: Those of the courtesies that open a message.
        courtesies: Phrases that may stand around a question without changing it.
        thanks: The same, but beside a single word they may be all that is meant: "ok grazie".
    """

    abbreviations: Mapping[str, str]
    emoji: Mapping[str, str]
    greetings: Sequence[Sequence[str]]
    courtesies: Sequence[Sequence[str]]
    thanks: Sequence[Sequence[str]]


def tokens(text: str) -> list[str]:
    """Return the words of a text as the matcher compares them.

    Domains, addresses, amounts, dates and long numbers become the words that the examples
    have in their place; greetings and thanks around a question are left out.
    """
    return without_courtesies(all_tokens(text))


def all_tokens(text: str) -> list[str]:
    """Return the words of a text with its greetings and thanks."""
    seen = _spoken(legible(text))
    names = [span for span in names_in(seen) if not _is_firm(span)]
    folded = _folded(_masked(seen, names))
    folded = _with_figures_masked(with_firms_masked(folded))
    return [_words().abbreviations.get(word, word) for word in _WORD.findall(folded)]


def sentence(text: str) -> str:
    """Return a text as the embedder reads it: with accents and stops, without what is unique."""
    seen = _spoken(legible(text))
    lowered = _masked(seen, names_in(seen)).casefold().replace("\u2019", "'")
    masked = _with_figures_masked(_ELONGATION.sub(r"\1", lowered))
    said = _WORD_OR_STOP.findall(masked)
    return " ".join(_words().abbreviations.get(word, word) for word in said)


def without_courtesies(words: list[str]) -> list[str]:
    """Return the words without greetings and thanks, unless there is nothing else."""
    asked = _without_all(words, _words().courtesies) or words
    without_thanks = _without_all(asked, _words().thanks)
    return without_thanks if len(without_thanks) > 1 else asked


def is_courtesy(words: Sequence[str]) -> bool:
    """Tell whether the words are nothing but greetings, courtesies and thanks."""
    asked = _without_all(list(words), _words().courtesies)
    return not _without_all(asked, _words().thanks)


def is_greeting(words: Sequence[str]) -> bool:
    """Tell whether the words begin with a greeting."""
    return any(list(words[: len(phrase)]) == list(phrase) for phrase in _words().greetings)


def _spoken(text: str) -> str:
    """Return a text as it is; one of nothing but pictures as what these say."""
    if any(char.isalnum() for char in text):
        return text
    said = dict.fromkeys(_words().emoji[char] for char in text if char in _words().emoji)
    return " ".join(said) or text


def _is_firm(span: Span) -> bool:
    """Tell whether a domain is the name of a firm, such as "register.it"."""
    said = span.said.lower()
    return with_firms_masked(said) != said


def _with_figures_masked(text: str) -> str:
    return _masked(text, figures_in(text))


def _masked(text: str, spans: Iterable[Span]) -> str:
    """Return a text with one word in place of each address, amount, date and number."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], _placeholder(span)]
        at = span.end
    return "".join([*parts, text[at:]])


def _placeholder(span: Span) -> str:
    """Return the kind of what is named; days such as "ieri" and some numbers stay as said."""
    in_words = span.kind is EntityKind.DATE and not any(char.isdigit() for char in span.said)
    return span.said if in_words or span.said in _MEANT_NUMBERS else f" {span.kind} "


def _folded(text: str) -> str:
    """Return the text in lower case, without accents and elongations."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _ELONGATION.sub(r"\1", bare).replace("'", " ").replace("\u2019", " ")


def _without_all(words: list[str], phrases: Sequence[Sequence[str]]) -> list[str]:
    for phrase in phrases:
        if phrase[0] in words:
            words = _without(words, phrase)
    return words


def _without(words: list[str], phrase: Sequence[str]) -> list[str]:
    size, kept, at = len(phrase), [], 0
    while at < len(words):
        if words[at : at + size] == list(phrase):
            at += size
        else:
            kept.append(words[at])
            at += 1
    return kept


@cache
def _words() -> Words:
    read = yaml.safe_load(files("bot.understanding").joinpath("words.yaml").read_text("utf-8"))
    return Words(
        abbreviations=read["abbreviations"],
        emoji=read["emoji"],
        greetings=_longest_first(read["greetings"]),
        courtesies=_longest_first([*read["greetings"], *read["courtesies"]]),
        thanks=_longest_first(read["thanks"]),
    )


def _longest_first(phrases: Sequence[str]) -> Sequence[Sequence[str]]:
    return sorted((phrase.split() for phrase in phrases), key=len, reverse=True)
