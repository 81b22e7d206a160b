"""Until when a channel lets us write freely to a customer."""

from datetime import datetime, timedelta

TOO_LATE = "window"
"""The error of a free reply that came too late to be sent."""
_TOO_LATE_CODE = "63016"
"""Twilio's code for the same; https://www.twilio.com/docs/api/errors/63016"""


def is_window(error: str) -> bool:
    """Tell whether a reply failed since the window had closed: by our clock or the vendor's."""
    return error == TOO_LATE or _TOO_LATE_CODE in error


def reply_time_left(last_inbound: datetime, now: datetime, window: timedelta) -> timedelta:
    """Return how long a free-form reply is still allowed.

    WhatsApp carries free-form text only for a while after the customer's last
    message; later, nothing but an approved template gets through.

    Args:
        last_inbound: When the customer last wrote. Timezone-aware.
        now: When the reply would be sent. Timezone-aware.
        window: How long the channel allows free-form replies.

    Returns:
        The time left, from zero (closed) up to ``window`` (just opened).

    Raises:
        ValueError: A time has no timezone, so the difference would be a guess.

    Source:
        Twilio error 63016, https://www.twilio.com/docs/api/errors/63016
    """
    if last_inbound.tzinfo is None or now.tzinfo is None:
        raise ValueError("last_inbound and now must be timezone-aware")
    elapsed = max(now - last_inbound, timedelta(0))  # The vendor's clock may be ahead of ours.
    return max(window - elapsed, timedelta(0))


def time_left(
    last_inbound: datetime | None, now: datetime, window: timedelta | None
) -> timedelta | None:
    """Return the same for any channel and customer.

    Returns:
        None where there is no such rule; nothing is left for who never wrote.
    """
    if window is None:
        return None
    if last_inbound is None:
        return timedelta(0)
    return reply_time_left(last_inbound, now, window)


def is_open(last_inbound: datetime | None, now: datetime, window: timedelta | None) -> bool:
    """Tell whether a channel still lets us write freely."""
    return time_left(last_inbound, now, window) != timedelta(0)
