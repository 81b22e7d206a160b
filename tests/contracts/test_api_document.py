"""What we call, and what we offer, is as docs/reference/api/contracts.yaml says."""

from datetime import timedelta

import httpx
import pytest
from openapi_spec_validator import validate

from bot.clock import SetClock
from bot.contracts.http_api import HttpContracts
from bot.contracts.shape import json_schema
from tests.builders import NOW
from tests.cli.contract_files import PHONE
from tests.contracts.api_document import CONTRACT, DOCUMENT, FOLDER, faults
from tests.contracts.api_peer import TOKEN, Peer


def test_the_document_is_openapi() -> None:
    validate(DOCUMENT, base_uri=(FOLDER / "contracts.yaml").as_uri())


def test_a_contract_in_it_is_what_the_program_reads() -> None:
    assert json_schema() == CONTRACT, (
        "sportello contracts schema > docs/reference/api/contract.json"
    )


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
async def test_we_call_what_it_has_and_read_what_it_says(peer: Peer) -> None:
    async with httpx.AsyncClient() as http:
        source = HttpContracts(http, peer.base, TOKEN, timedelta(seconds=5), SetClock(NOW))
        assert await source.by_phone(PHONE)
        assert await source.by_email("prova@example.org") == []
        assert await source.by_id("C-2")
        assert await source.by_id("C-9") is None

    schemas = {"list": "Contracts", "one": "DatedContract"}
    judged = [faults(schemas[kind], body) for kind, body in peer.answered if kind in schemas]
    assert judged == [[], [], []]
    given = {path.split("?")[1].split("=")[0] for path in peer.asked} - {""}
    known = {one["name"] for one in DOCUMENT["paths"]["/contracts"]["get"]["parameters"]}
    assert given == known


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DatedContract", {"contract_id": "C-1"}),
        ("Contracts", {"contracts": [{"contract_id": "C-1"}]}),
        ("Problem", {"status": 422}),
    ],
)
def test_what_is_not_so_is_found(name: str, value: object) -> None:
    assert faults(name, value)
