"""A greeting in passing, for customers who greet before they ask."""

from bot.domain.calendar import ROME
from bot.domain.conversation import Conversation
from bot.domain.drafts import Moment, words_of
from bot.domain.knowledge import EMERGENCY, Knowledge
from bot.domain.meaning import Reading, Sense

_BY_DAY = range(5, 18)
"""Hours at which Italians say "buongiorno"; "buonasera" follows."""


def greeting_for(
    conversation: Conversation, reading: Reading, knowledge: Knowledge, moment: Moment
) -> str:
    """Return a greeting, or nothing where none is due; once a day is enough."""
    here = moment.now.astimezone(ROME)
    greeted = reading.match is not None and reading.match.greeted
    if not greeted or conversation.greeted_on == here.date():
        return ""
    if reading.sense not in {Sense.INTENT, Sense.ASK_BACK} or reading.intent == EMERGENCY:
        return ""
    if greets(reading, knowledge):
        return ""
    name = "greeting_by_day" if here.hour in _BY_DAY else "greeting_by_night"
    return words_of(knowledge, name, reading.language)


def greets(reading: Reading, knowledge: Knowledge) -> bool:
    """Tell whether the answer itself is a greeting."""
    return bool(reading.intent) and knowledge.label_of(reading.intent) == "greeting"
