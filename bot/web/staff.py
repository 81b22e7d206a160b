"""The accounts of all colleagues, for admins."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.accounts import Role, clean_email
from bot.domain.errors import LastAdmin, NameTaken, UnknownColleague
from bot.domain.messages import clean_text
from bot.ports import Letter
from bot.web.guard import Forbidden, Guard
from bot.web.pages import Pages

Step = Callable[[str, str, FormData], Awaitable[None]]
_PAGE = "/desk/accounts"
_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    LastAdmin: (409, "last_admin"),
    NameTaken: (409, "taken"),
    UnknownColleague: (404, "unknown"),
    ValueError: (422, "unreadable"),
}


class StaffPages:
    """The list of colleagues, and what admins do with their accounts."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._accounts = app.accounts
        self._pages = pages
        self._guard = guard
        accounts = app.accounts
        self._steps: Mapping[str, Step] = {
            "role": lambda by, name, form: accounts.set_role(by, name, _role(form)),
            "activate": lambda by, name, _: accounts.set_active(by, name, active=True),
            "deactivate": lambda by, name, _: accounts.set_active(by, name, active=False),
            "sign-out": self._sign_out,
            "reset-code": lambda by, name, _: accounts.reset_second_step(by, name),
            "withdraw": lambda by, name, _: accounts.invitations.withdraw(by, name),
        }

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route(_PAGE, self.show, methods=["GET"]),
            Route(f"{_PAGE}/invite", self.invite, methods=["POST"]),
            Route(f"{_PAGE}/new-password", self.renew, methods=["POST"]),
            Route(f"{_PAGE}/{{step}}", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Return the list."""
        self._guard.require(request, Role.ADMIN)
        done = request.query_params.get("done", "")
        return await self._page(request, done=done if done in self._steps else "")

    async def act(self, request: Request) -> Response:
        """Do one step, or say kindly why not."""
        me, form = self._guard.require(request, Role.ADMIN), await self._guard.form(request)
        name = request.path_params["step"]
        step = self._steps.get(name)
        if step is None:
            raise HTTPException(404)
        try:
            await step(me, _name(form), form)
        except tuple(_REFUSALS) as error:
            return await self._refused(request, error)
        return RedirectResponse(f"{_PAGE}?{urlencode({'done': name})}", 303)

    async def invite(self, request: Request) -> Response:
        """Make a link for a new colleague and show it, once."""
        me, form = self._guard.require(request, Role.ADMIN), await self._guard.form(request)
        try:
            email = clean_email(str(form.get("email", "")))
            name = _name(form)
            token = await self._accounts.invitations.invite(me, name, _role(form), email)
        except tuple(_REFUSALS) as error:
            return await self._refused(request, error)
        return await self._made(request, "desk/letters/invitation.txt", (name, email, token))

    async def renew(self, request: Request) -> Response:
        """Make a link by which a colleague chooses a new password and show it, once."""
        me, form = self._guard.require(request, Role.ADMIN), await self._guard.form(request)
        try:
            token = await self._accounts.invitations.renew(me, _name(form))
        except tuple(_REFUSALS) as error:
            return await self._refused(request, error)
        found = await self._accounts.find(_name(form))
        about = (found.name, found.email) if found else (_name(form), "")
        return await self._made(request, "desk/letters/new_password.txt", (*about, token))

    async def _sign_out(self, by: str, name: str, form: FormData) -> None:
        del form
        await self._accounts.end_sessions(by, name)

    async def _made(self, request: Request, letter: str, made: tuple[str, str, str]) -> Response:
        name, email, token = made
        link = f"{self._app.settings.general.public_address}/desk/invitation/{token}"
        mailed = await self._mail(letter, name, email, link) if email else ""
        said: dict[str, object] = {
            "link": link,
            "link_for": name,
            "mailed": mailed,
            "mailed_to": email,
        }
        return await self._page(request, **said)

    async def _mail(self, letter: str, name: str, email: str, link: str) -> str:
        """Send a letter with a link; return ``sent``, ``failed``, or nothing without a server."""
        mailer = self._app.mailer
        if mailer is None:
            return ""
        text = self._pages.text(letter, {"name": name, "link": link})
        subject, _, rest = text.partition("\n")
        try:
            await mailer.send(Letter(to=email, subject=subject, text=rest.lstrip()))
        except OSError:
            return "failed"
        return "sent"

    async def _refused(self, request: Request, error: Exception) -> Response:
        status, problem = next(
            refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind)
        )
        return await self._page(request, status, problem=problem)

    async def _page(self, request: Request, status: int = 200, /, **said: object) -> Response:
        values = {
            "me": self._guard.colleague(request),
            "token": self._guard.token(request),
            "colleagues": await self._accounts.everybody(),
            "invitations": await self._accounts.invitations.open(),
            "roles": list(Role),
            "done": "",
            "problem": "",
            "link": "",
            **said,
        }
        return self._pages.page("desk/accounts.html", values, status)


def forbidden(pages: Pages, request: Request, error: Exception) -> Response:
    """Return a page that says for whom another one is."""
    role = error.role if isinstance(error, Forbidden) else Role.ADMIN
    if request.headers.get("hx-request") == "true":
        return Response(status_code=403)
    return pages.page("desk/forbidden.html", {"role": role}, 403)


def _role(form: FormData) -> Role:
    return Role(str(form.get("role", "")))


def _name(form: FormData) -> str:
    return clean_text(str(form.get("name", "")))
