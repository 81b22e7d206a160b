"""What staff do with a conversation: each step raises the epoch, so that older work is dropped."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import (
    ClosingReason,
    Conversation,
    HandoverReason,
    Status,
    released,
)
from bot.domain.errors import WrongStatus

GIVEN_BACK = "given_back"
"""The sentence by which customers hear that the bot answers them again."""

_HELD = frozenset({Status.STAFF, Status.SNOOZED})


def claim(conversation: Conversation, colleague: str) -> Conversation:
    """Return the conversation held by a colleague, who takes up what they had put off.

    Raises:
        WrongStatus: Somebody else holds it, or it is closed.
    """
    if conversation.status is Status.STAFF and conversation.owner == colleague:
        return conversation
    if conversation.status is Status.SNOOZED and conversation.owner == colleague:
        return wake(conversation)
    if conversation.status in _HELD:
        raise WrongStatus(f"{conversation.owner} has already taken this chat.")
    if conversation.status is Status.CLOSED:
        raise WrongStatus("This chat is closed; it opens again when the customer writes.")
    return _taken(conversation, colleague)


def open_again(conversation: Conversation, colleague: str) -> Conversation:
    """Return a closed conversation held by a colleague.

    Raises:
        WrongStatus: It is not closed.
    """
    if conversation.status is not Status.CLOSED:
        raise WrongStatus("This chat is not closed.")
    return _taken(released(conversation, Status.BOT), colleague)


def let_go(
    conversation: Conversation, colleague: str, now: datetime, *, owes_answer: bool
) -> Conversation:
    """Return the conversation as it was before the colleague took it.

    One that waited stands in its old place; the bot's goes back to the bot, or waits if the
    customer has not been answered meanwhile.

    Raises:
        WrongStatus: The colleague does not hold it.
    """
    _must_hold(conversation, colleague)
    if conversation.taken_from is Status.BOT and not owes_answer:
        return _put_down(conversation, Status.BOT)
    return without_owner(conversation, now)


def transfer(conversation: Conversation, colleague: str, to: str) -> Conversation:
    """Return the conversation held by another colleague.

    Raises:
        WrongStatus: The colleague does not hold it.
    """
    _must_hold(conversation, colleague)
    return replace(roused(conversation), owner=to, epoch=conversation.epoch + 1)


def snooze(conversation: Conversation, colleague: str, until: datetime) -> Conversation:
    """Return the conversation put off; its owner has it again when the time comes.

    Raises:
        WrongStatus: The colleague does not hold it, or has put it off already.
    """
    _must_hold(conversation, colleague)
    if conversation.status is Status.SNOOZED:
        raise WrongStatus("This chat is put off already.")
    return replace(
        conversation, status=Status.SNOOZED, epoch=conversation.epoch + 1, snoozed_until=until
    )


def wake(conversation: Conversation) -> Conversation:
    """Return the conversation with its owner seeing to it again.

    Raises:
        WrongStatus: It was not put off.
    """
    if conversation.status is not Status.SNOOZED:
        raise WrongStatus("This chat is not put off.")
    return replace(
        conversation, status=Status.STAFF, epoch=conversation.epoch + 1, snoozed_until=None
    )


def without_owner(conversation: Conversation, now: datetime) -> Conversation:
    """Return a held conversation waiting for anybody, since when and why it waited before."""
    return replace(
        _put_down(conversation, Status.WAITING),
        reason=conversation.reason or HandoverReason.LEFT,
        waiting_since=conversation.waiting_since or now,
    )


def roused(conversation: Conversation) -> Conversation:
    """Return the conversation after a word of its customer: what was put off is seen to."""
    return wake(conversation) if conversation.status is Status.SNOOZED else conversation


def give_back(conversation: Conversation, colleague: str) -> Conversation:
    """Return the conversation with the bot speaking again.

    Raises:
        WrongStatus: The colleague does not hold it.
    """
    _must_hold(conversation, colleague)
    return released(conversation, Status.BOT)


def close(
    conversation: Conversation, colleague: str, reason: ClosingReason | None = None
) -> Conversation:
    """Return the conversation closed.

    Raises:
        WrongStatus: The colleague does not hold it.
    """
    _must_hold(conversation, colleague)
    closed = released(conversation, Status.CLOSED)
    return replace(closed, contract_id="", intent="", closed_as=reason)


def vouch(conversation: Conversation, contract_id: str) -> Conversation:
    """Return the conversation with its sender recognised as a contact of a contract.

    The epoch rises, so that a turn of the bot under way is done again knowing it.
    """
    return replace(
        conversation,
        vouched_for=contract_id,
        contract_id=contract_id,
        epoch=conversation.epoch + 1,
    )


def _must_hold(conversation: Conversation, colleague: str) -> None:
    if conversation.status not in _HELD:
        raise WrongStatus("Take the chat first.")
    if conversation.owner != colleague:
        raise WrongStatus(f"{conversation.owner} holds this chat.")


def _taken(conversation: Conversation, colleague: str) -> Conversation:
    return replace(
        conversation,
        status=Status.STAFF,
        epoch=conversation.epoch + 1,
        owner=colleague,
        pending=None,
        offered=(),
        taken_from=conversation.status,
    )


def _put_down(conversation: Conversation, status: Status) -> Conversation:
    """Return a held conversation held by nobody, with all it was about."""
    return replace(
        conversation,
        status=status,
        epoch=conversation.epoch + 1,
        owner="",
        taken_from=None,
        snoozed_until=None,
    )
