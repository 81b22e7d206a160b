"""Against an RDAP server on this machine."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from bot.clock import SetClock
from bot.domain.errors import SettingsError, SourceUnavailable
from bot.domain.registry import Phase, RegistryRecord, outlook
from bot.registries.rdap import BOOTSTRAP_FILE, MAX_ANSWER_BYTES, Rdap
from tests.builders import NOW
from tests.registries.lab import ENDLESS, HANGS, Lab, rdap_answer, rdap_lab

pytestmark = pytest.mark.enable_socket
PATIENCE = timedelta(seconds=0.3)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with rdap_lab() as running:
        yield running


@pytest.fixture
async def rdap(lab: Lab, tmp_path: Path) -> AsyncIterator[Rdap]:
    async with httpx.AsyncClient() as http:
        yield Rdap(http, lab.bootstrap(tmp_path), PATIENCE, SetClock(NOW))


async def test_the_registrys_own_words_are_kept(lab: Lab, rdap: Rdap) -> None:
    lab.answers["prova.com"] = rdap_answer(
        "PROVA.com", "redemption period", "pending delete", expires="2026-10-01T23:30:00Z"
    )

    assert await rdap.look_up("prova.com") == RegistryRecord(
        domain="prova.com",
        status=("redemption period", "pending delete"),
        expires_on=date(2026, 10, 1),
        registrar="Registrar Campione S.r.l.",
        as_of=NOW,
    )


async def test_only_the_registry_is_asked(lab: Lab, rdap: Rdap) -> None:
    """The registrar it refers to may say something older; nobody follows where it points."""
    lab.answers["prova.com"] = rdap_answer("prova.com")

    await rdap.look_up("prova.com")

    assert lab.asked == ["/rdap/domain/prova.com"]


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        (["active"], Phase.ACTIVE),
        (["client transfer prohibited"], Phase.ACTIVE),
        (["auto renew period", "client transfer prohibited"], Phase.GRACE),
        (["redemption period", "pending delete"], Phase.REDEMPTION),
        (["pending delete"], Phase.PENDING_DELETE),
        (["pending restore", "pending delete"], Phase.PENDING_RESTORE),
        (["pending transfer"], Phase.PENDING_TRANSFER),
        (["auto renew period", "client hold"], Phase.UNREACHABLE),
    ],
)
async def test_each_status_leads_to_its_phase(
    lab: Lab, rdap: Rdap, status: list[str], phase: Phase
) -> None:
    lab.answers["prova.com"] = rdap_answer("prova.com", *status)

    assert outlook((await rdap.look_up("prova.com")).status).phase is phase


async def test_a_domain_the_registry_does_not_know_is_available(rdap: Rdap) -> None:
    found = await rdap.look_up("libero.com")

    assert outlook(found.status).phase is Phase.AVAILABLE


@pytest.mark.parametrize(
    ("body", "available"),
    [
        pytest.param(b"", True, id="no-body"),
        pytest.param(b'{"errorCode": 404}', True, id="an-error-of-rdap"),
        pytest.param(b"<html>404</html>", False, id="a-page-of-a-proxy"),
        pytest.param(b'["what"]', False, id="other-json"),
        pytest.param(b'{"message": "no such route"}', False, id="another-servers-json"),
    ],
)
async def test_only_the_registrys_own_404_makes_a_domain_available(
    lab: Lab, rdap: Rdap, body: bytes, available: bool
) -> None:
    """A customer must not read that a domain is free because a proxy is broken."""
    lab.status, lab.answers["prova.com"] = 404, body

    if available:
        assert (await rdap.look_up("prova.com")).status == ("available",)
    else:
        with pytest.raises(SourceUnavailable):
            await rdap.look_up("prova.com")


@pytest.mark.parametrize("status", [301, 400, 401, 403, 422, 429, 500, 503])
async def test_a_refusal_counts_as_silence(lab: Lab, rdap: Rdap, status: int) -> None:
    lab.status, lab.answers["prova.com"] = status, rdap_answer("prova.com")

    with pytest.raises(SourceUnavailable):
        await rdap.look_up("prova.com")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HANGS, id="nothing-in-time"),
        pytest.param(ENDLESS, id="no-end"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html></html>", id="a-page"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="an-empty-object"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(rdap_answer("altro.com"), id="another-domain"),
        pytest.param(rdap_answer("prova.com", objectClassName="entity"), id="no-domain"),
        pytest.param(rdap_answer("prova.com", status=[]), id="no-status"),
        pytest.param(rdap_answer("prova.com", status=7), id="status-is-a-number"),
        pytest.param(rdap_answer("prova.com", events=["x"]), id="events-are-words"),
        pytest.param(rdap_answer("prova.com", entities=7), id="entities-are-a-number"),
        pytest.param(rdap_answer("prova.com", ldhName=None), id="no-name"),
        pytest.param(rdap_answer("prova.com", expires="some day"), id="day-in-words"),
    ],
)
async def test_an_answer_that_is_none_counts_as_silence(
    lab: Lab, rdap: Rdap, answer: bytes
) -> None:
    lab.answers["prova.com"] = answer

    with pytest.raises(SourceUnavailable):
        await rdap.look_up("prova.com")


async def test_an_answer_may_be_long_but_not_too_long(lab: Lab, rdap: Rdap) -> None:
    notice = [{"title": "x", "description": ["y" * (MAX_ANSWER_BYTES - 5000)]}]
    lab.answers["prova.com"] = rdap_answer("prova.com", notices=notice)
    assert (await rdap.look_up("prova.com")).status == ("active",)

    notice[0]["description"] = ["y" * MAX_ANSWER_BYTES]
    lab.answers["prova.com"] = rdap_answer("prova.com", notices=notice)
    with pytest.raises(SourceUnavailable):
        await rdap.look_up("prova.com")


@pytest.mark.parametrize("told", ["2027", "March 2027", "2027-03-10T09:00:00", "1806570000"])
async def test_a_half_told_day_is_never_completed(lab: Lab, rdap: Rdap, told: str) -> None:
    """The package would make a day of it, with the month and day of today."""
    lab.answers["prova.com"] = rdap_answer("prova.com", expires=told)

    with pytest.raises(SourceUnavailable):
        await rdap.look_up("prova.com")


async def test_without_a_day_there_is_none(lab: Lab, rdap: Rdap) -> None:
    lab.answers["prova.com"] = rdap_answer("prova.com", events=[])

    assert (await rdap.look_up("prova.com")).expires_on is None


async def test_a_suffix_without_a_server_is_asked_nowhere(lab: Lab, rdap: Rdap) -> None:
    with pytest.raises(SourceUnavailable, match="RDAP"):
        await rdap.look_up("prova.example")

    assert lab.asked == []


async def test_a_name_in_another_script_goes_in_ascii(lab: Lab, rdap: Rdap) -> None:
    lab.answers["xn--e1afmkfd.xn--p1ai"] = rdap_answer("xn--e1afmkfd.xn--p1ai")

    assert (await rdap.look_up("пример.рф")).domain == "xn--e1afmkfd.xn--p1ai"


async def test_the_file_that_comes_with_the_program_has_servers_over_https() -> None:
    async with httpx.AsyncClient() as http:
        Rdap(http, BOOTSTRAP_FILE, PATIENCE, SetClock(NOW))

    services = json.loads(BOOTSTRAP_FILE.read_text("utf-8"))["services"]
    assert {"com", "net", "org", "info"} <= {one for names, _ in services for one in names}
    assert all(url.startswith("https://") for _, urls in services for url in urls)


async def test_a_server_that_could_be_listened_to_is_not_asked(tmp_path: Path) -> None:
    file = tmp_path / "dns.json"
    file.write_text(json.dumps({"services": [[["com"], ["http://rdap.example/"]]]}), "utf-8")
    async with httpx.AsyncClient(transport=httpx.MockTransport(_no_call)) as http:
        rdap = Rdap(http, file, PATIENCE, SetClock(NOW))

        with pytest.raises(SourceUnavailable):
            await rdap.look_up("prova.com")


@pytest.mark.parametrize("text", [None, "", "[]", '{"services": 7}', "\ufeff{"])
def test_a_file_that_is_no_bootstrap_is_refused_at_the_start(
    tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "dns.json"
    if text is not None:
        file.write_text(text, "utf-8")

    with pytest.raises(SettingsError, match=r"SPORTELLO_RDAP_BOOTSTRAP=.* Fetch https"):
        Rdap(httpx.AsyncClient(), file, PATIENCE, SetClock(NOW))


def _no_call(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"Nobody may call {request.url}.")
