"""The staff console: who waits, what was said, and what to do about it."""

from starlette.routing import Route

from bot.app import App
from bot.web.desk.alerts import AlertCalls
from bot.web.desk.beside import Beside
from bot.web.desk.chat import ChatPages
from bot.web.desk.composer import Composer
from bot.web.desk.marks import Marks
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
        self._composer, self._beside = Composer(app, pages, guard), Beside(app, pages, guard)
        self._chat = ChatPages(app, pages, guard, (self._queue, self._composer, self._beside))
        self._marks = Marks(app, guard, self._chat)
        self._steps = Steps(app, guard, self._chat)
        self._alerts = AlertCalls(app, guard)
        self._numbers = NumbersPage(app, pages, guard)
        self.unknown = self._chat.unknown

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        beside = (self._composer, self._beside, self._marks)
        parts = (self._queue, self._alerts, self._numbers, self._chat, *beside, self._steps)
        return [route for part in parts for route in part.routes()]
