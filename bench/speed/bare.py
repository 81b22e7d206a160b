"""The least a webhook can do: `python -m bench.speed.bare PORT KIND` checks a signature.

`twilio` checks it by Twilio's own package, as the program does, `hmac` by hand.
"""

import hashlib
import hmac
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bench.speed.customers import HOOK, TOKEN

Check = Callable[[str, Mapping[str, str], str], bool]


def by_hand(url: str, form: Mapping[str, str], signature: str) -> bool:
    """Tell whether Twilio signed a call.

    Source:
        https://www.twilio.com/docs/usage/security#validating-requests
    """
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(b64encode(digest).decode(), signature)


CHECKS: Mapping[str, Check] = {"twilio": RequestValidator(TOKEN).validate, "hmac": by_hand}


def webhook(check: Check, base: str) -> Starlette:
    """Return an application that checks a signature, and nothing else."""

    async def take(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        genuine = check(base + HOOK, form, request.headers.get("x-twilio-signature", ""))
        return Response(status_code=200 if genuine else 403)

    return Starlette(routes=[Route(HOOK, take, methods=["POST"])])


def serve(port: int, kind: str) -> None:
    """Serve it until the process is killed, as the program serves its own."""
    uvicorn.run(
        webhook(CHECKS[kind], f"http://127.0.0.1:{port}"),
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
