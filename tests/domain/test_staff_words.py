import pytest

from bot.domain.staff_words import StaffText, names_in, split


@pytest.mark.parametrize(
    ("text", "taken_apart"),
    [
        pytest.param("Buongiorno", StaffText(reply="Buongiorno"), id="reply"),
        pytest.param("uno\n\ndue", StaffText(reply="uno\n\ndue"), id="lines"),
        pytest.param("// da richiamare", StaffText(note="da richiamare"), id="note"),
        pytest.param(
            "//uno\nEccomi\n  // due", StaffText(reply="Eccomi", note="uno\ndue"), id="both"
        ),
        pytest.param("vedi http://x.it//y", StaffText(reply="vedi http://x.it//y"), id="within"),
        pytest.param("/chiudi", StaffText(command="chiudi"), id="command"),
        pytest.param(" /Bot@sportello_bot ", StaffText(command="bot"), id="command-by-name"),
        pytest.param("/altro", StaffText(command="altro"), id="unknown-command"),
        pytest.param("/chiudi tutto", StaffText(reply="/chiudi tutto"), id="words-behind-it"),
        pytest.param("//", StaffText(), id="nothing"),
    ],
)
def test_what_a_colleague_writes_is_taken_apart(text: str, taken_apart: StaffText) -> None:
    assert split(text) == taken_apart


def test_names_are_read_by_numbers() -> None:
    assert names_in("2001=Anna, 2002 = Bruno Neri,") == {2001: "Anna", 2002: "Bruno Neri"}
    assert names_in("") == {}


@pytest.mark.parametrize("text", ["Anna", "2001=", "=Anna", "x=Anna"])
def test_other_than_names_by_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2001=Anna"):
        names_in(text)
