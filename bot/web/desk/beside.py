"""What stands beside a chat: why the bot said what it said, and what there was before."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.known_contract import KnownContract, only_renewed
from bot.domain.messages import Picture
from bot.domain.picturing import picture_of
from bot.web.guard import Guard
from bot.web.pages import Pages


class Beside:
    """The pages and values for it."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk/chats/{id}/past", self.past, methods=["GET"]),
            Route("/desk/faq/{name}", self.entry, methods=["GET"]),
        ]

    async def past(self, request: Request) -> Response:
        """Return earlier parts of a chat, and other chats of the same person."""
        me, chat_id = self._guard.colleague(request, acts=False), request.path_params["id"]
        before = await self._app.helpers.earlier.of(chat_id)
        by_htmx = request.headers.get("hx-request") == "true"
        template = "desk/past.html" if by_htmx else "desk/past_page.html"
        path = f"/desk/chats/{quote(chat_id, safe='')}"
        values = {"before": before, "path": path, "me": me, "token": self._guard.token(request)}
        return self._pages.page(template, values)

    async def entry(self, request: Request) -> Response:
        """Return an entry of the FAQ with the passages it rests on."""
        me = self._guard.colleague(request)
        entry = self._app.knowledge.faq.get(request.path_params["name"])
        if entry is None:
            raise HTTPException(404, "There is no such entry.")
        title = self._app.knowledge.intents[entry.intent].title.it
        values = {"entry": entry, "title": title, "me": me, "token": self._guard.token(request)}
        return self._pages.page("desk/faq.html", values)

    async def shown(self, chat_id: str) -> Mapping[str, object]:
        """Return what the parts of a chat's page need beside the chat."""
        titles = {name: one.title.it for name, one in self._app.knowledge.intents.items()}
        return {
            "titles": titles,
            "titles_in_order": sorted(titles.items(), key=lambda one: one[1].casefold()),
            "marks": await self._app.helpers.marking.of(chat_id),
            "steps_of": self._steps_of,
        }

    def _steps_of(self, card: KnownContract) -> Picture | None:
        """Return the picture of a domain's way to release, where it is on one."""
        if card.domain is None or only_renewed(card):
            return None
        return picture_of(card.domain, self._app.knowledge, "it")
