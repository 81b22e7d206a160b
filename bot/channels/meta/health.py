"""Whether all is in place at Meta, judged by what it says of our number; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx

from bot.channels.meta.writing import error_in
from bot.channels.network import about_clock, moment_of
from bot.ports import Finding

FIELDS = "display_phone_number,verified_name,quality_rating,webhook_configuration"
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override"""

_CURES = {
    0: "set a new META_ACCESS_TOKEN",
    190: "set a new META_ACCESS_TOKEN, best of a system user, which does not lapse",
    10: "give the token the permissions whatsapp_business_messaging and _management",
    200: "give the token the permissions whatsapp_business_messaging and _management",
    100: "compare META_APP_SECRET with the app, and META_PHONE_NUMBER_ID with the number",
    33: "compare META_PHONE_NUMBER_ID with the number's id",
}


def findings(answer: httpx.Response, hook: str, now: datetime) -> Sequence[Finding]:
    """Return what is well and what is not.

    Args:
        answer: What Meta says of our number; asked with a proof of the app's secret.
        hook: Where it should call; empty while it could not make sure of the address.
        now: What our clock shows.
    """
    code, words = error_in(answer)
    try:
        number = answer.json()
    except ValueError:
        number = None
    if not answer.is_success or not isinstance(number, dict):
        cure = _CURES.get(code, "look at the app's dashboard")
        return [_bad(f"Meta refuses: {code} {words}; {cure}")]
    theirs = moment_of(answer.headers.get("date", ""))
    return [_rated(number), _hooked(number, hook), about_clock(now - theirs if theirs else None)]


def _rated(number: Mapping[str, Any]) -> Finding:
    rating = str(number.get("quality_rating", "UNKNOWN"))
    known = f"number {number.get('display_phone_number')} of {number.get('verified_name')}"
    if rating == "RED":
        return _bad(f"{known}: Meta rates it RED: customers block it; look at what is sent")
    return _good(f"token and secret are right; {known}, rated {rating}")


def _hooked(number: Mapping[str, Any], hook: str) -> Finding:
    """Judge the address that counts: that of the number, else of the account, else of the app."""
    set_up = number.get("webhook_configuration")
    found = (
        [set_up.get(name) for name in ("phone_number", "whatsapp_business_account", "application")]
        if isinstance(set_up, dict)
        else []
    )
    address = next((one for one in found if one), "")
    if not hook:
        return _bad("webhook: set META_VERIFY_TOKEN, and the same word in the app's dashboard")
    if address == hook:
        return _good(f"webhook: {hook}")
    return _bad(f"webhook: Meta calls {address or 'nowhere'}; set {hook} in the app's dashboard")


def _good(words: str) -> Finding:
    return Finding(is_well=True, words=words)


def _bad(words: str) -> Finding:
    return Finding(is_well=False, words=words)
