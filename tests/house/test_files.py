"""What no file of the repository may hold, and what some must."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.knowledge_files.labels import LABELS
from tests.house.repository import ROOT, files, text, texts

MACHINE = re.compile(r"(?<![\w.$}-])/(?:home|work|root|Users)/\w")
"""Folders of whoever wrote it."""
REGISTRY = re.compile(r"\b(?:pypi|npmjs|pythonhosted|crates)\.(?:org|io|com)\b")
LOCKS = ("*.lock", "*-lock.json", "*.lockb", "go.sum")
GOLDEN = ROOT / "tests/golden"


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name}: {hit.group()}"
        for name, content in texts(files())
        for hit in (*MACHINE.finditer(content), *REGISTRY.finditer(content))
    ]

    assert found == []


def test_locks_hold_hashes_and_no_address() -> None:
    """An address would tie the installation to one registry."""
    locks = [path for path in files() if any(path.match(pattern) for pattern in LOCKS)]

    assert "requirements.lock" in {path.name for path in locks}
    assert [name for name, content in texts(locks) if "://" in content] == []


def test_the_changelog_has_the_version() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]

    assert re.search(rf"^## \[?{re.escape(version)}\b", text("CHANGELOG.md"), re.MULTILINE)


@pytest.mark.skipif(not GOLDEN.exists(), reason="there are no golden sentences yet")
def test_each_intent_has_a_golden_sentence() -> None:
    assert LABELS - {label for path in files() for label in _labels(path)} == set()


def _labels(path: Path) -> Iterator[str]:
    """Yield the label of each sentence in a file of golden sentences."""
    if not path.is_relative_to(GOLDEN):
        return
    if path.suffix == ".jsonl":
        lines = path.read_text("utf-8").splitlines()
        yield from (str(json.loads(line).get("label")) for line in lines if line.strip())
    elif path.suffix == ".yaml":
        listed = yaml.safe_load(path.read_text("utf-8"))
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        yield from (str(row.get("label")) for row in rows if "text" in row)
