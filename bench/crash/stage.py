"""Starting programs: here, or in a network of their own."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.crash.namespaces import Namespace
from bench.crash.places import Place
from bench.crash.vendor import settings_for
from tests.e2e.program import Program
from tests.learning import learnt

_LIGHT = (sys.executable, "-m", "bench.crash.node")
_USUAL = (str(Path(sys.executable).with_name("sportello")), "serve")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What programs share.

    Args:
        folder: Each gets a folder of its own in here.
        port: Of the vendor.
        light: Whether they match without cost.
        apart: A network in which one of them may run.
    """

    folder: Path
    place: Place
    port: int
    light: bool
    apart: Namespace | None = None

    @property
    def host(self) -> str:
        """Where the vendor answers."""
        return self.apart.ours if self.apart else "127.0.0.1"

    def start(self, *, apart: bool = False) -> Program:
        """Start another one; apart, it reaches the database by a wire that can be cut."""
        inside = self.apart if apart else None
        node = Program(
            self.folder / f"node-{len(list(self.folder.iterdir()))}",
            settings_for(f"http://{self.host}:{self.port}")
            | self.place.settings_by(inside.database if inside else ""),
            command=(),
            executable=(*(inside.prefix if inside else ()), *(_LIGHT if self.light else _USUAL)),
            host=inside.theirs if inside else "127.0.0.1",
        )
        if not self.light:
            shutil.copytree(learnt(), node.home / "cache")  # Learning is not what is measured.
        return node.start()
