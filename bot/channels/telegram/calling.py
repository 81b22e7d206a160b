"""Calls to Telegram: what goes wrong with them, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channels.network import may_have_arrived
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address


def chat_id_of(to: Address) -> int:
    """Return the chat of an address; raise DeliveryError if it is none of Telegram's."""
    try:
        return int(to.id)
    except ValueError as error:
        raise DeliveryError(f"{to.id} is no Telegram chat.", permanent=True) from error


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the library raises into a DeliveryError."""
    try:
        yield
    except RetryAfter as error:
        raise DeliveryError(str(error), retry_after=pause_of(error)) from error
    except Forbidden as error:
        # The customer has blocked the bot or closed their account.
        raise DeliveryError(
            f"Telegram refused: {error}", permanent=True, barred="blocked"
        ) from error
    except NetworkError as error:
        raise DeliveryError(
            f"Telegram: {error}",
            permanent=isinstance(error, BadRequest),  # The library counts it among these.
            uncertain=may_have_arrived(error.__cause__),
        ) from error
    except TelegramError as error:
        raise DeliveryError(f"Telegram refused: {error}", permanent=True) from error


def pause_of(error: RetryAfter) -> timedelta:
    """Return how long Telegram wants us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
