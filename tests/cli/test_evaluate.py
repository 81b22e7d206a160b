import json
from pathlib import Path

import pytest

from tests.cli.console import as_lines, complaint, sportello
from tests.cli.scripted import DOUBTFUL

LABELLED = [
    {"id": "1", "text": "come apro la webmail", "label": "webmail_access"},
    {"id": "2", "text": DOUBTFUL, "label": "webmail_password", "also": []},
    {"id": "3", "text": "about invoice status", "label": "payment_methods"},
    {"id": "4", "text": "about cancellation", "label": "complaint", "also": ["cancellation"]},
    {"id": "5", "text": "xyzzy plugh", "label": "out_of_scope"},
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text(as_lines(LABELLED), "utf-8")
    return path


def test_the_table_has_each_label_the_totals_and_the_confusions(labelled: Path) -> None:
    result = sportello("eval", labelled)

    rows = {line[:26].strip(): line[26:].split() for line in result.stdout.splitlines()}
    assert result.exit_code == 0
    assert rows["label"] == ["count", "direct", "helped", "wrong"]
    assert rows["webmail_access"] == ["1", "100.0%", "100.0%", "0.0%"]
    assert rows["webmail_password"] == ["1", "0.0%", "100.0%", "0.0%"]
    assert rows["payment_methods"] == ["1", "0.0%", "0.0%", "100.0%"]
    assert rows["complaint"] == ["1", "100.0%", "100.0%", "0.0%"]
    assert rows["all in scope"] == ["4", "50.0%", "75.0%", "25.0%"]
    assert rows["all"] == ["5", "60.0%", "80.0%", "20.0%"]
    assert "out of scope but answered: 0.0%" in result.stdout
    assert "    1  payment_methods -> invoice_status" in result.stdout


def test_a_finer_intent_counts_as_its_label(labelled: Path) -> None:
    labelled.write_text(as_lines([{"text": "about spam", "label": "out_of_scope"}]), "utf-8")

    assert json.loads(sportello("eval", labelled, "--json").stdout)["total"]["direct"] == 1


def test_figures_as_json_are_shares_from_0_to_1(labelled: Path) -> None:
    found = json.loads(sportello("eval", labelled, "--json").stdout)

    assert found["total"] == pytest.approx(
        {"count": 5, "direct": 0.6, "helped": 0.8, "wrong": 0.2}
    )
    assert found["by_label"]["webmail_password"]["helped"] == 1
    assert found["confusions"] == [["payment_methods", "invoice_status", 1]]


def test_misses_are_listed_with_what_became_of_them(labelled: Path) -> None:
    missed = sportello("eval", labelled, "--misses").stdout.splitlines()[-2:]

    assert [line.split(maxsplit=3) for line in missed] == [
        ["clarified", "webmail_password", "webmail_password", DOUBTFUL],
        ["wrong", "payment_methods", "invoice_status", "about invoice status"],
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"{oops", "Invalid JSON", id="no-json"),
        pytest.param(b'{"text": "ciao"}', "label: Field required", id="no-label"),
        pytest.param(b'{"text": "\xff", "label": "thanks"}', "Invalid JSON", id="no-utf-8"),
    ],
)
def test_a_broken_line_is_named(labelled: Path, line: bytes, said: str) -> None:
    labelled.write_bytes(labelled.read_bytes() + b"\n" + line)

    assert f"{labelled}:7: {said}" in complaint(sportello("eval", labelled))
