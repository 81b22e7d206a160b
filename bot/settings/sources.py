"""Settings of where contracts come from."""

from pathlib import Path
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.file import FILE


class ApiSettings(BaseSettings):
    """The provider's own API of contracts; read where SPORTELLO_CONTRACTS is api.

    Args:
        fresh_seconds: How long an answer counts without asking again.
        stale_hours: How long it is used while the API is silent.
    """

    model_config = SettingsConfigDict(env_prefix="SPORTELLO_API_", **FILE)

    url: AnyHttpUrl | None = None
    token: SecretStr = SecretStr("")
    fresh_seconds: Annotated[int, Field(ge=0, le=86_400)] = 60
    stale_hours: Annotated[int, Field(ge=0, le=336)] = 24


class WhmcsSettings(BaseSettings):
    """A WHMCS installation; read where SPORTELLO_FEED is whmcs."""

    model_config = SettingsConfigDict(env_prefix="WHMCS_", **FILE)

    url: AnyHttpUrl | None = None
    identifier: str = ""
    secret: SecretStr = SecretStr("")


class FossbillingSettings(BaseSettings):
    """A FOSSBilling installation; read where SPORTELLO_FEED is fossbilling."""

    model_config = SettingsConfigDict(env_prefix="FOSSBILLING_", **FILE)

    url: AnyHttpUrl | None = None
    key: SecretStr = SecretStr("")


class SqlSettings(BaseSettings):
    """The provider's own database of contracts; read where SPORTELLO_CONTRACTS is sql.

    Args:
        mapping: YAML file with what to ask and what the columns mean.
    """

    model_config = SettingsConfigDict(env_prefix="SPORTELLO_SQL_", **FILE)

    url: SecretStr = SecretStr("")
    mapping: Path = Path("contracts-sql.yaml")
