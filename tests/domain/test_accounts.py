from datetime import timedelta

import pytest

from bot.domain.accounts import (
    MAX_NAME_CHARS,
    MAX_PASSWORD_CHARS,
    OF_ADDRESS,
    OF_NAME,
    PasswordFault,
    Role,
    SessionLimits,
    Tries,
    TryLimits,
    clean_email,
    clean_name,
    clean_telegram,
    one_more,
    password_fault,
    wait_before,
)
from tests.builders import NOW

HOUR = timedelta(hours=1)
LIMITS = SessionLimits(idle=12 * HOUR, whole=24 * HOUR)


@pytest.mark.parametrize(
    ("role", "includes"),
    [
        (Role.STAFF, {Role.STAFF}),
        (Role.EDITOR, {Role.STAFF, Role.EDITOR}),
        (Role.ADMIN, {Role.STAFF, Role.EDITOR, Role.ADMIN}),
    ],
)
def test_each_role_includes_those_before(role: Role, includes: set[Role]) -> None:
    assert {other for other in Role if role.includes(other)} == includes


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("cavallo su tetto", None, id="words"),
        pytest.param("kT9!vv0q#z", None, id="random"),
        pytest.param("kT9!vv0q#", PasswordFault.SHORT, id="nine-characters"),
        pytest.param("", PasswordFault.SHORT, id="none"),
        pytest.param("password123", PasswordFault.GUESSABLE, id="everybodys"),
        pytest.param("qwertyuiop", PasswordFault.GUESSABLE, id="keyboard"),
        pytest.param("annamariarossi", PasswordFault.GUESSABLE, id="own-name"),
        pytest.param("Annamaria.R1", PasswordFault.GUESSABLE, id="own-name-dressed-up"),
        pytest.param("rossi-ROSSI-rossi", PasswordFault.GUESSABLE, id="own-name-again-and-again"),
        pytest.param("sportello2026", PasswordFault.GUESSABLE, id="our-word"),
        pytest.param("x" * (MAX_PASSWORD_CHARS + 1), PasswordFault.LONG, id="too-long"),
        pytest.param("kT9!vv0q#z" * 50, None, id="long"),
    ],
)
def test_a_password_is_long_and_hard_to_guess(password: str, fault: PasswordFault | None) -> None:
    assert password_fault(password, ("Annamaria Rossi", "a.rossi@desk.example", "")) is fault


@pytest.mark.parametrize(
    ("name", "clean"),
    [("  Anna \n Rossi ", "Anna Rossi"), ("a\0b", "ab"), ("x" * MAX_NAME_CHARS,) * 2],
)
def test_a_name_stands_on_one_line(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["", " \t", "\0", "x" * (MAX_NAME_CHARS + 1)])
def test_nobody_has_no_name_or_an_endless_one(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        clean_name(name)


@pytest.mark.parametrize("email", ["", "anna@desk.example", "a.b+c@x.y.it"])
def test_an_email_is_one_or_none(email: str) -> None:
    assert clean_email(f" {email}\n") == email


@pytest.mark.parametrize("email", ["anna", "a@b", "a@b.", "a b@c.it", "a@b.it,c@d.it", "<a@b.it>"])
def test_what_is_no_email_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        clean_email(email)


def test_a_telegram_chat_is_a_number() -> None:
    assert [clean_telegram(one) for one in ("", " 1001", "-100123")] == ["", "1001", "-100123"]
    with pytest.raises(ValueError, match="number"):
        clean_telegram("@anna")


@pytest.mark.parametrize(
    ("began", "seen", "allowed"),
    [
        pytest.param(0 * HOUR, 0 * HOUR, True, id="new"),
        pytest.param(12 * HOUR, 12 * HOUR, True, id="idle-to-the-minute"),
        pytest.param(13 * HOUR, 12 * HOUR + timedelta(seconds=1), False, id="idle-too-long"),
        pytest.param(24 * HOUR, 0 * HOUR, True, id="busy-to-the-end"),
        pytest.param(24 * HOUR + timedelta(seconds=1), 0 * HOUR, False, id="busy-but-over"),
        pytest.param(-HOUR, -HOUR, True, id="clock-set-back"),
    ],
)
def test_a_session_ends_by_idleness_and_by_age(
    began: timedelta, seen: timedelta, allowed: bool
) -> None:
    assert LIMITS.allow(began=NOW - began, seen=NOW - seen, now=NOW) is allowed


@pytest.mark.parametrize(
    ("count", "since", "wait"),
    [
        pytest.param(4, timedelta(0), timedelta(0), id="still-free"),
        pytest.param(5, timedelta(0), timedelta(seconds=30), id="first-pause"),
        pytest.param(5, timedelta(seconds=10), timedelta(seconds=20), id="partly-over"),
        pytest.param(5, timedelta(seconds=30), timedelta(0), id="over"),
        pytest.param(7, timedelta(0), timedelta(minutes=2), id="doubles"),
        pytest.param(10, timedelta(0), timedelta(minutes=15), id="never-longer"),
        pytest.param(10_000, timedelta(0), timedelta(minutes=15), id="however-many"),
        pytest.param(10, timedelta(hours=24), timedelta(0), id="forgotten"),
        pytest.param(10, -HOUR, timedelta(0), id="clock-set-back"),
    ],
)
def test_pauses_grow_with_each_try(count: int, since: timedelta, wait: timedelta) -> None:
    assert wait_before(Tries(count=count, last=NOW - since), OF_NAME, NOW) == wait


@pytest.mark.parametrize("limits", [OF_NAME, OF_ADDRESS])
def test_who_has_not_tried_need_not_wait(limits: TryLimits) -> None:
    assert wait_before(None, limits, NOW) == timedelta(0)


def test_tries_are_counted_in_a_row() -> None:
    first = one_more(None, OF_NAME, NOW)
    second = one_more(first, OF_NAME, NOW + HOUR)
    much_later = one_more(second, OF_NAME, NOW + 26 * HOUR)

    assert [first.count, second.count, much_later.count] == [1, 2, 1]
    assert second.last == NOW + HOUR
