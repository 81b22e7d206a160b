"""What a release must stand, with two thousand messages each: run by `make gates`.

The programs are real ones with a matcher that costs nothing, so that as much as possible is under
way when something breaks. `python -m bench.crash` does the same with more of everything.
"""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bench.crash.__main__ import Outcome, Size, run

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="Making a network needs root.")
pytestmark = [pytest.mark.gate, pytest.mark.enable_socket, pytest.mark.timeout(600)]


def outcome(database: str, *, nodes: int, faults: Sequence[str], burst: int = 2) -> Outcome:
    """Return what becomes of two thousand messages over a hundred chats."""
    return run(
        database,
        Size(
            messages=2_000,
            chats=100,
            nodes=nodes,
            burst=burst,
            faults=faults,
            seed=1,
            light=True,
        ),
    )


@pytest.mark.parametrize(
    ("database", "nodes", "faults"),
    [
        pytest.param("sqlite", 1, ["kill"] * 5, id="kill-on-sqlite"),
        pytest.param("postgresql", 1, ["kill"] * 5, id="kill-on-postgresql"),
        pytest.param("postgresql", 2, ["die"] * 3, id="a-node-dies-for-good"),
        pytest.param("postgresql", 2, ["freeze"] * 3, id="a-frozen-node-wakes"),
        pytest.param("postgresql", 2, ["restart"] * 2, id="two-restarts-of-the-database"),
        pytest.param("postgresql", 2, ["cut"] * 2, id="cut-off-from-the-database", marks=ROOT),
    ],
)
def test_nothing_is_lost_doubled_or_out_of_order(
    database: str, nodes: int, faults: list[str]
) -> None:
    found = outcome(database, nodes=nodes, faults=faults)

    assert found.is_good, found


def test_two_nodes_that_take_messages_of_the_same_chats_keep_their_order() -> None:
    found = outcome("postgresql", nodes=2, faults=[], burst=10)

    assert replace(found, per_second=0) == Outcome()
