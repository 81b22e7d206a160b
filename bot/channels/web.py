"""The web chat: its page reads replies from the store, so sending is done once they are there."""

from collections.abc import Sequence

from bot.domain.errors import BadPayload
from bot.domain.messages import Address, ChannelLimits, FileLimits, Reply
from bot.ports import Told, WebhookCall


class Web:
    """The chat page."""

    name = "web"
    limits = ChannelLimits(text=4000, buttons=8, button_text=40, files=FileLimits())

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Raise BadPayload: the page has its own routes and calls no webhook."""
        raise BadPayload(f"The web chat has no webhook: {call.url}")

    async def send(self, to: Address, reply: Reply) -> str:  # noqa: ARG002 - the page reads the store
        """Return an empty id: what is stored is delivered."""
        return ""
