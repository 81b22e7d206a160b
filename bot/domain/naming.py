"""Which of their own contracts a customer names, and whether they name another domain instead."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import idna
from rapidfuzz.distance import OSA

from bot.domain.contract import ContractRecord
from bot.domain.matching import Entity, EntityKind
from bot.domain.wording import folded

_MOST_WORDS = 5
"""Words in a row that may be one name: "hotel bella vista sul mare"."""

_FEWEST_LETTERS = 4
_FEWEST_LETTERS_MISTYPED = 6
"""Shorter names are too like other words, as "verde" is like "verdi"."""

_FEWEST_SIGNS = 5
"""A shorter number is a contract's only beside the word for it."""

_NO_NAMES = frozenset({"info", "mail", "email", "posta", "webmail", "ufficio", "sito", "dominio"})
_ABOUT_CONTRACT = re.compile(r"\bcontr(?:att[oi]|acts?)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What a message says about which contract is meant.

    Args:
        contracts: The contracts it may mean: none if it names none, several if it is not clear.
        elsewhere: Whether it names a domain that is none of the sender's, and no contract.
    """

    contracts: tuple[ContractRecord, ...] = ()
    elsewhere: bool = False


def named_contract(
    text: str, entities: Sequence[Entity], contracts: Sequence[ContractRecord]
) -> Naming:
    """Return which of the sender's contracts a message names, if any; never a guess.

    A number, a mailbox or a domain counts before words, as in "il sito dello studio verdi". A
    domain written out that is none of theirs counts before words too: they may be about anything.
    """
    hosts = [entity for entity in entities if entity.kind is EntityKind.DOMAIN]
    found = (
        _with_number(text, entities, contracts)
        or _with_mailbox(entities, contracts)
        or _with_domain(hosts, contracts)
    )
    if not found and not any(_is_written_out(host) for host in hosts):
        labels = {record.contract_id: _names_of(record) for record in contracts}
        ids = _named_in(text, labels)
        found = tuple(record for record in contracts if record.contract_id in ids)
    return Naming(contracts=found, elsewhere=bool(hosts) and not found)


def named_labels(text: str, labels: Iterable[str]) -> tuple[str, ...]:
    """Return which labels of contracts a text names by their words; several if it is not clear."""
    return _named_in(text, {label: (label,) for label in labels})


def _with_number(
    text: str, entities: Iterable[Entity], contracts: Iterable[ContractRecord]
) -> tuple[ContractRecord, ...]:
    about_contract = _ABOUT_CONTRACT.search(text) is not None
    said = {entity.value for entity in entities if entity.kind is EntityKind.NUMBER}
    return tuple(
        record for record in contracts if said & _numbers_of(record, about_contract=about_contract)
    )


def _numbers_of(record: ContractRecord, *, about_contract: bool) -> set[str]:
    """Return how a contract's number may be written, without what stands between its parts."""
    whole = re.sub(r"[\W_]", "", record.contract_id).upper()
    if about_contract:
        return {whole, re.sub(r"\D", "", whole)} - {""}
    return {whole} if len(whole) >= _FEWEST_SIGNS else set()


def _with_mailbox(
    entities: Iterable[Entity], contracts: Iterable[ContractRecord]
) -> tuple[ContractRecord, ...]:
    said = {entity.value for entity in entities if entity.kind is EntityKind.EMAIL}
    return tuple(record for record in contracts if said & set(_mailboxes(record)))


def _with_domain(
    hosts: Iterable[Entity], contracts: Iterable[ContractRecord]
) -> tuple[ContractRecord, ...]:
    """Return the contracts with a domain of the text, else those it misses by one letter."""
    said = [host.value for host in hosts]
    exact = [one for one in contracts if any(_has(one, domain) for domain in said)]
    close = [one for one in contracts if any(_nearly_has(one, domain) for domain in said)]
    return tuple(exact or close)


def _has(record: ContractRecord, domain: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for host in _hosts(record))


def _nearly_has(record: ContractRecord, domain: str) -> bool:
    name, _, suffix = domain.partition(".")
    own = (host.partition(".") for host in _hosts(record))
    return any(
        ending == suffix and _is_like(name.replace("-", ""), other.replace("-", ""))
        for other, _, ending in own
    )


def _is_written_out(host: Entity) -> bool:
    return " " not in host.said


def _hosts(record: ContractRecord) -> Sequence[str]:
    """Return the hosts of a contract in ASCII: its domains and sites, or else of its mail."""
    named = [service.name for service in record.services if service.name]
    hosts = named or [box.rpartition("@")[2] for box in _mailboxes(record)]
    return [_in_ascii(host.lower().removeprefix("www.")) for host in hosts]


def _mailboxes(record: ContractRecord) -> Sequence[str]:
    return [box.lower() for service in record.services for box in service.mailboxes]


def _names_of(record: ContractRecord) -> Sequence[str]:
    named = [service.name for service in record.services if service.name]
    return [record.contract_id, *(named or _mailboxes(record))]


def _named_in(text: str, labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the keys of the labels that a text names, at most one letter wrong."""
    keys: dict[str, set[str]] = {}
    for key, own in labels.items():
        for name in (name for label in own for name in _names_in(label)):
            keys.setdefault(name, set()).add(key)
    words, said, at = folded(text).split(), set[str](), 0
    while at < len(words):
        size, found = _longest(words[at : at + _MOST_WORDS], keys)
        said |= found
        at += size
    return tuple(key for key in labels if key in said)


def _longest(words: Sequence[str], keys: Mapping[str, set[str]]) -> tuple[int, set[str]]:
    """Return how many words the longest name is that begins here, one if none, and its keys.

    A name within a longer one does not count: "verdi" in "studio verdi".
    """
    for size in range(len(words), 0, -1):
        joined = "".join(words[:size])
        found = [joined] if joined in keys else [name for name in keys if _is_like(joined, name)]
        if found:
            return size, set().union(*(keys[name] for name in found))
    return 1, set()


def _names_in(label: str) -> Iterator[str]:
    """Yield how people call a domain, a mailbox or a number: as one word, without its ending."""
    mailbox, _, host = label.rpartition("@")
    parts = _readable(host).removeprefix("www.").split(".")
    for name in (mailbox, max(parts[:-1] or parts, key=len)):
        joined = "".join(folded(name).split())
        if len(joined) >= _FEWEST_LETTERS and not joined.isdigit() and joined not in _NO_NAMES:
            yield joined


def _is_like(said: str, name: str) -> bool:
    """Tell whether a name is said with at most one letter wrong; other digits, another name."""
    return (
        len(name) >= _FEWEST_LETTERS_MISTYPED
        and OSA.distance(said, name, score_cutoff=1) <= 1
        and re.sub(r"\D", "", said) == re.sub(r"\D", "", name)
    )


def _in_ascii(host: str) -> str:
    try:
        return host if host.isascii() else idna.encode(host).decode("ascii")
    except idna.IDNAError:
        return host


def _readable(host: str) -> str:
    try:
        return idna.decode(host) if "xn--" in host else host
    except idna.IDNAError:
        return host
