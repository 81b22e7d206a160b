import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.console import as_lines, complaint, read_lines, sportello
from tests.cli.contract_files import a_contract, a_file, suspended
from tests.cli.generated import cases

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "domain/cases/lifecycle.jsonl")
    .read_text("utf-8")
    .splitlines()
]
IMPORTED_AT = "2026-11-23T10:00:00+01:00"


def _imported(folder: Path, *contracts: dict[str, Any]) -> None:
    result = sportello("contracts", "import", a_file(folder, *contracts), "--at", IMPORTED_AT)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == f"{len(contracts)} contracts imported."


def _shown(contract_id: str, at: str = IMPORTED_AT) -> Any:  # noqa: ANN401 - JSON
    return json.loads(sportello("contracts", "show", contract_id, "--at", at, "--json").stdout)


def test_an_active_contract_is_shown_with_all_its_days(tmp_path: Path) -> None:
    _imported(tmp_path, a_contract())

    assert _shown("C-1") == {
        "contract_id": "C-1",
        "standing": "active",
        "doubt": None,
        "last_cancellation_day": "2027-02-23",
        "renewal_notice_day": "2027-02-10",
        "consumer_notice_latest": "2027-02-08",
        "reactivation": None,
        "desk_open": True,
        "next_opening": None,
        "phase": "active",
        "expires_on": "2027-03-10",
        "as_of": IMPORTED_AT,
    }


def test_a_suspended_contract_is_shown_with_the_window_of_its_reactivation(tmp_path: Path) -> None:
    _imported(tmp_path, suspended())

    shown = _shown("C-2", "2026-11-20T18:00:00+01:00")

    assert shown["standing"] == "suspended"
    assert shown["reactivation"] == {
        "basis": "if_paid_today",
        "from": "2026-11-23T10:30:00+01:00",
        "to": "2026-11-23T12:30:00+01:00",
    }
    assert (shown["desk_open"], shown["next_opening"]) == (False, "2026-11-23T09:30:00+01:00")


def test_a_time_without_offset_is_italian_time(tmp_path: Path) -> None:
    _imported(tmp_path, a_contract())

    assert _shown("C-1", "2026-07-15T09:30")["desk_open"]
    assert not _shown("C-1", "2026-07-15T09:29")["desk_open"]


def test_closures_of_the_settings_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _imported(tmp_path, a_contract())
    monkeypatch.setenv("SPORTELLO_CLOSURES", "2026-11-23/2026-11-24")

    assert _shown("C-1")["next_opening"] == "2026-11-25T09:30:00+01:00"


def test_relative_dates_count_from_the_time_given(tmp_path: Path) -> None:
    _imported(tmp_path, a_contract(expires_on="today+10d"))

    assert _shown("C-1")["expires_on"] == "2026-12-03"


def test_a_person_reads_one_fact_a_line(tmp_path: Path) -> None:
    _imported(tmp_path, a_contract())

    shown = sportello("contracts", "show", "C-1").stdout.splitlines()

    facts = dict(line.split(maxsplit=1) for line in shown)
    assert facts["expires_on"] == "2027-03-10"
    assert facts["reactivation"] == "-"


def test_an_unknown_contract_is_status_2_with_the_cure() -> None:
    said = complaint(sportello("contracts", "show", "C-9", "--json"))

    assert said == (
        "There is no contract C-9. Import contracts with: sportello contracts import FILE"
    )


def test_an_import_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    numbers = [f"C-{number}" for number in range(1, 11)]
    _imported(tmp_path, *map(a_contract, numbers))

    _imported(tmp_path, a_contract("C-2", expires_on="2027-05-01"), *map(a_contract, numbers[2:]))

    assert _shown("C-2")["expires_on"] == "2027-05-01"
    assert "C-1" in complaint(sportello("contracts", "show", "C-1"))


def test_a_faulty_file_changes_nothing(tmp_path: Path) -> None:
    """Half an import would be worse than none: who is missing would pass for a stranger."""
    _imported(tmp_path, a_contract("C-1"))
    faulty = a_file(
        tmp_path,
        a_contract("C-1", expires_on="2030-01-01"),
        a_contract("C-2", expires_on="31/12/2026"),
        name="faulty.json",
    )

    said = complaint(sportello("contracts", "import", faulty))

    assert f"{faulty}: contracts[1].expires_on (C-2): " in said
    assert said.endswith("Nothing was imported; mend the file and import it again.")
    assert _shown("C-1")["expires_on"] == "2027-03-10"


def test_each_worked_case_comes_out_to_the_day() -> None:
    given = as_lines({key: case[key] for key in case if key != "expect"} for case in CASES)

    result = sportello("contracts", "standing", "--jsonl", given=given)

    found = read_lines(result)
    expected = [{"id": case["id"]} | case["expect"] for case in CASES]
    assert result.exit_code == 0
    assert [
        {key: one[key] for key in wanted} for one, wanted in zip(found, expected, strict=True)
    ] == expected


def test_a_broken_case_is_named_and_the_others_are_worked_out() -> None:
    given = as_lines([{"now": "tomorrow", "contract": {}}, CASES[0]])

    result = sportello("contracts", "standing", "--jsonl", given=given)

    broken, worked_out = read_lines(result)
    assert result.exit_code == 1
    assert broken["error"].startswith("line 1: now: ")
    assert worked_out["id"] == CASES[0]["id"]


def a_table(folder: Path, *numbers: str) -> str:
    path = folder / "contratti.csv"
    path.write_text("".join(["Contratto;Scadenza\n", *(f"{one};10/03/2027\n" for one in numbers)]))
    return str(path)


def test_a_table_is_imported_and_says_what_it_changed(tmp_path: Path) -> None:
    first = sportello("contracts", "import", a_table(tmp_path, "C-1", "C-2"))
    second = sportello("contracts", "import", a_table(tmp_path, "C-1", "C-2", "C-3"))

    assert first.stdout == ("2 contracts imported.\n2 added, 0 changed, 0 removed, 0 as before.\n")
    assert second.stdout == (
        "3 contracts imported.\n1 added, 0 changed, 0 removed, 2 as before.\n"
    )


def test_a_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    sportello("contracts", "import", a_table(tmp_path, "C-1", "C-2"))

    told = sportello("contracts", "import", a_table(tmp_path, "C-2", "C-3"), "--dry-run")

    assert told.stdout.splitlines() == [
        "+ C-3",
        "- C-1",
        "Nothing was imported. It would be: 1 added, 0 changed, 1 removed, 1 as before.",
    ]
    assert sportello("contracts", "show", "C-1").exit_code == 0


def test_a_long_dry_run_is_cut(tmp_path: Path) -> None:
    many = [f"C-{count}" for count in range(60)]

    told = sportello("contracts", "import", a_table(tmp_path, *many), "--dry-run").stdout

    assert "… and 10 more" in told


def test_half_a_file_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    sportello("contracts", "import", a_table(tmp_path, "C-1", "C-2"))
    half = a_table(tmp_path, "C-1")

    refused = sportello("contracts", "import", half)
    allowed = sportello("contracts", "import", half, "--allow-shrink")

    assert refused.exit_code == 2
    assert "--allow-shrink" in refused.stderr
    assert allowed.stdout.startswith("1 contracts imported.")


def test_data_are_as_of_the_moment_that_is_told(tmp_path: Path) -> None:
    at = "2026-11-20T10:00:00+01:00"
    sportello("contracts", "import", a_table(tmp_path, "C-1"), "--as-of", at)

    assert _shown("C-1", "2026-11-21T10:00:00+01:00")["as_of"] == at


def test_who_waits_for_a_long_file_sees_how_far_it_is(tmp_path: Path) -> None:
    many = [f"C-{count}" for count in range(10_001)]

    told = sportello("contracts", "import", a_table(tmp_path, *many), "--dry-run")

    assert "10000 rows read" in told.stderr
    assert "10001 rows read" in told.stderr


def test_a_contract_that_was_told_to_nobody_has_no_disclosures(tmp_path: Path) -> None:
    _imported(tmp_path, a_contract())

    assert sportello("contracts", "disclosures", "C-1").stdout == ""


def test_five_thousand_records_of_every_kind_have_a_standing_each() -> None:
    given = list(cases(5_000, seed=4))

    result = sportello("contracts", "standing", "--jsonl", given=as_lines(given))

    told = read_lines(result)
    assert [one["id"] for one in told] == [one["id"] for one in given]
    assert {one["standing"] for one in told} >= {"active", "suspended", "unclear", "terminated"}
    assert not [one for one in told if "error" in one]
