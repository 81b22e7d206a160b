"""What a registry says of a domain, put into the contract in place of what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.contract import ContractRecord, Service, ServiceKind
from bot.domain.registry import Phase, RegistryRecord, outlook


def domains_of(contracts: Sequence[ContractRecord]) -> Sequence[str]:
    """Return the domains in some contracts, each once."""
    services = (service for contract in contracts for service in contract.services)
    names = (service.name for service in services if service.kind is ServiceKind.DOMAIN)
    return list(dict.fromkeys(name for name in names if name))


def with_registry(contract: ContractRecord, told: Mapping[str, RegistryRecord]) -> ContractRecord:
    """Return the contract with what registries say of its domains; they know better than we.

    Args:
        contract: As its source records it.
        told: By the names that stand in contracts.
    """
    services = tuple(
        _told(service, told[service.name])
        if service.kind is ServiceKind.DOMAIN and service.name in told
        else service
        for service in contract.services
    )
    return replace(contract, services=services)


def _told(service: Service, said: RegistryRecord) -> Service:
    return replace(
        service,
        registry_status=said.status,
        registry_expires_on=_expiry(service, said),
        registry_told_at=said.as_of if said.silent else None,
    )


def _expiry(service: Service, said: RegistryRecord) -> date | None:
    """Return the registry's day; of a domain it no longer knows, the day we recorded."""
    if outlook(said.status).phase is Phase.AVAILABLE:
        return service.registry_expires_on
    return said.expires_on
