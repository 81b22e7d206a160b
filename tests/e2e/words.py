"""What the tests expect to read: the words of the knowledge files and of the demo contracts."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.domain.calendar import ROME
from bot.domain.knowledge import Knowledge
from bot.domain.wording import in_words
from bot.knowledge_files import load_knowledge

PROJECT = Path(__file__).parents[2]
DEMO = PROJECT / "demo" / "contracts.json"


@cache
def knowledge() -> Knowledge:
    """Return the knowledge the program runs with."""
    return load_knowledge(PROJECT / "intents", PROJECT / "faq")


def question(intent: str) -> str:
    """Return a sentence that surely means an intent."""
    return next(one.text for one in knowledge().intents[intent].examples if one.language == "it")


def answer(intent: str) -> str:
    """Return what everybody reads about an intent."""
    return knowledge().answer_to(intent).answer.it.strip()


def sentence(name: str) -> str:
    """Return a short sentence the program asks for by name."""
    return knowledge().sentences[name].text.it.strip()


def in_days(days: int) -> str:
    """Return a day counted from today in Rome, in words; the demo is dated from today."""
    return in_words(_today() + timedelta(days=days), "it")


def _today() -> date:
    return datetime.now(ROME).date()
