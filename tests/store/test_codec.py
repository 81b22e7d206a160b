"""What is read back is what was written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contract import Cancellation, ContractRecord
from bot.domain.conversation import Conversation
from bot.domain.messages import InboundMessage, Reply
from bot.ports import Evidence
from bot.store import codec

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
CANCELLATIONS = st.builds(Cancellation, pec_received_at=MOMENTS)
VALUES: Mapping[str, tuple[codec.Codec[Any], st.SearchStrategy[Any]]] = {
    "message": (codec.MESSAGE, st.builds(InboundMessage, received_at=MOMENTS)),
    "reply": (codec.REPLY, st.builds(Reply)),
    "conversation": (
        codec.CONVERSATION,
        st.builds(Conversation, waiting_since=st.none() | MOMENTS),
    ),
    "evidence": (codec.EVIDENCE, st.builds(Evidence, confidence=st.floats(0, 1))),
    "contract": (
        codec.CONTRACT,
        st.builds(
            ContractRecord,
            cancellation=st.none() | CANCELLATIONS,
            as_of=st.none() | MOMENTS,
        ),
    ),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_every_value_is_kept_exactly(kind: str, data: st.DataObject) -> None:
    coder, values = VALUES[kind]
    value = data.draw(values)

    assert coder.value(coder.text(value)) == value


@given(MOMENTS)
def test_every_moment_is_kept_to_the_microsecond(moment: datetime) -> None:
    assert codec.moment(codec.micros(moment)) == moment
