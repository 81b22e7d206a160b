import pytest

from bot.domain.enclosing import (
    MOST_BYTES,
    MOST_FILES,
    cleaned_name,
    is_picture,
    require_sendable,
)
from bot.domain.errors import EnclosureRefused
from bot.domain.files import FileRefusal, endings_of, told_type
from bot.domain.fitting import fitted
from bot.domain.messages import ChannelLimits, Enclosure, FileLimits, Reply

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NARROW = FileLimits(
    most_bytes=100, most_picture_bytes=50, types=frozenset({"image/png", "application/pdf", WORD})
)


def a_file(name: str = "guida.pdf", media_type: str = "", size: int = 10) -> Enclosure:
    kinds = {"pdf": "application/pdf", "png": "image/png", "txt": "text/plain"}
    kind = media_type or kinds.get(name.rpartition(".")[2], "application/zip")
    return Enclosure(id=name, name=name, media_type=kind, size=size)


@pytest.mark.parametrize(
    ("name", "media_type", "cleaned"),
    [
        pytest.param("guida.pdf", "application/pdf", "guida.pdf", id="as-it-is"),
        pytest.param(r"C:\Utenti\Anna\guida.pdf", "application/pdf", "guida.pdf", id="folders"),
        pytest.param("../../etc/passwd", "text/plain", "passwd.txt", id="no-ending"),
        pytest.param("foto.pdf.exe", "image/png", "foto.pdf.exe.png", id="ending-that-lies"),
        pytest.param("a\u202efdp.exe\n.pdf", "application/pdf", "afdp.exe .pdf", id="controls"),
        pytest.param('a<b>:"c|?*.pdf', "application/pdf", "abc.pdf", id="odd-signs"),
        pytest.param("", "application/pdf", "allegato.pdf", id="none"),
        pytest.param("...", "application/pdf", "allegato.pdf", id="dots"),
        pytest.param("x" * 300 + ".docx", "application/zip", "x" * 115 + ".docx", id="long"),
        pytest.param("x" * 300, "text/plain", "x" * 120 + ".txt", id="long-without-ending"),
    ],
)
def test_a_name_is_what_everybody_can_save(name: str, media_type: str, cleaned: str) -> None:
    assert cleaned_name(name, media_type) == cleaned


@pytest.mark.parametrize(
    ("files", "why", "name"),
    [
        pytest.param([a_file(size=101)], FileRefusal.CHANNEL_SIZE, "guida.pdf", id="size"),
        pytest.param([a_file("a.png", size=51)], FileRefusal.CHANNEL_SIZE, "a.png", id="picture"),
        pytest.param([a_file("a.txt")], FileRefusal.CHANNEL_TYPE, "a.txt", id="type"),
        pytest.param([a_file("a.zip")], FileRefusal.CHANNEL_TYPE, "a.zip", id="archive"),
        pytest.param([a_file()] * (MOST_FILES + 1), FileRefusal.TOO_MANY, "", id="many"),
        pytest.param([a_file(size=MOST_BYTES), a_file()], FileRefusal.TOO_LARGE, "", id="whole"),
    ],
)
def test_what_a_channel_does_not_take_is_refused(
    files: list[Enclosure], why: FileRefusal, name: str
) -> None:
    with pytest.raises(EnclosureRefused) as refused:
        require_sendable(files, NARROW)

    assert (refused.value.why, refused.value.name) == (why, name)


def test_a_channel_without_limits_for_files_takes_none() -> None:
    with pytest.raises(EnclosureRefused) as refused:
        require_sendable([a_file()], None)

    assert refused.value.why is FileRefusal.CHANNEL
    require_sendable([], None)


def test_what_fits_is_taken() -> None:
    require_sendable([a_file(size=100), a_file("a.png", size=50), a_file("a.docx")], NARROW)
    require_sendable([a_file("a.txt")] * MOST_FILES, FileLimits())


def test_office_documents_are_told_apart_by_their_names() -> None:
    assert told_type("a.docx", "application/zip") == WORD
    assert told_type("a.XLS", "application/msword") == "application/vnd.ms-excel"
    assert told_type("a.zip", "application/zip") == "application/zip"
    assert told_type("a.docx", "image/png") == "image/png"


def test_endings_are_those_of_the_types() -> None:
    assert endings_of(NARROW.types) == (".docx", ".pdf", ".png")
    assert {".pdf", ".docx", ".csv", ".jpeg", ".zip"} <= set(endings_of(None))


def test_pictures_are_what_browsers_show() -> None:
    assert is_picture(a_file("a.png"))
    assert not is_picture(a_file("a.tif", "image/tiff"))


def test_files_follow_the_text_each_in_a_message_of_its_own() -> None:
    limits = ChannelLimits(text=10, buttons=0, button_text=0)
    one, two = a_file("a.pdf"), a_file("b.pdf")

    parts = fitted(Reply(text="Eccomi. Mi dica", enclosures=(one, two)), limits)

    told = [(part.text, [file.name for file in part.enclosures]) for part in parts]
    assert told == [("Eccomi.", []), ("Mi dica", []), ("", ["a.pdf"]), ("", ["b.pdf"])]
    assert fitted(Reply(text="", enclosures=(one,)), limits) == parts[2:3]
