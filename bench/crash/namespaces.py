"""A network for a program, whose way to the database can be cut. Needs root and `ip`."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_NAME = "sportello-bench"


@dataclass(frozen=True)
class Namespace:
    """A network namespace with two wires to ours: one for the web, one to the database.

    Args:
        ours: Our end of the wire for the web.
        theirs: The other end.
        database: Our end of the wire to the database.
    """

    ours: str = "10.213.1.1"
    theirs: str = "10.213.1.2"
    database: str = "10.213.2.1"

    @property
    def prefix(self) -> tuple[str, ...]:
        """What is put before a command to run it in there."""
        return ("ip", "netns", "exec", _NAME)

    def cut(self) -> None:
        """Cut the wire to the database: what is sent is lost, and nobody is told."""
        _ip("link", "set", "spb-db", "down")

    def mend(self) -> None:
        """Mend it."""
        _ip("link", "set", "spb-db", "up")


@contextmanager
def a_namespace() -> Iterator[Namespace]:
    """Make a namespace for as long as the block lasts."""
    place = Namespace()
    _ip("netns", "add", _NAME)
    try:
        inside = ("-n", _NAME)
        _ip(*inside, "link", "set", "lo", "up")
        for wire, subnet in (("spb-web", "10.213.1"), ("spb-db", "10.213.2")):
            _ip("link", "add", wire, "type", "veth", "peer", "name", f"{wire}-in")
            _ip("link", "set", f"{wire}-in", "netns", _NAME)
            _ip("addr", "add", f"{subnet}.1/30", "dev", wire)
            _ip("link", "set", wire, "up")
            _ip(*inside, "addr", "add", f"{subnet}.2/30", "dev", f"{wire}-in")
            _ip(*inside, "link", "set", f"{wire}-in", "up")
        yield place
    finally:
        _ip("netns", "del", _NAME)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)  # noqa: S603, S607 - ours
