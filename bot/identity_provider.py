"""Signing in by OpenID Connect: Authlib's rules on what is sent and what counts."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.domain.errors import IdentityRefused, IdentityUnavailable
from bot.ports import Clock, Departure

PATIENCE = timedelta(seconds=10)
"""How long each answer of the provider is waited for."""

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signed by a key that only the provider has."""
_LEEWAY_SECONDS = 60
"""By how much its clock may differ from ours."""
_SCOPE = "openid email profile"


class OpenIdProvider:
    """One provider, found by its address.

    Args:
        issuer: Its address, as it writes it itself.
        client: Our name there, and the secret we share with it.
        redirect: Where it sends browsers back to.
        label: What colleagues call it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that makes a provider
        self,
        issuer: str,
        client: tuple[str, str],
        redirect: str,
        label: str,
        http: httpx.AsyncClient,
        clock: Clock,
    ) -> None:
        self.label = label
        self._issuer = issuer
        self._client, self._secret = client
        self._redirect = redirect
        self._http = http
        self._clock = clock

    async def depart(self) -> Departure:
        """Return a new way there; raise IdentityUnavailable if it does not answer."""
        found = await self._discovered()
        state, nonce = secrets.token_urlsafe(), secrets.token_urlsafe()
        verifier = secrets.token_urlsafe(48)
        url = prepare_grant_uri(
            _address(found, "authorization_endpoint"),
            self._client,
            "code",
            redirect_uri=self._redirect,
            scope=_SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Departure(url=str(url), state=state, nonce=nonce, verifier=verifier)

    async def arrive(self, departure: Departure, code: str) -> str:
        """Return the verified e-mail of who came back with a code.

        Raises:
            IdentityUnavailable: It does not answer, or not as it should.
            IdentityRefused: What it signed does not count, or tells of no verified e-mail.
        """
        found = await self._discovered()
        told = await self._token(found, departure, code)
        keys = await self._asked("GET", _address(found, "jwks_uri"))
        claims = self._checked(told, keys, departure.nonce)
        if "email" not in claims and found.get("userinfo_endpoint"):
            claims = await self._completed(found, told, claims)
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise IdentityRefused("The identity provider has verified no e-mail.")
        return email

    async def _discovered(self) -> Mapping[str, Any]:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._asked("GET", address)
        if found.get("issuer") != self._issuer:
            raise IdentityUnavailable(f"It calls itself {found.get('issuer')!r}.")
        return found

    async def _token(
        self, found: Mapping[str, Any], departure: Departure, code: str
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": departure.verifier,
        }
        headers = {}
        if "client_secret_post" in found.get("token_endpoint_auth_methods_supported", ()):
            form |= {"client_id": self._client, "client_secret": self._secret}
        else:
            # Both are written as in a form first: RFC 6749, section 2.3.1.
            pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        address = _address(found, "token_endpoint")
        return await self._asked("POST", address, data=form, headers=headers)

    def _checked(
        self, told: Mapping[str, Any], keys: Mapping[str, Any], nonce: str
    ) -> Mapping[str, Any]:
        """Return what a token says; raise IdentityRefused if it does not count."""
        options = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client},
        }
        params = {
            "nonce": nonce,
            "client_id": self._client,
            "access_token": told.get("access_token"),
        }
        try:
            key_set = KeySet.import_key_set({"keys": keys["keys"]})
            token = jwt.decode(str(told["id_token"]), key_set, algorithms=_ALGORITHMS)
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(int(self._clock.now().timestamp()), _LEEWAY_SECONDS)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise IdentityRefused(f"What it signed does not count: {error!r}") from error
        return dict(claims)

    async def _completed(
        self, found: Mapping[str, Any], told: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return claims with what the provider tells only when asked."""
        headers = {"Authorization": f"Bearer {told.get('access_token', '')}"}
        more = await self._asked("GET", _address(found, "userinfo_endpoint"), headers=headers)
        if more.get("sub") != claims["sub"]:
            raise IdentityRefused("It tells of somebody else.")
        return {**claims, **more}

    async def _asked(self, method: str, address: str, **how: Any) -> Mapping[str, Any]:  # noqa: ANN401 - of httpx
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                answer = await self._http.request(method, address, **how)
            if answer.status_code == httpx.codes.BAD_REQUEST:
                raise IdentityRefused("It does not take the code.")
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise IdentityUnavailable(f"It does not answer: {type(error).__name__}.") from error
        if not isinstance(told, dict):
            raise IdentityUnavailable("It does not answer as it should.")
        return told


def _address(found: Mapping[str, Any], name: str) -> str:
    """Return one of the provider's addresses; raise IdentityUnavailable if it has none."""
    address = found.get(name)
    if not isinstance(address, str):
        raise IdentityUnavailable(f"It tells no {name}.")
    return address
