"""Asking how it went: when words and buttons are a rating or a comment, and what is said then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over, reopen
from bot.domain.decision import Decision
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment
from bot.domain.feedback import asked
from bot.domain.holding import claim
from bot.domain.matching import Candidate, Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import InboundMessage, MessageKind
from bot.domain.rating import MOST_COMMENT_CHARS, Rating, RatingAsked, may_ask
from bot.domain.reading import read
from tests.builders import CHAT, NOW, a_conversation, an_inbound, later
from tests.knowledge_sample import a_knowledge, a_sentence

LABELS = {"rating_good": "👍 Bene", "rating_fair": "👌 Così così", "rating_bad": "👎 Male"}
_SAMPLE = a_knowledge()
KNOWLEDGE = replace(
    _SAMPLE,
    sentences={
        **_SAMPLE.sentences,
        **{name: a_sentence(name, label) for name, label in LABELS.items()},
    },
    follow_ups=replace(_SAMPLE.follow_ups, cancelling=frozenset({"annulla"})),
)
CLOSED, QUESTION = asked(
    a_conversation(status=Status.CLOSED, epoch=4, language="it"), "Anna", KNOWLEDGE, NOW
)
UNSURE = Match(candidates=(), zone=Zone.OFFER_PERSON, language="it")
GOOD, FAIR, BAD = (button.payload for button in QUESTION.buttons)
ASKED = RatingAsked(closing=4, colleague="Anna", asked_at=NOW)
ANSWERED = replace(ASKED, value=Rating.BAD, rated_at=NOW, untouched=False)
RATED = replace(CLOSED, rating=ANSWERED)


def sure_of(intent: str) -> Match:
    best = Candidate(intent=intent, confidence=0.99, example="")
    return Match(candidates=(best,), zone=Zone.ANSWER, language="it")


def heard(
    message: InboundMessage, chat: Conversation = CLOSED, match: Match = UNSURE
) -> tuple[Reading, Decision]:
    reading = read(chat, message, match, KNOWLEDGE)
    moment = Moment(now=message.received_at, calendar=DeskCalendar())
    return reading, decide(chat, reading, Facts(identity=Identity()), KNOWLEDGE, moment)


def tapped(payload: str, chat: Conversation = CLOSED, *, days: float = 0) -> Decision:
    at = NOW + timedelta(days=days)
    tap = an_inbound("", kind=MessageKind.BUTTON, payload=payload, received_at=at)
    return heard(tap, chat)[1]


def wrote(
    text: str, chat: Conversation = CLOSED, match: Match = UNSURE, *, seconds: float = 0
) -> Decision:
    return heard(an_inbound(text, received_at=later(seconds)), chat, match)[1]


def rating_of(decision: Decision) -> Rating | None:
    asked_now = decision.conversation.rating
    return asked_now.value if asked_now else None


def said(decision: Decision) -> list[str]:
    return [reply.text for reply in decision.replies]


def test_the_question_has_three_buttons_of_its_closing() -> None:
    assert QUESTION.text == "<rating_ask>"
    assert [(one.text, one.payload) for one in QUESTION.buttons] == [
        ("👍 Bene", "rating:4:good"),
        ("👌 Così così", "rating:4:fair"),
        ("👎 Male", "rating:4:bad"),
    ]
    assert CLOSED.rating == ASKED


@pytest.mark.parametrize(
    ("days", "may"),
    [
        pytest.param(0, False, id="just-asked"),
        pytest.param(6.9, False, id="this-week"),
        pytest.param(7, True, id="a-week-ago"),
    ],
)
def test_nobody_is_asked_twice_in_a_week(days: float, *, may: bool) -> None:
    assert may_ask(CLOSED.rating, NOW + timedelta(days=days)) is may


def test_who_was_never_asked_may_be_asked() -> None:
    assert may_ask(None, NOW)


def test_a_tap_rates_the_chat_and_leaves_it_closed() -> None:
    decision = tapped(GOOD)

    assert rating_of(decision) is Rating.GOOD
    assert (decision.event, decision.note) == ("rated", "good")
    assert decision.conversation.status is Status.CLOSED
    assert decision.conversation.epoch == CLOSED.epoch
    assert said(decision) == ["<rating_thanks>"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Bene", Rating.GOOD),
        ("bene, grazie", Rating.GOOD),
        ("2", Rating.FAIR),
        ("la seconda", Rating.FAIR),
        ("così così", Rating.FAIR),
        ("l'ultima", Rating.BAD),
        ("👎", Rating.BAD),
        ("👍🏽👍🏽", Rating.GOOD),
    ],
)
def test_the_first_words_may_be_the_answer(text: str, meant: Rating) -> None:
    assert rating_of(wrote(text)) is meant


@pytest.mark.parametrize("text", ["4", "sì", "nessuna", "🙂", "Ho ancora un problema"])
def test_other_words_are_no_answer(text: str) -> None:
    decision = wrote(text)

    assert rating_of(decision) is None
    assert decision.conversation.status is not Status.CLOSED


def test_only_the_first_words_are_an_answer() -> None:
    thanked = wrote("Grazie", match=sure_of("thanks"))

    assert thanked.replies == ()
    assert thanked.conversation.status is Status.CLOSED
    assert rating_of(wrote("bene", thanked.conversation)) is None
    assert rating_of(tapped(GOOD, thanked.conversation)) is Rating.GOOD


def test_words_of_another_status_or_kind_are_no_answer() -> None:
    opened = reopen(CLOSED)
    edit = an_inbound("bene", kind=MessageKind.EDIT)

    assert rating_of(wrote("bene", opened)) is None
    assert rating_of(heard(edit)[1]) is None


def test_a_second_tap_changes_the_rating_and_the_same_one_says_nothing_new() -> None:
    first = tapped(GOOD)
    second = tapped(BAD, first.conversation)
    third = tapped(BAD, second.conversation)

    assert (second.event, rating_of(second)) == ("rated", Rating.BAD)
    assert (third.event, rating_of(third)) == ("", Rating.BAD)
    assert said(third) == ["<rating_thanks>"]


@pytest.mark.parametrize(
    ("payload", "days"),
    [
        pytest.param(GOOD, 3.1, id="too-late"),
        pytest.param("rating:3:good", 0, id="of-another-closing"),
        pytest.param("rating:4:superb", 0, id="forged"),
        pytest.param("rating:", 0, id="empty"),
    ],
)
def test_strange_taps_do_no_harm_and_are_answered(payload: str, days: float) -> None:
    decision = tapped(payload, days=days)

    assert rating_of(decision) is None
    assert decision.event == ""
    assert decision.conversation.status is Status.CLOSED
    assert said(decision) == ["<button_expired>"]


def test_a_tap_in_a_chat_that_was_never_asked_does_no_harm() -> None:
    decision = tapped(GOOD, a_conversation(status=Status.CLOSED))

    assert decision.conversation == a_conversation(status=Status.CLOSED)
    assert said(decision) == ["<button_expired>"]


def test_a_tap_counts_also_when_the_chat_is_open_again() -> None:
    opened = reopen(CLOSED)
    waits = hand_over(opened, HandoverReason.ASKED, NOW)
    held = claim(waits, "Bruno")

    assert (rating_of(tapped(GOOD, opened)), said(tapped(GOOD, opened))) == (
        Rating.GOOD,
        ["<rating_noted>"],
    )
    assert tapped(GOOD, waits).conversation.status is Status.WAITING
    assert (rating_of(tapped(GOOD, held)), said(tapped(GOOD, held))) == (Rating.GOOD, [])


def test_words_right_after_a_rating_are_its_comment() -> None:
    decision = wrote("Siete stati lenti", RATED, seconds=60)

    assert decision.conversation.rating is not None
    assert decision.conversation.rating.comment == "Siete stati lenti"
    assert decision.conversation.status is Status.CLOSED
    assert (decision.event, said(decision)) == ("rating_comment", ["<rating_commented>"])


def test_a_long_comment_is_cut() -> None:
    decision = wrote("a" * MOST_COMMENT_CHARS * 2, RATED)

    assert decision.conversation.rating is not None
    assert len(decision.conversation.rating.comment) == MOST_COMMENT_CHARS


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(sure_of("out_of_scope"), id="none-of-our-topics"),
        pytest.param(sure_of("thanks"), id="thanks-that-say-why"),
        pytest.param(replace(UNSURE, language="de"), id="another-language"),
    ],
)
def test_what_asks_nothing_is_a_comment(match: Match) -> None:
    decision = wrote("Grazie mille, siete stati davvero velocissimi", RATED, match)

    assert decision.event == "rating_comment"
    assert decision.replies[0].text == "<rating_commented>"


def test_short_thanks_are_no_comment_and_leave_room_for_one() -> None:
    thanked = wrote("Grazie mille", RATED, sure_of("thanks"))

    assert (thanked.replies, thanked.event) == ((), "")
    assert thanked.conversation.status is Status.CLOSED
    assert wrote("Bravi tutti", thanked.conversation).event == "rating_comment"


def test_a_question_after_a_rating_is_answered() -> None:
    decision = wrote("Come apro la webmail?", RATED, sure_of("webmail_access"))

    assert decision.intent == "webmail_access"
    assert decision.conversation.status is Status.BOT
    assert decision.conversation.rating == RATED.rating


def test_a_complaint_after_a_rating_is_kept_as_its_comment_and_goes_to_a_person() -> None:
    decision = wrote("Una vergogna", RATED, sure_of("complaint"))

    assert decision.handover is HandoverReason.COMPLAINT
    assert decision.conversation.status is Status.WAITING
    assert decision.conversation.rating == replace(ANSWERED, comment="Una vergogna")
    late = wrote("Una vergogna", RATED, sure_of("complaint"), seconds=901)
    assert late.conversation.rating == ANSWERED


@pytest.mark.parametrize(
    ("chat", "message"),
    [
        pytest.param(RATED, an_inbound("Bravi", received_at=later(901)), id="too-late"),
        pytest.param(
            replace(RATED, rating=replace(ANSWERED, comment="Ottimo")),
            an_inbound("Bravi"),
            id="said-already",
        ),
        pytest.param(reopen(RATED), an_inbound("Bravi"), id="open-again"),
        pytest.param(RATED, an_inbound("", kind=MessageKind.VOICE), id="voice"),
        pytest.param(RATED, an_inbound("annulla"), id="stopped"),
        pytest.param(CLOSED, an_inbound("Bravi"), id="not-rated"),
    ],
)
def test_what_is_no_comment(chat: Conversation, message: InboundMessage) -> None:
    reading, decision = heard(message, chat)

    assert reading.sense is not Sense.COMMENT
    assert decision.event == ""


def test_a_changed_rating_after_a_comment_offers_no_other() -> None:
    commented = wrote("Bravi", RATED)

    assert said(tapped(GOOD, commented.conversation)) == ["<rating_noted>"]


def test_chats_that_were_not_asked_go_on_as_they_are() -> None:
    assert a_conversation(CHAT).rating is None
    assert wrote("Bravi", a_conversation()).conversation.rating is None
