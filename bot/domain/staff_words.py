"""What colleagues write in the topic of a chat: for the customer, for themselves, or a command."""

import re
from dataclasses import dataclass

CLOSE, GIVE_BACK = "chiudi", "bot"
_NOTE = "//"
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?")


@dataclass(frozen=True, kw_only=True)
class StaffText:
    """A text of a colleague, taken apart.

    Args:
        reply: What the customer reads.
        note: What only colleagues read.
        command: A word after a slash, if that is all.
    """

    reply: str = ""
    note: str = ""
    command: str = ""


def split(text: str) -> StaffText:
    """Return a text taken apart: lines that begin with ``//`` stay internal."""
    command = _COMMAND.fullmatch(text.strip())
    if command is not None:
        return StaffText(command=command.group(1).lower())
    lines = text.splitlines()
    notes = [line.strip().removeprefix(_NOTE).strip() for line in lines if _is_note(line)]
    said = [line for line in lines if not _is_note(line)]
    return StaffText(reply="\n".join(said).strip(), note="\n".join(notes).strip())


def names_in(text: str) -> dict[int, str]:
    """Return names by numbers, of ``2001=Anna, 2002=Bruno``; raise ValueError if it is not so."""
    pairs = [one.partition("=") for one in text.split(",") if one.strip()]
    names = {number.strip(): name.strip() for number, _, name in pairs}
    if not all(name and number.isdecimal() for number, name in names.items()):
        raise ValueError("write names as 2001=Anna, 2002=Bruno")
    return {int(number): name for number, name in names.items()}


def _is_note(line: str) -> bool:
    return line.strip().startswith(_NOTE)
