"""What an identity provider may answer, and which of it counts."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from bot.clock import SetClock
from bot.domain.errors import IdentityRefused, IdentityUnavailable
from bot.identity_provider import OpenIdProvider
from bot.ports import Departure
from tests.builders import NOW

ISSUER = "https://id.example/realms/office"
BACK = "https://desk.example/desk/identity/back"
WAY = Departure(url="", state="s1", nonce="n1", verifier="v1")
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "k1"})
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "sportello",
    "sub": "42",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
    "nonce": "n1",
    "email": "anna@desk.example",
    "email_verified": True,
}


class SmallProvider:
    """Answers like a provider, and remembers what it was asked."""

    def __init__(self, **claims: object) -> None:
        self.claims = {key: one for key, one in (CLAIMS | claims).items() if one is not None}
        self.key = KEY
        self.document: dict[str, object] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth?hd=office",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.userinfo: dict[str, object] = {}
        self.token_status = 200
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.url.path.rpartition("/")[2]:
            case "openid-configuration":
                return httpx.Response(200, json=self.document)
            case "token":
                signed = jwt.encode({"alg": "RS256", "kid": "k1"}, self.claims, self.key)
                answer = {"access_token": "a1", "id_token": signed, "token_type": "Bearer"}
                return httpx.Response(self.token_status, json=answer)
            case "keys":
                return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
            case _:
                return httpx.Response(200, json=self.userinfo)


def provider(answers: Callable[[httpx.Request], httpx.Response]) -> OpenIdProvider:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answers))
    client = ("sportello", "s3cret:/")
    return OpenIdProvider(ISSUER, client, BACK, "Office", http, SetClock(NOW))


async def test_the_way_there_has_all_that_must_come_back() -> None:
    way = await provider(SmallProvider()).depart()
    other = await provider(SmallProvider()).depart()

    asked = {key: one for key, (one,) in parse_qs(urlsplit(way.url).query).items()}
    assert way.url.startswith(f"{ISSUER}/auth?")
    assert asked == {
        "hd": "office",
        "response_type": "code",
        "client_id": "sportello",
        "redirect_uri": BACK,
        "scope": "openid email profile",
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    assert way.verifier not in way.url
    assert len({way.state, way.nonce, way.verifier, other.state, other.nonce}) == 5


async def test_who_comes_back_is_known_by_the_verified_email() -> None:
    small = SmallProvider()

    assert await provider(small).arrive(WAY, "c1") == "anna@desk.example"

    (token,) = [one for one in small.asked if one.url.path.endswith("/token")]
    assert parse_qs(token.content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c1"],
        "redirect_uri": [BACK],
        "code_verifier": ["v1"],
    }
    pair = base64.b64decode(token.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "sportello:s3cret%3A%2F"


async def test_some_want_the_secret_in_the_form() -> None:
    small = SmallProvider()
    small.document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    await provider(small).arrive(WAY, "c1")

    (token,) = [one for one in small.asked if one.url.path.endswith("/token")]
    assert parse_qs(token.content.decode())["client_secret"] == ["s3cret:/"]
    assert "authorization" not in token.headers


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"nonce": "n2"}, id="nonce-of-another-way"),
        pytest.param({"nonce": None}, id="no-nonce"),
        pytest.param({"exp": int((NOW - timedelta(minutes=2)).timestamp())}, id="too-old"),
        pytest.param({"exp": None}, id="for-ever"),
        pytest.param({"aud": "another"}, id="for-somebody-else"),
        pytest.param({"aud": ["sportello", "another"], "azp": "another"}, id="shared"),
        pytest.param({"iss": "https://evil.example"}, id="of-another-provider"),
        pytest.param({"sub": None}, id="of-nobody"),
        pytest.param({"email_verified": False}, id="email-not-verified"),
        pytest.param({"email_verified": "true"}, id="email-verified-in-words"),
        pytest.param({"email_verified": None}, id="email-perhaps-verified"),
        pytest.param({"email": None}, id="no-email"),
        pytest.param({"email": ["anna@desk.example"]}, id="several-emails"),
    ],
)
async def test_what_is_signed_must_be_meant_for_us_and_now(claims: dict[str, object]) -> None:
    with pytest.raises(IdentityRefused):
        await provider(SmallProvider(**claims)).arrive(WAY, "c1")


async def test_what_another_key_signed_is_forged() -> None:
    small = SmallProvider()
    small.key = FOREIGN
    with pytest.raises(IdentityRefused):
        await provider(small).arrive(WAY, "c1")


def without_key(header: str) -> str:
    return f"{header}."


def by_the_public_key(header: str) -> str:
    """Sign by HMAC with the key that everybody can read: the oldest trick."""
    signature = hmac.new(KEY.as_pem(private=False), header.encode(), "sha256").digest()
    return f"{header}.{parted(signature)}"


def parted(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@pytest.mark.parametrize(
    ("algorithm", "signed"), [("none", without_key), ("HS256", by_the_public_key)]
)
async def test_what_anybody_can_sign_does_not_count(
    algorithm: str, signed: Callable[[str], str]
) -> None:
    small = SmallProvider()
    header = json.dumps({"alg": algorithm, "kid": "k1"}).encode()
    token = signed(f"{parted(header)}.{parted(json.dumps(CLAIMS).encode())}")

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"id_token": token})
        return small(request)

    with pytest.raises(IdentityRefused):
        await provider(answers).arrive(WAY, "c1")


async def test_an_email_told_only_when_asked_counts_if_it_is_theirs() -> None:
    small = SmallProvider(email=None, email_verified=None)
    small.document["userinfo_endpoint"] = f"{ISSUER}/me"
    small.userinfo = {"sub": "42", "email": "anna@desk.example", "email_verified": True}
    assert await provider(small).arrive(WAY, "c1") == "anna@desk.example"

    small.userinfo["sub"] = "43"
    with pytest.raises(IdentityRefused):
        await provider(small).arrive(WAY, "c1")


async def test_a_code_it_does_not_take_is_refused() -> None:
    small = SmallProvider()
    small.token_status = 400
    with pytest.raises(IdentityRefused):
        await provider(small).arrive(WAY, "c1")


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(down, id="down"),
        pytest.param(lambda _: httpx.Response(500), id="broken"),
        pytest.param(lambda _: httpx.Response(200, text="<html>"), id="a-page"),
        pytest.param(lambda _: httpx.Response(200, json=["issuer"]), id="a-list"),
        pytest.param(lambda _: httpx.Response(200, json={"issuer": "https://x"}), id="another"),
        pytest.param(lambda _: httpx.Response(200, json={"issuer": ISSUER}), id="half"),
    ],
)
async def test_one_that_does_not_answer_as_it_should_is_unavailable(
    answers: Callable[[httpx.Request], httpx.Response],
) -> None:
    with pytest.raises(IdentityUnavailable):
        await provider(answers).depart()
    with pytest.raises(IdentityUnavailable):
        await provider(answers).arrive(WAY, "c1")


async def test_a_provider_without_keys_proves_nothing() -> None:
    small = SmallProvider()

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={}) if "keys" in request.url.path else small(request)

    with pytest.raises(IdentityRefused):
        await provider(answers).arrive(WAY, "c1")
