"""What is decided about a message."""

from dataclasses import dataclass, field

from bot.domain.conversation import Conversation, HandoverReason
from bot.domain.known_contract import KnownContract
from bot.domain.messages import Reply
from bot.domain.sources import Sources


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to say next, and the conversation as it is afterwards.

    Args:
        replies: Empty where the bot keeps quiet.
        handover: Why a person takes over with this turn, if one does.
        contract: The contract that was used, if one was.
        disclosed: Classes of contract data the replies tell.
        event: What else happened, for the transcript.
        note: Details of that event.
        sources: What the replies rest on.
    """

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    intent: str = ""
    handover: HandoverReason | None = None
    contract: KnownContract | None = None
    disclosed: tuple[str, ...] = ()
    event: str = ""
    note: str = ""
    sources: Sources = field(default_factory=Sources)
