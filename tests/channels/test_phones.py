import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.phones import e164


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        pytest.param("+393511212469", "+393511212469", id="as-we-keep-it"),
        pytest.param("393511212469", "+393511212469", id="without-plus"),
        pytest.param("+39 351 121-2469", "+393511212469", id="with-gaps"),
        pytest.param("+39 02 1234 5678", "+390212345678", id="italian-landline-keeps-its-zero"),
        pytest.param("+44 (0)20 7946 0018", "+442079460018", id="british-zero-goes"),
        pytest.param("+390000000001", "+390000000001", id="of-no-known-plan"),
        pytest.param("+99912345678", "+99912345678", id="of-no-country"),
        pytest.param("+12345", None, id="too-short"),
        pytest.param("+1234567890123456", None, id="too-long"),
        pytest.param("IT.1000", None, id="a-user-id"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: str, known_as: str | None) -> None:
    assert e164(written) == known_as


@given(st.text(alphabet="+0123456789 -()."))
def test_the_one_form_is_stable(written: str) -> None:
    """What is stored of a contact is compared with what comes in."""
    known_as = e164(written)

    assert known_as is None or e164(known_as) == known_as
