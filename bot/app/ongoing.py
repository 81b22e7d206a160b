"""What goes on for as long as the program runs."""

from collections.abc import (
    Awaitable,
    Callable,
    Iterator,
)
from datetime import timedelta
from functools import partial

from bot.app.assembling import App
from bot.domain.commands import menu_of
from bot.parts import (
    build_retention,
)
from bot.ports import (
    ContractFeed,
)
from bot.service.menus import keep_shown
from bot.service.syncing import Syncing

Work = Callable[[], Awaitable[None]]
"""Work that goes on for as long as the program runs."""


def endless(app: App, feed: ContractFeed | None) -> Iterator[Work]:
    """Yield what goes on for as long as the program runs."""
    nodes = app.store.nodes
    yield app.watch.keep_watching
    yield partial(app.intake.keep_answering, nodes.beat)
    yield partial(app.outbox.keep_trying, nodes.beat)
    yield app.files.keep_fetching
    yield partial(app.alerts.keep_calling, nodes)
    yield app.waking.keep_waking
    yield partial(build_retention(app.settings, app.store, app.clock).keep_sweeping, nodes)
    if app.staff_group is not None:
        yield app.staff_group.keep_telling
    yield partial(keep_shown, app.channels, menu_of(app.knowledge))
    yield app.shelf.keep_fresh
    yield app.helpers.presence.keep_hearing
    yield from _notices(app)
    yield from _syncing(feed, app)


def _syncing(feed: ContractFeed | None, app: App) -> Iterator[Work]:
    """Yield what keeps the read copy like the back office, if the settings name one."""
    if feed is not None:
        every = timedelta(minutes=app.settings.general.sync_minutes)
        yield partial(Syncing(feed, app.importer, every).keep_syncing, app.store.nodes)


def _notices(app: App) -> Iterator[Work]:
    """Yield what keeps programs on one database in touch, where there can be several."""
    if app.store.notices is not None:
        yield app.store.notices.keep_telling
        yield partial(app.store.notices.keep_hearing, app.watch.chat_waits, app.feed.pass_on)
