"""What must hold between intents and FAQ entries, beyond the shape of each."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.domain.knowledge import IntentKind
from bot.domain.wording import PLACEHOLDER, folded
from bot.knowledge_files.findings import Finding, Place
from bot.knowledge_files.labels import LABELS
from bot.knowledge_files.lines import Document
from bot.knowledge_files.reading import Files
from bot.knowledge_files.shapes import IntentFile

REVIEW_AFTER = timedelta(days=365)
EXAMPLE_PLACEHOLDERS = frozenset({"domain", "email", "number", "date", "amount"})
"""Words that stand in examples for what each customer writes differently."""
_FEWEST_EXAMPLES = 8


def links(files: Files) -> Iterator[Finding]:
    """Yield dead links between intents, FAQ entries and buttons, and names that are wrong."""
    for missing in sorted(LABELS - files.intents.keys()):
        place = Place(file=str(files.folder / f"{missing}.yaml"), line=0)
        yield place.error(f"The intent {missing} has no usable file.", "Write or mend it.")
    for name, (intent, doc) in files.intents.items():
        yield from _named(name, intent.intent, doc.place("intent"))
        yield from _counted(name, intent, doc)
        if intent.faq not in files.faq:
            cure = f"Write faq/{intent.faq}.yaml, or name another entry."
            yield doc.place("faq").error(f"There is no FAQ entry {intent.faq}.", cure)
        for at, near_miss in enumerate(intent.not_this):
            place = doc.place("not_this", at)
            if near_miss.intent not in files.intents:
                yield from known_intent(near_miss.intent, place)
            if near_miss.text in {*intent.examples.it, *intent.examples.en}:
                yield place.error("This near miss is an example as well.", "Keep it in one place.")
    for name, (entry, doc) in files.faq.items():
        yield from _named(name, entry.faq, doc.place("faq"))
        yield from _entry_links(name, files)


def _counted(name: str, intent: IntentFile, doc: Document) -> Iterator[Finding]:
    """Yield what is wrong with the label under which an intent is counted."""
    if name in LABELS and intent.counts_as:
        problem = f"{name} is a label itself, so it cannot count as another."
        yield doc.place("counts_as").error(problem, "Delete counts_as.")
    elif name not in LABELS and intent.counts_as is None:
        cure = "Mend the name, or say counts_as: LABEL, the label it is counted under."
        yield doc.place("intent").error(f"{name} is no known intent.", cure)
    elif intent.counts_as:
        yield from known_intent(intent.counts_as, doc.place("counts_as"))
        if intent.kind is not IntentKind.CONVERSATION:
            cure = "Write kind: conversation; an intent with a title for a button is a label."
            yield doc.place("kind").error(f"{name} might be asked back about.", cure)


def _entry_links(name: str, files: Files) -> Iterator[Finding]:
    entry, doc = files.faq[name]
    owner = files.intents.get(entry.intent)
    if owner is None:
        yield doc.place("intent").error(
            f"There is no intent {entry.intent}.", "Name the intent this entry answers."
        )
    elif owner[0].faq != name:
        yield doc.place("intent").error(
            f"{entry.intent} takes its answer from {owner[0].faq}, not from here.",
            f"Write faq: {name} in intents/{entry.intent}.yaml, or delete this entry.",
        )
    elif owner[0].kind is IntentKind.KNOWLEDGE and not entry.passages:
        yield doc.place("faq").error(
            "It cites no passage of the help page.", "Add the sentences it rests on."
        )
    for at, button in enumerate(entry.buttons):
        yield from known_intent(button.intent, doc.place("buttons", at))


def _named(file: str, inside: str, place: Place) -> Iterator[Finding]:
    if file != inside:
        yield place.error(f"It is called {inside} in a file called {file}.", "Make them equal.")


def texts(files: Files) -> Iterator[Finding]:
    """Yield placeholders that do not exist or reveal more than is declared."""
    for entry, doc in files.faq.values():
        for language, text in entry.answer.model_dump().items():
            for placeholder in PLACEHOLDER.findall(text):
                yield doc.place("answer", language).error(
                    f"An answer to everybody holds the placeholder {{{placeholder}}}.",
                    "Put it into faq/sentences.yaml, where it is told only to who may hear it.",
                )
    for intent, doc in files.intents.values():
        for language, examples in intent.examples.model_dump().items():
            for at, text in enumerate(examples):
                for placeholder in set(PLACEHOLDER.findall(text)) - EXAMPLE_PLACEHOLDERS:
                    yield doc.place("examples", language, at).error(
                        f"{{{placeholder}}} is no placeholder of examples.",
                        "Use one of: " + ", ".join(sorted(EXAMPLE_PLACEHOLDERS)) + ".",
                    )


def duplicates(files: Files) -> Iterator[Finding]:
    """Yield examples that stand twice, within an intent or in two of them."""
    seen: dict[str, Place] = {}
    for text, place in examples_of(files):
        key = folded(text)
        if key in seen:
            first = seen[key]
            problem = f"The example {text!r} stands at {first.file}:{first.line} as well."
            yield place.error(problem, "Keep it where it fits best.")
        seen.setdefault(key, place)


def examples_of(files: Files) -> Iterator[tuple[str, Place]]:
    """Yield every example with its place."""
    for intent, doc in files.intents.values():
        for language, examples in intent.examples.model_dump().items():
            for at, text in enumerate(examples):
                yield text, doc.place("examples", language, at)


def freshness(files: Files, today: date) -> Iterator[Finding]:
    """Yield files nobody has reviewed for a year, and intents with few examples."""
    reviewed = [(one.reviewed, one.owner, doc) for one, doc in files.intents.values()]
    reviewed += [(one.reviewed, one.owner, doc) for one, doc in files.faq.values()]
    for day, owner, doc in reviewed:
        if today - day > REVIEW_AFTER:
            cure = f"Read it, {owner}, and put today's date."
            yield doc.place("reviewed").warning(f"Last reviewed on {day}.", cure)
    for intent, doc in files.intents.values():
        if len(intent.examples.it) < _FEWEST_EXAMPLES:
            problem = f"{len(intent.examples.it)} Italian examples teach little."
            yield doc.place("examples", "it").warning(
                problem, f"Write {_FEWEST_EXAMPLES} or more."
            )


def known_intent(intent: str, place: Place) -> Iterator[Finding]:
    """Yield an error if an intent of this name cannot exist."""
    if intent not in LABELS:
        yield place.error(f"There is no intent {intent}.", "Name one that exists.")


def one_line(text: str) -> str:
    """Return a text with every gap as one space."""
    return " ".join(text.split())
