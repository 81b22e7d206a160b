import pytest

from bot.domain.masking import masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("la carta è 4111 1111 1111 1111 grazie", "la carta è •••• 1111 grazie"),
        ("4111-1111-1111-1111", "•••• 1111"),
        ("4111111111111111.", "•••• 1111."),
        ("amex 378282246310005", "amex •••• 0005"),
        ("amex 3782 822463 10005", "amex •••• 0005"),
        (
            "bonifico da IT60X0542811101000000123456 ieri",
            "bonifico da IT •••• 3456 ieri",
        ),
        ("it60 x054 2811 1010 0000 0123 456", "it •••• 3456"),
        ("DE89 3704 0044 0532 0130 00", "DE •••• 3000"),
    ],
)
def test_a_number_of_a_card_or_an_account_shows_its_end_only(said: str, kept: str) -> None:
    assert masked(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "4111 1111 1111 1112",
        "chiamo dal +39 0923 952636 o 333 1234567",
        "contratto 2024-0117, fattura 4500",
        "p. iva 01234567890",
        "IT60X0542811101000000123457",
        "il sito example.it non si apre",
        "",
    ],
)
def test_what_is_none_stays(said: str) -> None:
    assert masked(said) == said
