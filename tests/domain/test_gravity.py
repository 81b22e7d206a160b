from bot.domain.contract import Standing
from bot.domain.gravity import GRAVEST_FIRST, gravest


def test_every_standing_has_its_place() -> None:
    assert sorted(GRAVEST_FIRST) == sorted(Standing)


def test_what_is_off_comes_before_what_is_due_and_what_runs_before_what_has_ended() -> None:
    assert gravest([Standing.ACTIVE, Standing.PAYMENT_DUE, Standing.SUSPENDED]) is (
        Standing.SUSPENDED
    )
    assert gravest([Standing.TERMINATED, Standing.ACTIVE]) is Standing.ACTIVE
    assert gravest([]) is None
