import pytest

from bot.domain.matching import Query
from tests.understanding.small_matcher import a_matcher

MATCHER = a_matcher()
UNKNOWN = "und"


def language(text: str, before: str = "") -> str:
    return MATCHER.match_now(Query(text=text, language=before)).language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("come entro nella webmail", "it", id="an-italian-example"),
        pytest.param("dove trovo la fattura di quest'anno?", "it", id="italian"),
        pytest.param("nn riesco + ad aprire la posta", "it", id="italian-in-chat"),
        pytest.param("Non ci capisciu nenti, u situ nun va", "it", id="sicilian"),
        pytest.param("m'ata scusari ma a pec unni si trova", "it", id="more-sicilian"),
        pytest.param("account bloccato, serve reset password", "it", id="italian-with-english"),
        pytest.param("how do I open the webmail", "en", id="an-english-example"),
        pytest.param("could you please send me the invoice again?", "en", id="english"),
        pytest.param("my site is down", "en", id="short-english"),
        pytest.param("Wie komme ich in mein Postfach, bitte?", "de", id="german"),
        pytest.param("Comment puis-je renouveler mon contrat ?", "fr", id="french"),
        pytest.param("¿Cómo puedo renovar mi contrato de dominio?", "es", id="spanish"),
        pytest.param("Cum pot să reînnoiesc contractul meu de domeniu?", "ro", id="romanian"),
        pytest.param("Καλημέρα σας", UNKNOWN, id="greek"),
        pytest.param("كيف يمكنني تجديد العقد", UNKNOWN, id="arabic"),
        pytest.param("доменное имя не работает", UNKNOWN, id="russian"),
        pytest.param("域名怎么续费", UNKNOWN, id="chinese"),
    ],
)
def test_a_message_is_in_a_language(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize("text", ["", "?", "12345", "🙏🌷", "+39 000 000 0001"])
@pytest.mark.parametrize(
    ("before", "expected"), [("", "it"), ("it", "it"), ("en", "en"), ("de", "de")]
)
def test_what_has_no_words_is_in_the_language_of_the_chat(
    text: str, before: str, expected: str
) -> None:
    assert language(text, before) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        pytest.param("ok", "it", "it", id="a-word-of-both-in-italian"),
        pytest.param("ok", "en", "en", id="a-word-of-both-in-english"),
        pytest.param("password webmail", "", "it", id="italian-when-in-doubt"),
        pytest.param("how can I cancel my contract", "it", "en", id="who-changes-to-english"),
        pytest.param("come faccio a disdire il contratto", "en", "it", id="who-changes-back"),
    ],
)
def test_the_chat_so_far_decides_only_where_the_words_do_not(
    text: str, before: str, expected: str
) -> None:
    assert language(text, before) == expected
