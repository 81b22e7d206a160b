"""The terminal: replies are handed to whoever shows them."""

from collections.abc import Callable, Sequence

from bot.domain.errors import BadPayload
from bot.domain.messages import Address, ChannelLimits, FileLimits, Reply
from bot.ports import Told, WebhookCall


class Terminal:
    """A conversation in a terminal, or played back from a file under another channel's name."""

    limits = ChannelLimits(text=4000, buttons=8, button_text=40, files=FileLimits())

    def __init__(self, show: Callable[[Reply], None], name: str = "terminal") -> None:
        self._show = show
        self.name = name

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Raise BadPayload: nobody calls a terminal."""
        raise BadPayload(f"A terminal has no webhook: {call.url}")

    async def send(self, to: Address, reply: Reply) -> str:  # noqa: ARG002 - one terminal, one reader
        """Show the reply."""
        self._show(reply)
        return ""
