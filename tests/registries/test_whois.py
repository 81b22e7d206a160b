"""Against a whois server on this machine."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from bot.clock import SetClock
from bot.domain.errors import SourceUnavailable
from bot.domain.registry import Phase, RegistryRecord, outlook
from bot.registries.whois import Whois
from tests.builders import NOW
from tests.registries.lab import ENDLESS, HANGS, Lab, free_whois_answer, whois_answer, whois_lab

pytestmark = pytest.mark.enable_socket


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with whois_lab() as running:
        yield running


@pytest.fixture
def whois(lab: Lab) -> Whois:
    return Whois(("127.0.0.1", lab.port), timedelta(seconds=0.3), SetClock(NOW))


async def test_the_registrys_own_words_are_kept(lab: Lab, whois: Whois) -> None:
    lab.answers["prova.it"] = whois_answer("prova.it", "ok / autoRenewPeriod", "2026-11-10")

    assert await whois.look_up("prova.it") == RegistryRecord(
        domain="prova.it",
        status=("ok / autoRenewPeriod",),
        expires_on=date(2026, 11, 10),
        registrar="Registrar Campione S.r.l.",
        as_of=NOW,
    )


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("ok", Phase.ACTIVE),
        ("ok / autoRenewPeriod", Phase.GRACE),
        ("pendingDelete / redemptionPeriod", Phase.REDEMPTION),
        ("pendingDelete / pendingDelete", Phase.PENDING_DELETE),
        ("inactive / dnsHold", Phase.UNREACHABLE),
        ("ok / noRegistrar", Phase.SPECIAL),
    ],
)
async def test_each_status_leads_to_its_phase(
    lab: Lab, whois: Whois, status: str, phase: Phase
) -> None:
    lab.answers["prova.it"] = whois_answer("prova.it", status)

    assert outlook((await whois.look_up("prova.it")).status).phase is phase


async def test_a_free_domain_is_available(lab: Lab, whois: Whois) -> None:
    lab.answers["libero.it"] = free_whois_answer("libero.it")

    found = await whois.look_up("libero.it")

    assert outlook(found.status).phase is Phase.AVAILABLE
    assert found.expires_on is None


async def test_a_name_that_others_take_for_a_public_suffix_is_looked_up(
    lab: Lab, whois: Whois
) -> None:
    """Some libraries report fermo.it as free without asking anybody."""
    lab.answers["fermo.it"] = whois_answer("fermo.it", "inactive / serverHold")

    assert outlook((await whois.look_up("fermo.it")).status).phase is Phase.UNREACHABLE
    assert lab.asked == ["fermo.it"]


async def test_a_name_with_accents_goes_in_ascii(lab: Lab, whois: Whois) -> None:
    lab.answers["xn--caff-8oa.it"] = whois_answer("xn--caff-8oa.it")

    assert (await whois.look_up(" Caffè.IT. ")).domain == "xn--caff-8oa.it"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HANGS, id="nothing-in-time"),
        pytest.param(ENDLESS, id="no-end"),
        pytest.param(b"\xff\xfe\x00\x01" * 100, id="noise"),
        pytest.param(b"Query limit exceeded, try again later\n", id="another-text"),
        pytest.param(whois_answer("altro.it"), id="another-domain"),
        pytest.param(b"Domain:    prova.it\n", id="no-status"),
    ],
)
async def test_an_answer_that_is_none_counts_as_silence(
    lab: Lab, whois: Whois, answer: bytes
) -> None:
    lab.answers["prova.it"] = answer

    with pytest.raises(SourceUnavailable):
        await whois.look_up("prova.it")


async def test_a_day_that_is_none_is_left_out(lab: Lab, whois: Whois) -> None:
    lab.answers["prova.it"] = whois_answer("prova.it", expires="soon")

    assert (await whois.look_up("prova.it")).expires_on is None


async def test_a_closed_port_counts_as_silence() -> None:
    async with whois_lab() as closed:
        port = closed.port
    whois = Whois(("127.0.0.1", port), timedelta(seconds=0.3), SetClock(NOW))

    with pytest.raises(SourceUnavailable):
        await whois.look_up("prova.it")


@pytest.mark.parametrize("name", ["", "it", "due parole.it", "a..it", "x" * 64 + ".it", "\r\n.it"])
async def test_what_is_no_name_is_never_sent(lab: Lab, whois: Whois, name: str) -> None:
    with pytest.raises(SourceUnavailable):
        await whois.look_up(name)

    assert lab.asked == []
