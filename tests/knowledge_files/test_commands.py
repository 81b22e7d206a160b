"""Commands of the menu: what may stand in faq/commands.yaml."""

import pytest

from tests.knowledge_files.folder import KnowledgeFolder

FILE = "faq/commands.yaml"
START = 'commands:\n  start: {it: "Inizio", en: "Begin", intent: greeting}\n'


def test_a_desk_can_do_without_commands(knowledge: KnowledgeFolder) -> None:
    assert knowledge.load().commands == {}


def test_commands_are_read_in_the_order_of_their_file(knowledge: KnowledgeFolder) -> None:
    knowledge.write(FILE, START + '  privacy: {it: "Dati", en: "Data", says: privacy_notice}\n')

    start, privacy = knowledge.load().commands.values()
    assert (start.name, start.intent, start.words.it) == ("start", "greeting", "Inizio")
    assert (privacy.name, privacy.intent, privacy.words.en) == ("privacy", "", "Data")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        pytest.param(
            '  stato: {it: "a", en: "b"}',
            "faq/commands.yaml:3: stato needs intent or says, not both. Keep one of them.",
            id="asks-for-nothing",
        ),
        pytest.param(
            '  stato: {it: "a", en: "b", intent: greeting, says: privacy_notice}',
            "faq/commands.yaml:3: stato needs intent or says, not both. Keep one of them.",
            id="asks-for-two-things",
        ),
        pytest.param(
            '  stato: {it: "a", en: "b", intent: gone}',
            "faq/commands.yaml:3: There is no intent gone. Name one that exists.",
            id="asks-for-what-is-not-there",
        ),
    ],
)
def test_a_wrong_command_stops_the_start(
    knowledge: KnowledgeFolder, line: str, error: str
) -> None:
    knowledge.write(FILE, f"{START}{line}\n")

    assert knowledge.errors() == [error]


def test_a_name_telegram_would_refuse_stops_the_start(knowledge: KnowledgeFolder) -> None:
    knowledge.write(FILE, START + '  Stato-mio: {it: "a", en: "b", intent: greeting}\n')

    (error,) = knowledge.errors()
    assert error.startswith("faq/commands.yaml:3: ")


def test_without_start_no_chat_can_begin(knowledge: KnowledgeFolder) -> None:
    knowledge.write(FILE, 'commands:\n  stato: {it: "a", en: "b", intent: greeting}\n')

    assert knowledge.errors() == [
        "faq/commands.yaml:2: There is no command start, with which chats begin. Add it."
    ]
