from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def golden_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all golden tests, so that the knowledge is learnt only once."""
    return Path(tmp_path_factory.mktemp("golden"))
