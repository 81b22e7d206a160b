"""A colleague's own account: password, second step, where they are reached, their browsers."""

import io
from collections.abc import Awaitable, Callable, Mapping

import segno
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.accounts import clean_email, clean_telegram
from bot.domain.errors import TooManyTries, WeakPassword, WrongCredentials
from bot.service.codes import address_of
from bot.service.entrance import Present
from bot.web.guard import Guard
from bot.web.pages import Pages

Step = Callable[[Present, FormData], Awaitable[None]]
_PAGE = "/desk/account"
_DONE = frozenset({"reach", "duty", "password", "begin", "off", "elsewhere"})


class OwnAccount:
    """The page every colleague has, and what can be done on it."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._accounts = app.accounts
        self._pages = pages
        self._guard = guard
        self._steps: Mapping[str, Step] = {
            "reach": self._reach,
            "duty": self._duty,
            "password": self._password,
            "begin": self._begin,
            "off": self._off,
            "elsewhere": self._elsewhere,
        }

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route(_PAGE, self.show, methods=["GET"]),
            Route(f"{_PAGE}/code.svg", self.picture, methods=["GET"]),
            Route(f"{_PAGE}/confirm", self.confirm, methods=["POST"]),
            Route(f"{_PAGE}/{{step}}", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Return the page."""
        done = request.query_params.get("done", "")
        return await self._page(request, done=done if done in _DONE else "")

    async def picture(self, request: Request) -> Response:
        """Return what an app is to photograph, as long as it is not confirmed."""
        colleague = self._guard.present(request).colleague
        if not colleague.totp_pending:
            raise HTTPException(404)
        drawn = io.BytesIO()
        code = segno.make(address_of(colleague), error="m", micro=False)
        code.save(drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False)
        headers = {"Cache-Control": "no-store"}
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers=headers)

    async def confirm(self, request: Request) -> Response:
        """Switch the second step on and show the recovery codes, once."""
        me, form = self._guard.present(request), await self._guard.form(request)
        code = str(form.get("code", ""))
        try:
            codes = await self._accounts.second_step.confirm(
                me.colleague.name, code, me.session.id
            )
        except WrongCredentials:
            return await self._page(request, 422, problem="code")
        except TooManyTries as error:
            return await self._page(request, 429, problem="too_often", wait=error.wait)
        values = {"me": me.colleague.name, "token": self._guard.token(request), "codes": codes}
        return self._pages.page("desk/recovery.html", values)

    async def act(self, request: Request) -> Response:
        """Do one step, or say kindly why not."""
        me, form = self._guard.present(request), await self._guard.form(request)
        name = request.path_params["step"]
        step = self._steps.get(name)
        if step is None:
            raise HTTPException(404)
        try:
            await step(me, form)
        except WeakPassword as error:
            return await self._page(request, 422, problem=error.fault)
        except WrongCredentials:
            return await self._page(request, 422, problem="wrong")
        except TooManyTries as error:
            return await self._page(request, 429, problem="too_often", wait=error.wait)
        except ValueError:
            return await self._page(request, 422, problem="unreadable")
        return RedirectResponse(f"{_PAGE}?done={name}", 303)

    async def _reach(self, me: Present, form: FormData) -> None:
        email, telegram = clean_email(_text(form, "email")), clean_telegram(_text(form, "chat"))
        await self._accounts.set_reach(me.colleague.name, email, telegram)

    async def _duty(self, me: Present, form: FormData) -> None:
        on_duty = _text(form, "on_duty") == "yes"
        await self._accounts.set_duty(me.colleague.name, on_duty=on_duty)

    async def _password(self, me: Present, form: FormData) -> None:
        old, new = _text(form, "old"), _text(form, "new")
        await self._accounts.change_password(me.colleague.name, old, new, me.session.id)

    async def _begin(self, me: Present, form: FormData) -> None:
        del form
        await self._accounts.second_step.begin(me.colleague.name)

    async def _off(self, me: Present, form: FormData) -> None:
        password = _text(form, "password")
        await self._accounts.second_step.switch_off(me.colleague.name, password, me.session.id)

    async def _elsewhere(self, me: Present, form: FormData) -> None:
        del form
        name = me.colleague.name
        await self._accounts.end_sessions(name, name, me.session.id)

    async def _page(self, request: Request, status: int = 200, /, **said: object) -> Response:
        me = self._guard.present(request)
        colleague = await self._accounts.find(me.colleague.name)
        values = {
            "me": me.colleague.name,
            "token": self._guard.token(request),
            "colleague": colleague,
            "session": me.session,
            "sessions": await self._accounts.sessions_of(me.colleague.name),
            "done": "",
            "problem": "",
            "wait": None,
            **said,
        }
        return self._pages.page("desk/account.html", values, status)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, ""))
