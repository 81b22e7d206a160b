"""Webhooks, web chat, staff console, live events and health."""

from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount

from bot.app import App
from bot.domain.errors import DatabaseUnavailable
from bot.service.overview import UnknownConversation
from bot.web.account import OwnAccount
from bot.web.api import Api
from bot.web.audit import AuditPage
from bot.web.chat import WebChat
from bot.web.desk import Console
from bot.web.docs import Docs
from bot.web.enclosures import EnclosuresPage
from bot.web.guard import Forbidden, Guard, SafeHeaders, SignedOut, signed_out
from bot.web.health import Health
from bot.web.identity import IdentityLogin
from bot.web.invited import InvitedPages
from bot.web.login import Login
from bot.web.origins import for_listed_sites
from bot.web.packing import PackedConsole
from bot.web.pages import Pages
from bot.web.pictures import PicturesPage
from bot.web.plain import PlainChat
from bot.web.sessions import Sessions, cookie_of
from bot.web.staff import StaffPages, forbidden
from bot.web.unavailable import RETRY_AFTER, not_now
from bot.web.webhooks import Webhooks
from bot.web.widget import Widget

__all__ = ["build_web"]


def build_web(app: App, *, demo: bool = False) -> Starlette:
    """Return the web application: everything a browser or a vendor may call.

    Args:
        app: What it stands on.
        demo: Whether to show a page of somebody else with the chat on it.
    """
    general = app.settings.general
    pages, guard = Pages(app.clock), Guard(app.session_key, general.public_address)
    console = Console(app, pages, guard)
    chat, widget = WebChat(app, pages), Widget(app, pages, demo=demo)
    chat_calls = [*chat.calls(), *widget.parts(), *PlainChat(app, pages).routes()]
    sessions = Middleware(Sessions, accounts=app.accounts, cookie=cookie_of(app))
    return Starlette(
        routes=[
            *Health(app).routes(),
            *Docs(app, pages).routes(),
            *chat.routes(),
            Mount("/chat", routes=chat_calls, middleware=for_listed_sites(general)),
            *PicturesPage(app).routes(),
            *EnclosuresPage(app).routes(),
            *Webhooks(app).routes(),
            *Login(app, pages, guard).routes(),
            *IdentityLogin(app, pages, guard).routes(),
            *OwnAccount(app, pages, guard).routes(),
            *StaffPages(app, pages, guard).routes(),
            *InvitedPages(app, pages, guard).routes(),
            *AuditPage(app, pages, guard).routes(),
            *console.routes(),
            *Api(app).routes(),
            *widget.routes(),
        ],
        middleware=[Middleware(SafeHeaders), Middleware(PackedConsole), sessions],
        exception_handlers={
            SignedOut: signed_out,
            Forbidden: partial(forbidden, pages),
            UnknownConversation: console.unknown,
            DatabaseUnavailable: not_now,
            ClientDisconnect: _gone,
            Exception: _unexpected,
        },
    )


async def _gone(request: Request, error: Exception) -> Response:
    """Return what nobody reads: a page was left while it sent something."""
    del request, error
    return PlainTextResponse("The call broke off.", 400)


async def _unexpected(request: Request, error: Exception) -> Response:
    """Return 503, at which vendors send again; nothing was stored. The server logs the error."""
    del request, error
    return PlainTextResponse("Something failed here; please try again.", 503, RETRY_AFTER)
