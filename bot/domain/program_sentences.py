"""The sentences the program asks for by name."""

from bot.domain.answers import ASK_OUTAGE, DATA_OF, DATA_STALE, IF_PAID_TODAY, PAID_SOME_DAY
from bot.domain.feedback import RATING_SENTENCES
from bot.domain.forms import Slot
from bot.domain.holding import GIVEN_BACK
from bot.domain.payments import PaymentTime
from bot.domain.picturing import PICTURE_SENTENCES
from bot.domain.proving import ProofStep
from bot.domain.requests import FormStep

PROGRAM_SENTENCES = frozenset(
    {
        "introduction",
        "greeting_by_day",
        "greeting_by_night",
        "not_understood",
        "which_intent",
        "which_one",
        "none_of_these",
        "which_contract",
        "name_noted",
        "no_indication",
        "same_again",
        "second_later",
        "operator_button",
        "by_number",
        "open_list",
        "share_contact_button",
        "empty",
        "unreadable",
        "voice",
        "stopped",
        "button_expired",
        "privacy_notice",
        "other_language",
        "source_silent",
        "bot_failed",
        "handover_open",
        "handover_closed",
        "noted",
        GIVEN_BACK,
        IF_PAID_TODAY,
        PAID_SOME_DAY,
        ASK_OUTAGE,
        DATA_OF,
        DATA_STALE,
        *(time.value for time in PaymentTime),
        *(slot.value for slot in Slot),
        *(step.value for step in ProofStep),
        "code_button",
        "code_mail_subject",
        "code_mail_text",
        *(step.value for step in FormStep if step),
        "service_domain",
        "service_site",
        "service_mail",
        "service_pec",
        "registry_silent",
    }
    | PICTURE_SENTENCES
    | RATING_SENTENCES
)
"""Sentences the program itself asks for by name; `sportello kb check` wants them all."""
