"""The simulation of several nodes: it agrees with arithmetic where arithmetic suffices."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from bench.scale.__main__ import main
from bench.scale.plan import Costs, Part, Plan, first_full, limits, widened
from bench.scale.simulation import simulate

COSTS = Costs(core_ms=6, matcher_ms=4, row_ms=0.02, commit_ms=0.1, flush_ms=0.5, wake_ms=0.02)
PLAN = Plan(costs=COSTS, nodes=3, cores=2, senders=100, routed=True)


def test_each_part_has_a_limit_of_its_own() -> None:
    found = limits(PLAN)

    assert found[Part.NODES] == 600
    assert found[Part.SENDERS] == 8000
    assert found[Part.DATABASE] == pytest.approx(2000 / (3 * (0.02 + 0.1 / 500)))
    assert first_full(PLAN) == (Part.NODES, 600)


@pytest.mark.parametrize(
    ("plan", "part"),
    [
        pytest.param(PLAN, Part.NODES, id="nodes"),
        pytest.param(replace(PLAN, senders=2), Part.SENDERS, id="senders"),
    ],
)
def test_what_is_full_first_lets_through_what_arithmetic_says(plan: Plan, part: Part) -> None:
    most = first_full(plan)[1]

    rush = simulate(plan, most * 1.2, 4000)

    assert rush.fullest is part
    assert rush.per_second == pytest.approx(most, rel=0.1)


def test_with_room_to_spare_all_that_arrives_goes_through() -> None:
    calm = simulate(PLAN, 300, 4000)

    assert calm.per_second == pytest.approx(300, rel=0.05)
    assert min(calm.spans_ms) >= 10  # No message takes less than its work.


def test_the_same_seed_gives_the_same_figures() -> None:
    assert simulate(PLAN, 300, 500) == simulate(PLAN, 300, 500)
    assert simulate(PLAN, 300, 500) != simulate(PLAN, 300, 500, seed=2)


def test_notices_cost_nothing_where_each_chat_goes_to_its_node() -> None:
    noisy = simulate(replace(PLAN, routed=False), 300, 1000)

    assert noisy.busy[Part.NOTICES] > 0
    assert noisy.busy[Part.DATABASE] > simulate(PLAN, 300, 1000).busy[Part.DATABASE]
    assert simulate(PLAN, 300, 1000).busy[Part.NOTICES] == 0


@pytest.mark.parametrize(
    ("part", "what", "changed"),
    [
        pytest.param(Part.SENDERS, "more senders", {"senders": 157}, id="senders"),
        pytest.param(
            Part.NODES, "a faster matcher", {"costs": replace(COSTS, matcher_ms=1)}, id="nodes"
        ),
        pytest.param(Part.NOTICES, "each chat to its node", {"routed": True}, id="notices"),
        pytest.param(Part.DATABASE, "each chat to its node", {"routed": True}, id="database"),
    ],
)
def test_what_is_full_is_widened(part: Part, what: str, changed: dict[str, object]) -> None:
    plan = replace(PLAN, routed=False)

    assert widened(plan, part, 10_000, 1) == (what, replace(plan, **changed))  # type: ignore[arg-type]


def test_what_can_be_had_no_faster_is_had_more_often() -> None:
    what, plan = widened(PLAN, Part.NODES, 10_000, 4)
    assert (what, plan.nodes) == ("more nodes", 63)

    what, plan = widened(PLAN, Part.DATABASE, 10_000, 4)
    assert (what, plan.databases) == ("chats split over databases", 2)


def test_the_command_goes_on_until_the_target_is_reached() -> None:
    costs = ["--core-ms", "10", "--matcher-ms", "5"]

    said = CliRunner().invoke(main, ["grow", "--target", "200", "--messages", "500", *costs])

    assert said.exit_code == 0, said.output
    rows = [line for line in said.output.splitlines() if line.startswith("| ")][1:]
    assert rows[0].startswith("| as it is | 1 | 1 | 1 | ")
    assert rows[-1].startswith("| more nodes | ")
