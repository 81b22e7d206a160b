"""Pictures at addresses that only their readers know."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from bot.drawing.gallery import SHOWN_FOR
from bot.drawing.timeline import timeline_png
from tests.builders import a_picture
from tests.web.fakes import FakeApp


def path_to(app: FakeApp) -> str:
    return urlsplit(app.pictures.address_of(a_picture())).path


async def test_who_has_the_address_gets_the_picture(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    response = await client.get(path_to(app))

    assert response.content == timeline_png(a_picture())
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"] == "private, no-store"


async def test_after_a_while_there_is_nothing_there(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    path = path_to(app)
    app.clock.set(app.clock.now() + SHOWN_FOR + timedelta(seconds=1))

    response, never = await client.get(path), await client.get("/pictures/guessed.png")

    assert response.status_code == never.status_code == 404
    assert response.text == never.text
