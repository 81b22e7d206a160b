from datetime import date, timedelta

import pytest

from bot.domain.changes import Changes, changes, ensure_whole
from bot.domain.errors import ContractsMissing
from tests.builders import NOW, a_contract


def test_what_an_import_changes_is_told_by_contract_and_field() -> None:
    before = [a_contract("C1", as_of=NOW), a_contract("C2"), a_contract("C3")]
    after = [
        a_contract("C1", as_of=NOW + timedelta(days=1)),
        a_contract("C2", expires_on=date(2030, 1, 1), language="en"),
        a_contract("C4"),
    ]

    assert changes(before, after) == Changes(
        added=("C4",), removed=("C3",), changed={"C2": ("language", "expires_on")}, kept=1
    )


@pytest.mark.parametrize(("missing", "whole"), [(0, True), (2, True), (3, False), (20, False)])
def test_data_that_leave_out_more_than_a_tenth_may_be_half_a_file(
    missing: int, *, whole: bool
) -> None:
    before = [a_contract(f"C{count:02}") for count in range(20)]
    found = changes(before, before[missing:])

    if whole:
        ensure_whole(found)
        return
    with pytest.raises(ContractsMissing, match=rf"{missing} of 20 .*--allow-shrink"):
        ensure_whole(found)


def test_the_first_import_is_never_too_small() -> None:
    ensure_whole(changes([], []))
