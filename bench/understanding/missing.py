"""An engine that cannot be compared here."""


class Missing(Exception):
    """An engine is not installed and could not be; the text says why."""
