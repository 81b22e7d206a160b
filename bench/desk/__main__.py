"""`python -m bench.desk`: the console with thousands who wait and a chat of many messages.

Server time: from the request until the last byte of the page, without a network.
"""

import asyncio
import re
import time
from collections.abc import Sequence

import click
import httpx

from bench.speed.desk import MATCHERS, Ready, a_desk
from bench.speed.places import POSTGRESQL, SQLITE, Place, place
from bot.settings import AllSettings
from bot.web import build_web
from tests.store.filling import a_long_chat, many_waiting

_LONG = "web:long"
_PATH = "/desk/chats/web%3Along"
_NAME, _PASSWORD = "bench", "a long password"
_ROUNDS = 15


@click.command()
@click.option("--on", "kinds", multiple=True, type=click.Choice([SQLITE, POSTGRESQL]))
@click.option("--waiting", default=2_000, show_default=True, help="How many chats wait.")
@click.option("--messages", default=20_000, show_default=True, help="Of the long chat.")
def main(kinds: Sequence[str], waiting: int, messages: int) -> None:
    """Fill a database and tell how long each page takes at best and at worst."""
    for kind in kinds or (SQLITE, POSTGRESQL):
        click.echo(f"{kind}: {waiting} chats wait, one has {messages} messages")
        with place(kind) as where:
            where.learn()
            asyncio.run(_measured(where, waiting, messages))


async def _measured(where: Place, waiting: int, messages: int) -> None:
    settings = AllSettings(home=where.home, database_url=where.url)
    async with a_desk(settings, Ready(lambda _: None), MATCHERS["answering"]) as app:
        await app.accounts.add(_NAME, _PASSWORD)
        await asyncio.to_thread(many_waiting, where.database, waiting)
        await asyncio.to_thread(a_long_chat, where.database, _LONG, messages)
        transport = httpx.ASGITransport(build_web(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            await _sign_in(client)
            for name, path in await _pages(client):
                await _tell(client, name, path)


async def _sign_in(client: httpx.AsyncClient) -> None:
    page = (await client.get("/desk/login")).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    form = {"token": token[1], "name": _NAME, "password": _PASSWORD}
    answer = await client.post("/desk/login", data=form)
    assert answer.is_redirect, answer.text


async def _pages(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Return what is measured, by its name."""
    first = re.search(r"before=(\w+)", (await client.get(_PATH)).text)
    more = re.search(r"after=([^\"]+)", (await client.get("/desk")).text)
    assert first
    assert more
    return [
        ("the list of who waits", "/desk"),
        ("its second page", f"/desk/queue?after={more[1]}"),
        ("all chats", "/desk/queue?tab=all"),
        ("the long chat, with the list", _PATH),
        ("what changed in it", f"{_PATH}/parts"),
        ("its part before", f"{_PATH}/earlier?before={first[1]}"),
        ("a search that finds much", "/desk/queue?words=posta"),
        ("a search that finds little", "/desk/queue?words=messaggio+999"),
    ]


async def _tell(client: httpx.AsyncClient, name: str, path: str) -> None:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        answer = await client.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.is_success, f"{path}: {answer.status_code}"
    click.echo(f"  {name:<30} {min(taken):6.1f} ms, at worst {max(taken):6.1f} ms")


if __name__ == "__main__":
    main()
