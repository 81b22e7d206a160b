"""A colleague at the console, without a browser."""

import re
from typing import Self
from urllib.parse import quote

import httpx

from tests.e2e.program import PATIENCE, Program

_MISSING = re.compile(
    r'name="entry" value="(\w+)">\s*<input type="hidden" name="at" value="(\d+)"'
)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Colleague:
    """Signs in with the first password, or another, and looks at chats."""

    def __init__(self, program: Program, password: str = "") -> None:
        self._http = httpx.Client(
            base_url=program.base,
            trust_env=False,
            timeout=PATIENCE.total_seconds(),
            follow_redirects=True,
        )
        self._post(
            "/desk/login", "/desk/login", name="desk", password=password or program.password
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def queue(self, tab: str = "waiting") -> str:
        """Return a tab of the list of chats, as HTML."""
        return self._page(f"/desk?tab={tab}")

    def chat(self, conversation_id: str) -> str:
        """Return the page of a chat, as HTML."""
        return self._page(_path(conversation_id))

    def content(self, path: str) -> bytes:
        """Return what is behind an address of the console."""
        answer = self._http.get(path)
        assert answer.is_success, f"{path}: {answer.status_code}"
        return answer.content

    def deliveries(self, conversation_id: str) -> list[str]:
        """Return what became of each reply of a chat, oldest first."""
        return re.findall(r'class="delivery (\w+)"', self.chat(conversation_id))

    def reply(self, conversation_id: str, text: str) -> None:
        """Take the chat, unless it is taken, and answer."""
        path = _path(conversation_id)
        self._post(path, f"{path}/reply", text=text, mode="reply")

    def reply_with(
        self, conversation_id: str, text: str, *files: tuple[str, bytes]
    ) -> httpx.Response:
        """Answer with files, and return how that went."""
        path = _path(conversation_id)
        token = _TOKEN.search(self._page(path))
        assert token, "The chat has no form."
        form = {"token": token.group(1), "mode": "reply", "text": text}
        return self._http.post(f"{path}/reply", data=form, files=[("files", one) for one in files])

    def refused(self, conversation_id: str, text: str) -> str:
        """Answer what cannot be sent now, and return the page that says why."""
        path = _path(conversation_id)
        token = _TOKEN.search(self._page(path))
        assert token, f"{path} has no form."
        form = {"token": token.group(1), "text": text, "mode": "reply"}
        answer = self._http.post(f"{path}/reply", data=form)
        assert answer.status_code == httpx.codes.CONFLICT, answer.status_code
        return answer.text

    def step(self, conversation_id: str, step: str, **form: str) -> None:
        """Do one step in a chat."""
        path = _path(conversation_id)
        self._post(path, f"{path}/{step}", **form)

    def send(self, page: str, path: str, **form: object) -> None:
        """Send a form of a page of the console."""
        self._post(page, path, **{name: str(value) for name, value in form.items()})

    def get(self, path: str) -> httpx.Response:
        """Return what is at a path of the console."""
        answer = self._http.get(path)
        assert answer.is_success, f"{path}: {answer.status_code}"
        return answer

    def fetch_again(self, conversation_id: str) -> None:
        """Press the first button that has a missing file fetched again."""
        path = _path(conversation_id)
        entry = _MISSING.search(self._page(path))
        assert entry, "No file is missing."
        self._post(path, f"{path}/fetch", entry=entry.group(1), at=entry.group(2))

    def _page(self, path: str) -> str:
        return self.get(path).text

    def _post(self, page: str, path: str, **form: str) -> None:
        token = _TOKEN.search(self._page(page))
        assert token, f"{page} has no form."
        answer = self._http.post(path, data={"token": token.group(1), **form})
        assert answer.is_success, f"{path}: {answer.status_code}"


def _path(conversation_id: str) -> str:
    return f"/desk/chats/{quote(conversation_id, safe='')}"
