"""What must hold in the tables: sentences, standings and disclosure."""

from collections.abc import Iterator, Mapping

from bot.domain.commands import START
from bot.domain.contract import Standing
from bot.domain.knowledge import STEP_WORDS, Assurance
from bot.domain.program_sentences import PROGRAM_SENTENCES
from bot.domain.wording import PLACEHOLDER, PLACEHOLDERS, folded
from bot.knowledge_files.checks import known_intent
from bot.knowledge_files.findings import Finding, Place
from bot.knowledge_files.lines import Document
from bot.knowledge_files.reading import Files
from bot.knowledge_files.shapes import SentenceShape, StandingsFile

QUESTIONS = frozenset(
    {
        "contract_status",
        "invoice_status",
        "service_reactivation",
        "contract_renewal",
        "cancellation",
        "auth_code",
        "expired_domain_transfer",
        "site_down",
        "payment_reported",
    }
)
"""What customers ask about a contract most: each standing has words for it, none by default."""

_WORDS = ", ".join(sorted(STEP_WORDS))


def sentences(files: Files) -> Iterator[Finding]:
    """Yield sentences that are missing, lead nowhere, or tell more than they declare."""
    if files.sentences is None:
        return
    shape, doc = files.sentences
    for name in sorted(PROGRAM_SENTENCES - shape.sentences.keys()):
        yield doc.place("sentences").error(f"The program needs {name}.", "Add this sentence.")
    for name, sentence in shape.sentences.items():
        place = doc.place("sentences", name)
        yield from _placeholders(name, sentence, place)
        if sentence.otherwise and sentence.otherwise not in shape.sentences:
            yield place.error(f"There is no sentence {sentence.otherwise}.", "Name another one.")
        elif _circular(name, shape.sentences):
            yield place.error(f"{name} leads back to itself by otherwise.", "End the chain.")
    yield from _unused(files)


def _placeholders(name: str, sentence: SentenceShape, place: Place) -> Iterator[Finding]:
    for placeholder in sorted({*PLACEHOLDER.findall(sentence.it + sentence.en)}):
        kind = PLACEHOLDERS.get(placeholder)
        if kind is None:
            cure = "See the table in docs/reference/knowledge.md."
            yield place.error(f"{name} holds the unknown placeholder {{{placeholder}}}.", cure)
        elif kind not in {"", *sentence.reveals}:
            cure = f"Add {kind} to its reveals."
            yield place.error(f"{name} tells {kind} by {{{placeholder}}}.", cure)


def _circular(name: str, known: Mapping[str, SentenceShape]) -> bool:
    seen: set[str] = set()
    current: str | None = name
    while current is not None and current in known and current not in seen:
        seen.add(current)
        current = known[current].otherwise
    return current in seen


def _unused(files: Files) -> Iterator[Finding]:
    if files.sentences is None or files.standings is None:
        return
    shape, doc = files.sentences
    table = files.standings[0]
    used = set(PROGRAM_SENTENCES)
    for _, steps in _rows(table):
        used.update(steps)
    used |= {one.otherwise for one in shape.sentences.values() if one.otherwise}
    for name in shape.sentences.keys() - used:
        yield doc.place("sentences", name).warning(f"{name} is never said.", "Use or delete it.")


def standings(files: Files) -> Iterator[Finding]:
    """Yield gaps in the table of standings, and names in it that do not exist."""
    if files.standings is None or files.sentences is None:
        return
    table, doc = files.standings
    steps = {*STEP_WORDS, *files.sentences[0].sentences}
    for standing in Standing:
        if standing not in table.defaults:
            yield doc.place("defaults").error(f"{standing} has no default.", "Add its steps.")
    for path, said in _rows(table):
        for step in said:
            if step not in steps:
                cure = f"Name a sentence of faq/sentences.yaml, or one of {_WORDS}."
                yield doc.place(*path).error(f"There is no step {step}.", cure)
    yield from _group_members(files)
    yield from _gaps(table, doc)


def _gaps(table: StandingsFile, doc: Document) -> Iterator[Finding]:
    """Yield standings about which a question that customers often ask has no words of its own."""
    for name, group in table.groups.items():
        if QUESTIONS.isdisjoint(group.intents):
            continue
        for standing in Standing:
            if standing not in group.standings:
                problem = f"{name} says nothing of {standing}."
                yield doc.place("groups", name, "standings").error(problem, "Add its steps.")
    grouped = {intent for group in table.groups.values() for intent in group.intents}
    for intent in sorted(QUESTIONS - grouped):
        yield doc.place("groups").error(f"{intent} is in no group.", "Add a group for it.")


def _rows(table: StandingsFile) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield every list of steps with its path in the file."""
    for standing, said in table.defaults.items():
        yield ("defaults", standing.value), said
    for name, group in table.groups.items():
        for standing, said in group.standings.items():
            yield ("groups", name, "standings", standing.value), said
    for phase, sentence in table.phases.items():
        yield ("phases", phase.value), (sentence,)
    for at, news in enumerate(table.news):
        yield ("news", str(at)), news.say


def _group_members(files: Files) -> Iterator[Finding]:
    """Yield intents that do not exist or stand in two groups."""
    if files.standings is None:
        return
    table, doc = files.standings
    owner: dict[str, str] = {}
    for name, group in table.groups.items():
        for intent in group.intents:
            place = doc.place("groups", name, "intents")
            yield from known_intent(intent, place)
            if intent in owner:
                problem = f"{intent} stands in the groups {owner[intent]} and {name}."
                yield place.error(problem, "Keep it in one group.")
            owner[intent] = name


def disclosure(files: Files) -> Iterator[Finding]:
    """Yield assurances about which nothing is said."""
    if files.disclosure is not None:
        shape, doc = files.disclosure
        for assurance in Assurance:
            if assurance not in shape.assurance:
                place = doc.place("assurance")
                yield place.error(f"{assurance} is missing.", "Say what it may hear, or [].")


def follow_ups(files: Files) -> Iterator[Finding]:
    """Yield intents in the follow-ups that do not exist, and phrases that mean two things."""
    if files.follow_ups is None:
        return
    shape, doc = files.follow_ups
    seen: dict[str, str] = {}
    for name, question in shape.questions.items():
        place = doc.place("questions", name)
        for intent in (*question.sounds_like, *question.after, *question.leads):
            yield from known_intent(intent, place)
        for earlier, intent in question.leads.items():
            yield from known_intent(intent, doc.place("questions", name, "leads", earlier))
        for text in (*question.it, *question.en):
            kind = seen.setdefault(folded(text), name)
            if kind != name:
                problem = f"The phrase {text!r} stands in the questions {kind} and {name}."
                yield place.error(problem, "Keep it where it fits best.")


def commands(files: Files) -> Iterator[Finding]:
    """Yield commands that ask for nothing, for two things, or for what does not exist."""
    if files.commands is None:
        return
    shape, doc = files.commands
    if START not in shape.commands:
        problem = f"There is no command {START}, with which chats begin."
        yield doc.place("commands").error(problem, "Add it.")
    for name, command in shape.commands.items():
        place = doc.place("commands", name)
        if (command.intent is None) == (command.says is None):
            yield place.error(f"{name} needs intent or says, not both.", "Keep one of them.")
        if command.intent is not None and command.intent not in files.intents:
            yield from known_intent(command.intent, place)
