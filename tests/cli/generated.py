"""Records of every kind, made from a seed: present, missing and contradictory facts."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.calendar import ROME

_MOMENTS = (
    "2026-03-29T01:59:59",  # The clock goes forward.
    "2026-10-25T02:30:00",  # It goes back.
    "2026-10-04T00:00:00",  # A holiday from 2026 on.
    "2027-03-29T09:00:00",  # Easter Monday.
    "2028-02-29T23:59:59",
    "2026-12-31T12:00:00",
    "2026-11-25T10:30:00",
)


def cases(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield cases as `sportello contracts standing --jsonl` reads them."""
    chance = random.Random(seed)
    for number in range(count):
        now = datetime.fromisoformat(chance.choice(_MOMENTS)).replace(tzinfo=ROME)
        yield {
            "id": f"G{number}",
            "now": now.isoformat(),
            "contract": _contract(chance, now),
            "calendar": {"local_patron_day": chance.random() < 0.5},
        }


def _contract(chance: random.Random, now: datetime) -> dict[str, Any]:
    def day() -> str | None:
        away = chance.choice((0, 1, 14, 15, 16, 30, 31, 400)) * chance.choice((-1, 1))
        return None if chance.random() < 0.2 else (now.date() + timedelta(days=away)).isoformat()

    invoice = {"due_on": day(), "paid_on": day()}
    reminder = {"sent_on": day(), "deadline_on": day()}
    pec = (now + timedelta(days=chance.randint(-40, 2))).isoformat()
    kinds = ("at_expiry", "immediate")
    cancellation = {"pec_received_at": pec, "kind": chance.choice(kinds)}
    return {
        "expires_on": day(),
        "consumer": chance.random() < 0.5,
        "invoice": invoice if chance.random() < 0.7 else None,
        "reminder": reminder if chance.random() < 0.4 else None,
        "reactivation_fee": {"paid_on": day()} if chance.random() < 0.4 else None,
        "reactivated_on": day() if chance.random() < 0.2 else None,
        "cancellation": cancellation if chance.random() < 0.3 else None,
        "ended_on": day() if chance.random() < 0.1 else None,
    }
