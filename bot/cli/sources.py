"""What commands need to ask a source of contracts or a back office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.clock import SystemClock
from bot.parts import SourceContext, open_store
from bot.settings import AllSettings


@asynccontextmanager
async def source_context(settings: AllSettings) -> AsyncIterator[SourceContext]:
    """Open the read copy and an HTTP client for as long as the block lasts."""
    store = open_store(settings.general, owner=False)
    try:
        async with httpx.AsyncClient() as http:
            yield SourceContext(
                settings=settings, read_copy=store.contracts, http=http, clock=SystemClock()
            )
    finally:
        await store.close()
