import json
from typing import Any

import pytest

from tests.cli.console import as_lines, read_lines, sportello
from tests.cli.scripted import DOUBTFUL, GERMAN


def _match(text: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(sportello("match", text, "--json").stdout)


@pytest.mark.parametrize(
    ("text", "action", "intent", "language"),
    [
        ("come apro la webmail", "answer", "webmail_access", "it"),
        ("about webmail password", "answer", "webmail_password", "en"),
        (DOUBTFUL, "clarify", "webmail_password", "it"),
        ("vorrei parlare con un operatore", "handover", "human_handoff", "it"),
        (GERMAN, "handover", None, "de"),
        ("xyzzy plugh", "fallback", None, None),
    ],
)
def test_a_message_gets_one_of_four_actions(
    text: str, action: str, intent: str | None, language: str | None
) -> None:
    found = _match(text)

    assert set(found) == {
        "action",
        "intent",
        "topic",
        "confidence",
        "candidates",
        "language",
    }
    assert found["action"] == action
    assert intent in {None, found["intent"]}
    assert language in {None, found["language"]}


def test_candidates_are_shown_best_first_with_their_example() -> None:
    found = _match("come apro la webmail")

    first = found["candidates"][0]
    confidences = [one["confidence"] for one in found["candidates"]]
    assert first == {
        "intent": found["intent"],
        "confidence": found["confidence"],
        "example": "come apro la webmail",
    }
    assert confidences == sorted(confidences, reverse=True)


def test_a_finer_intent_is_reported_as_its_label_with_its_own_name_as_the_topic() -> None:
    found = _match("about spam")

    assert (found["action"], found["intent"], found["topic"]) == (
        "fallback",
        "out_of_scope",
        "spam",
    )
    assert [one["intent"] for one in found["candidates"]] == ["out_of_scope"]


def test_a_person_reads_action_language_and_candidates() -> None:
    result = sportello("match", "come apro la webmail")

    action, best, *_ = result.stdout.splitlines()
    assert result.exit_code == 0
    assert action == "answer  (language: it)"
    assert best.split(maxsplit=2)[1:] == ["webmail_access", "come apro la webmail"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_message_the_bot_would_not_answer_is_status_1(options: list[str]) -> None:
    assert sportello("match", "xyzzy plugh", *options).exit_code == 1


def test_each_line_gets_one_answer_in_order() -> None:
    given = as_lines(
        [
            {"id": "a", "text": "come apro la webmail", "label": "ignored"},
            "",
            {"id": 7, "text": "xyzzy plugh"},
            {"text": "ho perso la password della webmail"},
        ]
    )

    result = sportello("match", "--jsonl", given=given)

    answers = read_lines(result)
    assert result.exit_code == 0
    assert [(one["id"], one["action"]) for one in answers] == [
        ("a", "answer"),
        (7, "fallback"),
        (None, "answer"),
    ]
    assert answers[0] == {"id": "a"} | _match("come apro la webmail")


def test_lines_know_nothing_of_each_other() -> None:
    text = {"text": DOUBTFUL}

    first, *others = read_lines(sportello("match", "--jsonl", given=as_lines([text] * 4)))

    assert others == [first] * 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"{oops", "line 1: Invalid JSON: ", id="no-json"),
        pytest.param(b"5", "line 1: Input should be an object", id="no-object"),
        pytest.param(b'{"id": 1}', "line 1: text: Field required", id="no-text"),
        pytest.param(b'{"text": null}', "line 1: text: Input should be a valid string", id="null"),
        pytest.param(b'{"text": "\xff"}', "line 1: Invalid JSON: ", id="no-utf-8"),
        pytest.param(b'{"text": "\\ud800"}', "line 1: Invalid JSON: ", id="half-a-character"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_answered(line: bytes, said: str) -> None:
    result = sportello("match", "--jsonl", given=line + b'\n{"id": 2, "text": "ciao"}\n')

    broken, answered = read_lines(result)
    assert result.exit_code == 1
    assert set(broken) == {"error"}
    assert broken["error"].startswith(said)
    assert answered["id"] == 2


def test_a_byte_order_mark_is_no_fault() -> None:
    result = sportello("match", "--jsonl", given=b'\xef\xbb\xbf{"id": 1, "text": "ciao"}')

    assert result.exit_code == 0


@pytest.mark.usefixtures("real_matcher")
def test_the_real_matcher_has_learnt_the_examples() -> None:
    found = _match("dove leggo la posta dal browser")

    assert found["intent"] == "webmail_access"
    assert found["candidates"][0]["example"] == "dove leggo la posta dal browser"


def test_an_explanation_shows_views_costs_and_what_is_named() -> None:
    text = "il sito bottega.example non si apre"

    told = sportello("match", text, "--explain").stdout
    found = json.loads(sportello("match", text, "--explain", "--json").stdout)

    assert "to ask back" in told
    assert found["zone"] == min(found["expected_costs"], key=found["expected_costs"].get)
    assert set(found["expected_costs"]) <= {"answer", "ask_back", "offer_person"}
