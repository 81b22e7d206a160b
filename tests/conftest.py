"""What all tests share."""

from collections.abc import Iterator

import pytest

from tests.store import postgresql


@pytest.fixture(scope="session", autouse=True)
def _servers() -> Iterator[None]:
    """Stop in the end what was started on the way."""
    yield
    postgresql.stop()
