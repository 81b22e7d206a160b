"""One module a source of contracts."""

from collections.abc import Callable, Mapping

from bot.ports import ContractSource, ContractStore


def _read_copy(store: ContractStore) -> ContractSource:
    return store


SOURCES: Mapping[str, Callable[[ContractStore], ContractSource]] = {"read_copy": _read_copy}
"""Every source of contracts, by the name settings use."""
