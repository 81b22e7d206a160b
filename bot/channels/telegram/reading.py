"""What Telegram's updates tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.contents import content_of, origin_of
from bot.domain.messages import Address, InboundMessage, MessageKind, clean_text
from bot.ports import StaffWord, Told

NAME = "telegram"
KINDS = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
"""The updates we ask for; reactions come only to who does."""
_MOST_NAME_CHARS = 100


@dataclass(frozen=True, kw_only=True)
class Group:
    """The group of the staff.

    Args:
        id: Telegram's; 0 if there is none.
        names: Names of colleagues by their Telegram ids, where they are not those in Telegram.
    """

    id: int = 0
    names: Mapping[int, str] = field(default_factory=dict)


def told_by(update: Update, received_at: datetime, group: Group) -> Sequence[Told]:
    """Return what an update tells; nothing of strange groups and of other events."""
    message = update.message
    event: Told | None
    if message is not None and message.chat.id == group.id:
        event = _staff_word(message, group)
    else:
        event = _event(update, received_at)
    return () if event is None else (event,)


def tap_id(update: object) -> str | None:
    """Return Telegram's id for the tap in an update, or None if nothing was tapped."""
    query = update.get("callback_query") if isinstance(update, dict) else None
    tap = query.get("id") if isinstance(query, dict) else None
    return tap if isinstance(tap, str) else None


def _event(update: Update, at: datetime) -> InboundMessage | None:
    number = str(update.update_id)
    if update.callback_query is not None:
        return _tap(number, update.callback_query, at)
    if update.message_reaction is not None:
        return _reaction(number, update.message_reaction, at)
    if update.my_chat_member is not None:
        return _standing(number, update.my_chat_member, at)
    if update.edited_message is not None:
        return _edit(number, update.edited_message, at)
    return _message(number, update.message, at) if update.message is not None else None


def _message(number: str, message: Message, at: datetime) -> InboundMessage | None:
    content = content_of(message)
    if message.from_user is None or message.chat.type != ChatType.PRIVATE or content is None:
        return None
    quoted = message.reply_to_message
    details = [content.details, origin_of(message)]
    return InboundMessage(
        vendor_id=number,
        sender=_address(message.chat.id),
        text=clean_text(message.text or message.caption or ""),
        received_at=at,
        kind=content.kind,
        phone=content.phone,
        name=_name(message.from_user),
        attachments=content.attachments,
        message_id=str(message.message_id),
        refers_to=str(quoted.message_id) if quoted is not None else "",
        details=clean_text("\n".join(filter(None, details))),
        forwarded=message.forward_origin is not None,
        album=message.media_group_id or "",
    )


def _staff_word(message: Message, group: Group) -> StaffWord | None:
    """Return what a member wrote in a topic; only members can write in the group."""
    author, topic = message.from_user, message.message_thread_id
    as_group = message.sender_chat is not None and message.sender_chat.id == group.id
    if author is None or not topic or not message.is_topic_message:
        return None
    if (author.is_bot and not as_group) or not (message.text or message.effective_attachment):
        return None
    # Administrators may write in the name of the group; Telegram tells their title at most.
    name = message.author_signature or group.names.get(author.id, author.full_name)
    return StaffWord(
        key=f"telegram:{message.chat.id}:{message.message_id}",
        topic=topic,
        colleague=clean_text(name)[:_MOST_NAME_CHARS],
        text=clean_text(message.text or ""),
    )


def _edit(number: str, message: Message, at: datetime) -> InboundMessage | None:
    """Return the new version of a message; a place that is shared live moves without a word."""
    edited = _message(number, message, at)
    if edited is None or edited.kind is MessageKind.LOCATION:
        return None
    return InboundMessage(
        vendor_id=number,
        sender=edited.sender,
        text=edited.text,
        received_at=at,
        kind=MessageKind.EDIT,
        name=edited.name,
        attachments=edited.attachments,
        message_id=edited.message_id,
        refers_to=edited.message_id,
        details=edited.details,
        forwarded=edited.forwarded,
    )


def _tap(number: str, query: CallbackQuery, at: datetime) -> InboundMessage | None:
    message = query.message
    private = message is None or message.chat.type == ChatType.PRIVATE
    if not private or not query.data:
        return None
    return InboundMessage(
        vendor_id=number,
        sender=_address(query.from_user.id),
        text="",
        received_at=at,
        kind=MessageKind.BUTTON,
        payload=query.data,
        name=_name(query.from_user),
        refers_to=str(message.message_id) if message is not None else "",
        # Of a message that is too old to be shown the date is that of 1970.
        offered_at=message.date if message is not None else None,
    )


def _reaction(
    number: str, reaction: MessageReactionUpdated, at: datetime
) -> InboundMessage | None:
    if reaction.user is None or reaction.chat.type != ChatType.PRIVATE:
        return None
    shown = [one.emoji for one in reaction.new_reaction if isinstance(one, ReactionTypeEmoji)]
    return InboundMessage(
        vendor_id=number,
        sender=_address(reaction.chat.id),
        text=clean_text("".join(shown)),
        received_at=at,
        kind=MessageKind.REACTION,
        name=_name(reaction.user),
        refers_to=str(reaction.message_id),
    )


def _standing(number: str, change: ChatMemberUpdated, at: datetime) -> InboundMessage | None:
    """Return that a customer has blocked the bot, or let it write again."""
    if change.chat.type != ChatType.PRIVATE:
        return None
    blocked = change.new_chat_member.status == ChatMemberStatus.BANNED
    return InboundMessage(
        vendor_id=number,
        sender=_address(change.chat.id),
        text="",
        received_at=at,
        kind=MessageKind.BLOCKED if blocked else MessageKind.UNBLOCKED,
        name=_name(change.from_user),
    )


def _address(chat_id: int) -> Address:
    return Address(channel=NAME, id=str(chat_id))


def _name(user: User) -> str:
    return clean_text(user.full_name)[:_MOST_NAME_CHARS]
