"""A desk at work on fakes, in hurried time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

import pytest

from bot.service.desk import Desk
from bot.service.intake import Intake
from bot.service.outbox import Outbox
from bot.service.overview import Overview
from bot.service.workers import Spawn
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel, FakeContracts, FakeMatcher
from tests.service.hurried import HurriedLoop
from tests.service.office import Office


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"hurried": HurriedLoop}


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    tasks: list[asyncio.Future[None]] = []

    def start(work: Coroutine[Any, Any, None]) -> None:
        tasks.append(asyncio.ensure_future(work))

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def office(spawn: Spawn, channel: FakeChannel) -> Office:
    return Office(spawn, channel)


@pytest.fixture
def store(office: Office) -> FakeConversations:
    return office.store


@pytest.fixture
def source(office: Office) -> FakeContracts:
    return office.source


@pytest.fixture
def matcher(office: Office) -> FakeMatcher:
    return office.matcher


@pytest.fixture
def outbox(office: Office) -> Outbox:
    return office.outbox


@pytest.fixture
def intake(office: Office) -> Intake:
    return office.intake


@pytest.fixture
def overview(office: Office) -> Overview:
    return office.overview


@pytest.fixture
def desk(office: Office) -> Desk:
    return office.desk
