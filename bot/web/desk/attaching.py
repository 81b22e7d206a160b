"""The composer's form with its files, read only as far as they may be large."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from io import BytesIO

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.domain.enclosing import MOST_BYTES, MOST_FILES
from bot.domain.errors import EnclosureRefused
from bot.domain.files import FileRefusal, endings_of
from bot.domain.messages import ChannelLimits
from bot.ports import EnclosedFile
from bot.service.enclosing import enclosed
from bot.sniffing import media_type_of
from bot.web.bodies import KIB
from bot.web.guard import small_form

MOST_FORM_BYTES = MOST_BYTES + 256 * KIB
"""All files, and what is written beside them."""

MOST_DISCARDED_BYTES = 256 * KIB * KIB
"""A browser hears a refusal only after it has sent everything; this is as long as we listen."""

STATUSES: Mapping[FileRefusal, int] = {
    FileRefusal.TOO_LARGE: 413,
    FileRefusal.CHANNEL_SIZE: 413,
    FileRefusal.TYPE: 415,
    FileRefusal.CHANNEL_TYPE: 415,
}
"""What a refusal is called by HTTP; else it is 422."""

_FILES, _CUT_OFF = "files", "cut_off"
_MOST_FIELDS = 50
_MOST_PARTS = 100

ReadForm = Callable[[Request], Awaitable[FormData]]


def reader_of(request: Request) -> ReadForm:
    """Return what reads the form of a step: only the composer's has files."""
    kind = request.headers.get("content-type", "")
    by_composer = request.path_params["step"] == "reply"
    return _form_with_files if by_composer and kind.startswith("multipart/") else small_form


async def files_of(form: FormData) -> list[EnclosedFile]:
    """Return the files of a form, ready to be sent.

    Raises:
        EnclosureRefused: They are too large together, or one is nothing that is sent.
    """
    if _CUT_OFF in form:
        raise EnclosureRefused(FileRefusal.TOO_LARGE)
    sent = [one for one in form.getlist(_FILES) if isinstance(one, UploadFile) and one.filename]
    if sent and form.get("mode") == "note":
        raise EnclosureRefused(FileRefusal.NOTE)
    if len(sent) > MOST_FILES:
        raise EnclosureRefused(FileRefusal.TOO_MANY)
    return [enclosed(one.filename or "", await one.read(), media_type_of) for one in sent]


def taken(limits: ChannelLimits | None) -> dict[str, object]:
    """Return what the composer tells of the files that may go by a channel."""
    files = limits.files if limits else None
    return {
        "file_limits": files,
        "most_files": MOST_FILES,
        "most_file_bytes": MOST_BYTES,
        "file_endings": endings_of(files.types) if files else (),
    }


class _Parser(MultiPartParser):
    """Keeps files in memory, which has been seen to have room: nothing is left on a disk."""

    spool_max_size = MOST_FORM_BYTES

    async def whole(self) -> list[tuple[str, str | UploadFile]]:
        """Return all fields and files that came to their ends; nothing is left open."""
        try:
            form = await self.parse()
            return [(name, await _closed(value)) for name, value in form.multi_items()]
        finally:
            for file in self._files_to_close_on_error:
                file.close()


class _Body:
    """A body up to a limit; what is longer is read to its end and thrown away.

    Attributes:
        is_cut: Whether there was more.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self.is_cut = False

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as far as it is allowed to be long."""
        count = 0
        async for chunk in self._request.stream():
            count += len(chunk)
            if count > MOST_DISCARDED_BYTES:
                raise HTTPException(413, "Troppo grande: nulla è stato inviato.")
            self.is_cut = count > MOST_FORM_BYTES
            if not self.is_cut:
                yield chunk


async def _form_with_files(request: Request) -> FormData:
    """Return what a form holds, of a form that is too large what came before that."""
    if "content-length" not in request.headers:
        raise HTTPException(411, "Say how long the form is.")
    body = _Body(request)
    parser = _Parser(
        request.headers, body.chunks(), max_files=_MOST_PARTS, max_fields=_MOST_FIELDS
    )
    try:
        items = await parser.whole()
    except MultiPartException as error:
        raise HTTPException(400, f"This form cannot be read: {error.message}") from error
    return FormData([*items, (_CUT_OFF, "")] if body.is_cut else items)


async def _closed(value: str | UploadFile) -> str | UploadFile:
    """Return a value of a form; of a file what it holds, with nothing to close."""
    if isinstance(value, str):
        return value
    return UploadFile(BytesIO(await value.read()), filename=value.filename)
