"""Twilio without a network: answers as it is told, and remembers what it was asked."""

from urllib.parse import parse_qs

import httpx


def accepted(sid: str | None) -> httpx.Response:
    return httpx.Response(201, json={"sid": sid, "status": "queued"})


def refused(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "no", "status": status})


class FakeTwilio:
    """Gives its answers in turn; ``answer`` when there are no more."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: httpx.Response | httpx.TransportError = accepted("SM1")
        self.answers: list[httpx.Response | httpx.TransportError] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else self.answer
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    @property
    def form(self) -> dict[str, list[str]]:
        return self.forms[-1]

    @property
    def forms(self) -> list[dict[str, list[str]]]:
        return [parse_qs(request.content.decode()) for request in self.requests]
