"""Domains and e-mail addresses as customers write them, told from other dotted words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import idna
import yaml
from tldextract import TLDExtract

from bot.domain.matching import EntityKind
from bot.understanding.spans import Span

_MOST_LABELS = 10
"""A longer run of dotted words is no host; it also bounds the work on one."""

_MOST_WORDS_BEFORE = 2
_LOOK_BACK_CHARS = 80
_DOT = re.compile(r"\.|\s(?:punto|dot)\s|\s\.\s?", re.IGNORECASE)
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-(?!$)){0,62}")
_RUN = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)++")
_LINK = re.compile(r"https?:?/{0,2}$", re.IGNORECASE)
_PATH = re.compile(r"(?::\d{2,5})?(?:[/#](?![\w-]++\.(?:it|com|eu)\b)\S*|\?[\w%.-]{1,40}+=\S*)?")
"""Behind "rossi.it/" another domain may follow instead of a path."""

_ELIDED = re.compile(r"['\u2019](?!s\b)\w", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?<![\w-])([\w-]+)\W{0,3}$")
_WORD_BEFORE = re.compile(r"(?<![\w.-])([\w-]+)\s$")
_LETTER_BY_DIGIT = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_HYPHEN = re.compile(r"\strattino\s", re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?<![\w.@-])(?P<www>www\.?\s?)?(?P<name>[^\W_][\w-]{0,62}+(?:\strattino\s[\w-]{1,62}+){0,3})"
    r"(?:(?P<clear>\s{1,2}(?:punto|dot|\.)\s{1,2})|(?P<ending>\s\.)|\.\s{1,2})"
    r"(?P<suffix>it|com|net|org|eu|info|biz|example|test)(?![\w-]|\.\w|\s?['\u2019@])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\w.+@-])(?P<local>[\w.+-]{1,64}+)"
    r"(?P<at>@|\s@\s|@\s|\s?[(\[](?:at|chiocciola)[)\]]\s?|\schiocciol(?:in)?a\s|\sat\s)"
    r"(?P<host>[\w-]++(?:(?:\.|\s(?:punto|dot)\s|\s\.\s?)[\w-]++)++)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class HostWords:
    """Words that tell a domain from other dotted words; ``hosts.yaml`` explains each list."""

    provider: frozenset[str]
    mail: frozenset[str]
    firms: frozenset[str]
    invented: frozenset[str]
    files: frozenset[str]
    seldom: frozenset[str]
    sometimes: frozenset[str]
    announcing: frozenset[str]
    italian: frozenset[str]
    english: frozenset[str]
    mailboxes: frozenset[str]


def domain_of(host: str) -> str:
    """Return the domain registered for a host, in ASCII, or nothing below no known suffix."""
    found = _extract()(_in_ascii(host.lower()))
    whole = found.suffix if "." in found.suffix else ""  # "fermo.it" is a suffix and a domain
    return found.top_domain_under_public_suffix or whole


def is_nobodys(domain: str) -> bool:
    """Tell whether a domain can be no customer's: a firm's, ours, or one that stands for any."""
    words = _words()
    known = domain in words.provider or domain in words.mail or domain in words.firms
    return known or domain.partition(".")[0] in words.invented


def addresses_in(text: str) -> Iterator[Span]:
    """Yield the e-mail addresses of a text; also "info chiocciola studio-verdi punto it"."""
    for found in _ADDRESS.finditer(text):
        local, at = found["local"].lstrip(".+-_"), found["at"].strip().lower()
        host, cut = _host_of_address(found["host"], written="@" in at)
        if host and _is_mailbox(local.lower(), at):
            start, end = found.end("local") - len(local), found.start("host") + cut
            value = f"{local.lower()}@{host}"
            yield _span(EntityKind.EMAIL, value, text, start, end)


def domains_in(text: str) -> Iterator[Span]:
    """Yield the domains of a text; a scheme, a port and a path belong to them."""
    at = 0
    while run := _RUN.search(text, at):
        span = _dotted(text, run)
        if span:
            yield span
        at = span.end if span else run.end()


def spoken_domains_in(text: str) -> Iterator[Span]:
    """Yield the domains written apart: "studio verdi punto it", "studioverdi . it".

    Words before the name that seem to belong to it are joined, which is the likeliest spelling.
    An ending such as ".it" alone is no domain, nor is a sentence that goes on with "it".
    """
    for found in _SPOKEN.finditer(text):
        name, start, before = _whole_name(found)
        clear = found["clear"] or found["www"] or "-" in name or before in _words().announcing
        alone = not found["ending"] and text.strip() == text[start : found.end()].strip()
        if (clear or alone) and not _is_common(name):
            value = domain_of(f"{name}.{found['suffix']}")
            if value:
                yield _span(EntityKind.DOMAIN, value, text, start, found.end())


def _is_mailbox(local: str, at: str) -> bool:
    """Tell whether this stands before an at sign; before a bare "at" only a usual mailbox does."""
    return bool(local) and (at != "at" or local in _words().mailboxes or "." in local)


def _host_of_address(said: str, *, written: bool) -> tuple[str, int]:
    """Return the host in ASCII and its length as said; mistyped hosts only behind a real @."""
    for host, cut in _readings(said):
        if domain_of(host):
            return _in_ascii(host.lower()), cut
    return (said.lower(), len(said)) if written and " " not in said else ("", 0)


def _readings(said: str) -> Iterator[tuple[str, int]]:
    """Yield what may be meant as a host and where it ends, longest first.

    Behind a host a sentence may go on without a space: "studio-verdi.it.grazie".
    """
    dots = list(_DOT.finditer(said))
    if len(dots) < _MOST_LABELS:
        for cut in (len(said), *(dot.start() for dot in reversed(dots[1:]))):
            yield _DOT.sub(".", said[:cut]).strip("_-"), cut


def _dotted(text: str, run: re.Match[str]) -> Span | None:
    """Return the domain that a run of dotted words begins with, if it is one."""
    said, start = run.group(), run.start()
    before = text[max(0, start - _LOOK_BACK_CHARS) : start]
    link = _LINK.search(before)
    if said.rpartition(".")[2].lower() in _words().files:
        return None
    for host, cut in _readings(said):
        elided = cut == len(said) and _ELIDED.match(text, run.end())  # "non va.com'era prima"
        domain = "" if elided else domain_of(host)
        if domain and (link or _is_likely(host, domain, before)):
            begin = start - len(link.group()) if link else start
            end = _end_of_path(text, run.end()) if cut == len(said) else start + cut
            return Span(kind=EntityKind.DOMAIN, value=domain, said=host, start=begin, end=end)
    return None


def _is_likely(host: str, domain: str, before: str) -> bool:
    """Tell whether a dotted word is meant as a domain, and no missing space behind a full stop."""
    words, suffix = _words(), domain.partition(".")[2]
    name, _, ending = host.rpartition(".")
    name = name.rpartition(".")[2]
    if suffix in words.sometimes:
        unlikely = name.islower() and ending.istitle()  # "riprovato.Io"
    else:
        unlikely = suffix in words.seldom or len(name) == 1
        if not unlikely:
            return True
    if is_nobodys(domain) or "-" in name or _LETTER_BY_DIGIT.search(name):
        return True
    last = _LAST_WORD.search(before)
    announced = last is not None and last[1].lower() in words.announcing
    common = name in words.english if suffix == "it" else _is_common(name.lower())
    return not common and (announced or not unlikely)


def _whole_name(found: re.Match[str]) -> tuple[str, int, str]:
    """Return a spoken name with the words that belong to it, its start and the word before."""
    name, start = _HYPHEN.sub("-", found["name"]).lower(), found.start()
    most = 0 if "-" in name or found["www"] else _MOST_WORDS_BEFORE
    text = found.string[max(0, start - _LOOK_BACK_CHARS) : start]
    word = _WORD_BEFORE.search(text)
    while word and most and not _is_common(word[1].lower()):
        name, start, most = word[1].lower() + name, start - len(word.group()), most - 1
        text = text[: word.start()]
        word = _WORD_BEFORE.search(text)
    return name, start, word[1].lower() if word else ""


def _is_common(word: str) -> bool:
    words = _words()
    return word in words.italian or word in words.english or word in words.announcing


def _end_of_path(text: str, at: int) -> int:
    path = _PATH.match(text, at)
    return at + len(path.group().rstrip(".,;:!?)]}>\"'*_~")) if path else at


def _span(kind: EntityKind, value: str, text: str, start: int, end: int) -> Span:
    return Span(kind=kind, value=value, said=text[start:end], start=start, end=end)


def _in_ascii(host: str) -> str:
    """Return a host as registries know it, with "xn--" for other letters, or nothing."""
    if not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return ""
    try:
        return host if host.isascii() else idna.encode(host).decode("ascii")
    except idna.IDNAError:
        return ""


@cache
def _extract() -> TLDExtract:
    """Return the public suffix list that comes with the library; nothing is ever fetched."""
    return TLDExtract(cache_dir=None, suffix_list_urls=(), extra_suffixes=("example", "test"))


@cache
def _words() -> HostWords:
    read = yaml.safe_load(files("bot.understanding").joinpath("hosts.yaml").read_text("utf-8"))
    return HostWords(**{name: frozenset(words) for name, words in read.items()})
