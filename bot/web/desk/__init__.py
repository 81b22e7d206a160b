"""The staff console: who waits, what was said, and what to do about it."""

from starlette.routing import Route

from bot.app import App
from bot.web.desk.chat import ChatPages
from bot.web.desk.numbers import NumbersPage
from bot.web.desk.queue import QueuePages
from bot.web.desk.steps import Steps
from bot.web.guard import Guard
from bot.web.pages import Pages

__all__ = ["Console"]


class Console:
    """The pages behind the login; each part of them can be fetched anew by itself."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._queue = QueuePages(app, pages, guard)
        self._chat = ChatPages(app, pages, guard, self._queue)
        self._numbers = NumbersPage(app, pages, guard)
        self._steps = Steps(app, guard, self._chat)
        self.unknown = self._chat.unknown

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            *self._queue.routes(),
            *self._numbers.routes(),
            *self._chat.routes(),
            *self._steps.routes(),
        ]
