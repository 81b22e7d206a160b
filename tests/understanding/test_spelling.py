import pytest

from bot.understanding.firms import with_firms_masked
from bot.understanding.spelling import Speller

SPELLER = Speller(["fattura", "fattura", "rinnovo", "perché", "riattivazione", "posta", "pasta"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("fatura", "fattura", id="a-letter-missing"),
        pytest.param("fattrua", "fattura", id="two-letters-swapped"),
        pytest.param("riatvazione", "riattivazione", id="two-slips-in-a-long-word"),
        pytest.param("fatra", "fatra", id="two-slips-in-a-short-word-are-too-many"),
        pytest.param("perche", "perché", id="without-its-accent"),
        pytest.param("rinnova", "rinnova", id="an-ordinary-word-is-left-alone"),
        pytest.param("costa", "costa", id="a-word-between-two-of-ours"),
        pytest.param("invoices", "invoices", id="an-english-word"),
        pytest.param("pst", "pst", id="too-short-to-guess"),
        pytest.param("server18", "server18", id="not-a-word"),
        pytest.param("xyzxyzxyz", "xyzxyzxyz", id="like-nothing"),
    ],
)
def test_only_what_is_no_word_is_put_right(written: str, meant: str) -> None:
    assert SPELLER.right(written) == meant


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("disdetta netflix", "disdetta firmstreaming", id="a-name"),
        pytest.param("la sim di ho mobile", "la sim di firmtelephony", id="two-words"),
        pytest.param("passo a register.it", "passo a firmhosters", id="a-name-like-a-domain"),
        pytest.param("www.netflix.com", "www.netflix.com", id="within-a-domain"),
        pytest.param("timido", "timido", id="within-a-word"),
        pytest.param("la pec di aruba", "la firmpec", id="the-longer-name"),
    ],
)
def test_a_firm_becomes_the_word_for_its_kind(text: str, masked: str) -> None:
    assert " ".join(with_firms_masked(text).split()) == masked
