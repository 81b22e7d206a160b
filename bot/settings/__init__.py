"""Settings, from the environment or a file ``.env``."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.alerts import AlertRules
from bot.domain.calendar import DeskCalendar
from bot.domain.errors import SettingsError
from bot.settings.accounts import OidcSettings
from bot.settings.channels import MetaSettings, TelegramSettings, TwilioSettings
from bot.settings.file import FILE
from bot.settings.sources import (
    ApiSettings,
    FossbillingSettings,
    SqlSettings,
    WhmcsSettings,
)

__all__ = [
    "AllSettings",
    "ApiSettings",
    "FossbillingSettings",
    "MetaSettings",
    "OidcSettings",
    "Settings",
    "SmtpSettings",
    "SqlSettings",
    "TelegramSettings",
    "TwilioSettings",
    "WhmcsSettings",
]

_DATA = Path(__file__).parents[1] / "data"
_PROJECT = Path(__file__).parents[2]


_SITES = "write each site as https://www.example.it, separated by commas, without a path or a *"
_USUAL_PORTS = {"http": 80, "https": 443}

Port = Annotated[int, Field(ge=1, le=65535)]
_POSTGRESQL = ("postgresql://", "postgres://")
Days = Annotated[int, Field(ge=0, le=36_500)]
Cost = Annotated[float, Field(ge=0, le=1000)]
S = TypeVar("S", bound=BaseSettings)


def _packaged(name: str) -> Path:
    """Return a folder of knowledge: inside the installed package, or in the checkout."""
    return _DATA / name if (_DATA / name).is_dir() else _PROJECT / name


class Settings(BaseSettings):
    """What an operator may choose for the program as a whole.

    Args:
        home: Folder for the database and everything else that is written.
        public_url: Address under which vendors reach the program; signatures depend on it.
    """

    model_config = SettingsConfigDict(env_prefix="SPORTELLO_", **FILE)

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: Port = 8080
    database_url: str = ""
    public_url: AnyHttpUrl | None = None
    privacy_url: AnyHttpUrl | None = None
    widget_origins: str = ""
    intents: Path = _packaged("intents")
    faq: Path = _packaged("faq")
    demo: Path = _packaged("demo") / "contracts.json"
    docs: Path = _packaged("docs")
    transcriber: str = ""
    contracts: str = "read_copy"
    feed: str = ""
    sync_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    push_token: SecretStr = SecretStr("")
    contract_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 3.0
    registry: bool = True
    registry_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    registry_cache_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    whois_host: str = "whois.nic.it"
    whois_port: Port = 43
    rdap_bootstrap: Path | None = None
    patron_day: bool = False
    closures: str = ""
    keep_chats_days: Days = 365
    keep_unreadable_days: Days = 30
    alert_again_minutes: Annotated[int, Field(ge=1, le=240)] = 5
    alert_duty_minutes: Annotated[int, Field(ge=0, le=240)] = 10
    ask_rating: bool = True
    keep_audit_days: Days = 365
    session_idle_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 12.0
    session_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24.0
    burst_seconds: Annotated[float, Field(ge=0, le=30)] = 4.0
    cost_wrong_answer: Cost = 10.0
    cost_question: Cost = 1.0
    cost_handover: Cost = 3.0

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(("sqlite:///", *_POSTGRESQL)):
            raise ValueError("write sqlite:///FILE or postgresql://user:password@host/name")
        return url

    @field_validator("closures")
    @classmethod
    def _closures_are_dates(cls, closures: str) -> str:
        _closures(closures)
        return closures

    @field_validator("widget_origins")
    @classmethod
    def _origins_are_sites(cls, origins: str) -> str:
        _sites(origins)
        return origins

    @property
    def widget_sites(self) -> list[str]:
        """The other sites that may show the chat, as browsers write them."""
        return _sites(self.widget_origins)

    @property
    def database(self) -> Path | str:
        """The SQLite file, or the address of a PostgreSQL database."""
        url = self.database_url
        if url.startswith(_POSTGRESQL):
            return url
        return Path(url.removeprefix("sqlite:///")) if url else self.home / "sportello.db"

    @property
    def database_shown(self) -> str:
        """The database as it may be shown: without a password."""
        shown = re.sub(r"(?<=//)([^:/@]*):[^@]*@", r"\1:***@", str(self.database))
        return re.sub(r"(?<=password=)[^&]*", "***", shown)

    @property
    def public_address(self) -> str:
        """The address vendors call, without a slash at its end."""
        return str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def alerts(self) -> AlertRules:
        """How patient the desk is with chats that nobody takes."""
        again, on_duty = self.alert_again_minutes, self.alert_duty_minutes
        return AlertRules(again=timedelta(minutes=again), on_duty=timedelta(minutes=on_duty))

    @property
    def calendar(self) -> DeskCalendar:
        """The desk's working days."""
        return DeskCalendar(local_patron_day=self.patron_day, closures=_closures(self.closures))


class SmtpSettings(BaseSettings):
    """The server that sends codes by e-mail; off until host and sender are set."""

    model_config = SettingsConfigDict(env_prefix="SMTP_", **FILE)

    host: str = ""
    port: Port = 587
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    security: Literal["starttls", "tls", "none"] = "starttls"

    @property
    def complete(self) -> bool:
        """Whether codes can be sent."""
        return bool(self.host and self.sender)


class AllSettings:
    """Every settings class, read at once.

    Raises:
        SettingsError: A value makes no sense; names the variable, the fault and the cure.
    """

    def __init__(self, **general: Any) -> None:  # noqa: ANN401 - passed on to pydantic, which checks
        self.general = _read(Settings, **general)
        self.api = _read(ApiSettings)
        self.oidc = _read(OidcSettings)
        self.fossbilling = _read(FossbillingSettings)
        self.sql = _read(SqlSettings)
        self.whmcs = _read(WhmcsSettings)
        self.smtp = _read(SmtpSettings)
        self.twilio = _read(TwilioSettings)
        self.telegram = _read(TelegramSettings)
        self.meta = _read(MetaSettings)


def _read(kind: type[S], **given: Any) -> S:  # noqa: ANN401
    try:
        return kind(**given)
    except ValidationError as error:
        raise SettingsError(_in_words(kind, error)) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"Save .env as plain text in UTF-8: {error}") from error


def _in_words(kind: type[BaseSettings], error: ValidationError) -> str:
    faults = [_fault(kind, detail) for detail in error.errors()]
    return "Check .env and the environment. " + "; ".join(faults)


def _fault(kind: type[BaseSettings], detail: ErrorDetails) -> str:
    """Return what is wrong with a variable; the value as well, unless it is secret."""
    field = str(detail["loc"][0])
    secret = kind.model_fields[field].annotation is SecretStr
    given = "" if secret else f"={detail['input']!r}"
    prefix = kind.model_config.get("env_prefix", "")
    return f"{prefix}{field}".upper() + f"{given}: {detail['msg']}"


def _closures(text: str) -> tuple[tuple[date, date], ...]:
    """Read ``2026-08-17/2026-08-21, 2026-12-24/2026-12-24``."""
    spans = [span.strip().partition("/") for span in text.split(",") if span.strip()]
    try:
        days = tuple((date.fromisoformat(a), date.fromisoformat(b or a)) for a, _, b in spans)
    except ValueError as error:
        raise ValueError("write closures as 2026-08-17/2026-08-21, separated by commas") from error
    if any(last < first for first, last in days):
        raise ValueError("write the first day of each closure before its last")
    return days


def _sites(text: str) -> list[str]:
    """Read ``https://www.example.it, https://shop.example.it`` as browsers write it in Origin."""
    return [_site(one.strip()) for one in text.split(",") if one.strip()]


def _site(text: str) -> str:
    try:
        url = AnyHttpUrl(text)
    except ValidationError as error:
        raise ValueError(_SITES) from error
    if url.path != "/" or url.query or url.fragment or url.username or "*" in text:
        raise ValueError(_SITES)
    port = "" if url.port == _USUAL_PORTS[url.scheme] else f":{url.port}"
    return f"{url.scheme}://{url.host}{port}"
