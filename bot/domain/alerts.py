"""When a chat that nobody takes is called out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Status


@dataclass(frozen=True, kw_only=True)
class AlertRules:
    """How patient the desk is.

    Args:
        again: After which screens call a chat out again, and again after as long.
        on_duty: After which colleagues on duty are written to, and again after as long;
            zero if never.
    """

    again: timedelta = timedelta(minutes=5)
    on_duty: timedelta = timedelta(minutes=10)


def waited(chat: Conversation, now: datetime, calendar: DeskCalendar) -> timedelta:
    """Return how long a chat has waited while somebody was at the desk.

    An emergency waits by the clock: it is not put off until the desk opens.
    """
    if chat.status is not Status.WAITING or chat.waiting_since is None:
        return timedelta(0)
    if chat.reason is HandoverReason.EMERGENCY:
        return max(now - chat.waiting_since, timedelta(0))
    return calendar.desk_time(chat.waiting_since, now)


def is_called(
    chat: Conversation, since: datetime, now: datetime, rules: AlertRules, calendar: DeskCalendar
) -> bool:
    """Tell whether screens that were told until ``since`` are to call out a chat now."""
    if chat.status is not Status.WAITING or chat.waiting_since is None:
        return False
    if since < chat.waiting_since <= now:
        return True
    before, after = (waited(chat, at, calendar) // rules.again for at in (since, now))
    return after > before


def calls_due(chat: Conversation, now: datetime, rules: AlertRules, calendar: DeskCalendar) -> int:
    """Return how many letters those on duty should have had about a chat by now.

    The first about an emergency goes out at once.
    """
    if not rules.on_duty or chat.status is not Status.WAITING:
        return 0
    at_once = chat.reason is HandoverReason.EMERGENCY
    return waited(chat, now, calendar) // rules.on_duty + at_once
