"""Where contracts and domains are looked up, as the settings say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from bot.contracts.fossbilling import Fossbilling
from bot.contracts.http_api import HttpContracts
from bot.contracts.remembered import Ages, Remembered
from bot.contracts.whmcs import Whmcs
from bot.domain.errors import SettingsError, StartError
from bot.ports import Clock, ContractFeed, ContractSource, ContractStore, Registry
from bot.registries import BySuffix
from bot.registries.cached import Cached
from bot.registries.rdap import BOOTSTRAP_FILE, Rdap
from bot.registries.whois import Whois
from bot.settings import AllSettings, Settings

_OWN_SHARE = 0.8
"""Of the time a customer may wait: an API gives up before, so that its last answer can be used."""


@dataclass(frozen=True, kw_only=True)
class SourceContext:
    """What a source of contracts may need."""

    settings: AllSettings
    read_copy: ContractStore
    http: httpx.AsyncClient
    clock: Clock


def source_builder(settings: AllSettings) -> "SourceBuilder":
    """Return what builds the source of contracts that the settings name.

    Raises:
        StartError: There is none of this name.
    """
    name = settings.general.contracts
    if name not in SOURCES:
        known = ", ".join(sorted(SOURCES))
        raise StartError(f"SPORTELLO_CONTRACTS={name}: choose one of {known}.")
    return SOURCES[name]


def build_registry(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Registry | None:
    """Return what tells where domains stand, or None if it is switched off.

    Raises:
        SettingsError: The bootstrap file in the settings is none.
    """
    if not settings.registry:
        return None
    timeout = timedelta(seconds=settings.registry_timeout_seconds)
    whois = Whois((settings.whois_host, settings.whois_port), timeout, clock)
    rdap = Rdap(http, settings.rdap_bootstrap or BOOTSTRAP_FILE, timeout, clock)
    keep = timedelta(minutes=settings.registry_cache_minutes)
    return Cached(BySuffix({"it": whois}, others=rdap), keep, clock)


def _read_copy(context: SourceContext) -> ContractSource:
    return context.read_copy


def _sql(context: SourceContext) -> ContractSource:
    from bot.contracts.sql import (  # noqa: PLC0415 - SQLAlchemy takes 12 MB that few need
        SqlContracts,
        read_mapping,
        read_only_engine,
    )

    own = context.settings.sql
    engine = read_only_engine(
        own.url.get_secret_value(), context.settings.general.contract_timeout_seconds
    )
    return SqlContracts(engine, read_mapping(own.mapping), context.clock)


def _api(context: SourceContext) -> ContractSource:
    own, clock = context.settings.api, context.clock
    if own.url is None:
        raise SettingsError("SPORTELLO_CONTRACTS=api needs SPORTELLO_API_URL.")
    patience = timedelta(seconds=context.settings.general.contract_timeout_seconds)
    token = own.token.get_secret_value()
    if not token.isascii():
        raise SettingsError(
            "SPORTELLO_API_TOKEN has signs that no header can hold; copy it again."
        )
    source = HttpContracts(
        context.http,
        str(own.url),
        token,
        patience * _OWN_SHARE,
        clock,
    )
    ages = Ages(fresh=timedelta(seconds=own.fresh_seconds), stale=timedelta(hours=own.stale_hours))
    return Remembered(source, ages, clock)


SourceBuilder = Callable[[SourceContext], ContractSource]


SOURCES: Mapping[str, SourceBuilder] = {"read_copy": _read_copy, "sql": _sql, "api": _api}
"""Every source of contracts, by the name settings use."""


def build_feed(context: SourceContext) -> ContractFeed | None:
    """Return the back office that fills the read copy, or None if the settings name none.

    Raises:
        SettingsError: There is none of this name, it lacks settings, or nobody reads the copy.
    """
    general = context.settings.general
    if not general.feed:
        return None
    if general.feed not in FEEDS:
        known = ", ".join(sorted(FEEDS))
        raise SettingsError(f"SPORTELLO_FEED={general.feed}: choose one of {known}.")
    if general.contracts != "read_copy":
        raise SettingsError(
            f"SPORTELLO_FEED={general.feed} fills the read copy, but contracts come from "
            f"{general.contracts}: set SPORTELLO_CONTRACTS=read_copy."
        )
    return FEEDS[general.feed](context)


def _whmcs(context: SourceContext) -> ContractFeed:
    own = context.settings.whmcs
    secret = own.secret.get_secret_value()
    if own.url is None or not own.identifier or not secret:
        raise SettingsError(
            "SPORTELLO_FEED=whmcs needs WHMCS_URL, WHMCS_IDENTIFIER and WHMCS_SECRET."
        )
    return Whmcs(context.http, str(own.url), (own.identifier, secret), context.clock)


def _fossbilling(context: SourceContext) -> ContractFeed:
    own = context.settings.fossbilling
    key = own.key.get_secret_value()
    if own.url is None or not key:
        raise SettingsError(
            "SPORTELLO_FEED=fossbilling needs FOSSBILLING_URL and FOSSBILLING_KEY."
        )
    return Fossbilling(context.http, str(own.url), key, context.clock)


FEEDS: Mapping[str, Callable[[SourceContext], ContractFeed]] = {
    "whmcs": _whmcs,
    "fossbilling": _fossbilling,
}
