from pathlib import Path
from typing import Any

import pytest

from tests.cli.console import as_lines, complaint, read_lines, sportello
from tests.cli.contract_files import PHONE, a_contract, a_file, suspended
from tests.cli.scripted import DOUBTFUL

OPEN = "2026-11-23T10:00:00+01:00"
"""A Monday while the desk is open."""
CLOSED = "2026-11-23T18:00:00+01:00"


def a_line(text: str, conversation: str = "a", at: str = OPEN, **more: object) -> dict[str, Any]:
    line = {"conversation": conversation, "channel": "web", "from": "", "at": at, "text": text}
    return line | more


def _answers(*lines: object) -> list[Any]:
    result = sportello("chat", "--jsonl", given=as_lines(lines))
    assert result.exit_code == 0
    return read_lines(result)


def _text(answer: dict[str, Any]) -> str:
    return "\n\n".join(reply["text"] for reply in answer["replies"])


def test_each_line_gets_replies_status_intent_and_standing() -> None:
    assert _answers(a_line("come apro la webmail")) == [
        {
            "conversation": "a",
            "replies": [
                {"text": "[introduction]\n\nRisposta webmail_access.", "buttons": ["Operatore"]}
            ],
            "status": "bot",
            "intent": "webmail_access",
            "standing": None,
        }
    ]


def test_a_finer_intent_is_named_by_its_label() -> None:
    (answer,) = _answers(a_line("about spam"))

    assert answer["intent"] == "out_of_scope"
    assert _text(answer) == "[introduction] (en)\n\nAnswer spam."


@pytest.mark.parametrize("second_at", [OPEN, "2026-11-20T10:00:00+01:00"])
def test_a_line_gets_its_own_replies_whatever_time_it_names(second_at: str) -> None:
    _, second = _answers(
        a_line("come apro la webmail"), a_line("about invoice status", at=second_at)
    )

    assert _text(second) == "Answer invoice_status."


def test_conversations_may_be_interleaved() -> None:
    """The second "1" answers the question asked in its own conversation only."""
    answers = _answers(
        a_line(DOUBTFUL, "a"),
        a_line("come apro la webmail", "b"),
        a_line("1", "a"),
        a_line("1", "b"),
    )

    assert [one["conversation"] for one in answers] == ["a", "b", "a", "b"]
    assert answers[0]["replies"][0]["buttons"][0] == "webmail password"
    assert answers[2]["intent"] == "webmail_password"
    assert answers[3]["intent"] != "webmail_password"


def test_the_same_name_on_another_channel_is_another_conversation() -> None:
    web, telegram = _answers(
        a_line("come apro la webmail"), a_line("come apro la webmail", channel="telegram")
    )

    assert telegram == web


def test_at_stands_for_now() -> None:
    during, after = _answers(
        a_line("vorrei parlare con un operatore", "a", OPEN),
        a_line("vorrei parlare con un operatore", "b", CLOSED),
    )

    assert "[handover_open]" in _text(during)
    assert "[handover_closed] martedì 24 novembre alle 9.30" in _text(after)


def test_a_chat_waits_for_a_person_although_nobody_is_there() -> None:
    asked, noted, quiet = _answers(
        a_line("vorrei parlare con un operatore"), a_line("pronto?"), a_line("pronto??")
    )

    assert (asked["status"], asked["intent"]) == ("waiting", "human_handoff")
    assert _text(noted) == "[noted]"
    assert quiet["replies"] == []
    assert quiet["status"] == "waiting"


@pytest.mark.parametrize(
    ("sender", "channel", "standing", "told"),
    [
        pytest.param(PHONE, "whatsapp", "active", "scade il 10 marzo 2027", id="contact"),
        pytest.param(
            "+390000000009", "whatsapp", None, "Risposta contract_status.", id="stranger"
        ),
        pytest.param(PHONE, "web", None, "Risposta contract_status.", id="only-says-so"),
    ],
)
def test_only_a_vouched_number_hears_of_its_contract(
    tmp_path: Path, sender: str, channel: str, standing: str | None, told: str
) -> None:
    sportello("contracts", "import", a_file(tmp_path, a_contract()))
    line = a_line("quando scade il mio contratto", channel=channel) | {"from": sender}

    answer = _answers(line)[0]

    assert answer["standing"] == standing
    assert told in _text(answer)


def test_a_file_of_contracts_counts_instead_of_the_imported_ones(tmp_path: Path) -> None:
    sportello("contracts", "import", a_file(tmp_path, a_contract()))
    file = a_file(tmp_path, suspended())
    line = a_line("quando scade il mio contratto", channel="whatsapp") | {"from": PHONE}

    result = sportello("chat", "--jsonl", "--contracts", file, given=as_lines([line]))

    answer = read_lines(result)[0]
    assert (answer["standing"], answer["status"]) == ("suspended", "waiting")
    assert "I servizi sono sospesi." in _text(answer)


def test_relative_dates_of_that_file_count_from_the_time_given(tmp_path: Path) -> None:
    file = a_file(tmp_path, a_contract(expires_on="today+100d"))
    line = a_line("quando scade il mio contratto", channel="whatsapp") | {"from": PHONE}

    result = sportello(
        "chat", "--jsonl", "--contracts", file, "--at", OPEN, given=as_lines([line])
    )

    assert "scade il 3 marzo 2027" in _text(read_lines(result)[0])


def test_a_faulty_file_of_contracts_is_named(tmp_path: Path) -> None:
    file = a_file(tmp_path, {"contract_id": "C-1"})

    said = complaint(sportello("chat", "--contracts", file))

    assert said.startswith(f"{file}: contracts[0].customer (C-1): ")


def test_only_conversation_and_text_are_needed() -> None:
    answer = _answers({"conversation": "a", "from": None, "at": None, "text": "xyzzy plugh"})[0]

    assert answer["status"] == "bot"
    assert "[not_understood]" in _text(answer)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{oops", "line 2: Invalid JSON: ", id="no-json"),
        pytest.param({"text": "ciao"}, "line 2: conversation: ", id="no-conversation"),
        pytest.param(a_line("ciao", channel="fax"), "line 2: channel: ", id="no-channel"),
        pytest.param(a_line("ciao", at="2026-11-23"), "line 2: at: ", id="no-time-of-day"),
        pytest.param(a_line("ciao", at="2026-11-23T10:00:00"), "line 2: at: ", id="no-offset"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_answered(line: object, said: str) -> None:
    given = as_lines([a_line("come apro la webmail"), line, a_line("about thanks")])

    result = sportello("chat", "--jsonl", given=given)

    before, broken, after = read_lines(result)
    assert result.exit_code == 1
    assert broken["error"].startswith(said)
    assert (before["intent"], after["intent"]) == ("webmail_access", "thanks")


def test_conversations_are_forgotten_at_the_end(home: Path) -> None:
    first = _answers(a_line("come apro la webmail"))

    assert _answers(a_line("come apro la webmail")) == first
    assert not home.exists()


def test_a_person_types_and_reads_words_and_buttons() -> None:
    result = sportello("chat", given="come apro la webmail\n\nabout thanks\n")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "[introduction]",
        "",
        "Risposta webmail_access.",
        "[Operatore]",
        "",
        "Answer thanks.",
        "[Operator]",
        "",
    ]


def test_a_person_can_write_as_a_contact(tmp_path: Path) -> None:
    sportello("contracts", "import", a_file(tmp_path, a_contract()))

    result = sportello("chat", "--as", PHONE, given="quando scade il mio contratto")

    assert "Il contratto prova.example scade il 10 marzo 2027." in result.stdout
