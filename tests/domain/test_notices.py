from bot.domain.knowledge import Bilingual, Notice
from bot.domain.messages import FilledTemplate
from bot.domain.notices import filled_notice, numbered_variables, variables_of

NOTICE = Notice(
    name="hello",
    text=Bilingual(
        it="Sono {colleague}: su {topic}, {colleague} ha risposto.", en="An answer waits for you."
    ),
    category="UTILITY",
)


def test_a_notice_is_read_as_it_is_sent() -> None:
    reply = filled_notice(NOTICE, "it", {"topic": "Webmail", "colleague": "Maria"})

    assert reply is not None
    assert reply.text == "Sono Maria: su Webmail, Maria ha risposto."
    assert reply.template == FilledTemplate(name="sportello_hello_it", values=("Maria", "Webmail"))


def test_a_notice_that_lacks_a_value_is_not_sent() -> None:
    assert filled_notice(NOTICE, "it", {"topic": "", "colleague": "Maria"}) is None
    assert filled_notice(NOTICE, "en", {}) is not None


def test_vendors_number_the_variables() -> None:
    assert variables_of(NOTICE.text.it) == ("colleague", "topic")
    assert numbered_variables(NOTICE.text.it) == "Sono {{1}}: su {{2}}, {{1}} ha risposto."
