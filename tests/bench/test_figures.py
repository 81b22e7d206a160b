import math

import pytest

from bench.understanding.data import STRANGE, Message
from bench.understanding.figures import Verdict, figures


def wants(*labels: str) -> Message:
    return Message(text="text", right=labels)


def found(*labels: str, sure: float) -> Verdict:
    return Verdict(ranked=[(label, 0.1) for label in labels], sure=sure)


def test_first_counts_any_right_label_and_top_the_best_three() -> None:
    messages = [wants("a"), wants("a", "b"), wants("a"), wants("a")]
    verdicts = [
        found("a", "b", sure=0.9),
        found("b", "c", sure=0.9),
        found("b", "c", "a", sure=0.9),
        found("b", "c", "d", "a", sure=0.9),
    ]

    measured = figures(messages, verdicts)

    assert (measured.first, measured.top) == (0.5, 0.75)


def test_apart_is_the_share_of_pairs_in_the_right_order_and_half_of_the_ties() -> None:
    messages = [wants("a"), wants("a"), wants(STRANGE), wants(STRANGE)]
    verdicts = [found("a", sure=sure) for sure in (0.9, 0.5, 0.5, 0.7)]

    assert figures(messages, verdicts).apart == pytest.approx((2 + 0 + 0.5) / 4)


def test_answered_are_right_and_surer_than_nine_of_ten_strangers() -> None:
    strangers = [0.1] * 8 + [0.6, 0.9]
    messages = [wants("a")] * 4 + [wants(STRANGE)] * 10
    verdicts = [
        found("a", sure=0.7),
        found("a", sure=0.6),  # no surer than the stranger at the limit
        found("b", sure=0.8),  # wrong
        found("a", sure=0.95),
        *(found("a", sure=sure) for sure in strangers),
    ]

    assert figures(messages, verdicts).answered == 0.5


def test_many_strangers_at_full_confidence_leave_nothing_to_answer() -> None:
    messages = [wants("a")] + [wants(STRANGE)] * 5
    verdicts = [found("a", sure=1.0)] + [found("a", sure=1.0)] * 2 + [found("a", sure=0.1)] * 3

    assert figures(messages, verdicts).answered == 0.0


def test_the_surer_something_is_strange_the_less_it_is_in_scope() -> None:
    nothing = Verdict(ranked=[], sure=0.0)
    order = [
        nothing,
        found(STRANGE, "a", sure=0.9),
        found(STRANGE, "a", sure=0.2),
        found("a", STRANGE, sure=0.2),
        found("a", STRANGE, sure=0.9),
    ]

    assert sorted(order, key=lambda verdict: verdict.in_scope) == order


def test_without_strangers_there_is_nothing_to_tell_apart() -> None:
    measured = figures([wants("a")], [found("a", sure=0.1)])

    assert math.isnan(measured.apart)
    assert measured.answered == 1.0
    assert str(measured) == "100.0 / 100.0 / - / 100.0"
