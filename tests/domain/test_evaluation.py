import pytest

from bot.domain.evaluation import Action, Grade, Labelled, action_on, outcome, report
from bot.domain.matching import (
    Candidate,
    Candidates,
    Costs,
    Match,
    Zone,
    asked_in,
    in_labels,
    zone_of,
)


def matched(*scores: tuple[str, float], zone: Zone = Zone.ANSWER, language: str = "it") -> Match:
    candidates = tuple(Candidate(intent=intent, confidence=score) for intent, score in scores)
    return Match(candidates=candidates, zone=zone, language=language)


@pytest.mark.parametrize(
    ("match", "action"),
    [
        (matched(("webmail_access", 0.9)), Action.ANSWER),
        (matched(("webmail_access", 0.9), language="fr"), Action.HANDOVER),
        (matched(("webmail_access", 0.6), zone=Zone.ASK_BACK), Action.CLARIFY),
        (matched(("webmail_access", 0.1), zone=Zone.OFFER_PERSON), Action.FALLBACK),
        (matched(zone=Zone.OFFER_PERSON), Action.FALLBACK),
        (matched(("out_of_scope", 0.9)), Action.FALLBACK),
        (matched(("human_handoff", 0.9)), Action.HANDOVER),
        (matched(("complaint", 0.9)), Action.HANDOVER),
    ],
)
def test_what_the_bot_would_do(match: Match, action: Action) -> None:
    assert action_on(match) is action


ASKED = matched(("b", 0.6), ("a", 0.6), zone=Zone.ASK_BACK)
LOST = matched(zone=Zone.OFFER_PERSON)


@pytest.mark.parametrize(
    ("label", "match", "grade"),
    [
        ("a", matched(("a", 0.9)), Grade.DIRECT),
        ("also", matched(("a", 0.9)), Grade.DIRECT),
        ("x", matched(("a", 0.9)), Grade.WRONG),
        ("a", ASKED, Grade.CLARIFIED),
        ("x", ASKED, Grade.MISSED),
        ("a", LOST, Grade.MISSED),
        ("out_of_scope", LOST, Grade.DIRECT),
        ("out_of_scope", matched(("a", 0.9)), Grade.WRONG),
        ("complaint", matched(("complaint", 0.9)), Grade.DIRECT),
        ("a", matched(("complaint", 0.9)), Grade.MISSED),
    ],
)
def test_what_that_is_worth_to_the_customer(label: str, match: Match, grade: Grade) -> None:
    also = ("a",) if label == "also" else ()

    assert outcome(Labelled(text="t", label=label, also=also), match).grade is grade


def test_the_report_counts_shares_and_confusions() -> None:
    outcomes = [
        outcome(Labelled(text="1", label="a"), matched(("a", 0.9))),
        outcome(Labelled(text="2", label="a"), matched(("b", 0.9))),
        outcome(Labelled(text="3", label="a"), ASKED),
        outcome(Labelled(text="4", label="out_of_scope"), matched(("b", 0.9))),
    ]

    found = report(outcomes)

    assert found.in_scope.direct == pytest.approx(1 / 3)
    assert found.in_scope.helped == pytest.approx(2 / 3)
    assert found.by_label["a"].wrong == pytest.approx(1 / 3)
    assert found.out_of_scope_answered == 1.0
    assert found.confusions[0] == ("a", "b", 1)


def test_a_report_of_nothing_is_all_zero() -> None:
    assert report([]).total.direct == 0.0


COSTS = Costs(wrong=10, question=1, person=3)


@pytest.mark.parametrize(
    ("scores", "zone"),
    [
        pytest.param([], Zone.OFFER_PERSON, id="nothing-is-likely"),
        pytest.param([0.95, 0.05], Zone.ANSWER, id="sure"),
        pytest.param([0.85, 0.15], Zone.ASK_BACK, id="a-question-is-cheaper-than-the-risk"),
        pytest.param([0.85, 0.01], Zone.ASK_BACK, id="in-doubt-with-nothing-near"),
        pytest.param([0.5, 0.3, 0.2], Zone.ASK_BACK, id="one-of-three"),
        pytest.param([0.1, 0.1, 0.1], Zone.ASK_BACK, id="a-question-costs-less-than-a-person"),
    ],
)
def test_the_zone_is_what_is_expected_to_cost_least(scores: list[float], zone: Zone) -> None:
    candidates = [Candidate(intent=str(at), confidence=one) for at, one in enumerate(scores)]

    assert zone_of(candidates, COSTS) is zone


@pytest.mark.parametrize(
    ("costs", "zone"),
    [
        pytest.param(Costs(wrong=2), Zone.ANSWER, id="a-wrong-answer-hardly-matters"),
        pytest.param(Costs(wrong=100), Zone.ASK_BACK, id="it-matters-much"),
        pytest.param(Costs(question=9, person=0.5), Zone.OFFER_PERSON, id="people-are-at-hand"),
    ],
)
def test_whoever_runs_the_desk_decides_what_a_mistake_costs(costs: Costs, zone: Zone) -> None:
    candidates = [Candidate(intent="a", confidence=0.7), Candidate(intent="b", confidence=0.3)]

    assert zone_of(candidates, costs) is zone


@pytest.mark.parametrize(
    ("scores", "zone"),
    [
        pytest.param([("human_handoff", 0.8), ("a", 0.2)], Zone.ANSWER, id="a-person-is-wanted"),
        pytest.param([("complaint", 0.8), ("a", 0.2)], Zone.ANSWER, id="a-complaint"),
        pytest.param([("complaint", 0.4), ("a", 0.4)], Zone.ASK_BACK, id="hardly-a-complaint"),
        pytest.param([("out_of_scope", 0.9), ("a", 0.05)], Zone.ANSWER, id="surely-not-ours"),
        pytest.param([("out_of_scope", 0.1)], Zone.OFFER_PERSON, id="nothing-known"),
        pytest.param([("insult", 0.8), ("a", 0.2)], Zone.ANSWER, id="believed-like-its-label"),
        pytest.param([("emergency", 0.8), ("a", 0.2)], Zone.ANSWER, id="danger-believed-early"),
        pytest.param([("spam", 0.9), ("a", 0.05)], Zone.ANSWER, id="spam-not-asked-about"),
    ],
)
def test_some_mistakes_are_smaller_than_others(
    scores: list[tuple[str, float]], zone: Zone
) -> None:
    candidates = [Candidate(intent=intent, confidence=score) for intent, score in scores]

    assert zone_of(candidates, COSTS, label_of) is zone


def label_of(intent: str) -> str:
    labels = {"spam": "out_of_scope", "emergency": "out_of_scope", "insult": "complaint"}
    return labels.get(intent, intent)


def test_each_label_is_reported_once_as_likely_as_its_likeliest_intent() -> None:
    found = in_labels(matched(("spam", 0.5), ("a", 0.3), ("out_of_scope", 0.2)), label_of)

    assert [(one.intent, one.confidence) for one in found.candidates] == [
        ("out_of_scope", 0.5),
        ("a", 0.3),
    ]


@pytest.mark.parametrize(
    ("intent", "label", "action"),
    [("spam", "out_of_scope", Action.FALLBACK), ("insult", "complaint", Action.HANDOVER)],
)
def test_a_finer_intent_is_graded_by_its_label(intent: str, label: str, action: Action) -> None:
    found = outcome(Labelled(text="t", label=label), in_labels(matched((intent, 0.9)), label_of))

    assert (found.action, found.intent, found.grade) == (action, label, Grade.DIRECT)


def candidates(**chances: float) -> Candidates:
    return tuple(Candidate(intent=intent, confidence=chance) for intent, chance in chances.items())


SURE, UNSURE = candidates(a=0.95), candidates(a=0.6, b=0.4)


@pytest.mark.parametrize(
    ("whole", "parts", "asked"),
    [
        pytest.param(SURE, [SURE, candidates(b=0.95)], (SURE, "b"), id="two-questions"),
        pytest.param(UNSURE, [SURE, candidates(b=0.95)], (SURE, "b"), id="surer-by-itself"),
        pytest.param(SURE, [SURE, SURE], (SURE, ""), id="the-same-twice"),
        pytest.param(SURE, [SURE, UNSURE], (SURE, ""), id="one-is-doubtful"),
        pytest.param(
            SURE, [SURE, candidates(b=0.6, c=0.4)], (SURE, ""), id="the-other-is-doubtful"
        ),
        pytest.param(
            candidates(c=0.95), [SURE, candidates(b=0.95)], (candidates(c=0.95), ""), id="neither"
        ),
        pytest.param((), [SURE, candidates(b=0.95)], ((), ""), id="nothing-known"),
        pytest.param(SURE, [(), SURE], (SURE, ""), id="nothing-known-of-one"),
    ],
)
def test_two_questions_are_two_where_each_is_sure(
    whole: Candidates, parts: list[Candidates], asked: tuple[Candidates, str]
) -> None:
    found, second = asked_in(whole, parts, lambda one: zone_of(one, COSTS))

    assert (found, second.intent if second else "") == asked
