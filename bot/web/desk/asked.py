"""What the address of a page asks of the list of chats."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from bot.domain.conversation import HandoverReason
from bot.domain.searching import Terms, terms
from bot.parts import CHANNELS
from bot.ports import OTHER_LANGUAGE, Filters, Tab

LANGUAGES = ("it", "en", OTHER_LANGUAGE)
REASONS = tuple(HandoverReason)
MOST_CHARS = 200
"""Of what is searched for."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which list a colleague looks at.

    Args:
        words: What they search for, as they typed it.
        after: Where the page before ended.
    """

    tab: Tab = Tab.WAITING
    filters: Filters = field(default_factory=Filters)
    words: str = ""
    after: str = ""

    @property
    def terms(self) -> Terms:
        """What is looked for."""
        return terms(self.words)

    @property
    def is_filtered(self) -> bool:
        """Whether some chats are left out."""
        return self.filters != Filters()

    def on_tab(self, tab: str) -> str:
        """Return the query of an address that keeps the filters and has another tab."""
        return _query(tab, self.filters)

    @property
    def kept(self) -> str:
        """The query of an address that shows the same list."""
        return _query(self.tab, self.filters, words=self.words, after=self.after)

    def following(self, more: str) -> str:
        """Return the query of an address that shows another page of the same list."""
        return _query(self.tab, self.filters, after=more)


def asked_by(query: QueryParams) -> Asked:
    """Return what an address asks for; what is none of our values asks for nothing."""
    tab = query.get("tab", "")
    filters = Filters(
        channel=_one_of(tuple(CHANNELS), query.get("channel", "")),
        language=_one_of(LANGUAGES, query.get("language", "")),
        reason=_one_of(REASONS, query.get("reason", "")),
    )
    return Asked(
        tab=Tab(tab) if tab in set(Tab) else Tab.WAITING,
        filters=filters,
        words=query.get("words", "")[:MOST_CHARS].strip("\0"),
        after=query.get("after", ""),
    )


def _one_of(known: tuple[str, ...], value: str) -> str:
    return value if value in known else ""


def _query(tab: str, filters: Filters, **more: str) -> str:
    values = {
        "tab": tab,
        "channel": filters.channel,
        "language": filters.language,
        "reason": filters.reason,
        **more,
    }
    return urlencode({name: str(value) for name, value in values.items() if value})
