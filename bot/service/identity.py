"""Sending codes and checking them: how a customer proves who they are."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from bot.domain.calendar import DeskCalendar
from bot.domain.choices import picked
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import DatabaseUnavailable, SourceUnavailable
from bot.domain.knowledge import Knowledge, Language
from bot.domain.messages import InboundMessage
from bot.domain.proving import (
    DIGITS,
    Challenge,
    Proof,
    ProofStep,
    Wish,
    challenged,
    checked,
    may_receive,
    wish,
)
from bot.domain.standing import standing
from bot.domain.wording import fill
from bot.ports import ContractSource, Letter, Mailer, may_leave
from bot.service.facts import FactFinder
from bot.service.workers import Spawn

MOST_LETTERS = 5
LETTERS_WITHIN = timedelta(hours=24)
"""So many codes go to one address within this time, whoever asks."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ProofTurn:
    """What a message did to the proof of its chat.

    Args:
        letter: To be sent once the turn is stored.
    """

    proof: Proof
    step: ProofStep
    letter: Letter | None = None


class Prover:
    """Sends codes to registered addresses and checks what comes back.

    A wish for a code to an address nobody has takes as long, and is answered in the same words.
    """

    def __init__(
        self,
        source: ContractSource,
        mailer: Mailer | None,
        calendar: DeskCalendar,
        spawn: Spawn,
    ) -> None:
        self._source = source
        self._mailer = mailer
        self._calendar = calendar
        self._spawn = spawn
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
        self._letters: dict[str, deque[datetime]] = {}

    @property
    def on(self) -> bool:
        """Whether codes can be sent at all."""
        return self._mailer is not None

    async def turn(
        self,
        conversation: Conversation,
        message: InboundMessage,
        knowledge: Knowledge,
        now: datetime,
    ) -> ProofTurn | None:
        """Return what a message does to the proof, or None if it is about something else."""
        if not self.on or conversation.status not in {Status.BOT, Status.WAITING}:
            return None
        words = knowledge.follow_ups
        option = picked(conversation.offered, message.text, words) if message.text else None
        payload = message.payload or (option.payload if option else "")
        wanted = wish(conversation.proof, message, payload, words.cancelling)
        if wanted is None:
            return None
        if wanted.shows:
            return ProofTurn(proof=conversation.proof, step=ProofStep.NO_PICTURES)
        if wanted.code:
            return await self._checked(conversation.proof, wanted.code, now)
        if wanted.cancels:
            gone = replace(conversation.proof, asks_address=False, challenge=None)
            return ProofTurn(proof=gone, step=ProofStep.CANCELLED)
        return await self._asked(conversation, wanted, knowledge, now)

    def post(self, letter: Letter, may_send: Callable[[], Awaitable[bool]]) -> None:
        """Send a letter while the program goes on: the time it takes would tell who has one.

        Args:
            letter: To somebody's registered address.
            may_send: Asked when the letter is about to be handed in: staff may have taken the
                chat since it was written.
        """
        if self._mailer is not None:
            self._spawn(_deliver(self._mailer, letter, may_send))

    async def _checked(self, proof: Proof, code: str, now: datetime) -> ProofTurn:
        digest = proof.challenge.digest if proof.challenge else ""
        right = await asyncio.to_thread(self._verify, digest, code)
        after, step = checked(proof, now, right=right)
        return ProofTurn(proof=after, step=step)

    async def _asked(
        self, conversation: Conversation, wanted: Wish, knowledge: Knowledge, now: datetime
    ) -> ProofTurn:
        proof = replace(conversation.proof, intent=conversation.intent)
        if proof.asked_too_often(now):
            return ProofTurn(proof=proof, step=ProofStep.TOO_OFTEN)
        email = wanted.address or await self._own_address(conversation)
        if not email:
            asks = replace(proof, asks_address=True, challenge=None)
            return ProofTurn(proof=asks, step=ProofStep.ADDRESS_ASKED)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        digest = await asyncio.to_thread(self._hasher.hash, code)
        goes = await self._may_send(email, now)
        challenge = Challenge(email=email if goes else "", digest=digest, sent_at=now)
        language: Language = "it" if conversation.language in {"", "it"} else "en"
        return ProofTurn(
            proof=challenged(proof, challenge),
            step=ProofStep.SENT,
            letter=_letter(email, code, knowledge, language) if goes else None,
        )

    async def _own_address(self, conversation: Conversation) -> str:
        """Return the address registered with the number the channel vouches for, if any."""
        phone = conversation.phone
        found = await self._source.by_phone(phone) if phone else ()
        contacts = [record.contact_with(phone) for record in found if phone]
        return next((one.email.lower() for one in contacts if one and one.email), "")

    async def _may_send(self, email: str, now: datetime) -> bool:
        try:
            records = await self._source.by_email(email)
        except SourceUnavailable:
            return False
        found = [(record, standing(record, self._calendar, now)) for record in records]
        return may_receive(email, found) and self._is_within_limits(email, now)

    def _is_within_limits(self, email: str, now: datetime) -> bool:
        lately = self._letters.setdefault(email, deque(maxlen=MOST_LETTERS))
        while lately and abs(now - lately[0]) >= LETTERS_WITHIN:
            lately.popleft()
        if len(lately) >= MOST_LETTERS:
            return False
        lately.append(now)
        return True

    def _verify(self, digest: str, code: str) -> bool:
        try:
            return self._hasher.verify(digest, code)
        except VerifyMismatchError:
            return False


async def _deliver(
    mailer: Mailer, letter: Letter, may_send: Callable[[], Awaitable[bool]]
) -> None:
    """Send a letter; a failure is logged, and the customer may ask again."""
    may_leave.set(may_send)
    try:
        await mailer.send(letter)
    except (OSError, DatabaseUnavailable) as error:
        _log.error("code_not_sent %s", type(error).__name__)


def _letter(email: str, code: str, knowledge: Knowledge, language: Language) -> Letter:
    subject, text = (
        fill(knowledge.sentences[name].text.in_language(language).strip(), {"code": code}) or ""
        for name in ("code_mail_subject", "code_mail_text")
    )
    return Letter(to=email, subject=subject, text=text)


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """How we come to know who writes."""

    finder: FactFinder
    prover: Prover
