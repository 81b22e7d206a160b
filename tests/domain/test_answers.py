from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.answers import Question, contract_answer
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.disclosure import Identity
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import known
from tests.builders import a_contract
from tests.knowledge_sample import a_knowledge

MORNING = datetime(2026, 11, 25, 0, 30, tzinfo=ROME)


def answer(
    as_of: datetime | None, assurance: Assurance = Assurance.CONTACT, *, stale: bool = False
) -> str:
    record = a_contract(
        "C1", as_of=as_of, stale=stale, expires_on=MORNING.date() + timedelta(days=90)
    )
    identity = Identity(assurance=assurance, contracts=(record,))
    return contract_answer(
        Question(intent="contract_status", language="it"),
        known(record, DeskCalendar(), MORNING),
        identity,
        a_knowledge(),
    ).text


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (None, False),
        (MORNING, False),
        (MORNING - timedelta(minutes=29), False),
        (MORNING.astimezone(UTC) - timedelta(minutes=31), True),
        (MORNING + timedelta(hours=1), False),
    ],
)
def test_an_answer_says_if_its_data_are_not_of_today(
    as_of: datetime | None, *, said: bool
) -> None:
    assert ("<data_of>" in answer(as_of)) == said


def test_what_tells_nothing_of_a_contract_tells_no_age_of_data() -> None:
    assert "<data_of>" not in answer(MORNING - timedelta(days=3), Assurance.NONE)


def test_while_the_source_is_silent_the_moment_of_its_last_word_is_told_even_of_today() -> None:
    said = answer(MORNING, stale=True)

    assert "<data_stale>" in said
    assert "<data_of>" not in said
