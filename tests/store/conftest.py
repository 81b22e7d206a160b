"""Each test of the suite is run on every store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports import ConversationStore, TemplateStore
from tests.store.backends import BACKENDS, Backend


@pytest.fixture(params=BACKENDS)
async def backend(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Backend]:
    async with BACKENDS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
def store(backend: Backend) -> ConversationStore:
    return backend.conversations


@pytest.fixture
def templates(backend: Backend) -> TemplateStore:
    return backend.templates
