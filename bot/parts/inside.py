"""What the services stand on: database, knowledge, matcher, e-mail and the like."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path

import httpx

from bot.domain.accounts import SessionLimits
from bot.domain.errors import SettingsError, StartError
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Costs
from bot.identity_provider import OpenIdProvider
from bot.knowledge_files import load_knowledge
from bot.mail import SmtpMailer
from bot.ports import Clock, IdentityProvider, Mailer, Transcriber
from bot.service.accounts import Accounts
from bot.service.retention import Periods, Retention
from bot.settings import AllSettings, Settings
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from bot.understanding.embedding import sentence_embedder
from bot.understanding.matcher import LearntMatcher
from bot.understanding.suggestions import Suggestion, suggestions_for


def build_mailer(settings: AllSettings) -> Mailer | None:
    """Return what sends e-mail, or None while the settings name no server."""
    own = settings.smtp
    if not own.complete:
        return None
    account = (own.user, own.password.get_secret_value())
    return SmtpMailer((own.host, own.port), own.sender, account, own.security)


IDENTITY_BACK = "/desk/identity/back"
"""Where an identity provider sends browsers back to."""


def build_identity(
    settings: AllSettings, http: httpx.AsyncClient, clock: Clock
) -> IdentityProvider | None:
    """Return by whom colleagues can sign in, or None while the settings name nobody."""
    own = settings.oidc
    if not own.complete:
        return None
    client = (own.client_id, own.client_secret.get_secret_value())
    back = settings.general.public_address + IDENTITY_BACK
    return OpenIdProvider(own.issuer, client, back, own.label, http, clock)


def build_accounts(settings: Settings, store: Store, clock: Clock) -> Accounts:
    """Return the accounts of the desk, with the limits of the settings."""
    limits = SessionLimits(
        idle=timedelta(hours=settings.session_idle_hours),
        whole=timedelta(hours=settings.session_hours),
    )
    return Accounts(store.staff, clock, limits)


TRANSCRIBERS = "sportello.transcribers"
"""The entry points by which an installed package offers to write voice notes down."""


def build_transcriber(settings: Settings) -> Transcriber | None:
    """Return what writes voice notes down, or None if the settings name nothing.

    Raises:
        SettingsError: No installed package offers it, or it cannot be used.
    """
    name, offered = settings.transcriber, entry_points(group=TRANSCRIBERS)
    if not name:
        return None
    if name not in offered.names:
        known = ", ".join(sorted(offered.names)) or "none"
        raise SettingsError(
            f"SPORTELLO_TRANSCRIBER={name}: no installed package offers it. Offered: {known}."
        )
    try:
        built = offered[name].load()()
    except Exception as error:
        raise SettingsError(f"SPORTELLO_TRANSCRIBER={name} cannot be used: {error!r}") from error
    if not isinstance(built, Transcriber):
        raise SettingsError(f"SPORTELLO_TRANSCRIBER={name} has no method transcribe.")
    return built


def build_retention(settings: AllSettings, store: Store, clock: Clock) -> Retention:
    """Return what deletes what is older than the settings allow."""
    own = settings.general
    periods = Periods(
        chats=_days(own.keep_chats_days),
        unreadable=_days(own.keep_unreadable_days),
        audit=_days(own.keep_audit_days),
    )
    return Retention(store.people, periods, clock, store.staff)


def _days(count: int) -> timedelta | None:
    return timedelta(days=count) if count else None


def build_matcher(settings: Settings, knowledge: Knowledge) -> LearntMatcher:
    """Return the matcher for this knowledge; what it learns is kept in the home folder."""
    costs = Costs(
        wrong=settings.cost_wrong_answer,
        question=settings.cost_question,
        person=settings.cost_handover,
    )
    return LearntMatcher(knowledge, costs, sentence_embedder(), settings.home / "cache")


def build_suggestions(settings: Settings, knowledge: Knowledge) -> Sequence[Suggestion]:
    """Return what would make this knowledge better."""
    return suggestions_for(knowledge, sentence_embedder(), settings.home / "cache")


def read_knowledge(settings: Settings) -> Knowledge:
    """Return the knowledge the settings name; raise KnowledgeError if it has faults."""
    knowledge = load_knowledge(settings.intents, settings.faq)
    return replace(knowledge, privacy_url=str(settings.privacy_url or ""))


def open_store(settings: Settings, database: Path | None = None, *, owner: bool) -> Store:
    """Return the store the settings name; raise StartError if it cannot be opened."""
    path = database or settings.database
    folder = settings.home if isinstance(path, str) else path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"Cannot write to {folder}: {error.strerror}. "
            "Set SPORTELLO_HOME to a folder you can write to."
        ) from error
    if isinstance(path, Path):
        return SqliteStore.open(path, owner=owner)
    from bot.store.postgresql import PostgresStore  # noqa: PLC0415 - only where it is used

    return PostgresStore.open(path, owner=owner, home=settings.home)
