"""Values of the domain as JSON text, and moments as numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from bot.domain.contract import ContractRecord
from bot.domain.conversation import Conversation
from bot.domain.messages import InboundMessage, Reply
from bot.ports import Evidence, WebhookCall

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Codec(Generic[T]):
    """Turns one kind of value into JSON text and back, exactly."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def text(self, value: T) -> str:
        """Return the value as JSON text."""
        return self._adapter.dump_json(value).decode()

    def value(self, text: Any) -> T:  # noqa: ANN401 - a database column
        """Return the value of a JSON text."""
        return self._adapter.validate_json(text)


MESSAGE = Codec(InboundMessage)
REPLY = Codec(Reply)
CONVERSATION = Codec(Conversation)
EVIDENCE = Codec(Evidence)
CONTRACT = Codec(ContractRecord)
CALL = Codec(WebhookCall)


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """Return the moment that many microseconds after 1970."""
    return _EPOCH + count * _MICROSECOND
