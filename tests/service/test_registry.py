"""Registries are asked about the sender's own domains, and never hold an answer up."""

from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.domain.conversation import Conversation
from bot.service.facts import MOST_DOMAINS, FactFinder
from tests.builders import NOW, PHONE, a_contract, a_conversation, a_domain, a_registry_record
from tests.fakes import FakeContracts, FakeRegistry
from tests.knowledge_sample import a_knowledge
from tests.service.office import PATIENCE

KNOWLEDGE = a_knowledge(telling_phases=True)
KNOWN = a_conversation(phone=PHONE)
MINE = a_contract("C1", PHONE, services=(a_domain("mio.it", "ok"), a_domain("mio.com", "ok")))
OTHER = a_contract("C2", customer_id="K2", services=(a_domain("altrui.it", "ok"),))


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry(
        {
            "mio.it": a_registry_record("mio.it", "redemptionPeriod"),
            "altrui.it": a_registry_record("altrui.it", "ok"),
        }
    )


@pytest.fixture
def finder(registry: FakeRegistry) -> FactFinder:
    return FactFinder(FakeContracts(MINE, OTHER), PATIENCE, SetClock(NOW), registry)


async def words(finder: FactFinder, intent: str = "contract_status") -> list[tuple[str, ...]]:
    """Return the status words of the sender's domains as the bot would use them."""
    facts = await finder.gather(KNOWN, intent, KNOWLEDGE)
    return [one.registry_status for record in facts.identity.contracts for one in record.services]


async def test_what_the_registry_says_wins_over_the_record(finder: FactFinder) -> None:
    assert await words(finder) == [("redemptionPeriod",), ("ok",)]


async def test_only_the_senders_own_domains_are_asked_about(
    finder: FactFinder, registry: FakeRegistry
) -> None:
    await words(finder)

    assert registry.asked == ["mio.it", "mio.com"]


@pytest.mark.parametrize(
    ("conversation", "intent"),
    [
        pytest.param(KNOWN, "webmail_access", id="the-answer-tells-no-phase"),
        pytest.param(a_conversation(), "contract_status", id="nobody-we-know"),
        pytest.param(a_conversation(phone="+390000000009"), "contract_status", id="no-contract"),
    ],
)
async def test_registries_are_asked_only_if_it_matters(
    finder: FactFinder, registry: FakeRegistry, conversation: Conversation, intent: str
) -> None:
    await finder.gather(conversation, intent, KNOWLEDGE)

    assert registry.asked == []


async def test_staff_see_what_the_bot_says(finder: FactFinder) -> None:
    facts = await finder.about(KNOWN)

    assert facts.identity.contracts[0].services[0].registry_status == ("redemptionPeriod",)


@pytest.mark.parametrize(
    ("silent", "slowness"),
    [
        pytest.param(True, timedelta(0), id="silent"),
        pytest.param(False, PATIENCE * 2, id="too-slow"),
    ],
)
async def test_while_a_registry_is_silent_the_record_stands(
    finder: FactFinder, registry: FakeRegistry, silent: bool, slowness: timedelta
) -> None:
    registry.silent, registry.slowness = silent, slowness

    facts = await finder.gather(KNOWN, "contract_status", KNOWLEDGE)

    assert facts.identity.contracts == (MINE,)
    assert not facts.source_silent


async def test_of_very_many_domains_only_some_are_asked_about(registry: FakeRegistry) -> None:
    many = tuple(a_domain(f"mio{number}.it", "ok") for number in range(MOST_DOMAINS + 1))
    source = FakeContracts(a_contract("C1", PHONE, services=many))

    finder = FactFinder(source, PATIENCE, SetClock(NOW), registry)
    await finder.gather(KNOWN, "contract_status", KNOWLEDGE)

    assert len(registry.asked) == MOST_DOMAINS
