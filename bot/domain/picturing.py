"""Where a domain stands, in words and as a picture described by its words."""

from collections.abc import Mapping

from bot.domain.domain_timeline import DomainTimeline, TimelineDay, TimelineStep
from bot.domain.knowledge import Knowledge, Language
from bot.domain.messages import Picture, PictureStep, StepState
from bot.domain.registry import Phase
from bot.domain.wording import fill, in_words

STEPS_SENTENCE = "domain_steps"
"""The paragraph that says in words what the picture shows; who may hear it may see that."""

_NAMES: Mapping[Phase, str] = {
    Phase.ACTIVE: "step_active",
    Phase.GRACE: "step_grace",
    Phase.REDEMPTION: "step_redemption",
    Phase.PENDING_DELETE: "step_pending_delete",
    Phase.AVAILABLE: "step_available",
}

_RENEWABLE = frozenset({Phase.ACTIVE, Phase.GRACE, Phase.REDEMPTION})

PICTURE_SENTENCES = frozenset(
    {
        STEPS_SENTENCE,
        *_NAMES.values(),
        "step_now",
        "expires_then",
        "expired_then",
        "expired_about",
        "until_about",
        "free_about",
        "unless_renewed",
        "about_days",
        "picture_title",
        "picture_today",
    }
)
"""Sentences from which pictures and their words are made."""


def picture_of(timeline: DomainTimeline, knowledge: Knowledge, language: Language) -> Picture:
    """Return the picture of a domain's way to release."""
    values = {
        "domain": timeline.domain,
        "day": in_words(timeline.today, language),
        "domain_steps": steps_in_words(timeline, knowledge, language),
    }
    return Picture(
        title=_words("picture_title", knowledge, language, values),
        today=_words("picture_today", knowledge, language, values),
        steps=tuple(
            PictureStep(
                name=_words(_NAMES[step.phase], knowledge, language),
                days=_days(step, timeline, knowledge, language),
                state=_state(at, timeline.now),
            )
            for at, step in enumerate(timeline.steps)
        ),
        note=_note(timeline, knowledge, language),
        alt=_words(STEPS_SENTENCE, knowledge, language, values),
    )


def steps_in_words(timeline: DomainTimeline, knowledge: Knowledge, language: Language) -> str:
    """Return the steps with their days, which one is now, and how sure that is."""
    said = []
    for at, step in enumerate(timeline.steps):
        name = _words(_NAMES[step.phase], knowledge, language)
        days = _days(step, timeline, knowledge, language)
        words = f"{name} ({days})" if days else name
        if at < timeline.now and not days:
            continue  # That it is over is all there is to say, and what comes now says it.
        now = at == timeline.now
        said.append(f"{_words('step_now', knowledge, language)} {words}" if now else words)
    return f"{'; '.join(said)}. {_note(timeline, knowledge, language)}".strip()


def _note(timeline: DomainTimeline, knowledge: Knowledge, language: Language) -> str:
    said = ["unless_renewed"] if timeline.steps[timeline.now].phase in _RENEWABLE else []
    if any(step.day is not None and step.day.about for step in timeline.steps):
        said.append("about_days")
    return " ".join(_words(name, knowledge, language) for name in said)


def _days(
    step: TimelineStep, timeline: DomainTimeline, knowledge: Knowledge, language: Language
) -> str:
    if step.day is None:
        return ""
    values = {"day": in_words(step.day.day, language)}
    return _words(_day_sentence(step, step.day, timeline), knowledge, language, values)


def _day_sentence(step: TimelineStep, day: TimelineDay, timeline: DomainTimeline) -> str:
    if step.phase is Phase.AVAILABLE:
        return "free_about"
    if step.phase is not Phase.ACTIVE:
        return "until_about"
    if timeline.now == 0:
        return "expires_then"
    return "expired_about" if day.about else "expired_then"


def _state(at: int, now: int) -> StepState:
    if at == now:
        return StepState.NOW
    return StepState.PAST if at < now else StepState.LATER


def _words(
    name: str, knowledge: Knowledge, language: Language, values: Mapping[str, str] | None = None
) -> str:
    """Return a sentence with its values; every value it may hold is given."""
    text = knowledge.sentences[name].text.in_language(language).strip()
    return fill(text, values or {}) or text
