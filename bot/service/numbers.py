"""What is counted of the desk's work, by whole days in Italy."""

from datetime import datetime, time, timedelta

from bot.domain.calendar import ROME
from bot.ports import Numbers, NumberStore


async def numbers_of(store: NumberStore, now: datetime, days: int) -> Numbers:
    """Return the numbers of the last days, today among them.

    Args:
        store: What counts.
        now: The end.
        days: How many, from 1.
    """
    first = now.astimezone(ROME).date() - timedelta(days=days - 1)
    return await store.numbers(datetime.combine(first, time(), ROME), now)
