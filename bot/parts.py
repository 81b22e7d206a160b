"""The outside parts that settings choose: channels, sources of contracts, registries, e-mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.meta import Meta
from bot.channels.network import LAST_LOOK, LIMITS, VendorClock
from bot.channels.telegram import Telegram
from bot.channels.telegram.board import TopicBoard
from bot.channels.telegram.reading import Group
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp
from bot.clock import SystemClock
from bot.contracts.fossbilling import Fossbilling
from bot.contracts.http_api import HttpContracts
from bot.contracts.remembered import Ages, Remembered
from bot.contracts.whmcs import Whmcs
from bot.domain.errors import SettingsError, StartError
from bot.mail import SmtpMailer
from bot.ports import (
    Channel,
    Channels,
    Clock,
    ContractFeed,
    ContractSource,
    ContractStore,
    Mailer,
    Pictures,
    Registry,
    StaffRoom,
    Templates,
)
from bot.registries import BySuffix
from bot.registries.cached import Cached
from bot.registries.rdap import BOOTSTRAP_FILE, Rdap
from bot.registries.whois import Whois
from bot.settings import AllSettings, Settings

_OWN_SHARE = 0.8
"""Of the time a customer may wait: an API gives up before, so that its last answer can be used."""


def build_channels(
    settings: AllSettings, http: httpx.AsyncClient, means: "Means | None" = None
) -> Channels:
    """Return the channels that have credentials."""
    given = means or Means()
    built = {name: plan.build(settings, http, given) for name, plan in CHANNELS.items()}
    return Channels(by_name={name: channel for name, channel in built.items() if channel})


def build_staff_room(
    settings: AllSettings, channels: Channels
) -> tuple[StaffRoom, TopicBoard] | None:
    """Return the group of the staff and what words it, or None if the settings name none."""
    telegram: object = channels.by_name.get("telegram")
    room = telegram.room if isinstance(telegram, Telegram) else None
    if room is None:
        return None
    labels = {name: plan.label for name, plan in CHANNELS.items()}
    return room, TopicBoard(labels, settings.general.public_address)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What channels may need; each does without what is not there."""

    pictures: Pictures | None = None
    templates: Templates | None = None
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, kw_only=True)
class SourceContext:
    """What a source of contracts may need."""

    settings: AllSettings
    read_copy: ContractStore
    http: httpx.AsyncClient
    clock: Clock


def build_mailer(settings: AllSettings) -> Mailer | None:
    """Return what sends e-mail, or None while the settings name no server."""
    own = settings.smtp
    if not own.complete:
        return None
    account = (own.user, own.password.get_secret_value())
    return SmtpMailer((own.host, own.port), own.sender, account, own.security)


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


def _whatsapp(settings: AllSettings, http: httpx.AsyncClient, means: Means) -> Channel | None:
    own = settings.twilio
    if not own.complete:
        return None
    return WhatsApp(
        account=(own.account_sid, own.auth_token.get_secret_value()),
        sender=own.whatsapp_from,
        report_url=f"{settings.general.public_address}/webhooks/twilio/status",
        http=http,
        api_base=str(own.api_base),
        pictures=means.pictures,
        templates=means.templates,
        clock=means.clock,
    )


def _telegram(settings: AllSettings, _: httpx.AsyncClient, means: Means) -> Channel | None:
    own = settings.telegram
    if not own.complete:
        return None
    base, clock = str(own.api_base).rstrip("/"), VendorClock()
    hooks = {**LAST_LOOK, "response": [clock.hear]}
    bot = Bot(
        own.bot_token.get_secret_value(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"event_hooks": hooks, "limits": LIMITS}),
    )
    secret = own.webhook_secret.get_secret_value()
    group = Group(id=own.staff_group or 0, names=own.names_of_staff)
    return Telegram(bot, secret, means.pictures, group, clock)


def _meta(settings: AllSettings, http: httpx.AsyncClient, means: Means) -> Channel | None:
    own = settings.meta
    if not own.complete:
        return None
    token, secret, verify = own.access_token, own.app_secret, own.verify_token
    return Meta(
        number=own.phone_number_id,
        secrets=(token.get_secret_value(), secret.get_secret_value(), verify.get_secret_value()),
        base=f"{str(own.api_base).rstrip('/')}/{own.api_version}",
        http=http,
        pictures=means.pictures,
    )


def _web(_: AllSettings, __: httpx.AsyncClient, ___: Means) -> Channel:
    return Web()


ChannelBuilder = Callable[[AllSettings, httpx.AsyncClient, Means], Channel | None]


@dataclass(frozen=True, kw_only=True)
class ChannelPlan:
    """How a channel comes to be.

    Args:
        label: What staff and operators call it.
        settings: With what the names of its settings begin.
        build: Returns it, or None without credentials.
    """

    label: str
    settings: str
    build: ChannelBuilder


CHANNELS: Mapping[str, ChannelPlan] = {
    "whatsapp": ChannelPlan(label="WhatsApp", settings="TWILIO_", build=_whatsapp),
    "telegram": ChannelPlan(label="Telegram", settings="TELEGRAM_", build=_telegram),
    "meta": ChannelPlan(label="WhatsApp (Meta)", settings="META_", build=_meta),
    "web": ChannelPlan(label="Chat web", settings="SPORTELLO_", build=_web),
}
"""Every channel that can be switched on."""


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
