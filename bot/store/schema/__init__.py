"""The tables, declared once; the migrations lead to exactly this.

Moments are microseconds since 1970 in UTC: they sort the same in every database.
"""

from bot.store.schema import chats, desk
from bot.store.schema.columns import metadata

__all__ = ["chats", "desk", "metadata"]
