"""Texts as Telegram wants them."""

from html import escape


def as_html(text: str) -> str:
    """Return a plain text as HTML that shows exactly that; addresses become links by themselves.

    Source:
        https://core.telegram.org/bots/api#html-style names the three signs to be replaced.
    """
    return escape(text, quote=False)
