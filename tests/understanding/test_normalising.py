import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.normalising import tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("NON Funziona", "non funziona", id="lower-case"),
        pytest.param("perché più città", "perche piu citta", id="accents"),
        pytest.param("citta' piu`", "citta piu", id="apostrophes-for-accents"),
        pytest.param("l'accesso dell\u2019account", "l accesso dell account", id="elisions"),
        pytest.param("aiutoooo nooo", "aiuto no", id="elongations"),
        pytest.param("accesso password", "accesso password", id="double-letters-stay"),
        pytest.param("xké nn va, cmq grz", "perche non va comunque", id="chat-abbreviations"),
        pytest.param("6 un bot", "sei un bot", id="six-for-you-are"),
        pytest.param("thx u r ok", "you are ok", id="english-abbreviations"),
        pytest.param("\ufb01rma \uff21uth \u2460", "firma auth number", id="typographic-letters"),
        pytest.param("auth-code/codice_auth", "auth code codice auth", id="joined-words"),
        pytest.param("server18 o server 3", "server 18 o server 3", id="numbers-with-a-meaning"),
        pytest.param("entro 15 giorni", "entro 15 giorni", id="fifteen-days"),
        pytest.param("il sito bottega.example", "il sito domain", id="a-domain"),
        pytest.param(
            "https://www.bottega.example/a?b=1 no", "domain no", id="an-address-of-a-page"
        ),
        pytest.param("scrivo da anna.p+x@bottega.example", "scrivo da email", id="an-e-mail"),
        pytest.param("pagati € 146,40 e 20 euro", "pagati amount e amount", id="amounts"),
        pytest.param("scade il 25/11/2026 o 3.12", "scade il date o date", id="dates"),
        pytest.param("il 25 aprile, ieri", "il date ieri", id="dates-in-words"),
        pytest.param("fattura 1042", "fattura number", id="a-number"),
        pytest.param("alle 10.30", "alle number", id="a-time"),
        pytest.param("la p.iva e foto.jpg", "la p iva e foto jpg", id="dots-of-no-domain"),
        pytest.param("vado su register.it", "vado su firmhosters", id="a-domain-that-is-a-firm"),
        pytest.param("chiami il +39 000 000 0001", "chiami il number", id="a-phone-number"),
        pytest.param("buongiorno, il sito è giù, grazie mille", "il sito e giu", id="courtesies"),
        pytest.param("per cortesia la fattura", "la fattura", id="courtesies-of-two-words"),
        pytest.param("buongiorno salve", "buongiorno salve", id="nothing-but-courtesies"),
        pytest.param("buongiorno, ok grazie", "ok grazie", id="thanks-beside-a-single-word"),
        pytest.param("", "", id="empty"),
        pytest.param("🚗 !?", "", id="no-words"),
        pytest.param("👍🏻", "ok", id="a-thumb-alone"),
        pytest.param("👍 la pec", "la pec", id="a-thumb-beside-words"),
    ],
)
def test_a_text_is_compared_without_what_does_not_matter(text: str, words: str) -> None:
    assert tokens(text) == words.split()


@given(st.text())
def test_what_is_compared_are_bare_words_and_numbers(text: str) -> None:
    assert all(
        (word.isascii() and word.isalpha() and word.islower()) or word.isdigit()
        for word in tokens(text)
    )


@given(st.text(alphabet="abcdefghilmnop àèì'"))
def test_accents_and_capitals_make_no_difference(text: str) -> None:
    plain = text.translate(str.maketrans("àèì", "aei"))

    assert tokens(text) == tokens(text.upper()) == tokens(plain)
