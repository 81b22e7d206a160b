"""What a check finds in the knowledge files."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A fault with its weight: with errors the program does not start, with warnings it does."""

    fault: Fault
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in a file."""

    file: str
    line: int

    def error(self, problem: str, cure: str) -> Finding:
        """Return an error at this place."""
        return Finding(fault=Fault(file=self.file, line=self.line, problem=problem, cure=cure))

    def warning(self, problem: str, cure: str) -> Finding:
        """Return a warning at this place."""
        fault = Fault(file=self.file, line=self.line, problem=problem, cure=cure)
        return Finding(fault=fault, severity="warning")
