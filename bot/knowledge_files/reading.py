"""Reading all knowledge files, each once, with every fault of shape."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge_files.findings import Finding, Place
from bot.knowledge_files.lines import Document, read_document
from bot.knowledge_files.shapes import (
    CannedFile,
    CommandsFile,
    DisclosureFile,
    FaqFile,
    FollowUpsFile,
    IntentFile,
    SentencesFile,
    Shape,
    StandingsFile,
    TemplatesFile,
)

S = TypeVar("S", bound=Shape)

_TABLES: Mapping[str, type[Shape]] = {
    "sentences": SentencesFile,
    "standings": StandingsFile,
    "disclosure": DisclosureFile,
    "follow_ups": FollowUpsFile,
    "templates": TemplatesFile,
    "commands": CommandsFile,
    "canned": CannedFile,
}
_OPTIONAL = {"templates", "commands", "canned"}


@dataclass(frozen=True, kw_only=True)
class Files:
    """All files that have the right shape, with the lines of their values.

    Args:
        version: Hash of every file's name and content.
        folder: Where the intents are, as the person knows it.
    """

    version: str
    folder: Path
    intents: Mapping[str, tuple[IntentFile, Document]]
    faq: Mapping[str, tuple[FaqFile, Document]]
    sentences: tuple[SentencesFile, Document] | None
    standings: tuple[StandingsFile, Document] | None
    disclosure: tuple[DisclosureFile, Document] | None
    follow_ups: tuple[FollowUpsFile, Document] | None
    commands: tuple[CommandsFile, Document] | None = None
    templates: tuple[TemplatesFile, Document] | None = None
    canned: tuple[CannedFile, Document] | None = None
    findings: list[Finding] = field(default_factory=list)


def read_files(intents: Path, faq: Path) -> Files:
    """Return all knowledge files, and what is wrong with those that cannot be used."""
    findings = [
        Place(file=str(folder), line=0).error(
            "There is no such folder.", "Set SPORTELLO_INTENTS and SPORTELLO_FAQ to the knowledge."
        )
        for folder in (intents, faq)
        if not folder.is_dir()
    ]
    intent_paths, faq_paths = sorted(intents.glob("*.yaml")), sorted(faq.glob("*.yaml"))
    entries = [path for path in faq_paths if path.stem not in _TABLES]
    tables = {path.stem: path for path in faq_paths if path.stem in _TABLES}
    for name in _TABLES.keys() - tables.keys() - _OPTIONAL:
        place = Place(file=str(faq / f"{name}.yaml"), line=0)
        findings.append(place.error("This file is missing.", "Restore it from the last release."))
    return Files(
        version=_version([*intent_paths, *faq_paths]),
        folder=intents,
        intents=_all(intent_paths, IntentFile, findings),
        faq=_all(entries, FaqFile, findings),
        sentences=_table(tables, "sentences", SentencesFile, findings),
        standings=_table(tables, "standings", StandingsFile, findings),
        disclosure=_table(tables, "disclosure", DisclosureFile, findings),
        follow_ups=_table(tables, "follow_ups", FollowUpsFile, findings),
        commands=_table(tables, "commands", CommandsFile, findings),
        templates=_table(tables, "templates", TemplatesFile, findings),
        canned=_table(tables, "canned", CannedFile, findings),
        findings=findings,
    )


def _version(paths: Iterable[Path]) -> str:
    digest = sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _all(
    paths: Iterable[Path], shape: type[S], findings: list[Finding]
) -> dict[str, tuple[S, Document]]:
    read = {path.stem: _one(path, shape, findings) for path in paths}
    return {name: found for name, found in read.items() if found is not None}


def _table(
    paths: Mapping[str, Path], name: str, shape: type[S], findings: list[Finding]
) -> tuple[S, Document] | None:
    return _one(paths[name], shape, findings) if name in paths else None


def _one(path: Path, shape: type[S], findings: list[Finding]) -> tuple[S, Document] | None:
    document, faults = read_document(path)
    findings.extend(faults)
    if document is None:
        return None
    try:
        return shape.model_validate(document.data), document
    except ValidationError as error:
        findings.extend(_in_words(detail, document, shape) for detail in error.errors())
        return None


def _in_words(detail: ErrorDetails, document: Document, shape: type[Shape]) -> Finding:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    place, name = document.place(*path), ".".join(str(part) for part in path) or "The file"
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return place.error(f"{name} is missing.", f"Add {path[-1]!r} here.")
    if kind == "extra_forbidden":
        return place.error(f"{name} is no key of this file.", _did_you_mean(str(path[-1]), shape))
    if kind == "string_too_long":
        length = len(str(detail["input"]).strip())
        limit = context["max_length"]
        problem = f"{name} has {length} characters, {limit} are allowed."
        return place.error(problem, f"Shorten it by {length - limit}.")
    if kind == "string_type":
        problem = f"{name} is read as {detail['input']!r}, not as text."
        return place.error(problem, "Put it between double quotes.")
    if kind == "too_long":
        problem = f"{name} has too many entries: {context['actual_length']}."
        return place.error(problem, f"Keep at most {context['max_length']}.")
    return place.error(f"{name}: {detail['msg']}, not {detail['input']!r:.50}.", "Correct it.")


def _did_you_mean(key: str, shape: type[Shape]) -> str:
    near = difflib.get_close_matches(key, list(shape.model_fields), n=1)
    return f"Did you mean {near[0]!r}?" if near else "Delete it."
