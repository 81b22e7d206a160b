"""Settings of channels, one class a vendor."""

import re
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.staff_words import names_in
from bot.settings.file import FILE

_SECRET = re.compile(r"^[A-Za-z0-9_-]{0,256}$")
"""What Telegram's setWebhook accepts as secret_token."""


class TwilioSettings(BaseSettings):
    """WhatsApp through Twilio; off until all of the first three are set.

    Args:
        webhook_secret: Of the shared key by which Twilio signs, where it is not the token.
    """

    model_config = SettingsConfigDict(env_prefix="TWILIO_", **FILE)

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    whatsapp_from: str = ""
    webhook_secret: SecretStr = SecretStr("")
    api_base: AnyHttpUrl = AnyHttpUrl("https://api.twilio.com")

    @property
    def complete(self) -> bool:
        """Whether the channel can be switched on."""
        return bool(self.account_sid and self.auth_token.get_secret_value() and self.whatsapp_from)


class TelegramSettings(BaseSettings):
    """Telegram; off until a token is set, without webhook until a secret is set.

    Args:
        staff_group: Id of the group with a topic for each chat that waits.
        staff_names: Names of colleagues there, as ``2001=Anna, 2002=Bruno``.
    """

    model_config = SettingsConfigDict(env_prefix="TELEGRAM_", **FILE)

    bot_token: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    api_base: AnyHttpUrl = AnyHttpUrl("https://api.telegram.org")
    staff_group: int | None = None
    staff_names: str = ""

    @field_validator("staff_names")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        names_in(text)
        return text

    @property
    def names_of_staff(self) -> dict[int, str]:
        """Names of colleagues by their Telegram ids."""
        return names_in(self.staff_names)

    @field_validator("webhook_secret")
    @classmethod
    def _telegram_accepts_it(cls, secret: SecretStr) -> SecretStr:
        if not _SECRET.match(secret.get_secret_value()):
            raise ValueError("use up to 256 letters, digits, _ and -")
        return secret

    @property
    def complete(self) -> bool:
        """Whether the channel can be switched on."""
        return bool(self.bot_token.get_secret_value())


class MetaSettings(BaseSettings):
    """WhatsApp straight from Meta; off until the first three are set.

    Args:
        verify_token: What Meta shows when it makes sure of the address of webhooks.
    """

    model_config = SettingsConfigDict(env_prefix="META_", **FILE)

    access_token: SecretStr = SecretStr("")
    app_secret: SecretStr = SecretStr("")
    phone_number_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    verify_token: SecretStr = SecretStr("")
    api_base: AnyHttpUrl = AnyHttpUrl("https://graph.facebook.com")
    api_version: Annotated[str, Field(pattern=r"^v\d+\.\d+$")] = "v25.0"

    @field_validator("access_token")
    @classmethod
    def _fits_in_a_header(cls, token: SecretStr) -> SecretStr:
        if not token.get_secret_value().isascii():
            raise ValueError("it has signs that no header can hold; copy it again")
        return token

    @property
    def complete(self) -> bool:
        """Whether the channel can be switched on."""
        secrets = self.access_token.get_secret_value(), self.app_secret.get_secret_value()
        return all(secrets) and bool(self.phone_number_id)
