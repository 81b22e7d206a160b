import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.web.api import MAX_CONTRACT_BYTES
from tests.contracts.api_document import faults
from tests.web.fakes import FakeApp

TOKEN = {"authorization": "Bearer secret"}
CONTRACT: dict[str, Any] = {
    "customer": {"customer_id": "K1", "kind": "company", "name": "Studio"},
    "expires_on": "2027-06-13",
    "as_of": "2026-11-25T10:00:00+01:00",
}


@pytest.fixture(autouse=True)
def _switched_on(app: FakeApp) -> None:
    app.settings.general.push_token = SecretStr("secret")


async def put(
    client: httpx.AsyncClient, number: str = "C-1", **more: object
) -> tuple[int, dict[str, Any]]:
    response = await client.put(f"/api/contracts/{number}", json=CONTRACT | more, headers=TOKEN)
    assert faults("Stored" if response.is_success else "Problem", response.json()) == []
    return response.status_code, response.json()


async def test_a_contract_is_stored_and_says_where_it_stands(client: httpx.AsyncClient) -> None:
    status, told = await put(client)

    assert (status, told) == (
        201,
        {"contract_id": "C-1", "standing": "active", "changed": None},
    )


async def test_the_same_again_changes_nothing(client: httpx.AsyncClient) -> None:
    await put(client)

    assert await put(client) == (
        200,
        {"contract_id": "C-1", "standing": "active", "changed": []},
    )


async def test_a_later_push_says_what_it_changed(client: httpx.AsyncClient) -> None:
    await put(client)

    _, told = await put(client, expires_on="2027-07-01", as_of="2026-11-25T11:00:00+01:00")

    assert told["changed"] == ["expires_on"]


async def test_an_older_push_changes_nothing(client: httpx.AsyncClient, app: FakeApp) -> None:
    await put(client)

    status, told = await put(client, expires_on="2030-01-01", as_of="2026-11-24T10:00:00+01:00")

    assert status == 409
    assert "later data" in told["detail"]
    assert (await put(client))[1]["changed"] == []


async def test_without_a_moment_it_is_as_of_now(client: httpx.AsyncClient) -> None:
    status, _ = await put(client, as_of=None)

    assert status == 201


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Bearer sécret"])
async def test_a_wrong_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    headers = {b"authorization": token.encode()}
    response = await client.put("/api/contracts/C-1", json=CONTRACT, headers=headers)

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("setting", "value"), [("push_token", SecretStr("")), ("contracts", "sql")]
)
async def test_it_is_off_without_a_token_and_where_contracts_come_from_elsewhere(
    client: httpx.AsyncClient, app: FakeApp, setting: str, value: object
) -> None:
    setattr(app.settings.general, setting, value)

    assert (await put(client))[0] == 404


async def test_every_fault_is_named(client: httpx.AsyncClient) -> None:
    status, told = await put(client, expires_on="presto", services=[{"kind": "boat"}])

    assert status == 422
    assert [fault["at"] for fault in told["faults"]] == ["expires_on", "services.0.kind"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"a":' * 50_000, 400),
        (b"[]", 422),
        (json.dumps(CONTRACT | {"contract_id": "C-2"}).encode(), 422),
        (json.dumps(CONTRACT | {"as_of": "2026-11-25T10:00:00"}).encode(), 422),
        (b" " * (MAX_CONTRACT_BYTES + 1), 413),
    ],
)
async def test_a_body_that_cannot_be_right_is_refused(
    client: httpx.AsyncClient, body: bytes, status: int
) -> None:
    response = await client.put("/api/contracts/C-1", content=body, headers=TOKEN)

    assert response.status_code == status


async def test_a_contract_is_taken_away_once(client: httpx.AsyncClient) -> None:
    await put(client)

    answers = [await client.delete("/api/contracts/C-1", headers=TOKEN) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 404]


async def test_the_token_is_in_no_log(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    await client.put("/api/contracts/C-1", json=CONTRACT, headers={"authorization": "Bearer nope"})

    assert "push_refused" in caplog.text
    assert "nope" not in caplog.text
