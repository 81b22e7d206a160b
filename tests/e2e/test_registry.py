"""A customer hears what the registry says of their domain, and gets the picture of it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.contract_files import PHONE, a_contract, a_file
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, until
from tests.e2e.rigs import Telegram, Twilio
from tests.e2e.words import question
from tests.registries.lab import Lab, whois_answer, whois_lab

DOMAIN = "prova.it"
SERVICES = [{"kind": "domain", "name": DOMAIN}]


@contextmanager
def _whois() -> Iterator[Lab]:
    """Run a whois server beside the test for as long as the block lasts."""
    loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    labs: list[Lab] = []

    async def serve() -> None:
        async with whois_lab() as lab:
            labs.append(lab)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert started.wait(10)
    try:
        yield labs[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def registry() -> Iterator[Lab]:
    """A registry in which the domain is in redemption."""
    with _whois() as lab:
        lab.answers[DOMAIN] = whois_answer(DOMAIN, "pendingDelete / redemptionPeriod")
        yield lab


def test_on_whatsapp_the_picture_is_fetched_from_us(
    start: Start, twilio: Twilio, registry: Lab, tmp_path: Path
) -> None:
    desk = start(twilio, SPORTELLO_WHOIS_HOST="127.0.0.1", SPORTELLO_WHOIS_PORT=str(registry.port))
    contracts = a_file(tmp_path, a_contract(services=SERVICES, expires_on="today+165d"))
    assert desk.run("contracts", "import", str(contracts)).returncode == 0

    twilio.write(f"{desk.base}/webhooks/twilio", PHONE, question("expired_domain_recovery"))
    until(lambda: len(twilio.accepted(PHONE)) >= 2)

    words, title = twilio.accepted(PHONE)[:2]
    assert "Redemption" in words
    assert title == f"Le fasi di {DOMAIN}"
    (address,) = twilio.attempts(PHONE)[1]["form"]["MediaUrl"]
    assert Image.open(BytesIO(HTTP.get(address).content)).format == "PNG"


def test_on_telegram_the_picture_is_a_photo(start: Start, telegram: Telegram) -> None:
    desk = start(telegram, command=("serve", "--demo"))
    telegram.call("setWebhook", url=f"{desk.base}/webhooks/telegram", secret_token=telegram.secret)
    telegram.write(1500, text=question("expired_domain_recovery"))
    until(lambda: telegram.accepted(1500))

    telegram.write(1500, contact={"phone_number": "390000000021", "user_id": 1500})
    until(lambda: telegram.calls("sendPhoto"))

    (photo,) = telegram.calls("sendPhoto")
    assert photo["status"] == 200
    assert photo["p"]["caption"] == "Le fasi di fiori-immaginati.example"
