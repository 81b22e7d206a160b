"""What is wrong with a database that cannot be used now, in words for whoever looks after it."""

import logging
from collections.abc import Callable, Sequence

from bot.domain.errors import DatabaseUnavailable

Diagnosis = Callable[[Exception], str]
"""Gives the words for what a driver raised; none if the database itself is well."""

_log = logging.getLogger(__name__)


def told(error: Exception, diagnosis: Diagnosis) -> Exception:
    """Return an error of ours in place of a driver's, if the database cannot be used."""
    words = diagnosis(error)
    if not words:
        return error
    ours = DatabaseUnavailable(f"{words[0].upper()}{words[1:]}.")
    ours.__cause__ = error
    return ours


class TroubleLog:
    """Logs when nothing can be stored any more, and when it can again."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self._trouble = ""

    def told(self, results: Sequence[object]) -> list[object]:
        """Return what became of some writing, with errors of ours in place of a driver's."""
        found = [
            told(one, self._diagnosis) if isinstance(one, Exception) else one for one in results
        ]
        reasons = [str(one) for one in found if isinstance(one, DatabaseUnavailable)]
        self._note(reasons[0] if reasons else "")
        return found

    def _note(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            _log.error("database_unavailable %s What comes is refused until then.", trouble)
        if self._trouble and not trouble:
            _log.warning("database_back What comes is stored again.")
        self._trouble = trouble
