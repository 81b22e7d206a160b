"""A complete knowledge in tiny files, for tests that break one thing in it."""

from pathlib import Path

import pytest

from bot.domain.contract import Standing
from bot.domain.program_sentences import PROGRAM_SENTENCES
from bot.knowledge_files.labels import LABELS
from bot.knowledge_files.tables import QUESTIONS
from tests.knowledge_files.folder import KnowledgeFolder

INTENT = """\
intent: {name}
kind: knowledge
owner: help desk
reviewed: 2026-11-01
title: {{it: Titolo, en: Title}}
faq: {name}
examples:
  it:
    - uno di {name}
    - due di {name}
    - tre di {name}
    - quattro di {name}
    - cinque di {name}
    - sei di {name}
    - sette di {name}
    - otto di {name}
  en:
    - one of {name}
not_this:
  - {{text: non {name}, intent: human_handoff}}
"""
FAQ = """\
faq: {name}
intent: {name}
owner: help desk
reviewed: 2026-11-01
passages:
  - Una frase della pagina.
answer:
  it: Risposta.
  en: Answer.
buttons:
  - {{it: Operatore, en: Operator, intent: human_handoff}}
"""
SENTENCES = """\
sentences:
  ends:
    it: Scade il {expires_on}.
    en: It ends on {expires_on}.
    reveals: [dates]
    otherwise: ends_some_day
  ends_some_day: {it: Scade., en: It ends.}
"""
STANDINGS = """\
groups:
  mail:
    intents: [webmail_access]
    standings:
      suspended: [answer, handover]
  asked:
    intents: [{questions}]
    standings: {{{rows}}}
phases:
  redemption: ends_some_day
defaults:
"""
DISCLOSURE = """\
assurance:
  none: []
  contact: [dates]
  verified: [dates, money]
"""
FOLLOW_UPS = """\
questions:
  cost:
    it: [quanto costa]
    en: [how much]
    sounds_like: [buy_services]
    after: [pec_access, webmail_access]
    leads: {webmail_access: contract_status}
  time:
    it: [quando]
words:
  fillers: {it: [e], en: [and]}
  correcting: {it: [Volevo dire, però], en: ["..."]}
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> KnowledgeFolder:
    """Return a knowledge without a fault."""
    written = KnowledgeFolder(tmp_path)
    for name in LABELS:
        written.write(f"intents/{name}.yaml", INTENT.format(name=name))
        written.write(f"faq/{name}.yaml", FAQ.format(name=name))
    needed = "".join(f"  {name}: {{it: A, en: B}}\n" for name in sorted(PROGRAM_SENTENCES))
    written.write("faq/sentences.yaml", SENTENCES + needed)
    defaults = "".join(f"  {standing}: [ends]\n" for standing in Standing)
    rows = ", ".join(f"{standing}: [ends]" for standing in Standing)
    groups = STANDINGS.format(questions=", ".join(sorted(QUESTIONS)), rows=rows)
    written.write("faq/standings.yaml", groups + defaults)
    written.write("faq/disclosure.yaml", DISCLOSURE)
    written.write("faq/follow_ups.yaml", FOLLOW_UPS)
    return written
