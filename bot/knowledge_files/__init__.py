"""Reading and checking the knowledge that staff edit as YAML."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.errors import KnowledgeError
from bot.domain.follow_up_words import FollowUp, FollowUps
from bot.domain.knowledge import (
    Assurance,
    Bilingual,
    Choice,
    Command,
    Example,
    FaqEntry,
    Intent,
    Knowledge,
    LiveTable,
    NearMiss,
    News,
    Sentence,
)
from bot.domain.wording import folded
from bot.knowledge_files import canned, checks, notices, sources, tables
from bot.knowledge_files.findings import Finding
from bot.knowledge_files.reading import Files, read_files
from bot.knowledge_files.shapes import (
    SHAPES,
    ButtonText,
    CommandsFile,
    CommandText,
    FaqFile,
    FollowUpsFile,
    IntentFile,
    Phrases,
    StandingsFile,
    TwoTexts,
)

_ALWAYS = (
    checks.links,
    checks.texts,
    tables.sentences,
    tables.standings,
    tables.disclosure,
    tables.follow_ups,
    tables.commands,
    notices.notices,
    canned.canned,
    checks.duplicates,
)


def load_knowledge(intents: Path, faq: Path) -> Knowledge:
    """Return the knowledge of two folders.

    Raises:
        KnowledgeError: There are faults; lists all of them.
    """
    files = read_files(intents, faq)
    faults = [one.fault for one in _in_order(_found(files)) if one.severity == "error"]
    if faults:
        raise KnowledgeError(faults)
    return _knowledge(files)


def check_knowledge(
    intents: Path,
    faq: Path,
    *,
    golden: Path | None = None,
    help_page: Path | None = None,
    today: date | None = None,
) -> list[Finding]:
    """Return all that is wrong or doubtful, errors first.

    Args:
        intents: Folder of the intents.
        faq: Folder of the FAQ entries and tables.
        golden: Test sentences that must not be examples: a folder or a file.
        help_page: The help page, to look up each passage.
        today: Where given, files nobody has reviewed for a year are reported.
    """
    files = read_files(intents, faq)
    found = list(_found(files))
    if golden is not None:
        found += sources.golden_sentences(files, golden)
    if help_page is not None:
        found += sources.passages(files, help_page)
    if today is not None:
        found += checks.freshness(files, today)
    return _in_order(found)


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of file, for editors."""
    return {kind: shape.model_json_schema() for kind, shape in SHAPES.items()}


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.severity, one.fault.file, one.fault.line))


def _found(files: Files) -> Iterator[Finding]:
    yield from files.findings
    for check in _ALWAYS:
        yield from check(files)


def _knowledge(files: Files) -> Knowledge:
    if files.sentences is None or files.standings is None or files.disclosure is None:
        raise KnowledgeError([])  # Not reached: a missing table is a fault.
    if files.follow_ups is None:
        raise KnowledgeError([])  # Not reached either.
    return Knowledge(
        version=files.version,
        intents={name: _intent(shape) for name, (shape, _) in files.intents.items()},
        faq={name: _entry(shape) for name, (shape, _) in files.faq.items()},
        sentences={
            name: Sentence(
                name=name,
                text=_both(shape),
                reveals=frozenset(shape.reveals),
                otherwise=shape.otherwise or "",
                when=shape.when,
            )
            for name, shape in files.sentences[0].sentences.items()
        },
        live=_live(files.standings[0]),
        follow_ups=_follow_ups(files.follow_ups[0]),
        commands=_commands(files.commands[0]) if files.commands else {},
        disclosure={
            assurance: frozenset(files.disclosure[0].assurance[assurance])
            for assurance in Assurance
        },
        notices=notices.read_notices(files.templates[0]) if files.templates else {},
        canned=canned.read_canned(files.canned[0]) if files.canned else {},
    )


def _intent(shape: IntentFile) -> Intent:
    examples = [Example(text=text, language="it") for text in shape.examples.it]
    examples += [Example(text=text, language="en") for text in shape.examples.en]
    return Intent(
        name=shape.intent,
        kind=shape.kind,
        title=_both(shape.title),
        faq=shape.faq,
        examples=tuple(examples),
        not_this=tuple(NearMiss(text=one.text, intent=one.intent) for one in shape.not_this),
        handover_after=shape.handover_after,
        handover_when=shape.handover_when,
        counts_as=shape.counts_as or "",
        owner=shape.owner,
        reviewed=shape.reviewed,
    )


def _entry(shape: FaqFile) -> FaqEntry:
    return FaqEntry(
        name=shape.faq,
        intent=shape.intent,
        answer=Bilingual(it=shape.answer.it, en=shape.answer.en),
        when_closed=_both(shape.when_closed) if shape.when_closed else None,
        buttons=tuple(Choice(text=_both(one), intent=one.intent) for one in shape.buttons),
        passages=shape.passages,
        owner=shape.owner,
        reviewed=shape.reviewed,
    )


def _commands(shape: CommandsFile) -> dict[str, Command]:
    return {
        name: Command(name=name, words=_both(one), intent=one.intent or "")
        for name, one in shape.commands.items()
    }


def _both(words: ButtonText | CommandText | TwoTexts) -> Bilingual:
    return Bilingual(it=words.it, en=words.en)


def _live(shape: StandingsFile) -> LiveTable:
    return LiveTable(
        defaults=shape.defaults,
        groups={name: group.standings for name, group in shape.groups.items()},
        group_of={
            intent: name for name, group in shape.groups.items() for intent in group.intents
        },
        phases=shape.phases,
        news=tuple(
            News(before=frozenset(one.before), now=frozenset(one.now), say=one.say)
            for one in shape.news
        ),
    )


def _follow_ups(shape: FollowUpsFile) -> FollowUps:
    words = {name: _phrases(one) for name, one in shape.words}
    questions = tuple(
        FollowUp(
            phrases=_phrases(one),
            sounds_like=frozenset(one.sounds_like),
            after=frozenset(one.after),
            leads=one.leads,
        )
        for one in shape.questions.values()
    )
    return FollowUps(questions=questions, **words)


def _phrases(shape: Phrases) -> frozenset[str]:
    return frozenset(folded(text) for text in (*shape.it, *shape.en)) - {""}
