"""What helps a colleague who answers a chat, put together."""

from dataclasses import dataclass

from bot.app.ground import Ground
from bot.feed import LocalFeed
from bot.ports import Clock
from bot.service.canned import CannedReplies
from bot.service.earlier import Earlier
from bot.service.facts import FactFinder
from bot.service.marking import Marking
from bot.service.overview import Overview
from bot.service.presence import Presence
from bot.service.previewing import Previewing
from bot.service.rules import DeskRules


@dataclass(frozen=True, kw_only=True)
class Helpers:
    """What stands beside the composer and the chat."""

    canned: CannedReplies
    previewing: Previewing
    presence: Presence
    marking: Marking
    earlier: Earlier


def built_helpers(
    ground: Ground,
    overview: Overview,
    seeing: tuple[FactFinder, DeskRules],
    clock: Clock,
    feed: LocalFeed,
) -> Helpers:
    """Return all of them, on what the services stand on."""
    finder, rules = seeing
    store = ground.store
    return Helpers(
        canned=CannedReplies(overview, finder, rules),
        previewing=Previewing(overview, ground.channels),
        presence=Presence(clock, feed),
        marking=Marking(store.marks, rules, feed),
        earlier=Earlier(store.conversations, store.other_chats, overview, finder),
    )
