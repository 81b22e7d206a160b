from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.contract import Contact, ContractRecord, Service, ServiceKind, Standing
from bot.domain.disclosure import Identity, may_hear, proved
from bot.domain.knowledge import Assurance, DisclosureClass
from bot.domain.messages import Attachment
from bot.domain.proving import (
    MOST_CODES,
    MOST_TRIES,
    PER,
    START,
    Challenge,
    Proof,
    ProofStep,
    Wish,
    challenged,
    checked,
    may_receive,
    wish,
)
from tests.builders import NOW, a_contract, an_inbound
from tests.knowledge_sample import a_knowledge

EMAIL = "lucia@studio.example"
SENT = Challenge(email=EMAIL, digest="x", sent_at=NOW)
NOT_SENT = Challenge(email="", digest="x", sent_at=NOW)
WAITS = Proof(challenge=SENT)
CANCELLING = frozenset({"annulla"})


@pytest.mark.parametrize(
    ("proof", "text", "wanted"),
    [
        pytest.param(Proof(), EMAIL, None, id="an-address-nobody-asked-for"),
        pytest.param(Proof(), "123456", None, id="a-number-nobody-asked-for"),
        pytest.param(
            Proof(asks_address=True), f"è {EMAIL.upper()}.", Wish(address=EMAIL), id="an-address"
        ),
        pytest.param(Proof(asks_address=True), "a@b.example c@d.example", None, id="two"),
        pytest.param(Proof(asks_address=True), "123456", None, id="a-code-before-it-was-sent"),
        pytest.param(Proof(asks_address=True), "Annulla!", Wish(cancels=True), id="cancelled"),
        pytest.param(WAITS, "123456", Wish(code="123456"), id="a-code"),
        pytest.param(WAITS, "il codice è 123 456.", Wish(code="123456"), id="a-code-in-words"),
        pytest.param(WAITS, "12345", None, id="five-digits"),
        pytest.param(WAITS, "1234567", None, id="seven-digits"),
        pytest.param(WAITS, "altra@studio.example", Wish(address="altra@studio.example")),
        pytest.param(WAITS, "che orari fate?", None, id="something-else"),
    ],
)
def test_a_message_is_about_the_proof_only_where_one_is_under_way(
    proof: Proof, text: str, wanted: Wish | None
) -> None:
    assert wish(proof, an_inbound(text), "", CANCELLING) == wanted


def test_a_button_asks_for_a_code_at_any_time() -> None:
    assert wish(Proof(), an_inbound(""), START, CANCELLING) == Wish()


def test_a_picture_proves_nothing() -> None:
    picture = Attachment(media_type="image/jpeg", url="1")
    message = an_inbound("la mia carta d'identità", attachments=(picture,))

    assert wish(WAITS, message, "", CANCELLING) == Wish(shows=True)
    assert wish(Proof(), message, "", CANCELLING) is None


def test_a_right_code_proves_the_address_and_is_good_once() -> None:
    after, step = checked(WAITS, NOW, right=True)

    assert step is ProofStep.RIGHT
    assert after.proved(NOW) == EMAIL
    assert checked(after, NOW, right=True)[1] is ProofStep.EXPIRED


def test_a_proof_lasts_a_day() -> None:
    after, _ = checked(WAITS, NOW, right=True)

    assert after.proved(NOW + timedelta(hours=24)) == EMAIL
    assert after.proved(NOW + timedelta(hours=24, seconds=1)) == ""


@pytest.mark.parametrize("challenge", [SENT, NOT_SENT])
def test_a_code_can_be_tried_five_times_whether_or_not_one_was_sent(
    challenge: Challenge,
) -> None:
    proof, steps = Proof(challenge=challenge), []
    for _ in range(MOST_TRIES + 1):
        proof, step = checked(proof, NOW, right=False)
        steps.append(step)

    assert steps == [*[ProofStep.WRONG] * 4, ProofStep.USED_UP, ProofStep.EXPIRED]


def test_no_code_is_right_where_none_was_sent() -> None:
    assert checked(Proof(challenge=NOT_SENT), NOW, right=True)[1] is ProofStep.WRONG


@pytest.mark.parametrize(("minutes", "step"), [(10, ProofStep.RIGHT), (10.1, ProofStep.EXPIRED)])
def test_a_code_is_good_for_ten_minutes(minutes: float, step: ProofStep) -> None:
    assert checked(WAITS, NOW + timedelta(minutes=minutes), right=True)[1] is step


def test_a_chat_may_ask_for_three_codes_an_hour() -> None:
    proof = Proof()
    for count in range(MOST_CODES):
        assert not proof.asked_too_often(NOW)
        at = NOW + timedelta(minutes=count)
        proof = challenged(proof, Challenge(email="", digest="x", sent_at=at))

    assert proof.asked_too_often(NOW + timedelta(minutes=59))
    assert not proof.asked_too_often(NOW + timedelta(minutes=60))
    later = Challenge(email="", digest="x", sent_at=NOW + timedelta(hours=3))
    assert len(challenged(proof, later).asked_at) == 1


def contract(customer: str = "K1", **service: object) -> ContractRecord:
    own = Service(kind=ServiceKind.MAIL, **service)  # type: ignore[arg-type] # fields by name
    return a_contract("C1", customer_id=customer, services=(own,))


Given = list[tuple[ContractRecord, Standing]]


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        pytest.param(list, False, id="nobodys"),
        pytest.param(lambda: [(contract(), Standing.SUSPENDED)], True, id="elsewhere"),
        pytest.param(
            lambda: [(contract("K1"), Standing.ACTIVE), (contract("K2"), Standing.ACTIVE)],
            False,
            id="of-two-customers",
        ),
        pytest.param(
            lambda: [(contract(mailboxes=(EMAIL,)), Standing.ACTIVE)], True, id="on-a-live-mailbox"
        ),
        pytest.param(
            lambda: [(contract(mailboxes=(EMAIL.title(),)), Standing.SUSPENDED)],
            False,
            id="on-a-suspended-mailbox",
        ),
        pytest.param(
            lambda: [(contract(mailboxes=("info@studio.example",)), Standing.REMINDED)],
            False,
            id="beside-a-suspended-mailbox",
        ),
        pytest.param(
            lambda: [(contract(name="www.studio.example"), Standing.TERMINATED)],
            False,
            id="on-a-domain-that-is-gone",
        ),
        pytest.param(
            lambda: [(contract(mailboxes=(EMAIL,)), Standing.UNCLEAR)], False, id="who-knows"
        ),
    ],
)
def test_a_code_goes_only_where_the_customer_surely_reads_it(
    given: Callable[[], Given], *, allowed: bool
) -> None:
    assert may_receive(EMAIL, given()) is allowed


def test_a_proved_address_hears_all_that_its_contact_may_hear() -> None:
    helper = Contact(name="Webmaster", email=EMAIL.upper(), sees_money=False)
    own, others = a_contract("C2"), a_contract("C1", contacts=(helper,))

    owner = proved(EMAIL, [own])
    technical = proved(EMAIL, [others])

    assert owner.assurance is Assurance.VERIFIED
    assert DisclosureClass.MONEY in may_hear(a_knowledge(), owner, own)
    assert DisclosureClass.MONEY not in may_hear(a_knowledge(), technical, others)


def test_an_address_of_two_customers_proves_nobody() -> None:
    assert proved(EMAIL, [a_contract("C1"), a_contract("C2", customer_id="K2")]) == Identity()
    assert proved(EMAIL, []) == Identity()


def test_a_clock_set_back_makes_neither_codes_nor_proofs_live_longer() -> None:
    after, _ = checked(WAITS, NOW, right=True)

    assert checked(WAITS, NOW - timedelta(hours=1), right=True)[1] is ProofStep.EXPIRED
    assert after.proved(NOW - timedelta(hours=25)) == ""


def test_who_asked_for_codes_before_the_clock_was_set_back_may_ask_again() -> None:
    proof = Proof(asked_at=(NOW,) * MOST_CODES)

    assert not proof.asked_too_often(NOW - PER)
