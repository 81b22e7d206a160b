"""What the real knowledge says by itself of a change."""

from itertools import product

import pytest

from bot.domain.contract import Standing
from bot.domain.conversation import Status
from bot.domain.disclosure import Identity
from bot.domain.knowledge import Assurance
from bot.domain.news import Change, news_for
from tests.builders import a_conversation
from tests.golden.test_standings import KNOWLEDGE, PHONE, contract

ROWS = [
    pytest.param(before, now, id=f"{before}-{now}")
    for before, now in product(Standing, Standing)
    if KNOWLEDGE.live.news_of(before, now)
]


def heard(
    before: Standing, now: Standing, language: str = "it", *, sees_money: bool = True
) -> str:
    changed = contract(now, sees_money=sees_money)
    identity = Identity(assurance=Assurance.CONTACT, contracts=(changed.record,), phone=PHONE)
    chat = a_conversation(phone=PHONE, status=Status.WAITING, language=language)
    said = news_for(chat, Change(before=before, contract=changed), identity, KNOWLEDGE)
    return "\n".join(said.paragraphs) if said else ""


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(("before", "now"), ROWS)
def test_every_row_has_words_without_gaps(before: Standing, now: Standing, language: str) -> None:
    said = heard(before, now, language)

    assert said
    assert "{" not in said


def test_a_payment_that_has_arrived_tells_when_services_are_back() -> None:
    said = heard(Standing.SUSPENDED, Standing.REACTIVATION_SCHEDULED)

    assert said.startswith("Buone notizie sul contratto")
    assert "tra le 10.30 e le 12.30" in said


@pytest.mark.parametrize(("before", "now"), ROWS)
def test_who_looks_after_the_technical_side_hears_nothing_of_payments(
    before: Standing, now: Standing
) -> None:
    said = heard(before, now, sees_money=False)

    assert "pagament" not in said
    assert "pagata" not in said
