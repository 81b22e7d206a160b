"""A matcher on a few intents whose examples can be read at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.knowledge import Example, Knowledge
from bot.domain.matching import Costs
from bot.understanding.matcher import LearntMatcher
from tests.knowledge_sample import a_knowledge, an_intent

EXAMPLES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "webmail_access": (
        ["come entro nella webmail", "dove leggo la posta dal browser"],
        ["how do I open the webmail", "where can I read my mail online"],
    ),
    "webmail_password": (
        ["ho dimenticato la password della posta", "ho perso la password della webmail"],
        ["I forgot my mail password"],
    ),
    "pec_access": (
        ["come accedo alla pec", "ho perso la password della pec"],
        ["how do I read my certified mail"],
    ),
    "site_down": (
        ["il sito {domain} non si apre", "il mio sito non funziona"],
        ["the website {domain} is down", "my site does not work"],
    ),
    "cancellation": (
        ["come faccio a disdire il contratto", "vorrei dare disdetta"],
        ["how can I cancel my contract"],
    ),
    "invoice_status": (
        ["devo ancora pagare {amount}", "ho pagato la fattura {number} il {date}"],
        ["did you receive my payment of {amount}"],
    ),
    "greeting": (["buongiorno", "salve"], ["good morning"]),
}


def a_small_knowledge() -> Knowledge:
    """Return a knowledge with these examples."""
    intents = {
        name: replace(
            an_intent(name),
            examples=(
                *(Example(text=text, language="it") for text in italian),
                *(Example(text=text, language="en") for text in english),
            ),
        )
        for name, (italian, english) in EXAMPLES.items()
    }
    return replace(a_knowledge(), intents=intents)


def a_matcher() -> LearntMatcher:
    """Return a matcher with the usual costs and without an embedder, which takes a second."""
    return LearntMatcher(a_small_knowledge(), Costs())
