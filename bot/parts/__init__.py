"""The parts that settings choose, one module a kind."""

from bot.parts.channels import (
    CHANNELS,
    ChannelBuilder,
    ChannelPlan,
    Means,
    build_channels,
    build_staff_room,
)
from bot.parts.choices import Choices
from bot.parts.inside import (
    IDENTITY_BACK,
    TRANSCRIBERS,
    build_accounts,
    build_identity,
    build_mailer,
    build_matcher,
    build_retention,
    build_suggestions,
    build_transcriber,
    open_store,
    read_knowledge,
)
from bot.parts.sources import (
    FEEDS,
    SOURCES,
    SourceBuilder,
    SourceContext,
    build_feed,
    build_registry,
    source_builder,
)

__all__ = [
    "CHANNELS",
    "FEEDS",
    "IDENTITY_BACK",
    "SOURCES",
    "TRANSCRIBERS",
    "ChannelBuilder",
    "ChannelPlan",
    "Choices",
    "Means",
    "SourceBuilder",
    "SourceContext",
    "build_accounts",
    "build_channels",
    "build_feed",
    "build_identity",
    "build_mailer",
    "build_matcher",
    "build_registry",
    "build_retention",
    "build_staff_room",
    "build_suggestions",
    "build_transcriber",
    "open_store",
    "read_knowledge",
    "source_builder",
]
