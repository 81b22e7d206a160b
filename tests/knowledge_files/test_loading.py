import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from bot.domain.contract import Standing
from bot.domain.knowledge import (
    Assurance,
    Bilingual,
    Choice,
    Condition,
    DisclosureClass,
    Example,
    FaqEntry,
    Intent,
    IntentKind,
    NearMiss,
    Sentence,
)
from bot.domain.program_sentences import PROGRAM_SENTENCES
from bot.domain.registry import Phase
from bot.knowledge_files import json_schemas
from bot.knowledge_files.labels import LABELS
from tests.knowledge_files.folder import KnowledgeFolder

PROJECT = Path(__file__).parents[2]
INTENT, FAQ = "intents/webmail_access.yaml", "faq/webmail_access.yaml"


def test_an_intent_is_loaded_whole(knowledge: KnowledgeFolder) -> None:
    knowledge.write(
        INTENT,
        "intent: webmail_access\nkind: contract\nowner: help desk\nreviewed: 2026-11-01\n"
        "title: {it: Entrare, en: Open}\nfaq: webmail_access\nhandover_after: 1\n"
        "handover_when: [non va]\n"
        "examples: {it: [apro la webmail], en: [open the webmail]}\n"
        "not_this: [{text: password persa, intent: webmail_password}]\n",
    )

    assert knowledge.load().intents["webmail_access"] == Intent(
        name="webmail_access",
        kind=IntentKind.CONTRACT,
        title=Bilingual(it="Entrare", en="Open"),
        faq="webmail_access",
        examples=(
            Example(text="apro la webmail", language="it"),
            Example(text="open the webmail", language="en"),
        ),
        not_this=(NearMiss(text="password persa", intent="webmail_password"),),
        handover_after=1,
        handover_when=("non va",),
        owner="help desk",
        reviewed=date(2026, 11, 1),
    )


def test_an_answer_is_loaded_whole(knowledge: KnowledgeFolder) -> None:
    knowledge.change(FAQ, "buttons:", "when_closed: {it: Domani., en: Tomorrow.}\nbuttons:")

    assert knowledge.load().answer_to("webmail_access") == FaqEntry(
        name="webmail_access",
        intent="webmail_access",
        answer=Bilingual(it="Risposta.", en="Answer."),
        when_closed=Bilingual(it="Domani.", en="Tomorrow."),
        buttons=(Choice(text=Bilingual(it="Operatore", en="Operator"), intent="human_handoff"),),
        passages=("Una frase della pagina.",),
        owner="help desk",
        reviewed=date(2026, 11, 1),
    )


def test_the_tables_are_loaded_whole(knowledge: KnowledgeFolder) -> None:
    knowledge.change(
        "faq/sentences.yaml", "reveals: [dates]", "reveals: [dates]\n    when: no_pec"
    )

    loaded = knowledge.load()

    assert loaded.intents.keys() == LABELS
    assert loaded.sentences.keys() == PROGRAM_SENTENCES | {"ends", "ends_some_day"}
    assert loaded.sentences["ends"] == Sentence(
        name="ends",
        text=Bilingual(it="Scade il {expires_on}.", en="It ends on {expires_on}."),
        reveals=frozenset({DisclosureClass.DATES}),
        otherwise="ends_some_day",
        when=Condition.NO_PEC,
    )
    assert loaded.live.steps("webmail_access", Standing.SUSPENDED) == ("answer", "handover")
    assert loaded.live.steps("webmail_access", Standing.ACTIVE) == ("ends",)
    assert loaded.live.steps("pec_access", Standing.SUSPENDED) == ("answer",)
    assert loaded.live.phases == {Phase.REDEMPTION: "ends_some_day"}
    assert loaded.disclosure == {
        Assurance.NONE: frozenset(),
        Assurance.CONTACT: frozenset({DisclosureClass.DATES}),
        Assurance.VERIFIED: frozenset({DisclosureClass.DATES, DisclosureClass.MONEY}),
    }


def test_the_version_is_that_of_the_files(knowledge: KnowledgeFolder) -> None:
    before = knowledge.load().version

    assert knowledge.load().version == before

    knowledge.change(FAQ, "it: Risposta.", "it: Risposta nuova.")

    assert knowledge.load().version != before


SCHEMAS = json_schemas()
FILES = [
    *(("intent", path) for path in sorted((PROJECT / "intents").glob("*.yaml"))),
    *(
        (path.stem if path.stem in SCHEMAS else "faq", path)
        for path in sorted((PROJECT / "faq").glob("*.yaml"))
    ),
]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_each_schema_is_one_that_editors_understand(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize(
    ("kind", "path"),
    [pytest.param(kind, path, id=f"{path.parent.name}-{path.stem}") for kind, path in FILES],
)
def test_editors_find_no_fault_in_our_own_files(kind: str, path: Path) -> None:
    assert problems(kind, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("owner:", "ownr:", id="a-misspelt-key"),
        pytest.param("kind: knowledge", "kind: chat", id="an-unknown-kind"),
        pytest.param("it: Titolo", "it: Un titolo troppo lungo", id="a-title-too-long"),
        pytest.param("- uno di webmail_access", "- yes", id="yes-as-a-boolean"),
        pytest.param("2026-11-01", "soon", id="no-date"),
    ],
)
def test_editors_find_the_slips_that_need_no_other_file(
    knowledge: KnowledgeFolder, old: str, new: str
) -> None:
    knowledge.change(INTENT, old, new)

    assert problems("intent", (knowledge.path / INTENT).read_text("utf-8")) != []


def problems(kind: str, text: str) -> list[str]:
    """Return what an editor underlines, which sees dates as the text they are."""
    data: Any = json.loads(json.dumps(yaml.safe_load(text), default=str))
    validator = Draft202012Validator(SCHEMAS[kind], format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(data)]
