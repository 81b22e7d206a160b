"""Replies cut to what a channel can hold: their texts, and the choices under them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.messages import SHARE_CONTACT, Button, ChannelLimits, Reply
from bot.domain.splitting import split
from bot.domain.wording import numbered, shortened


@dataclass(frozen=True, kw_only=True)
class ChoiceWords:
    """Words around choices, in the customer's language.

    Args:
        by_number: Stands above a numbered list and invites to answer with a number.
        open_list: Opens a list where a channel has such lists.
    """

    by_number: str = ""
    open_list: str = ""


def fitted(reply: Reply, limits: ChannelLimits, words: ChoiceWords | None = None) -> list[Reply]:
    """Return the reply as one or more that the channel can hold; buttons go under the last.

    Files follow the text, each in a message of its own: that is all that WhatsApp takes, and so
    each says how far it has come.

    Args:
        reply: As it was decided, whatever the channel.
        limits: What the channel can hold.
        words: Where the channel has too few buttons they become a numbered list.
    """
    if reply.enclosures:
        files = [Reply(text="", enclosures=(file,)) for file in reply.enclosures]
        said = replace(reply, enclosures=())
        return [*(fitted(said, limits, words) if said.text else ()), *files]
    reply = _with_buttons_that_fit(reply, limits, words or ChoiceWords())
    if reply.buttons and limits.line_over_buttons is not None:
        return _above_a_line(reply, limits)
    return _in_parts(reply, limits.text)


def with_numbers(reply: Reply) -> str:
    """Return the text of a reply with its buttons as a numbered list."""
    return _listed(reply.text, reply.buttons, reply.by_number) if reply.buttons else reply.text


def _with_buttons_that_fit(reply: Reply, limits: ChannelLimits, words: ChoiceWords) -> Reply:
    buttons = tuple(
        button
        for button in reply.buttons
        if limits.shares_contact or button.payload != SHARE_CONTACT
    )
    if _fits_in_a_list(buttons, limits) and buttons:
        return replace(
            reply, buttons=buttons, by_number=words.by_number, open_list=words.open_list
        )
    if len(buttons) > limits.buttons or (limits.rows and buttons):
        return replace(reply, text=_listed(reply.text, buttons, words.by_number), buttons=())
    cut = tuple(
        Button(text=shortened(button.text, limits.button_text), payload=button.payload)
        for button in buttons
    )
    return replace(reply, buttons=cut)


def _fits_in_a_list(buttons: Sequence[Button], limits: ChannelLimits) -> bool:
    short = all(len(button.text) <= limits.row_text for button in buttons)
    return short and len(buttons) <= limits.rows


def _listed(text: str, buttons: Iterable[Button], by_number: str) -> str:
    listed = f"{by_number}\n{numbered([button.text for button in buttons])}".strip()
    return f"{text}\n\n{listed}"


def _in_parts(reply: Reply, most: int) -> list[Reply]:
    parts = list(split(reply.text, most))
    return [*(Reply(text=part) for part in parts[:-1]), replace(reply, text=parts[-1])]


def _above_a_line(reply: Reply, limits: ChannelLimits) -> list[Reply]:
    """Return a reply whose last line alone stands above the buttons; a picture comes before it."""
    assert limits.line_over_buttons is not None  # noqa: S101 - the caller has seen it
    *lines, last = reply.text.strip().split("\n")
    before, parts = "\n".join(lines), list(split(last, limits.line_over_buttons))
    under = replace(reply, text=parts[-1], picture=reply.picture if not before else None)
    above = f"{before}\n{' '.join(parts[:-1])}".strip()
    if not above:
        return [under]
    return [*_in_parts(Reply(text=above, picture=reply.picture), limits.text), under]
