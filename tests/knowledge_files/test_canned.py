"""The replies that colleagues need often: what is wrong with them is found before a start."""

import pytest

from tests.knowledge_files.folder import KnowledgeFolder

FILE = "faq/canned.yaml"


def test_the_file_need_not_be_there_and_is_read_if_it_is(knowledge: KnowledgeFolder) -> None:
    assert knowledge.load().canned == {}

    knowledge.write(FILE, "canned:\n  hi: {title: Ciao, it: 'Da {colleague}', en: Hi}\n")

    (hi,) = knowledge.load().canned.values()
    assert (hi.name, hi.title, hi.text.it) == ("hi", "Ciao", "Da {colleague}")
    assert knowledge.check() == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("Paghi {iban}", "Nobody fills the placeholder {iban}.", id="unknown"),
        pytest.param("Paghi {amount", "A placeholder is written badly.", id="open-brace"),
        pytest.param("Paghi amount}", "A placeholder is written badly.", id="closing-brace"),
        pytest.param("Paghi […]", "A text with a gap cannot be sent.", id="gap"),
    ],
)
def test_what_could_not_be_filled_or_sent_is_found_with_its_line(
    knowledge: KnowledgeFolder, text: str, fault: str
) -> None:
    knowledge.write(FILE, f'canned:\n  pay:\n    title: Pagare\n    it: "{text}"\n    en: Pay\n')

    (found,) = knowledge.errors()
    assert found.startswith(f"{FILE}:4: {fault}")


def test_two_replies_of_one_title_are_found(knowledge: KnowledgeFolder) -> None:
    knowledge.write(
        FILE,
        "canned:\n  one: {title: Orari, it: A, en: A}\n  two: {title: orari!, it: B, en: B}\n",
    )

    (found,) = knowledge.errors()
    assert found.startswith(f"{FILE}:3: one has this title as well.")


def test_a_title_that_is_too_long_is_found(knowledge: KnowledgeFolder) -> None:
    knowledge.write(FILE, f"canned:\n  one:\n    title: {'p' * 51}\n    it: A\n    en: A\n")

    (found,) = knowledge.errors()
    assert found.startswith(f"{FILE}:3: canned.one.title has 51 characters, 50 are allowed.")
