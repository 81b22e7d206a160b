"""The project's own documentation, as pages."""

from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.web.pages import Pages

_PICTURES = frozenset({".png", ".svg", ".json", ".yaml"})


class Docs:
    """Shows the Markdown files of one folder; links between them work as they do in it."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._folder = app.settings.general.docs.resolve()
        self._pages = pages
        self._markdown = MarkdownIt("js-default")  # with tables, without HTML of its own

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/docs", self.start), Route("/docs/{path:path}", self.page)]

    async def start(self, request: Request) -> Response:
        """Lead to the first page."""
        del request
        return RedirectResponse("/docs/index.md")

    async def page(self, request: Request) -> Response:
        """Return a page, or a picture on one."""
        file = self._file(request.path_params["path"])
        if file is None:
            raise HTTPException(404, "There is no such page in the documentation.")
        if file.suffix in _PICTURES:
            return FileResponse(file)
        if file.suffix != ".md":
            raise HTTPException(404, "There is no such page in the documentation.")
        text = file.read_text("utf-8")
        title = text.partition("\n")[0].lstrip("# ")
        body = Markup(self._markdown.render(text))  # noqa: S704 - our own files, HTML in them escaped
        return self._pages.page("docs.html", {"title": title, "body": body})

    def _file(self, name: str) -> Path | None:
        """Return a file of the folder, or None if it has none of this name."""
        try:
            file = (self._folder / name).resolve()
            return file if file.is_relative_to(self._folder) and file.is_file() else None
        except (OSError, ValueError):  # No file can have such a name.
            return None
