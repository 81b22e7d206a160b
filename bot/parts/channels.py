"""The channels that the settings switch on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.channels.meta import Meta
from bot.channels.network import LAST_LOOK, LIMITS, VendorClock
from bot.channels.telegram import Telegram
from bot.channels.telegram.reading import Group
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp
from bot.clock import SystemClock
from bot.ports import Channel, Channels, Clock, Enclosures, Pictures, StaffRoom, Templates
from bot.settings import AllSettings
from bot.staff_texts import StaffTexts


def build_channels(
    settings: AllSettings, http: httpx.AsyncClient, means: "Means | None" = None
) -> Channels:
    """Return the channels that have credentials."""
    given = means or Means()
    built = {name: plan.build(settings, http, given) for name, plan in CHANNELS.items()}
    return Channels(by_name={name: channel for name, channel in built.items() if channel})


def build_staff_room(
    settings: AllSettings, channels: Channels
) -> tuple[StaffRoom, StaffTexts] | None:
    """Return the group of the staff and what words it, or None if the settings name none."""
    telegram: object = channels.by_name.get("telegram")
    room = telegram.room if isinstance(telegram, Telegram) else None
    if room is None:
        return None
    return room, build_staff_texts(settings)


def build_staff_texts(settings: AllSettings) -> StaffTexts:
    """Return what puts into words what staff read outside the console."""
    labels = {name: plan.label for name, plan in CHANNELS.items()}
    return StaffTexts(labels, settings.general.public_address)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What channels may need; each does without what is not there."""

    pictures: Pictures | None = None
    enclosures: Enclosures | None = None
    templates: Templates | None = None
    clock: Clock = field(default_factory=SystemClock)


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
        # Twilio fetches files; pictures are small print beside words, files are all there is.
        enclosures=means.enclosures if settings.general.public_url else None,
        templates=means.templates,
        webhook_secret=own.webhook_secret.get_secret_value(),
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
    return Telegram(bot, secret, means.pictures, group, clock, enclosures=means.enclosures)


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
        enclosures=means.enclosures,
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
