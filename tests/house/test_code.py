"""What the code must keep to, beyond what the checkers know."""

import ast
import json
from pathlib import Path

import pytest

from bot.knowledge_files import json_schemas
from tests.house.repository import ROOT

MODULES = sorted((ROOT / "bot").rglob("*.py"))
DOMAIN = [path for path in MODULES if path.parent.name == "domain"]
MOST_LINES = 350


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("module", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_waits_for_nothing(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))

    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, waits)] == []


def test_modules_fit_in_one_sitting() -> None:
    lines = {_name(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}

    assert {name for name, count in lines.items() if count > MOST_LINES} == set()


def test_the_schemas_for_editors_are_up_to_date() -> None:
    """If not: sportello kb schema docs/reference/schema."""
    written = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in (ROOT / "docs/reference/schema").iterdir()
    }

    assert written == json_schemas()
