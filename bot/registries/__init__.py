"""One module a way of asking registries about a domain, and a memory in front of them."""

from collections.abc import Mapping

from bot.domain.registry import RegistryRecord
from bot.ports import Registry


class BySuffix:
    """Asks the registry that looks after a domain's last label."""

    def __init__(self, by_suffix: Mapping[str, Registry], others: Registry) -> None:
        self._by_suffix = by_suffix
        self._others = others

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what that registry says; raise SourceUnavailable."""
        suffix = domain.rpartition(".")[2]
        return await self._by_suffix.get(suffix, self._others).look_up(domain)
