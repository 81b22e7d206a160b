"""How a reply will look to the customer, before it is sent."""

from dataclasses import dataclass

from bot.domain.fitting import fitted
from bot.domain.formatting import Piece, pieces
from bot.domain.messages import Reply, clean_text
from bot.ports import Channels
from bot.service.overview import Overview


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A reply as the customer will see it.

    Args:
        messages: The messages it becomes, each in pieces; none for an empty text.
        chars: How long it is.
        most_chars: What one message holds; None where the channel is off.
    """

    messages: tuple[tuple[Piece, ...], ...]
    chars: int
    most_chars: int | None


class Previewing:
    """Cuts and formats a text as the chat's channel will, and sends nothing."""

    def __init__(self, overview: Overview, channels: Channels) -> None:
        self._overview = overview
        self._channels = channels

    async def of(self, conversation_id: str, text: str) -> Preview:
        """Return how a text would arrive in a chat.

        Raises:
            UnknownConversation: There is no such chat.
        """
        chat = await self._overview.chat(conversation_id)
        channel, words = self._channels.of(chat.address), clean_text(text)
        whole = Reply(text=words)
        parts = fitted(whole, channel.limits) if channel else [whole]
        formats = channel.limits.formats if channel else False
        return Preview(
            messages=tuple(pieces(one.text, formats=formats) for one in parts if one.text),
            chars=len(words),
            most_chars=channel.limits.text if channel else None,
        )
