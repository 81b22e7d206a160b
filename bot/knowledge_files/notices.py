"""What must hold in the messages that a vendor approves."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.knowledge import Bilingual, Notice
from bot.domain.notices import NOTICE_PLACEHOLDERS, variables_of
from bot.domain.wording import PLACEHOLDER
from bot.knowledge_files.findings import Finding, Place
from bot.knowledge_files.reading import Files
from bot.knowledge_files.shapes import TemplatesFile, TemplateShape

_AT_AN_END = re.compile(r"^\W*\{\w+\}|\{\w+\}\W*$")
_SIDE_BY_SIDE = re.compile(r"\}\s*\{")
_KNOWN = ", ".join(f"{{{name}}}" for name in sorted(NOTICE_PLACEHOLDERS))


def notices(files: Files) -> Iterator[Finding]:
    """Yield what WhatsApp would reject, and placeholders that nobody fills."""
    if files.templates is None:
        return
    shape, doc = files.templates
    for name, template in shape.templates.items():
        for language in ("it", "en"):
            place = doc.place("templates", name, language)
            yield from _text(getattr(template, language), template, place)


def _text(text: str, template: TemplateShape, place: Place) -> Iterator[Finding]:
    """Yield faults of a text.

    Source: https://www.twilio.com/docs/content/using-variables-with-content-api
    """
    for name in variables_of(text):
        if name not in NOTICE_PLACEHOLDERS:
            yield place.error(f"Nobody fills the placeholder {{{name}}}.", f"Use {_KNOWN}.")
        elif name not in template.samples:
            cure = f"Add {name}: ... to its samples."
            yield place.error(f"There is no sample of {{{name}}}.", cure)
    if _AT_AN_END.search(text):
        problem = "WhatsApp takes no template that begins or ends with a placeholder."
        yield place.error(problem, "Write some words around it.")
    if _SIDE_BY_SIDE.search(text):
        problem = "WhatsApp takes no template with two placeholders side by side."
        yield place.error(problem, "Write some words between them.")
    if "\n" in text.strip():
        yield place.error("A template is a single line.", "Join its lines.")
    if "{" in PLACEHOLDER.sub("", text):
        yield place.error("A placeholder is written badly.", "Write it as {topic}.")


def read_notices(shape: TemplatesFile) -> Mapping[str, Notice]:
    """Return the messages of a file, by name."""
    return {
        name: Notice(
            name=name,
            text=Bilingual(it=one.it, en=one.en),
            category=one.category,
            samples=one.samples,
        )
        for name, one in shape.templates.items()
    }
