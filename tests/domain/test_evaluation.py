import pytest

from bot.domain.evaluation import Action, Grade, Labelled, action_on, outcome, report
from bot.domain.matching import Candidate, Match, Thresholds, Zone, zone_of


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


THRESHOLDS = Thresholds(answer_from=0.8, lead=0.05, ask_from=0.5, hand_over_from=0.6)


@pytest.mark.parametrize(
    ("scores", "zone"),
    [
        ([], Zone.OFFER_PERSON),
        ([0.49], Zone.OFFER_PERSON),
        ([0.5], Zone.ASK_BACK),
        ([0.8], Zone.ANSWER),
        ([0.9, 0.86], Zone.ASK_BACK),
        ([0.9, 0.84], Zone.ANSWER),
    ],
)
def test_the_zone_depends_on_the_winner_and_its_lead(scores: list[float], zone: Zone) -> None:
    candidates = [Candidate(intent=str(score), confidence=score) for score in scores]

    assert zone_of(candidates, THRESHOLDS) is zone


@pytest.mark.parametrize(
    ("intent", "score", "zone"),
    [
        pytest.param("human_handoff", 0.6, Zone.ANSWER, id="a-person-is-wanted"),
        pytest.param("complaint", 0.6, Zone.ANSWER, id="a-complaint"),
        pytest.param("complaint", 0.59, Zone.ASK_BACK, id="hardly-a-complaint"),
        pytest.param("out_of_scope", 0.79, Zone.OFFER_PERSON, id="probably-not-ours"),
        pytest.param("out_of_scope", 0.8, Zone.ANSWER, id="surely-not-ours"),
    ],
)
def test_some_mistakes_are_smaller_than_others(intent: str, score: float, zone: Zone) -> None:
    assert zone_of([Candidate(intent=intent, confidence=score)], THRESHOLDS) is zone
