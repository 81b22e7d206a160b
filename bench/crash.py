"""Power cuts at random moments: `python -m bench.crash [--messages N] [--chats N] [--kills N]`.

Customers write through the real webhook and repeat it until it is taken, as Twilio does; a
stand-in for Twilio's API takes what the program sends. The program is killed again and again. In
the end every answer is looked for.
"""

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx
import uvicorn
from sqlalchemy import create_engine, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.store.codec import REPLY
from bot.store.migrating import address_for_sqlalchemy
from tests.database_servers import postgresql
from tests.e2e.conftest import learnt
from tests.e2e.program import Program, free_port
from tests.e2e.test_crash import TOPICS, first_words
from tests.e2e.words import question

ACCOUNT, TOKEN, DESK = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a secret", "+390000000900"
_SLOWEST_CALL_SECONDS = 0.05
_PATIENCE_SECONDS = 8.0
"""How long a customer waits for an answer before asking the next thing."""


@dataclass
class Vendor:
    """Stands in for Twilio's API: takes messages, a little slowly, and remembers them."""

    chance: random.Random
    taken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, request: Request) -> Response:
        """Take a message to a customer."""
        form = await request.form()
        self.taken[str(form["To"]).removeprefix("whatsapp:")].append(str(form["Body"]))
        await asyncio.sleep(self.chance.uniform(0, _SLOWEST_CALL_SECONDS))
        sid = f"SM{self.chance.getrandbits(128):032x}"
        return JSONResponse({"sid": sid, "status": "queued"}, 201)


@dataclass
class Outcome:
    """What became of all messages."""

    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    uncertain: int = 0


@click.command()
@click.option("--messages", default=5_000, show_default=True)
@click.option("--chats", default=200, show_default=True)
@click.option("--kills", default=50, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--on", "database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(*, messages: int, chats: int, kills: int, seed: int, database: str) -> None:
    """Kill the program again and again, and count what is lost, said twice or out of order."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crash")))
        place: Path | str = folder / "home" / "sportello.db"
        if database == "postgresql":
            server = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg")))
            place = stack.enter_context(postgresql(server)).replace("+psycopg", "")
        began = time.monotonic()
        outcome, restarts = asyncio.run(_run(folder, place, (messages, chats, kills, seed)))
        took = time.monotonic() - began
    click.echo(
        f"{database}: {messages} messages, {chats} chats, {kills} kills, {took:.0f} s: "
        f"lost {outcome.lost}, twice {outcome.twice}, out of order {outcome.out_of_order}, "
        f"uncertain {outcome.uncertain} (half sent at a kill: {restarts})."
    )
    if outcome.lost or outcome.twice or outcome.out_of_order or outcome.uncertain > restarts:
        raise SystemExit(1)


async def _run(
    folder: Path, place: Path | str, size: tuple[int, int, int, int]
) -> tuple[Outcome, int]:
    messages, chats, kills, seed = size
    chance = random.Random(seed)  # noqa: S311 - moments of power cuts are no secret
    vendor, port = Vendor(chance), free_port()
    desk = Program(
        folder,
        {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_WHATSAPP_FROM": DESK,
            "TWILIO_API_BASE": f"http://127.0.0.1:{port}",
            **({"SPORTELLO_DATABASE_URL": place} if isinstance(place, str) else {}),
        },
    )
    numbers = [f"+3933{chat:08}" for chat in range(chats)]
    counter = Counter[str]()
    moments = sorted(chance.sample(range(1, messages), kills))
    shutil.copytree(learnt(), desk.home / "cache")  # Learning is not what is measured.
    async with _serving(vendor, port), httpx.AsyncClient(timeout=30) as http:
        await asyncio.to_thread(desk.start)
        try:
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    talk = _talk(http, desk, (number, messages // chats), counter, vendor)
                    group.create_task(talk)
                half_sent = await group.create_task(_cut(desk, place, moments, counter, chance))
            await _until_quiet(place)
        finally:
            desk.kill()
    return _judged(place, numbers, messages // chats, vendor), half_sent


async def _talk(
    http: httpx.AsyncClient,
    desk: Program,
    customer: tuple[str, int],
    counter: Counter[str],
    vendor: Vendor,
) -> None:
    """Ask one thing after another, when the one before is answered or has been waited for."""
    number, count = customer
    validator, url = RequestValidator(TOKEN), f"{desk.base}/webhooks/twilio"
    for at in range(count):
        form = {
            "MessageSid": f"SM{number[1:]}{at:06}",
            "AccountSid": ACCOUNT,
            "From": f"whatsapp:{number}",
            "To": f"whatsapp:{DESK}",
            "WaId": number[1:],
            "Body": question(TOPICS[at % len(TOPICS)]),
            "NumMedia": "0",
        }
        headers = {"X-Twilio-Signature": validator.compute_signature(url, form)}
        while not await _is_taken(http, url, form, headers):  # noqa: ASYNC110 - as Twilio does
            await asyncio.sleep(0.1)
        counter["taken"] += 1
        until = time.monotonic() + _PATIENCE_SECONDS
        while len(vendor.taken[number]) <= at and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _is_taken(
    http: httpx.AsyncClient, url: str, form: dict[str, str], headers: dict[str, str]
) -> bool:
    try:
        return (await http.post(url, data=form, headers=headers)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


async def _cut(
    desk: Program,
    place: Path | str,
    moments: Sequence[int],
    counter: Counter[str],
    chance: random.Random,
) -> int:
    """Kill and start the program when so many messages are taken; count replies half sent."""
    half_sent = 0
    for moment in moments:
        while counter["taken"] < moment:  # noqa: ASYNC110 - any moment will do
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.2))
        desk.kill()
        half_sent += len(await asyncio.to_thread(_rows, place, _SENDING))
        await asyncio.to_thread(desk.start)
    return half_sent


async def _until_quiet(place: Path | str) -> None:
    while await asyncio.to_thread(_rows, place, _OPEN):  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.5)


def _judged(place: Path | str, numbers: Sequence[str], count: int, vendor: Vendor) -> Outcome:
    outcome = Outcome()
    asked = [TOPICS[at % len(TOPICS)] for at in range(count)]
    for number in numbers:
        rows = _rows(place, _WRITTEN, chat=f"whatsapp:{number}")
        written = [(_topic(REPLY.value(body).text), state) for body, state in rows]
        outcome.uncertain += sum(state == "uncertain" for _, state in written)
        heard = [_topic(body) for body in vendor.taken[number]]
        unsure = Counter(topic for topic, state in written if state == "uncertain")
        lacking = Counter(asked) - Counter(heard)
        outcome.lost += (lacking - unsure).total()
        outcome.twice += (Counter(heard) - Counter(asked)).total()
        if not _is_part(heard, asked):
            outcome.out_of_order += 1
    return outcome


def _is_part(heard: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether what was heard comes in the order in which it was asked."""
    rest = iter(asked)
    return all(topic in rest for topic in heard)


def _topic(said: str) -> str:
    return next((topic for topic in TOPICS if first_words(topic) in said), "something else")


_SENDING = "SELECT id FROM outbox WHERE state = 'sending'"
_OPEN = (
    "SELECT id FROM inbox WHERE done = 0"
    " UNION ALL SELECT id FROM outbox WHERE state IN ('waiting', 'sending') LIMIT 1"
)
_WRITTEN = "SELECT body, state FROM outbox WHERE conversation = :chat ORDER BY id"


def _rows(place: Path | str, statement: str, **values: str) -> list[Any]:
    """Read the database beside the program, whether it runs or not."""
    with _engine(place) as connection:
        return list(connection.execute(text(statement), values).all())


@contextmanager
def _engine(place: Path | str) -> Iterator[Any]:
    engine = create_engine(address_for_sqlalchemy(place))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@asynccontextmanager
async def _serving(vendor: Vendor, port: int) -> AsyncIterator[None]:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route(path, vendor.send, methods=["POST"])]),
            port=port,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        try:
            yield
        finally:
            server.should_exit = True


if __name__ == "__main__":
    main()
