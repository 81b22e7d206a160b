from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.domain.conversation import Conversation, Status
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts
from bot.domain.knowledge import Assurance
from bot.service.facts import FactFinder
from tests.builders import NOW, PHONE, a_contract, a_conversation
from tests.fakes import FakeContracts
from tests.knowledge_sample import a_knowledge
from tests.service.office import PATIENCE

KNOWLEDGE = a_knowledge()
MINE, OTHER = a_contract("C1", PHONE), a_contract("C2", customer_id="K2")
KNOWN = a_conversation(phone=PHONE)
NOBODY = Facts(identity=Identity())


@pytest.fixture
def source() -> FakeContracts:
    return FakeContracts(MINE, OTHER)


@pytest.fixture
def finder(source: FakeContracts) -> FactFinder:
    return FactFinder(source, PATIENCE, SetClock(NOW))


@pytest.mark.parametrize(
    ("conversation", "identity"),
    [
        pytest.param(
            KNOWN,
            Identity(assurance=Assurance.CONTACT, contracts=(MINE,), phone=PHONE),
            id="a-contact-by-phone",
        ),
        pytest.param(
            a_conversation(vouched_for="C2"),
            Identity(assurance=Assurance.VERIFIED, contracts=(OTHER,)),
            id="recognised-by-a-colleague",
        ),
        pytest.param(
            a_conversation(phone=PHONE, vouched_for="C2"),
            Identity(assurance=Assurance.VERIFIED, contracts=(OTHER,), phone=PHONE),
            id="a-colleagues-word-counts-most",
        ),
        pytest.param(a_conversation(phone="+390000000009"), Identity(), id="a-phone-nobody-has"),
    ],
)
async def test_who_writes_is_found_by_phone_or_by_a_colleagues_word(
    finder: FactFinder, conversation: Conversation, identity: Identity
) -> None:
    found = await finder.gather(conversation, "contract_status", KNOWLEDGE)

    assert found == Facts(identity=identity)


@pytest.mark.parametrize(
    ("conversation", "intent"),
    [
        pytest.param(KNOWN, "contact_hours", id="an-answer-that-is-the-same-for-all"),
        pytest.param(a_conversation(), "contract_status", id="nobody-we-could-look-for"),
        pytest.param(
            a_conversation(phone=PHONE, status=Status.STAFF),
            "contract_status",
            id="staff-hold-the-chat",
        ),
        pytest.param(
            a_conversation(phone=PHONE, status=Status.SNOOZED),
            "contract_status",
            id="staff-will-come-back",
        ),
    ],
)
async def test_the_source_is_asked_only_if_it_matters(
    finder: FactFinder, source: FakeContracts, conversation: Conversation, intent: str
) -> None:
    assert await finder.gather(conversation, intent, KNOWLEDGE) == NOBODY
    assert source.asked == 0


@pytest.mark.parametrize(
    ("silent", "slowness", "expected"),
    [
        pytest.param(True, timedelta(0), True, id="no-answer"),
        pytest.param(False, PATIENCE * 2, True, id="too-slow"),
        pytest.param(False, PATIENCE / 2, False, id="slow-but-in-time"),
    ],
)
async def test_a_source_may_be_silent_but_not_hold_us_up(
    finder: FactFinder, source: FakeContracts, silent: bool, slowness: timedelta, expected: bool
) -> None:
    source.silent, source.slowness = silent, slowness

    facts = await finder.about(KNOWN)

    assert facts.source_silent is expected
    assert bool(facts.identity.contracts) is not expected
