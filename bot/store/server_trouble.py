"""What is wrong with a PostgreSQL server, and whether waiting may help."""

import psycopg
from psycopg import errors
from psycopg.pq import PGconn, Ping
from psycopg_pool import PoolTimeout

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (errors.DiskFull, "the disk of the database server is full"),
    (errors.ReadOnlySqlTransaction, "the database server takes nothing new: it is read-only"),
    (errors.TooManyConnections, "the database server has too many connections"),
    (psycopg.OperationalError, "the database server does not answer"),
    (psycopg.InterfaceError, "the database server does not answer"),
    (PoolTimeout, "the database server does not answer"),
)
_TOO_MANY = ("too many", "connection slots are reserved")
_PASSING = ("08", "53", "57P")
"""Classes of SQLSTATE: connection exceptions, insufficient resources, and shutting down.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""


def diagnosis(error: Exception) -> str:
    """Return in words why the server cannot be used now, or nothing if that is not why."""
    return next((words for kind, words in _WORDS if isinstance(error, kind)), "")


def may_come_back(error: psycopg.Error, conninfo: str) -> bool:
    """Tell whether what could not be reached may be so later by itself.

    The library gives no code for a failed connection, and its words are in the language of the
    server. So the server is asked whether it takes connections at all: if it does, it is us
    whom it refuses, for a password or a name.
    """
    if error.sqlstate is not None:
        return error.sqlstate.startswith(_PASSING)
    if isinstance(error, errors.ConnectionTimeout) or any(one in str(error) for one in _TOO_MANY):
        return True
    return PGconn.ping(conninfo.encode()) in {Ping.REJECT, Ping.NO_RESPONSE}
