"""Short messages that mean something only after what was said before, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A kind of question without a subject of its own, such as "e quanto costa?".

    Args:
        phrases: Its words; beside fillers they are the whole message.
        sounds_like: Intents for which the bare words may be taken although the chat says more.
        after: Earlier intents after which it makes sense; every one if empty.
        leads: What it means after an earlier intent; that intent again where none is named.
    """

    phrases: frozenset[str]
    sounds_like: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    leads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FollowUps:
    """Short messages that mean something only after what was said before; folded words.

    Args:
        fillers: Words that may stand around any of the others.
        correcting: What opens a correction: "intendevo".
        instead_of: What opens a correction that names first what was not meant: "non la".
        but: Words between what was not meant and what was.
        pointing: Words that may stand around a choice: "quella della".
        naming: Words that may stand beside the name of a contract: "il dominio è".
        agreeing: Yes.
        refusing: No, or none of the choices.
        the_other: Of two choices the other one.
        the_last: The last choice.
        cancelling: What ends the questions of the request form.
        articles: What begins a text that only names a thing: "la webmail".
        dangling: Words after which a sentence goes on: "e", "perché".
    """

    questions: tuple[FollowUp, ...] = ()
    fillers: frozenset[str] = frozenset()
    correcting: frozenset[str] = frozenset()
    instead_of: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    pointing: frozenset[str] = frozenset()
    naming: frozenset[str] = frozenset()
    agreeing: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    the_other: frozenset[str] = frozenset()
    the_last: frozenset[str] = frozenset()
    cancelling: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    dangling: frozenset[str] = frozenset()
