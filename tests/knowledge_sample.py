"""A small knowledge for tests that want to see every word."""

from dataclasses import replace

from bot.domain.contract import Standing
from bot.domain.follow_up_words import FollowUp, FollowUps
from bot.domain.knowledge import (
    Assurance,
    Bilingual,
    Choice,
    DisclosureClass,
    Example,
    FaqEntry,
    Intent,
    IntentKind,
    Knowledge,
    LiveTable,
    News,
    Sentence,
)
from bot.domain.program_sentences import PROGRAM_SENTENCES
from bot.domain.registry import Phase

PASSAGES = ("Help Desk telefonico dalle 9:30 alle 13:00,",)
"""Of the only entry that has some."""
ALL_CLASSES = frozenset(DisclosureClass)
CONTACT_CLASSES = frozenset(
    {
        DisclosureClass.STANDING,
        DisclosureClass.DATES,
        DisclosureClass.SERVICES,
        DisclosureClass.BILLING,
    }
)


def same(text: str) -> Bilingual:
    return Bilingual(it=text, en=f"{text} (en)")


def an_intent(name: str, kind: IntentKind = IntentKind.KNOWLEDGE, after: int = 3) -> Intent:
    examples = (
        Example(text=f"esempio di {name}", language="it"),
        Example(text=f"sample of {name}", language="en"),
    )
    return Intent(
        name=name,
        kind=kind,
        title=same(name.replace("_", " ")[:15]),
        faq=name,
        examples=examples,
        handover_after=after,
    )


def a_sentence(name: str, text: str, *reveals: str, otherwise: str = "") -> Sentence:
    classes = frozenset(DisclosureClass(one) for one in reveals)
    return Sentence(name=name, text=same(text), reveals=classes, otherwise=otherwise)


_TALK = IntentKind.CONVERSATION
_INTENTS = (
    an_intent("webmail_access"),
    an_intent("webmail_password", after=1),
    an_intent("contact_hours"),
    an_intent("service_reactivation"),
    an_intent("contract_status", IntentKind.CONTRACT),
    an_intent("payment_reported", IntentKind.CONTRACT),
    an_intent("human_handoff", _TALK, after=1),
    an_intent("complaint", _TALK, after=1),
    an_intent("out_of_scope", _TALK),
    an_intent("greeting", _TALK),
    an_intent("thanks", _TALK),
    an_intent("affirm", _TALK),
    an_intent("deny", _TALK),
    replace(an_intent("emergency", _TALK, after=1), counts_as="out_of_scope"),
    replace(an_intent("insult", _TALK, after=2), counts_as="complaint"),
    replace(an_intent("spam", _TALK), counts_as="out_of_scope"),
)

_SENTENCES = (
    *(a_sentence(name, f"<{name}>") for name in PROGRAM_SENTENCES),
    a_sentence("which_intent", "quale?"),
    a_sentence("which_contract", "quale contratto?"),
    a_sentence("handover_closed", "chiuso fino a {next_opening}"),
    a_sentence("active_until", "attivo fino al {expires_on}", "standing", "dates"),
    a_sentence("money", "deve {amount}", "money", otherwise="no_money"),
    a_sentence("no_money", "deve qualcosa", "billing"),
    a_sentence("window", "torna {window_day}", "dates"),
    a_sentence("code_mail_text", "il codice è {code}"),
    a_sentence("in_redemption", "in redenzione", "standing"),
)

FOLLOW_UPS = FollowUps(
    questions=(
        FollowUp(
            phrases=frozenset({"quanto costa"}),
            sounds_like=frozenset({"payment_reported"}),
            after=frozenset({"webmail_access", "contact_hours", "contract_status"}),
            leads={"webmail_access": "human_handoff", "contract_status": "service_reactivation"},
        ),
        FollowUp(phrases=frozenset({"quando", "when"})),
    ),
    fillers=frozenset({"e", "no", "si", "ma", "scusi", "and", "grazie"}),
    correcting=frozenset({"intendevo", "intendevo dire che", "volevo dire", "i meant"}),
    instead_of=frozenset({"non la", "not the"}),
    but=frozenset({"ma", "but"}),
    pointing=frozenset({"la", "il", "quella", "quello", "di", "della", "numero", "the", "one"}),
    naming=frozenset({"dominio", "contratto"}),
    agreeing=frozenset({"si", "va bene"}),
    refusing=frozenset({"no", "nessuna", "altro"}),
    the_other=frozenset({"l altra", "l altra cosa"}),
    the_last=frozenset({"l ultima"}),
    articles=frozenset({"la", "il"}),
    dangling=frozenset({"e", "il", "vorrei"}),
)


def a_knowledge(*, telling_phases: bool = False) -> Knowledge:
    """Return a knowledge with every kind of intent and a few sentences.

    Args:
        telling_phases: Whether the group "status" tells the phase of a running contract's domain.
    """
    status = {Standing.ACTIVE: ("active_until", "phase")} if telling_phases else {}
    defaults = dict.fromkeys(Standing, ("active_until",)) | {
        Standing.SUSPENDED: ("money", "window"),
        Standing.TERMINATED: ("phase", "handover"),
        Standing.UNCLEAR: ("handover",),
    }
    return Knowledge(
        version="1",
        intents={intent.name: intent for intent in _INTENTS},
        faq={intent.name: _entry(intent) for intent in _INTENTS},
        sentences={sentence.name: sentence for sentence in _SENTENCES},
        follow_ups=FOLLOW_UPS,
        live=LiveTable(
            defaults=defaults,
            groups={
                "status": status,
                "how_to": {Standing.ACTIVE: ("answer",)},
            },
            group_of={
                "contract_status": "status",
                "payment_reported": "status",
                "service_reactivation": "status",
                "webmail_access": "how_to",
                "webmail_password": "how_to",
            },
            phases={Phase.REDEMPTION: "in_redemption"},
            news=(
                News(
                    before=frozenset({Standing.SUSPENDED}),
                    now=frozenset({Standing.ACTIVE}),
                    say=("active_until",),
                ),
            ),
        ),
        disclosure={
            Assurance.NONE: frozenset(),
            Assurance.CONTACT: CONTACT_CLASSES,
            Assurance.VERIFIED: ALL_CLASSES,
        },
    )


def _entry(intent: Intent) -> FaqEntry:
    entry = FaqEntry(name=intent.name, intent=intent.name, answer=same(f"risposta {intent.name}"))
    if intent.name == "contact_hours":
        entry = replace(entry, passages=PASSAGES)
    if intent.kind is IntentKind.CONVERSATION:
        return entry
    button = Choice(text=Bilingual(it="Operatore", en="Operator"), intent="human_handoff")
    return replace(entry, buttons=(button,))
