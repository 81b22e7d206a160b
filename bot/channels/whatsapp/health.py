"""Whether all is in place at Twilio: the account, the sender, its webhook, the clock."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.channels.network import about_clock, moment_of
from bot.channels.phones import e164
from bot.channels.whatsapp.calls import TwilioCalls, code_of
from bot.domain.errors import DeliveryError
from bot.ports import Clock, Finding

_SENDERS = "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&PageSize=1000"
_SANDBOX = "whatsapp:+14155238886"
"""Twilio's number for trying; https://www.twilio.com/docs/whatsapp/sandbox"""
_REFUSED = frozenset({401, 403, 20003})


async def findings(
    calls: TwilioCalls, sender: str, hook: str, clock: Clock
) -> AsyncIterator[Finding]:
    """Yield what is well and what is not.

    Args:
        calls: The account.
        sender: Our number, with Twilio's prefix.
        hook: The address that Twilio should call; empty if none is set.
        clock: Ours.
    """
    url = f"https://api.twilio.com/2010-04-01/Accounts/{calls.account_sid}.json"
    try:
        account = await calls.ask("GET", url)
    except DeliveryError as error:
        yield Finding(is_well=False, words=_no_account(error))
        return
    yield _account(account.body)
    yield _clock(account.headers, clock)
    yield await _sender(calls, sender, hook)


def _no_account(error: DeliveryError) -> str:
    if code_of(error) in _REFUSED:
        return (
            "Twilio refuses the account: copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
            " from the first page of Twilio's console"
        )
    return f"{error} Is the network there, and TWILIO_API_BASE right?"


def _account(account: Mapping[str, Any]) -> Finding:
    status = account.get("status", "unknown")
    if status == "active":
        return Finding(is_well=True, words="account: active")
    words = f"account: {status}; see Twilio's console for what it asks of you"
    return Finding(is_well=False, words=words)


def _clock(headers: Mapping[str, str], clock: Clock) -> Finding:
    theirs = moment_of(next((headers[name] for name in headers if name.lower() == "date"), ""))
    return about_clock(clock.now() - theirs if theirs else None)


async def _sender(calls: TwilioCalls, sender: str, hook: str) -> Finding:
    number = sender.removeprefix("whatsapp:")
    if e164(number) != number:
        words = f"sender: {number} is no phone number; write TWILIO_WHATSAPP_FROM=whatsapp:+39..."
        return Finding(is_well=False, words=words)
    if sender == _SANDBOX:
        words = (
            f"sender: Twilio's sandbox; its page in the console must name {hook or 'our webhook'}"
        )
        return Finding(is_well=True, words=words)
    try:
        answer = await calls.ask("GET", _SENDERS)
    except DeliveryError as error:
        return Finding(is_well=False, words=f"sender: {error}")
    found = (one for one in answer.body.get("senders", ()) if one.get("sender_id") == sender)
    return _webhook(sender, next(found, None), hook)


def _webhook(sender: str, found: Mapping[str, Any] | None, hook: str) -> Finding:
    if found is None:
        words = (
            f"sender: {sender} is not among the account's WhatsApp senders;"
            " register it, or mend TWILIO_WHATSAPP_FROM"
        )
        return Finding(is_well=False, words=words)
    status = str(found.get("status") or "unknown")
    if not status.startswith("ONLINE"):
        return Finding(is_well=False, words=f"sender: {status}; see its page in Twilio's console")
    named = str((found.get("webhook") or {}).get("callback_url") or "")
    if hook and named != hook:
        words = f"sender: Twilio calls {named or 'nobody'}; set its webhook to {hook}"
        return Finding(is_well=False, words=words)
    return Finding(is_well=True, words="sender: online" + (", calls us" if hook else ""))
