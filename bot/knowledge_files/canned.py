"""What must hold in the replies that colleagues need often."""

from collections.abc import Iterator, Mapping

from bot.domain.canned import CANNED_PLACEHOLDERS, has_gap
from bot.domain.knowledge import Bilingual, CannedReply
from bot.domain.wording import PLACEHOLDER, folded
from bot.knowledge_files.findings import Finding, Place
from bot.knowledge_files.reading import Files
from bot.knowledge_files.shapes import CannedFile

_KNOWN = ", ".join(f"{{{name}}}" for name in sorted(CANNED_PLACEHOLDERS))


def canned(files: Files) -> Iterator[Finding]:
    """Yield placeholders that nobody fills, and titles by which two replies are found."""
    if files.canned is None:
        return
    shape, doc = files.canned
    titles: dict[str, str] = {}
    for name, reply in shape.canned.items():
        for language in ("it", "en"):
            yield from _text(getattr(reply, language), doc.place("canned", name, language))
        first = titles.setdefault(folded(reply.title), name)
        if first != name:
            place = doc.place("canned", name, "title")
            yield place.error(f"{first} has this title as well.", "Give each its own.")


def _text(text: str, place: Place) -> Iterator[Finding]:
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in CANNED_PLACEHOLDERS:
            yield place.error(f"Nobody fills the placeholder {{{name}}}.", f"Use {_KNOWN}.")
    if {"{", "}"} & {*PLACEHOLDER.sub("", text)}:
        yield place.error("A placeholder is written badly.", "Write it as {contract}.")
    if has_gap(text):
        yield place.error("A text with a gap cannot be sent.", "Write a placeholder, or words.")


def read_canned(shape: CannedFile) -> Mapping[str, CannedReply]:
    """Return the replies of a file, by name, in its order."""
    return {
        name: CannedReply(name=name, title=one.title, text=Bilingual(it=one.it, en=one.en))
        for name, one in shape.canned.items()
    }
