"""Proving who one is by a code sent to the registered e-mail address."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.contract import ContractRecord, Service, Standing
from bot.domain.messages import InboundMessage
from bot.domain.wording import folded

START = "code:start"
"""Payload of the button that asks for a code."""

DIGITS = 6
VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 3
PER = timedelta(hours=1)
"""So many codes a chat may ask for within this time."""
PROVED_FOR = timedelta(hours=24)

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = re.compile(rf"\D{{0,30}}(?:\d[ .-]?){{{DIGITS}}}\D{{0,10}}")

_OFF = frozenset(Standing) - {
    Standing.ACTIVE,
    Standing.RENEWAL_NOTICE,
    Standing.RENEWAL_COMMITTED,
    Standing.CANCELLATION_ACCEPTED,
    Standing.CANCELLATION_LATE,
    Standing.CANCELLATION_PENDING,
    Standing.PAYMENT_DUE,
}
"""Standings in which a mailbox may be off, or somebody else's by now."""


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A code that was asked for; to a stranger it looks the same whether or not one was sent.

    Args:
        email: Where it went; empty if nothing was sent, so that no code is right.
        digest: Of the code, salted.
        sent_at: From when it is valid.
        tries: How many wrong codes came.
    """

    email: str
    digest: str
    sent_at: datetime
    tries: int = 0

    def expired(self, now: datetime) -> bool:
        """Tell whether the code is too old."""
        return abs(now - self.sent_at) > VALID_FOR  # Also after the clock was set back.


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How far a chat has come in proving who writes.

    Args:
        asks_address: Whether the bot asked for the e-mail address.
        challenge: The code that is waited for.
        intent: What to answer once it is right.
        asked_at: When codes were asked for lately.
        email: The address that was proved, if one was.
        proved_at: When.
    """

    asks_address: bool = False
    challenge: Challenge | None = None
    intent: str = ""
    asked_at: tuple[datetime, ...] = ()
    email: str = ""
    proved_at: datetime | None = None

    def proved(self, now: datetime) -> str:
        """Return the address that is proved at ``now``, or nothing."""
        valid = self.proved_at is not None and abs(now - self.proved_at) <= PROVED_FOR
        return self.email if valid else ""

    def asked_too_often(self, now: datetime) -> bool:
        """Tell whether this chat has asked for as many codes as it may."""
        return sum(abs(now - at) < PER for at in self.asked_at) >= MOST_CODES


class ProofStep(StrEnum):
    """What a message does to a proof; the value is the name of what is said to it."""

    ADDRESS_ASKED = "code_address"
    SENT = "code_sent"
    WRONG = "code_wrong"
    EXPIRED = "code_expired"
    USED_UP = "code_used_up"
    TOO_OFTEN = "code_too_often"
    CANCELLED = "code_cancelled"
    NO_PICTURES = "code_no_pictures"
    RIGHT = "code_right"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a message wants of the proof: with nothing set, to begin with it.

    Args:
        address: A code to this address.
        code: This code checked.
        cancels: To go without.
        shows: To be believed for a picture, such as one of an identity document.
    """

    address: str = ""
    code: str = ""
    cancels: bool = False
    shows: bool = False


def wish(
    proof: Proof, message: InboundMessage, payload: str, cancelling: Iterable[str]
) -> Wish | None:
    """Return what a message wants of the proof, or None if it is about something else.

    Args:
        proof: How far the chat has come.
        message: What the customer sent.
        payload: Of the button they tapped, or named.
        cancelling: Texts that end it, folded.
    """
    if payload == START:
        return Wish()
    if not (proof.asks_address or proof.challenge):
        return None
    return Wish(shows=True) if message.attachments else _wish_of(proof, message.text, cancelling)


def _wish_of(proof: Proof, text: str, cancelling: Iterable[str]) -> Wish | None:
    if folded(text) in cancelling:
        return Wish(cancels=True)
    addresses = _EMAIL.findall(text)
    if len(addresses) == 1:
        return Wish(address=addresses[0].lower())
    if proof.challenge is not None and _CODE.fullmatch(text.strip()):
        return Wish(code=re.sub(r"\D", "", text))
    return None


def checked(proof: Proof, now: datetime, *, right: bool) -> tuple[Proof, ProofStep]:
    """Return the proof after a code, and what that means; a code is good once."""
    challenge = proof.challenge
    if challenge is None or challenge.expired(now):
        return replace(proof, challenge=None), ProofStep.EXPIRED
    if right and challenge.email:
        done = replace(proof, challenge=None, email=challenge.email, proved_at=now)
        return done, ProofStep.RIGHT
    tried = replace(challenge, tries=challenge.tries + 1)
    if tried.tries >= MOST_TRIES:
        return replace(proof, challenge=None), ProofStep.USED_UP
    return replace(proof, challenge=tried), ProofStep.WRONG


def challenged(proof: Proof, challenge: Challenge) -> Proof:
    """Return the proof with a new code waited for; the one before is good no more."""
    lately = [at for at in proof.asked_at if abs(challenge.sent_at - at) < PER]
    return replace(
        proof,
        asks_address=False,
        challenge=challenge,
        asked_at=(*lately, challenge.sent_at),
    )


def may_receive(email: str, contracts: Sequence[tuple[ContractRecord, Standing]]) -> bool:
    """Tell whether a code may go to an address that contacts of these contracts have.

    Not if the contracts are of two customers, and not to a mailbox on services of ours that
    may be off: who reads it then is not known.
    """
    if not contracts or len({record.customer_id for record, _ in contracts}) > 1:
        return False
    host = email.rpartition("@")[2]
    return not any(
        standing in _OFF and any(_holds(service, email, host) for service in record.services)
        for record, standing in contracts
    )


def _holds(service: Service, email: str, host: str) -> bool:
    hosts = {box.rpartition("@")[2].lower() for box in service.mailboxes}
    name = service.name.lower().removeprefix("www.")
    return email in map(str.lower, service.mailboxes) or host in hosts | {name}
