"""What an import changes in the read copy of the contracts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from bot.domain.contract import ContractRecord
from bot.domain.errors import ContractsMissing

MOST_MISSING = 0.1
"""Share of the contracts that may be missing from new data before we ask whether it is whole."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Numbers of contracts, each list in order.

    Args:
        changed: Names of the fields that differ, by contract.
        kept: How many contracts are as before.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]]
    kept: int = 0


def changes(before: Sequence[ContractRecord], after: Sequence[ContractRecord]) -> Changes:
    """Return what is new; when the source said it is no change."""
    old = {record.contract_id: record for record in before}
    new = {record.contract_id: record for record in after}
    both = [(number, _differing(old[number], new[number])) for number in sorted(old & new.keys())]
    return Changes(
        added=tuple(sorted(new.keys() - old)),
        removed=tuple(sorted(old.keys() - new)),
        changed={number: names for number, names in both if names},
        kept=sum(not names for _, names in both),
    )


def ensure_whole(found: Changes) -> None:
    """Make sure that new data does not leave out more than a tenth of the contracts.

    Raises:
        ContractsMissing: It does, so it may be half a file.
    """
    before = len(found.removed) + len(found.changed) + found.kept
    if len(found.removed) > before * MOST_MISSING:
        some = ", ".join(found.removed[:5])
        raise ContractsMissing(
            f"{len(found.removed)} of {before} contracts are missing from the new data ({some}"
            f"{', …' if len(found.removed) > 5 else ''}). Nothing was imported; if they are "  # noqa: PLR2004 - as many as are named
            "really gone, import again with --allow-shrink."
        )


def _differing(old: ContractRecord, new: ContractRecord) -> tuple[str, ...]:
    new = replace(new, as_of=old.as_of)
    if old == new:
        return ()
    names = (one.name for one in fields(ContractRecord))
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
