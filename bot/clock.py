"""What time it is; the one place that asks."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the time, aware."""
        return datetime.now(UTC)


class SetClock:
    """A time that stands still until it is set: for playing back conversations."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to another time."""
        self._at = at
