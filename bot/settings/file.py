"""Where settings are read from."""

from pydantic_settings import SettingsConfigDict

FILE = SettingsConfigDict(
    env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
)
