import json
import shutil
from pathlib import Path

import pytest

from bot.knowledge_files import json_schemas
from bot.knowledge_files.labels import LABELS
from tests.cli.console import as_lines, complaint, sportello
from tests.cli.small_knowledge import FINER, PASSAGE


@pytest.fixture
def copied(tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the knowledge, for tests that break something in it."""
    folder = tmp_path / "knowledge"
    shutil.copytree(written, folder)
    monkeypatch.setenv("SPORTELLO_INTENTS", str(folder / "intents"))
    monkeypatch.setenv("SPORTELLO_FAQ", str(folder / "faq"))
    return folder


@pytest.fixture
def faulty(copied: Path) -> Path:
    """Return an entry with a button that leads nowhere."""
    path = copied / "faq/webmail_access.yaml"
    path.write_text(path.read_text("utf-8").replace("human_handoff", "fax"), "utf-8")
    return path


def test_warnings_alone_are_no_errors() -> None:
    result = sportello("kb", "check")

    said = result.stdout.splitlines()
    assert result.exit_code == 0
    assert said
    assert all(line.startswith("warning: ") for line in said)
    assert result.stderr == f"0 errors, {len(said)} warnings.\n"


def test_an_error_is_status_1_and_names_file_line_and_cure(faulty: Path) -> None:
    result = sportello("kb", "check")

    line = 1 + faulty.read_text("utf-8").splitlines().index("- it: Operatore")
    assert result.exit_code == 1
    assert f"error: {faulty}:{line}: There is no intent fax. Name one" in result.stdout
    assert result.stderr.startswith("1 errors, ")


def test_findings_as_json_have_the_same_parts(faulty: Path) -> None:
    result = sportello("kb", "check", "--json")

    first = json.loads(result.stdout)[0]
    assert result.exit_code == 1
    assert set(first) == {"severity", "file", "line", "problem", "cure"}
    assert (first["severity"], first["file"]) == ("error", str(faulty))


def test_an_example_that_is_a_test_sentence_is_an_error(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text(as_lines([{"text": "Come apro la webmail?"}]), "utf-8")

    result = sportello("kb", "check", "--golden", golden)

    assert result.exit_code == 1
    assert "The example 'come apro la webmail' is a test sentence." in result.stdout


@pytest.mark.parametrize(("page", "status"), [(f"Prima.\n{PASSAGE}", 0), ("Altro.", 1)])
def test_passages_are_looked_up_in_the_help_page(tmp_path: Path, page: str, status: int) -> None:
    path = tmp_path / "page.txt"
    path.write_text(page, "utf-8")

    assert sportello("kb", "check", "--help-page", path).exit_code == status


def test_nothing_else_runs_on_faulty_knowledge(faulty: Path) -> None:
    assert f"{faulty}:" in complaint(sportello("match", "ciao"))


def test_without_a_name_all_intents_are_listed() -> None:
    shown = sportello("kb", "show").stdout.splitlines()

    assert {line.split()[0] for line in shown} == LABELS | {FINER}
    assert [line for line in shown if line.endswith("counts as out_of_scope")] == [
        line for line in shown if line.startswith(FINER)
    ]


def test_an_intent_is_shown_with_answer_buttons_sources_and_examples() -> None:
    shown = sportello("kb", "show", "webmail_access").stdout

    assert shown.splitlines() == [
        "webmail_access (knowledge), reviewed 2026-11-23 by help desk",
        "",
        "Risposta webmail_access.",
        "",
        "Answer webmail_access.",
        "",
        "Buttons: Operatore -> human_handoff",
        f"Source: «{PASSAGE}»",
        "  it  come apro la webmail",
        "  it  dove leggo la posta dal browser",
        "  en  about webmail access",
    ]


def test_an_unknown_intent_is_named() -> None:
    said = complaint(sportello("kb", "show", "fax"))

    assert said == "There is no intent fax; sportello kb show lists all."


def test_schemas_are_written_one_file_a_kind(tmp_path: Path) -> None:
    sportello("kb", "schema", tmp_path / "new")

    written = {
        path.stem: json.loads(path.read_text("utf-8")) for path in (tmp_path / "new").iterdir()
    }
    assert written == json_schemas()


def test_schemas_need_a_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = sportello("kb", "schema", tmp_path / "file" / "schemas")

    assert result.exit_code == 2
    assert "Not a directory" in result.stderr


def test_suggestions_leave_the_status_alone_and_are_rows_of_their_own() -> None:
    told = sportello("kb", "check", "--suggest")
    rows = json.loads(sportello("kb", "check", "--suggest", "--json").stdout)

    assert told.exit_code == 0
    assert "gap: about_company: only 2 examples" in told.stdout
    assert {"suggestion"} == {row["severity"] for row in rows if "told" in row}
