import io
import zipfile

import pytest

from bot.sniffing import media_type_of


def a_document() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    return file.getvalue()


def iso(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0isom" + bytes(40)


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(JPEG + bytes(60), "image/jpeg", id="jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40), "image/png", id="png"),
        pytest.param(b"GIF89a" + bytes(40), "image/gif", id="gif"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40), "image/webp", id="webp"),
        pytest.param(iso(b"heic"), "image/heic", id="heic"),
        pytest.param(b"OggS" + bytes(60), "audio/ogg", id="ogg"),
        pytest.param(
            b"OggS\0\2" + bytes(20) + b"\x01\x13OpusHead" + bytes(50), "audio/ogg", id="voice-note"
        ),
        pytest.param(b"ID3\3" + bytes(60), "audio/mpeg", id="mp3"),
        pytest.param(b"\xff\xfb\x90\x64" + bytes(60), "audio/mpeg", id="mp3-without-a-tag"),
        pytest.param(iso(b"M4A "), "audio/mp4", id="m4a"),
        pytest.param(b"#!AMR\n" + b"\x3c" * 40, "audio/amr", id="amr"),
        pytest.param(iso(b"mp42"), "video/mp4", id="mp4"),
        pytest.param(iso(b"3gp4"), "video/3gpp", id="3gp"),
        pytest.param(b"%PDF-1.4\n1 0 obj\n%%EOF\n", "application/pdf", id="pdf"),
        pytest.param(a_document(), "application/zip", id="docx"),
        pytest.param(
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application/msword", id="doc"
        ),
        pytest.param(
            bytes.fromhex("3082100006092a864886f70d010702") + bytes(30),
            "application/pkcs7-mime",
            id="signed",
        ),
        pytest.param(b"BEGIN:VCARD\nVERSION:3.0\nFN:M\nEND:VCARD\n", "text/vcard", id="vcard"),
        pytest.param("Città, perché".encode(), "text/plain", id="text"),
        pytest.param(b"BM, ecco la ricevuta", "text/plain", id="text-that-begins-like-a-bitmap"),
    ],
)
def test_what_is_kept_is_told_by_its_content(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html><script>alert(1)</script></html>", id="html"),
        pytest.param(b"<!DOCTYPE html><p>", id="html-with-its-type"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="svg"),
        pytest.param(b"MZ" + bytes(80), id="program"),
        pytest.param(b"\x7fELF" + bytes(60), id="another-program"),
        pytest.param(bytes(64), id="zeros"),
        pytest.param(b"\xfe\xfd\xfc" * 20, id="no-text"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_may_do_harm_or_is_unknown_is_not_kept(content: bytes) -> None:
    assert media_type_of(content) == ""
