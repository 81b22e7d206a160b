"""Settings of how colleagues sign in by an identity provider."""

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.file import FILE

_HERE = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class OidcSettings(BaseSettings):
    """An identity provider by OpenID Connect; off until the first three are set.

    Args:
        issuer: Its address, exactly as it writes it itself.
        label: What colleagues call it.
    """

    model_config = SettingsConfigDict(env_prefix="SPORTELLO_OIDC_", **FILE)

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    label: str = "account aziendale"

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        if issuer and not issuer.startswith(("https://", *_HERE)):
            raise ValueError("write the provider's address, beginning with https://")
        return issuer

    @property
    def complete(self) -> bool:
        """Whether colleagues can sign in by it."""
        return bool(self.issuer and self.client_id and self.client_secret.get_secret_value())
