"""What the knowledge teaches, learnt once for all tests: it takes the better part of a minute."""

import fcntl
from functools import cache
from pathlib import Path

from bot.domain.matching import Costs
from bot.understanding.embedding import sentence_embedder
from bot.understanding.matcher import LearntMatcher
from tests.e2e.rigs import CACHE
from tests.e2e.words import knowledge


@cache
def learnt() -> Path:
    """Return a folder to be copied to a home's ``cache``; kept outside the project.

    Tests run in several processes: one of them learns, the others wait for it.
    """
    folder = CACHE / "learnt"
    folder.mkdir(parents=True, exist_ok=True)
    with (CACHE / "learnt.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LearntMatcher(knowledge(), Costs(), sentence_embedder(), folder)
    return folder
