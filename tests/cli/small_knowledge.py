"""A small knowledge on disk: each intent in a few examples, answers that name themselves."""

from pathlib import Path

import yaml

from bot.domain.contract import Standing
from bot.domain.knowledge import Assurance
from bot.domain.program_sentences import PROGRAM_SENTENCES
from bot.knowledge_files.labels import LABELS
from bot.knowledge_files.tables import QUESTIONS

PASSAGE = "Una frase della pagina."
FINER = "spam"
"""An intent that counts as out of scope."""
_REVIEWED = "2026-11-23"
_CONTRACT = frozenset({"contract_status", "invoice_status", "payment_reported"})
_TALK = frozenset(
    {
        "human_handoff",
        "complaint",
        "greeting",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "bot_identity",
        "out_of_scope",
        FINER,
    }
)
_ITALIAN = {
    "webmail_access": ["come apro la webmail", "dove leggo la posta dal browser"],
    "webmail_password": ["ho perso la password della webmail"],
    "contract_status": ["quando scade il mio contratto"],
    "human_handoff": ["vorrei parlare con un operatore"],
}
_SENTENCES = {name: f"[{name}]" for name in PROGRAM_SENTENCES} | {
    "handover_closed": "[handover_closed] {next_opening}",
}
_TOLD = {
    "ends": ("Il contratto {contract} scade il {expires_on}.", ["standing", "dates", "services"]),
    "is_suspended": ("I servizi sono sospesi.", ["standing"]),
}


def write_knowledge(folder: Path) -> None:
    """Write ``intents/`` and ``faq/``, without a fault."""
    for name in (*LABELS, FINER):
        counts_as = {"counts_as": "out_of_scope"} if name == FINER else {}
        _write(folder / "intents" / f"{name}.yaml", _intent(name) | counts_as)
        _write(folder / "faq" / f"{name}.yaml", _entry(name))
    sentences: dict[str, object] = {
        name: {"it": text, "en": f"{text} (en)"} for name, text in _SENTENCES.items()
    }
    sentences |= {
        name: {"it": text, "en": text, "reveals": reveals}
        for name, (text, reveals) in _TOLD.items()
    }
    _write(folder / "faq/sentences.yaml", {"sentences": sentences})
    _write(folder / "faq/standings.yaml", _standings())
    allowed = {Assurance.CONTACT: ["standing", "dates", "services"]}
    assurance = {one.value: allowed.get(one, []) for one in Assurance}
    _write(folder / "faq/disclosure.yaml", {"assurance": assurance})
    _write(folder / "faq/follow_ups.yaml", {"questions": {}, "words": {}})


def _intent(label: str) -> dict[str, object]:
    words = label.replace("_", " ")
    return {
        "intent": label,
        "kind": _kind(label),
        "owner": "help desk",
        "reviewed": _REVIEWED,
        "title": {"it": words[:20], "en": words[:20]},
        "faq": label,
        "examples": {"it": _ITALIAN.get(label, [words]), "en": [f"about {words}"]},
    }


def _entry(label: str) -> dict[str, object]:
    return {
        "faq": label,
        "intent": label,
        "owner": "help desk",
        "reviewed": _REVIEWED,
        "passages": [PASSAGE] if _kind(label) == "knowledge" else [],
        "answer": {"it": f"Risposta {label}.", "en": f"Answer {label}."},
        "buttons": [{"it": "Operatore", "en": "Operator", "intent": "human_handoff"}],
    }


def _kind(label: str) -> str:
    if label in _CONTRACT:
        return "contract"
    return "conversation" if label in _TALK else "knowledge"


def _standings() -> dict[str, object]:
    return {
        "defaults": {standing.value: ["ends"] for standing in Standing},
        "groups": {
            "status": {
                "intents": sorted({*_CONTRACT, *QUESTIONS}),
                "standings": {standing.value: ["ends"] for standing in Standing}
                | {"suspended": ["is_suspended", "handover"]},
            }
        },
    }


def _write(path: Path, content: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
