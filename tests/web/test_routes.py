"""docs/reference/api/http.yaml has every address the program answers, and no other."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml
from openapi_spec_validator import validate
from starlette.routing import BaseRoute, Mount, Route

from bot.web import build_web
from tests.contracts.api_document import FOLDER
from tests.web.fakes import a_fake_app

DOCUMENT = yaml.safe_load((FOLDER / "http.yaml").read_text("utf-8"))
_METHODS = {"get", "post", "put", "delete"}


def bare(path: str) -> str:
    return re.sub(r"{[^}]*}", "{}", path)


def answered(routes: Iterable[BaseRoute], under: str = "") -> set[tuple[str, str]]:
    """Return the methods and paths of routes, whatever the names of their parameters."""
    found = set()
    for route in routes:
        if isinstance(route, Mount):
            inner = answered(route.routes, under + route.path)
            found |= inner or {("get", f"{under}{route.path}/{{}}")}
        else:
            assert isinstance(route, Route)
            methods = {method.lower() for method in route.methods or ()} - {"head"}
            found |= {(method, bare(under + route.path)) for method in methods}
    return found


def test_the_document_has_every_route_and_no_other(tmp_path: Path) -> None:
    written = {
        (method, bare(path))
        for path, operations in DOCUMENT["paths"].items()
        for method in operations.keys() & _METHODS
    }

    assert written == answered(build_web(a_fake_app(tmp_path).as_app, demo=True).routes)


def test_the_document_is_openapi() -> None:
    validate(DOCUMENT)
