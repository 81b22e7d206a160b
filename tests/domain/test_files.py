from datetime import timedelta

import pytest

from bot.domain.files import (
    FILE_TYPES,
    MOST_TRIES,
    MOST_WAIT,
    FileTrouble,
    Showing,
    card_in_words,
    name_to_save_as,
    next_try,
)
from tests.builders import NOW


def waits(trouble: FileTrouble) -> list[float]:
    """Return the pauses before each further try, in seconds."""
    pauses: list[float] = []
    for attempts in range(1, 99):
        again = next_try(trouble, attempts, NOW)
        if again is None:
            return pauses
        pauses.append((again - NOW) / timedelta(seconds=1))
    raise AssertionError("It never ends.")


def test_a_vendor_that_is_away_is_asked_for_about_half_an_hour() -> None:
    pauses = waits(FileTrouble.UNREACHABLE)

    assert pauses == [2, 6, 18, 54, 162, 486, 600]
    assert len(pauses) == MOST_TRIES - 1
    assert max(pauses) <= MOST_WAIT.total_seconds()


@pytest.mark.parametrize("trouble", [FileTrouble.GONE, FileTrouble.BROKEN])
def test_what_was_just_sent_may_not_be_there_yet(trouble: FileTrouble) -> None:
    assert waits(trouble) == [2, 6]


@pytest.mark.parametrize(
    "trouble",
    [FileTrouble.TOO_LARGE, FileTrouble.ELSEWHERE, FileTrouble.TYPE, FileTrouble.CHANNEL_OFF],
)
def test_what_will_be_the_same_is_not_tried_again(trouble: FileTrouble) -> None:
    assert waits(trouble) == []


def test_only_pictures_and_sounds_are_shown_by_themselves() -> None:
    shown = {name for name, kind in FILE_TYPES.items() if kind.showing is not Showing.NOTHING}

    assert {name.partition("/")[0] for name in shown} == {"image", "audio"}
    assert "image/svg+xml" not in FILE_TYPES


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("ricevuta.pdf", "application/pdf", "ricevuta.pdf"),
        ("ricevuta.PDF", "application/pdf", "ricevuta.PDF"),
        ("ricevuta.pdf.exe", "application/pdf", "ricevuta.pdf.exe.pdf"),
        ("contratto.docx", "application/zip", "contratto.docx"),
        ("contratto.docx", "application/pdf", "contratto.docx.pdf"),
        ("macro.docm", "application/zip", "macro.docm.zip"),
        ("foto.jpeg", "image/jpeg", "foto.jpeg"),
        (".jpg", "image/jpeg", ".jpg.jpg"),
        ("pagina.html", "text/plain", "pagina.html.txt"),
        ("", "audio/ogg", "allegato.ogg"),
        ("", "never/heard-of", "allegato.bin"),
    ],
)
def test_the_ending_of_a_name_tells_what_a_file_is(name: str, media_type: str, saved: str) -> None:
    assert name_to_save_as(name, media_type, "allegato") == saved


def test_a_card_of_contact_is_told_in_words() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Rossi;Mario;;;\r\nFN:Mario\r\n  Rossi\r\n"
        "ORG:Studio Verdi\r\nitem1.TEL;waid=390000000001:+39 000 000 0001\r\n"
        "TEL;VALUE=uri:tel:+390000000002\r\nEMAIL:\r\nNOTE:altro\r\nEND:VCARD\r\n"
    )

    assert card_in_words(card) == "Mario Rossi, Studio Verdi, +39 000 000 0001, +390000000002"
