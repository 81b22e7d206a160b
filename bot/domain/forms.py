"""The request form: what the bot finds out for a colleague, one question at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_CHARS = 500
"""Of one entry; the whole message stands in the transcript."""


class Slot(StrEnum):
    """An entry of the form; its value is the name of the sentence that asks for it."""

    SUBJECT = "form_subject"
    PROBLEM = "form_problem"
    REACH = "form_reach"


@dataclass(frozen=True, kw_only=True)
class RequestForm:
    """What a customer needs of a colleague, as far as it is known.

    Args:
        entries: What was found out; an empty text where the customer would not say.
        open: The entry that was asked for and not answered yet.
    """

    entries: Mapping[Slot, str]
    open: Slot | None = None

    @property
    def missing(self) -> Slot | None:
        """The first entry nobody has asked for yet."""
        return next((slot for slot in Slot if slot not in self.entries), None)


def begun(entries: Mapping[Slot, str], asked: Slot | None = None) -> RequestForm:
    """Return a form that asks for the first thing that is missing.

    Args:
        entries: What is known already.
        asked: The entry that the answer itself has just asked for, if it has.
    """
    form = RequestForm(entries={slot: text[:MOST_CHARS] for slot, text in entries.items()})
    return replace(form, open=asked or form.missing)


def filled(form: RequestForm, text: str) -> RequestForm:
    """Return the form with an answer to what it asked, asking for what is missing next."""
    if form.open is None:
        return form
    return begun({**form.entries, form.open: text})


def noted(form: RequestForm, slot: Slot, text: str) -> RequestForm:
    """Return the form with an entry that was given unasked; what was asked stays open."""
    return replace(form, entries={slot: text[:MOST_CHARS], **form.entries})


def ended(form: RequestForm) -> RequestForm:
    """Return the form with nothing more asked: the customer wants to go without it."""
    return RequestForm(entries=form.entries)
