from pathlib import Path

import pytest

from bot.domain.errors import KnowledgeError
from bot.knowledge_files import load_knowledge
from tests.knowledge_files.folder import KnowledgeFolder

INTENT, FAQ = "intents/webmail_access.yaml", "faq/webmail_access.yaml"
SENTENCES, STANDINGS, DISCLOSURE = (
    "faq/sentences.yaml",
    "faq/standings.yaml",
    "faq/disclosure.yaml",
)
QUOTE = "Mend the line; put texts with : # { or quotes in them between double quotes."


TEMPLATES = "faq/templates.yaml"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("Su {amount} ho risposto", "Nobody fills the placeholder {amount}.", id="x"),
        pytest.param("Su {topic} ho risposto", "There is no sample of {topic}.", id="no-sample"),
        pytest.param("{colleague} ha risposto", "begins or ends", id="at-its-beginning"),
        pytest.param("ha risposto {colleague}.", "begins or ends", id="at-its-end"),
        pytest.param("da {colleague} {colleague} ciao", "side by side", id="side-by-side"),
        pytest.param("riga uno\\nriga due", "single line", id="two-lines"),
        pytest.param("da {col league} a Lei", "written badly", id="badly-written"),
    ],
)
def test_what_whatsapp_would_reject_is_found_before(
    knowledge: KnowledgeFolder, text: str, fault: str
) -> None:
    knowledge.write(
        TEMPLATES,
        f"""templates:
  ready:
    it: "{text}"
    en: An answer waits for you.
    samples: {{colleague: Maria}}
""",
    )

    found = knowledge.errors()

    assert found
    assert all(one.startswith(f"{TEMPLATES}:3: ") for one in found)
    assert fault in found[0]


def test_templates_need_not_be_there_and_are_read_if_they_are(knowledge: KnowledgeFolder) -> None:
    assert knowledge.load().notices == {}

    knowledge.write(TEMPLATES, "templates:\n  ready: {it: Una risposta, en: An answer}\n")

    (ready,) = knowledge.load().notices.values()
    assert (ready.name, ready.text.en, ready.category) == ("ready", "An answer", "UTILITY")


def test_a_complete_knowledge_has_no_faults(knowledge: KnowledgeFolder) -> None:
    assert knowledge.check() == []


def long(characters: int) -> str:
    return "parola " * (characters // 7) + "p" * (characters % 7)


BUTTON = "  - {it: Operatore, en: Operator, intent: human_handoff}\n"
SHAPES = [
    pytest.param(
        FAQ, "  en: Answer.\n", "",
        f"{FAQ}:8: answer.en is missing. Add 'en' here.",
        id="an-answer-in-one-language-only",
    ),
    pytest.param(
        INTENT, ", en: Title", "",
        f"{INTENT}:5: title.en is missing. Add 'en' here.",
        id="a-title-in-one-language-only",
    ),
    pytest.param(
        FAQ, "it: Risposta.", f"it: {long(612)}",
        f"{FAQ}:8: answer.it has 612 characters, 600 are allowed. Shorten it by 12.",
        id="an-answer-too-long",
    ),
    pytest.param(
        FAQ, "it: Operatore", "it: Parli con un operatore",
        f"{FAQ}:11: buttons.0.it has 22 characters, 20 are allowed. Shorten it by 2.",
        id="a-button-too-long",
    ),
    pytest.param(
        INTENT, "it: Titolo", "it: Un titolo troppo lungo",
        f"{INTENT}:5: title.it has 22 characters, 20 are allowed. Shorten it by 2.",
        id="a-title-too-long",
    ),
    pytest.param(
        FAQ, BUTTON, BUTTON * 4,
        f"{FAQ}:11: buttons has too many entries: 4. Keep at most 3.",
        id="too-many-buttons",
    ),
    pytest.param(
        INTENT, "owner:", "ownr:",
        f"{INTENT}:3: ownr is no key of this file. Did you mean 'owner'?",
        id="a-misspelt-key",
    ),
    pytest.param(
        INTENT, "owner:", "colour: red\nowner:",
        f"{INTENT}:3: colour is no key of this file. Delete it.",
        id="a-key-nobody-knows",
    ),
    pytest.param(
        FAQ, "owner: help desk\n", "owner: help desk\nowner: sales\n",
        f"{FAQ}:4: The key 'owner' stands here twice. Keep one.",
        id="a-key-twice",
    ),
    pytest.param(
        FAQ, "{it: Operatore, en: Operator,", "{it: Operatore, it: Persona, en: Operator,",
        f"{FAQ}:11: The key 'it' stands here twice. Keep one.",
        id="a-key-twice-deep-down",
    ),
    pytest.param(
        FAQ, "it: Risposta.", "it: Attenzione: risposta.",
        f"{FAQ}:8: It is no YAML: mapping values are not allowed in this context. {QUOTE}",
        id="broken-yaml",
    ),
    pytest.param(
        FAQ, "it: Risposta.", "it: !grande Risposta.",
        f"{FAQ}:8: It is no YAML: could not determine a constructor for the tag '!grande'. "
        f"{QUOTE}",
        id="an-exclamation-mark-in-front",
    ),
    pytest.param(
        FAQ, "it: Risposta.", "it: {{domain}}",
        f"{FAQ}:8: answer.it is read as {{'{{…}}': None}}, not as text. "
        "Put it between double quotes.",
        id="braces-without-quotes",
    ),
    pytest.param(
        INTENT, "- uno di webmail_access", "- yes",
        f"{INTENT}:9: examples.it.0 is read as True, not as text. Put it between double quotes.",
        id="yes-is-read-as-a-boolean",
    ),
    pytest.param(
        INTENT, "- uno di webmail_access", "- 2026-11-25",
        f"{INTENT}:9: examples.it.0 is read as datetime.date(2026, 11, 25), not as text. "
        "Put it between double quotes.",
        id="a-day-is-read-as-a-date",
    ),
    pytest.param(
        INTENT, "reviewed: 2026-11-01", "reviewed: 2026-02-30",
        f"{INTENT}:4: reviewed: Input should be a valid date or datetime, day value is outside "
        "expected range, not '2026-02-30'. Correct it.",
        id="a-day-that-does-not-exist",
    ),
    pytest.param(
        INTENT, "kind: knowledge", "kind: chat",
        f"{INTENT}:2: kind: Input should be 'knowledge', 'contract' or 'conversation', "
        "not 'chat'. Correct it.",
        id="an-unknown-kind",
    ),
    pytest.param(
        INTENT, "faq: webmail_access", "faq: webmail_access\nhandover_after: 0",
        f"{INTENT}:7: handover_after: Input should be greater than or equal to 1, not 0. "
        "Correct it.",
        id="handover-before-the-first-answer",
    ),
    pytest.param(
        FAQ, "it: Risposta.", "it: |\n    \n",
        f"{FAQ}:8: answer.it: String should have at least 1 character, not ''. Correct it.",
        id="an-answer-of-nothing-but-spaces",
    ),
    pytest.param(
        INTENT, "intent: webmail_access", "intent: Webmail Access",
        f"{INTENT}:1: intent: String should match pattern '^[a-z][a-z0-9_]*$', "
        "not 'Webmail Access'. Correct it.",
        id="a-name-with-capitals",
    ),
    pytest.param(
        SENTENCES, "reveals: [dates]", "reveals: [date]",
        f"{SENTENCES}:5: sentences.ends.reveals.0: Input should be 'standing', 'dates', "
        "'services', 'billing', 'money', 'server' or 'registrant', not 'date'. Correct it.",
        id="a-class-of-data-that-does-not-exist",
    ),
    pytest.param(
        STANDINGS, "  suspended: [ends]", "  suspendd: [ends]",
        f"{STANDINGS}:20: defaults.suspendd: Input should be 'active', 'renewal_notice', "
        "'renewal_committed', 'cancellation_accepted', 'cancellation_late', "
        "'cancellation_pending', 'cancelled', 'payment_due', 'suspended', 'reminded', "
        "'fee_missing', 'reactivation_scheduled', 'reactivation_overdue', "
        "'paid_after_deadline', 'reminder_expired', 'terminated' or 'unclear', "
        "not 'suspendd'. Correct it.",
        id="a-standing-that-does-not-exist",
    ),
]  # fmt: skip
LINKS = [
    pytest.param(
        INTENT, "faq: webmail_access", "faq: webmail_acces",
        f"{INTENT}:6: There is no FAQ entry webmail_acces. "
        "Write faq/webmail_acces.yaml, or name another entry.",
        id="an-intent-without-its-answer",
    ),
    pytest.param(
        FAQ, "intent: webmail_access", "intent: webmail",
        f"{FAQ}:2: There is no intent webmail. Name the intent this entry answers.",
        id="an-answer-to-no-intent",
    ),
    pytest.param(
        FAQ, "intent: webmail_access", "intent: pec_access",
        f"{FAQ}:2: pec_access takes its answer from pec_access, not from here. "
        "Write faq: webmail_access in intents/pec_access.yaml, or delete this entry.",
        id="an-answer-nobody-asks-for",
    ),
    pytest.param(
        FAQ, "intent: human_handoff", "intent: human",
        f"{FAQ}:11: There is no intent human. Name one that exists.",
        id="a-button-to-nowhere",
    ),
    pytest.param(
        INTENT, "intent: human_handoff", "intent: human",
        f"{INTENT}:20: There is no intent human. Name one that exists.",
        id="a-near-miss-to-nowhere",
    ),
    pytest.param(
        INTENT, "text: non webmail_access", "text: due di webmail_access",
        f"{INTENT}:20: This near miss is an example as well. Keep it in one place.",
        id="a-near-miss-that-is-an-example",
    ),
    pytest.param(
        INTENT, "intent: webmail_access", "intent: webmail",
        f"{INTENT}:1: It is called webmail in a file called webmail_access. Make them equal.",
        id="an-intent-under-another-name",
    ),
    pytest.param(
        FAQ, "faq: webmail_access", "faq: webmail",
        f"{FAQ}:1: It is called webmail in a file called webmail_access. Make them equal.",
        id="an-answer-under-another-name",
    ),
    pytest.param(
        FAQ, "passages:\n  - Una frase della pagina.\n", "",
        f"{FAQ}:1: It cites no passage of the help page. Add the sentences it rests on.",
        id="an-answer-that-rests-on-nothing",
    ),
    pytest.param(
        STANDINGS, "[webmail_access]", "[contract_state]",
        f"{STANDINGS}:3: There is no intent contract_state. Name one that exists.",
        id="a-group-of-an-unknown-intent",
    ),
    pytest.param(
        STANDINGS, "groups:\n", "groups:\n  other: {intents: [webmail_access]}\n",
        f"{STANDINGS}:4: webmail_access stands in the groups other and mail. "
        "Keep it in one group.",
        id="an-intent-in-two-groups",
    ),
]  # fmt: skip
WORDS = [
    pytest.param(
        FAQ, "it: Risposta.", "it: Scade il {expires_on}.",
        f"{FAQ}:8: An answer to everybody holds the placeholder {{expires_on}}. "
        "Put it into faq/sentences.yaml, where it is told only to who may hear it.",
        id="a-placeholder-in-an-answer-to-everybody",
    ),
    pytest.param(
        INTENT, "- uno di webmail_access", '- "non apro {website}"',
        f"{INTENT}:9: {{website}} is no placeholder of examples. "
        "Use one of: amount, date, domain, email, number.",
        id="a-placeholder-no-example-knows",
    ),
    pytest.param(
        SENTENCES, "it: Scade il {expires_on}.", "it: Scade il {expiry}.",
        f"{SENTENCES}:3: ends holds the unknown placeholder {{expiry}}. "
        "See the table in docs/reference/knowledge.md.",
        id="a-placeholder-no-sentence-knows",
    ),
    pytest.param(
        SENTENCES, "it: Scade il {expires_on}.", "it: Deve {amount}.",
        f"{SENTENCES}:3: ends tells money by {{amount}}. Add money to its reveals.",
        id="a-sentence-that-tells-more-than-it-says",
    ),
    pytest.param(
        INTENT, "- due di webmail_access", '- "UNO  di: wébmail_access!"',
        f"{INTENT}:10: The example 'UNO  di: wébmail_access!' stands at {INTENT}:9 as well. "
        "Keep it where it fits best.",
        id="an-example-twice-in-an-intent",
    ),
    pytest.param(
        INTENT, "- one of webmail_access", "- due di pec_access",
        f"{INTENT}:18: The example 'due di pec_access' stands at intents/pec_access.yaml:10 "
        "as well. Keep it where it fits best.",
        id="an-example-in-two-intents",
    ),
]  # fmt: skip
TABLES = [
    pytest.param(
        SENTENCES, "  introduction: {it: A, en: B}\n", "",
        f"{SENTENCES}:2: The program needs introduction. Add this sentence.",
        id="a-sentence-the-program-needs",
    ),
    pytest.param(
        SENTENCES, "otherwise: ends_some_day", "otherwise: ends_maybe",
        f"{SENTENCES}:3: There is no sentence ends_maybe. Name another one.",
        id="otherwise-to-nowhere",
    ),
    pytest.param(
        SENTENCES, "{it: Scade., en: It ends.}", "{it: A, en: B, otherwise: ends}",
        f"{SENTENCES}:3: ends leads back to itself by otherwise. End the chain.",
        id="otherwise-in-a-circle",
    ),
    pytest.param(
        STANDINGS, "  suspended: [ends]\n", "",
        f"{STANDINGS}:12: suspended has no default. Add its steps.",
        id="a-standing-without-a-default",
    ),
    pytest.param(
        STANDINGS, "  suspended: [ends]", "  suspended: [ends, shrug]",
        f"{STANDINGS}:20: There is no step shrug. "
        "Name a sentence of faq/sentences.yaml, or one of answer, collect, handover, if_paid, "
        "if_was_paid, phase, timeline.",
        id="an-unknown-step-in-the-defaults",
    ),
    pytest.param(
        STANDINGS, "[answer, handover]", "[answer, shrug]",
        f"{STANDINGS}:5: There is no step shrug. "
        "Name a sentence of faq/sentences.yaml, or one of answer, collect, handover, if_paid, "
        "if_was_paid, phase, timeline.",
        id="an-unknown-step-in-a-group",
    ),
    pytest.param(
        STANDINGS, "standings: {active: [ends], ", "standings: {",
        f"{STANDINGS}:8: asked says nothing of active. Add its steps.",
        id="a-gap-in-what-customers-ask-most",
    ),
    pytest.param(
        STANDINGS, "[auth_code, ", "[",
        f"{STANDINGS}:2: auth_code is in no group. Add a group for it.",
        id="a-question-that-no-contract-answers",
    ),
    pytest.param(
        STANDINGS, "redemption: ends_some_day", "redemption: shrug",
        f"{STANDINGS}:10: There is no step shrug. "
        "Name a sentence of faq/sentences.yaml, or one of answer, collect, handover, if_paid, "
        "if_was_paid, phase, timeline.",
        id="an-unknown-sentence-for-a-phase",
    ),
    pytest.param(
        DISCLOSURE, "  verified: [dates, money]\n", "",
        f"{DISCLOSURE}:2: verified is missing. Say what it may hear, or [].",
        id="an-assurance-about-which-nothing-is-said",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "fault"), [*SHAPES, *LINKS, *WORDS, *TABLES])
def test_a_slip_is_told_with_file_line_and_cure(
    knowledge: KnowledgeFolder, file: str, old: str, new: str, fault: str
) -> None:
    knowledge.change(file, old, new)

    assert fault in knowledge.errors()


@pytest.mark.parametrize(
    ("file", "missing"),
    [
        pytest.param(SENTENCES, SENTENCES, id="sentences"),
        pytest.param(STANDINGS, STANDINGS, id="standings"),
        pytest.param(DISCLOSURE, DISCLOSURE, id="disclosure"),
    ],
)
def test_a_missing_table_is_told(knowledge: KnowledgeFolder, file: str, missing: str) -> None:
    (knowledge.path / file).unlink()

    assert knowledge.errors() == [
        f"{missing}: This file is missing. Restore it from the last release."
    ]


def test_a_missing_intent_is_told(knowledge: KnowledgeFolder) -> None:
    (knowledge.path / INTENT).unlink()

    assert knowledge.errors() == [
        f"{FAQ}:2: There is no intent webmail_access. Name the intent this entry answers.",
        f"{INTENT}: The intent webmail_access has no usable file. Write or mend it.",
    ]


def test_an_intent_nobody_knows_is_told(knowledge: KnowledgeFolder) -> None:
    text = (knowledge.path / INTENT).read_text("utf-8")
    knowledge.write("intents/fax.yaml", text.replace("webmail_access", "fax"))

    assert (
        "intents/fax.yaml:1: fax is no known intent. "
        "Mend the name, or say counts_as: LABEL, the label it is counted under."
    ) in knowledge.errors()


FINER = "intents/fax.yaml"


def write_finer_intent(knowledge: KnowledgeFolder) -> None:
    """Write an intent that counts as a label."""
    for file in (INTENT, FAQ):
        text = (knowledge.path / file).read_text("utf-8").replace("webmail_access", "fax")
        knowledge.write(file.replace("webmail_access", "fax"), text)
    knowledge.change(FINER, "kind: knowledge", "kind: conversation\ncounts_as: out_of_scope")


def test_an_intent_may_count_as_a_label(knowledge: KnowledgeFolder) -> None:
    write_finer_intent(knowledge)
    knowledge.change(INTENT, "intent: human_handoff", "intent: fax")

    assert knowledge.check() == []
    assert knowledge.load().label_of("fax") == "out_of_scope"
    assert knowledge.load().label_of("webmail_access") == "webmail_access"


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        pytest.param(
            FINER, "counts_as: out_of_scope", "counts_as: fax",
            f"{FINER}:3: There is no intent fax. Name one that exists.",
            id="as-what-is-no-label",
        ),
        pytest.param(
            FINER, "kind: conversation", "kind: knowledge",
            f"{FINER}:2: fax might be asked back about. "
            "Write kind: conversation; an intent with a title for a button is a label.",
            id="as-something-to-ask-back-about",
        ),
        pytest.param(
            INTENT, "kind: knowledge", "kind: conversation\ncounts_as: out_of_scope",
            f"{INTENT}:3: webmail_access is a label itself, so it cannot count as another. "
            "Delete counts_as.",
            id="though-it-is-a-label",
        ),
        pytest.param(
            FAQ, "intent: human_handoff", "intent: fax",
            f"{FAQ}:11: There is no intent fax. Name one that exists.",
            id="and-be-no-button",
        ),
    ],
)  # fmt: skip
def test_an_intent_that_counts_as_a_label_is_never_offered(
    knowledge: KnowledgeFolder, file: str, old: str, new: str, fault: str
) -> None:
    write_finer_intent(knowledge)
    knowledge.change(file, old, new)

    assert fault in knowledge.errors()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b"", f"{FAQ}:1: The file is empty. Fill or delete it.", id="empty"),
        pytest.param(
            b"# nothing yet\n", f"{FAQ}:1: The file is empty. Fill or delete it.", id="a-comment"
        ),
        pytest.param(
            b"faq: x\nanswer: citt\xe0\n",
            f"{FAQ}: It cannot be read: 'utf-8' codec can't decode byte 0xe0 in position 19: "
            "invalid continuation byte. Save it as plain text in UTF-8.",
            id="not-utf-8",
        ),
        pytest.param(
            b"- una lista\n",
            f"{FAQ}:1: The file: Input should be a valid dictionary or instance of FaqFile, "
            "not ['una lista']. Correct it.",
            id="a-list",
        ),
        pytest.param(b"faq: \x00\n", f"{FAQ}: It is no YAML: unacceptable", id="a-word-document"),
    ],
)
def test_a_file_of_another_kind_is_told(
    knowledge: KnowledgeFolder, content: bytes, fault: str
) -> None:
    (knowledge.path / FAQ).write_bytes(content)

    assert knowledge.errors()[0].startswith(fault)


def test_a_folder_that_is_not_there_is_told(knowledge: KnowledgeFolder, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_knowledge(tmp_path / "nowhere", knowledge.faq)

    assert "nowhere: There is no such folder. Set SPORTELLO_INTENTS" in str(refused.value)


def test_an_answer_of_just_the_allowed_length_fits_however_it_is_written(
    knowledge: KnowledgeFolder,
) -> None:
    knowledge.change(FAQ, "it: Risposta.", f"it: |\n    {long(600)}")

    assert knowledge.errors() == []
    assert knowledge.load().faq["webmail_access"].answer.it == long(600)


def test_a_file_saved_by_windows_is_read(knowledge: KnowledgeFolder) -> None:
    text = (knowledge.path / FAQ).read_text("utf-8")
    (knowledge.path / FAQ).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert knowledge.errors() == []


def test_all_faults_are_told_at_once_by_file_and_line(knowledge: KnowledgeFolder) -> None:
    knowledge.change(INTENT, "reviewed: 2026-11-01", "reviewed: soon")
    knowledge.change(INTENT, "owner: help desk\n", "")
    knowledge.change("intents/pec_access.yaml", "- sei di", "- uno di")
    knowledge.change(SENTENCES, "otherwise: ends_some_day", "otherwise: nothing")
    (knowledge.path / DISCLOSURE).write_text("assurance: [\n", "utf-8")

    places = [fault.partition(": ")[0] for fault in knowledge.errors()]

    assert places == [
        "faq/disclosure.yaml:2",
        "faq/sentences.yaml:3",
        "faq/webmail_access.yaml:2",
        "intents/pec_access.yaml:14",
        "intents/webmail_access.yaml",
        "intents/webmail_access.yaml:1",
        "intents/webmail_access.yaml:3",
    ]


def test_a_refused_start_prints_every_fault_on_its_own_line(knowledge: KnowledgeFolder) -> None:
    knowledge.change(INTENT, "- due di webmail_access", "- uno di webmail_access")
    knowledge.change(FAQ, "intent: human_handoff", "intent: human")

    with pytest.raises(KnowledgeError) as refused:
        knowledge.load()

    assert len(refused.value.faults) == 2
    assert str(refused.value).splitlines() == [str(fault) for fault in refused.value.faults]
