"""Telegram through python-telegram-bot: parsing is pure, sending is one call."""

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
