"""What an answer rests on: entries of the FAQ and fields of a contract, for whoever checks it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.knowledge import Knowledge
from bot.domain.known_contract import KnownContract
from bot.domain.picturing import STEPS_SENTENCE
from bot.domain.wording import PLACEHOLDER, PLACEHOLDERS


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What an answer rests on.

    Args:
        faq: Names of the entries that were said.
        fields: What was told of the contract, by the names of placeholders; never its values.
        phase: Of the contract's domain, if the answer tells it.
    """

    faq: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    phase: str = ""

    def with_those_of(self, other: "Sources") -> "Sources":
        """Return what two answers in one rest on."""
        return Sources(
            faq=tuple(dict.fromkeys((*self.faq, *other.faq))),
            fields=tuple(dict.fromkeys((*self.fields, *other.fields))),
            phase=self.phase or other.phase,
        )


def sources_of(
    faq: Iterable[str], sentences: frozenset[str], contract: KnownContract, knowledge: Knowledge
) -> Sources:
    """Return what an answer rests on that says these entries and sentences of a contract."""
    texts = (knowledge.sentences[name].text.it for name in sorted(sentences))
    held = {name for text in texts for name in PLACEHOLDER.findall(text)}
    tells_phase = {STEPS_SENTENCE, *knowledge.live.phases.values()} & sentences
    return Sources(
        faq=tuple(faq),
        fields=tuple(name for name, kind in PLACEHOLDERS.items() if kind and name in held),
        phase=contract.phase.value if contract.phase and tells_phase else "",
    )
