"""Buttons under a reply, as Telegram shows them."""

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.domain.messages import SHARE_CONTACT, Button
from bot.domain.taps import short

MOST_PAYLOAD_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton, callback_data"""

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def keyboard_of(buttons: tuple[Button, ...]) -> Keyboard:
    """Return the buttons of a reply; without any, what takes away a keyboard shown before."""
    if any(button.payload == SHARE_CONTACT for button in buttons):
        return _asking_for_contact(buttons)
    if not buttons:
        return ReplyKeyboardRemove()  # Of no effect where there is none.
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(one.text, callback_data=short(one.payload, MOST_PAYLOAD_BYTES))]
            for one in buttons
        ]
    )


def _asking_for_contact(buttons: tuple[Button, ...]) -> ReplyKeyboardMarkup:
    """Return the only kind of keyboard that can; its other buttons send their words."""
    keys = [
        [KeyboardButton(button.text, request_contact=button.payload == SHARE_CONTACT)]
        for button in buttons
    ]
    return ReplyKeyboardMarkup(keys, one_time_keyboard=True, resize_keyboard=True)
