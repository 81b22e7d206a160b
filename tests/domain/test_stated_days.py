from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stated_days import stated_day

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ho pagato ieri, quando torna il sito?", date(2026, 11, 24)),
        ("pagato l'altro ieri", date(2026, 11, 23)),
        ("bonifico fatto stamattina alle 9.30", date(2026, 11, 25)),
        ("ho appena pagato", date(2026, 11, 25)),
        ("e se pago domani?", date(2026, 11, 26)),
        ("ho pagato venerdì alle 18", date(2026, 11, 20)),
        ("VENERDI ho fatto il bonifico", date(2026, 11, 20)),
        ("se pago venerdì quando torna?", date(2026, 11, 27)),
        ("ho pagato mercoledì", date(2026, 11, 18)),
        ("pagherei lunedì prossimo", date(2026, 11, 30)),
        ("lunedì scorso ho saldato", date(2026, 11, 23)),
        ("ho pagato 2 giorni fa", date(2026, 11, 23)),
        ("pagato tre giorni fa", date(2026, 11, 22)),
        ("il bonifico è partito una settimana fa", date(2026, 11, 18)),
        ("pago tra due giorni", date(2026, 11, 27)),
        ("ho pagato il 24 dicembre", date(2026, 12, 24)),
        ("bonifico del 20/11", date(2026, 11, 20)),
        ("bonifico del 20.11.2026 di 146,40 euro", date(2026, 11, 20)),
        ("pagata il 2026-11-19", date(2026, 11, 19)),
        ("pagato il 3/11/26", date(2026, 11, 3)),
        ("pagato il primo dicembre", date(2026, 12, 1)),
        ("ho pagato il 24", date(2026, 11, 24)),
        ("ho pagato giovedì 19", date(2026, 11, 19)),
        ("ho pagato il 27", date(2026, 10, 27)),
        ("pagherò il 27", date(2026, 11, 27)),
        ("I paid last Friday", date(2026, 11, 20)),
        ("I paid the day before yesterday", date(2026, 11, 23)),
        ("paid on November 20th", date(2026, 11, 20)),
        ("I paid two days ago at 18:30", date(2026, 11, 23)),
        ("ho pagato ieri 24/11", date(2026, 11, 24)),
    ],
)
def test_the_day_a_customer_states_is_understood(text: str, expected: date) -> None:
    assert stated_day(text, WEDNESDAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "quando torna il sito?",
        "ho pagato il 31 febbraio",
        "ho pagato il 3 agosto 2019",
        "ho pagato ieri o l'altro ieri",
        "ho pagato 146,40 euro",
        "il 24 per cento",
        "fattura 12",
        "alle 18.30",
        "il dominio scade tra 20 anni",
    ],
)
def test_no_day_or_more_than_one_states_nothing(text: str) -> None:
    assert stated_day(text, WEDNESDAY) is None


def test_a_day_of_a_month_is_the_nearest_one_across_the_new_year() -> None:
    assert stated_day("ho pagato il 30 dicembre", date(2027, 1, 4)) == date(2026, 12, 30)
    assert stated_day("ho pagato il 30", date(2027, 1, 4)) == date(2026, 12, 30)


@given(st.text(max_size=60), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_no_text_is_too_much(text: str, today: date) -> None:
    found = stated_day(text, today)

    assert found is None or abs((found - today).days) <= 180
