"""The real program with a matcher and a channel that cost nothing, in this process or served.

`python -m bench.speed.desk PORT KIND` serves it: `answering` answers; `held` thinks for ever about
the first message of each chat, so that all it does is to take messages and to keep them.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import bot.app.assembling
from bot.app import App, Choices, running
from bot.domain.matching import Candidate, Match, Query, Zone
from bot.domain.messages import Address, ChannelLimits, Reply
from bot.parts import build_channels
from bot.ports import Channel, Channels, HookAnswer, Matcher, Told, WebhookCall
from bot.settings import AllSettings
from bot.web import build_web

SENT = "/sent"
"""Where a served desk tells how many replies its channel has taken."""

_LIMITS = ChannelLimits(text=1600, buttons=0, button_text=20)


class Costless:
    """Takes each text for the name of what it means."""

    async def match(self, query: Query) -> Match:
        """Return that this is what it means, for sure."""
        best = Candidate(intent=query.text, confidence=0.99, example=query.text)
        return Match(candidates=(best,), zone=Zone.ANSWER, language="it")


class Held:
    """Never comes to an end."""

    async def match(self, _: Query) -> Match:
        """Return nothing, ever."""
        await asyncio.Event().wait()
        raise AssertionError


MATCHERS: Mapping[str, Matcher] = {"answering": Costless(), "held": Held()}
"""The matcher of each kind of desk."""


class Ready:
    """A channel that takes at once, and tells somebody who was answered."""

    name = "whatsapp"
    hook = "twilio"
    limits = _LIMITS

    def __init__(self, heard: Callable[[str], None], reader: Channel | None = None) -> None:
        self._heard = heard
        self._reader = reader
        self.taken = 0

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return the messages of a call, as the real channel reads them."""
        assert self._reader
        return self._reader.parse(call)

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        """Return nothing to say."""
        del call
        return HookAnswer()

    async def send(self, to: Address, reply: Reply) -> str:
        """Take a reply."""
        del reply
        self.taken += 1
        self._heard(to.id)
        return f"SM{self.taken:032x}"


@contextmanager
def thinking_with(matcher: Matcher | None) -> Iterator[None]:
    """Have programs that start in this block use a matcher; None stands for the real one."""
    known = vars(bot.app.assembling)
    real = known["build_matcher"]
    if matcher is not None:
        known["build_matcher"] = lambda _, __: matcher
    try:
        yield
    finally:
        known["build_matcher"] = real


@asynccontextmanager
async def a_desk(
    settings: AllSettings, channel: Channel, matcher: Matcher | None
) -> AsyncIterator[App]:
    """Run the program with a channel and a matcher."""
    channels = Channels(by_name={channel.name: channel})
    with thinking_with(matcher):
        async with running(settings, Choices(channels=channels, ask_registries=False)) as app:
            yield app


async def serve(port: int, kind: str) -> None:
    """Serve it until the process is killed."""
    settings = AllSettings()
    async with httpx.AsyncClient() as http:
        real = build_channels(settings, http).by_name[Ready.name]
        channel = Ready(_nobody, real)

        async def sent(_: Request) -> Response:
            return PlainTextResponse(str(channel.taken))

        async with a_desk(settings, channel, MATCHERS[kind]) as app:
            web = build_web(app)
            web.routes.append(Route(SENT, sent))
            await uvicorn.Server(
                uvicorn.Config(
                    web, port=port, log_config=None, access_log=False, server_header=False
                )
            ).serve()


def _nobody(_: str) -> None:
    """Nobody waits to hear it."""


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
