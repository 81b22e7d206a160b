import shutil
from pathlib import Path

import pytest

from tests.learning import learnt


@pytest.fixture(scope="session")
def golden_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all golden tests, in which the knowledge is learnt."""
    home = tmp_path_factory.mktemp("golden")
    shutil.copytree(learnt(), home / "cache")
    return home
