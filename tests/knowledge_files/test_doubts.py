"""What `sportello kb check` finds beyond the faults that stop a start."""

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge_files import check_knowledge
from tests.knowledge_files.folder import KnowledgeFolder

INTENT, FAQ = "intents/webmail_access.yaml", "faq/webmail_access.yaml"
TEST_SENTENCE = (
    f"error {INTENT}:10: The example 'due di webmail_access' is a test sentence. "
    "Write it in other words."
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "messages.jsonl",
            '{"text": "Due di  webmail_access?", "intent": "x"}\n{"intent": "no text"}\n',
            id="a-line-of-json",
        ),
        pytest.param(
            "sentences.yaml", "webmail_access:\n  - text: due di webmail_access\n", id="yaml"
        ),
        pytest.param(
            "chats/one.yaml",
            "name: una chat\nturns:\n  - customer: Dué di webmail_access\n    bot: uno di x\n",
            id="a-whole-conversation-in-a-folder-below",
        ),
    ],
)
def test_an_example_that_is_a_test_sentence_is_an_error(
    knowledge: KnowledgeFolder, tmp_path: Path, name: str, content: str
) -> None:
    golden = tmp_path / "golden"
    (golden / name).parent.mkdir(parents=True)
    (golden / name).write_text(content, "utf-8")
    (golden / "README.md").write_text("due di pec_access", "utf-8")

    whole = check_knowledge(knowledge.intents, knowledge.faq, golden=golden)
    alone = check_knowledge(knowledge.intents, knowledge.faq, golden=golden / name)

    assert knowledge.told(whole) == knowledge.told(alone) == [TEST_SENTENCE]


def test_what_the_bot_says_in_a_golden_conversation_is_no_test_sentence(
    knowledge: KnowledgeFolder, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.yaml"
    golden.write_text("- {customer: altro, bot: uno di pec_access, text: 7}\n", "utf-8")

    assert check_knowledge(knowledge.intents, knowledge.faq, golden=golden) == []


@pytest.mark.parametrize(
    ("page", "says_it"),
    [
        pytest.param("Prima.\nUna frase della pagina. Dopo.", True, id="letter-by-letter"),
        pytest.param("Una  frase\n   della pagina.", True, id="with-other-gaps"),
        pytest.param("Una frase della Pagina.", False, id="with-another-letter"),
        pytest.param("Una frase delle pagine.", False, id="in-other-words"),
    ],
)
def test_a_passage_is_on_the_help_page_letter_by_letter(
    knowledge: KnowledgeFolder, tmp_path: Path, page: str, says_it: bool
) -> None:
    help_page = tmp_path / "page.txt"
    help_page.write_text(page, "utf-8")

    told = knowledge.told(check_knowledge(knowledge.intents, knowledge.faq, help_page=help_page))

    fault = (
        f"error {FAQ}:6: The help page does not say 'Una frase della pagina.'. "
        "Copy it letter by letter."
    )
    assert (fault not in told) is says_it


@pytest.mark.parametrize(
    ("today", "stale"),
    [
        pytest.param(date(2026, 11, 1), False, id="just-reviewed"),
        pytest.param(date(2027, 11, 1), False, id="a-year-ago"),
        pytest.param(date(2027, 11, 2), True, id="more-than-a-year-ago"),
    ],
)
def test_a_file_nobody_has_reviewed_for_a_year_is_a_warning(
    knowledge: KnowledgeFolder, today: date, stale: bool
) -> None:
    told = knowledge.told(check_knowledge(knowledge.intents, knowledge.faq, today=today))

    warning = "Last reviewed on 2026-11-01. Read it, help desk, and put today's date."
    assert (f"warning {INTENT}:4: {warning}" in told) is stale
    assert (f"warning {FAQ}:4: {warning}" in told) is stale


def test_few_examples_are_a_warning(knowledge: KnowledgeFolder) -> None:
    knowledge.change(INTENT, "    - otto di webmail_access\n", "")

    told = knowledge.told(
        check_knowledge(knowledge.intents, knowledge.faq, today=date(2026, 11, 2))
    )

    assert told == [f"warning {INTENT}:9: 7 Italian examples teach little. Write 8 or more."]


def test_a_sentence_nobody_says_is_a_warning(knowledge: KnowledgeFolder) -> None:
    knowledge.change("faq/sentences.yaml", "sentences:\n", "sentences:\n  spare: {it: A, en: B}\n")

    assert knowledge.check() == [
        "warning faq/sentences.yaml:2: spare is never said. Use or delete it."
    ]
    assert knowledge.errors() == []


def test_errors_stand_before_warnings(knowledge: KnowledgeFolder) -> None:
    knowledge.change("faq/sentences.yaml", "sentences:\n", "sentences:\n  spare: {it: A, en: B}\n")
    knowledge.change(INTENT, "intent: human_handoff", "intent: human")

    assert [line.split()[0] for line in knowledge.check()] == ["error", "warning"]
