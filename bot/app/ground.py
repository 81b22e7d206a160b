"""What the services stand on."""

from dataclasses import dataclass

import httpx

from bot.app.choices import Choices
from bot.drawing.gallery import Gallery
from bot.enclosures import SignedEnclosures
from bot.parts import (
    CHANNELS,
    Means,
    build_channels,
    build_identity,
    build_registry,
)
from bot.ports import (
    Channels,
    Clock,
    ContractSource,
    Enclosures,
    IdentityProvider,
    Pictures,
    Registry,
)
from bot.service.templates import Shelf
from bot.settings import AllSettings
from bot.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the services stand on."""

    store: Store
    source: ContractSource
    registry: Registry | None
    pictures: Pictures
    enclosures: Enclosures
    shelf: Shelf
    channels: Channels
    session_key: str
    identity: IdentityProvider | None


async def build_ground(
    settings: AllSettings,
    clock: Clock,
    opened: tuple[Store, ContractSource, httpx.AsyncClient],
    choices: Choices,
) -> Ground:
    """Return what the services stand on, as the settings and the caller choose."""
    store, source, http = opened
    secret = await store.nodes.secret("pictures")
    address = settings.general.public_address
    pictures = Gallery(address, secret, clock)
    enclosures = SignedEnclosures(address, secret, clock, store.enclosures)
    shelf = Shelf(store.templates, CHANNELS)
    await shelf.refresh()
    means = Means(pictures=pictures, enclosures=enclosures, templates=shelf, clock=clock)
    asks = choices.ask_registries
    return Ground(
        store=store,
        source=source,
        registry=build_registry(settings.general, http, clock) if asks else None,
        pictures=pictures,
        enclosures=enclosures,
        shelf=shelf,
        channels=choices.channels or build_channels(settings, http, means),
        session_key=await store.nodes.secret("sessions"),
        identity=build_identity(settings, http, clock),
    )
