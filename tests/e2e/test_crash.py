"""Power cuts: no message is lost, none is answered twice, and the order in each chat stays."""

import random
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import answer, question

TOPICS = (
    "webmail_access",
    "contact_hours",
    "domain_registration",
    "contract_renewal",
    "https_upgrade",
    "mysite_admin",
)
NUMBERS = [f"+3933900000{chat:02}" for chat in range(10)]
CUTS = 5


@dataclass
class Customers:
    """Ten people who ask six things each, and repeat a webhook until it is taken, as Twilio does.

    Args:
        taken: The messages the program has said it has.
    """

    desk: Program
    twilio: Twilio
    chance: random.Random
    taken: list[str] = field(default_factory=list)

    def talk(self, number: str) -> None:
        """Ask one thing after another."""
        for topic in TOPICS:
            sid = f"SM{self.chance.getrandbits(128):032x}"
            until(partial(self._is_taken, number, topic, sid))
            self.taken.append(sid)
            time.sleep(self.chance.uniform(0, 0.3))

    def _is_taken(self, number: str, topic: str, sid: str) -> bool:
        hook = f"{self.desk.base}/webhooks/twilio"
        went = self.twilio.write(hook, number, question(topic), sid=sid)
        status: int | None = went["attempts"][-1].get("status")
        return status == 200


def test_five_power_cuts_lose_nothing_and_repeat_nothing(start: Start, twilio: Twilio) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    desk = start(twilio)
    twilio.tell("fault", match={"path": "Messages.json"}, times=-1, action={"delay": 0.1})
    customers = Customers(desk, twilio, chance)
    moments = sorted(chance.sample(range(1, len(NUMBERS) * len(TOPICS) - 5), CUTS))

    with ThreadPoolExecutor(len(NUMBERS)) as pool:
        talks = [pool.submit(customers.talk, number) for number in NUMBERS]
        on_their_way = [cut(desk, customers, moment) for moment in moments]
        for talk in talks:
            talk.result()
    until(lambda: all_is_said(desk))

    context = f"seed {seed}, cuts after {moments} messages"
    half_sent = {reply for some in on_their_way for reply in some}
    uncertain = {reply for (reply,) in rows(desk, "SELECT id FROM outbox WHERE state='uncertain'")}
    assert uncertain == half_sent, context
    for number in NUMBERS:
        check_chat(number, desk, twilio, context)
    with Colleague(desk) as colleague:
        shown = [colleague.deliveries(f"whatsapp:{number}") for number in NUMBERS]
    assert sum(states.count("uncertain") for states in shown) == len(uncertain), context


def cut(desk: Program, customers: Customers, moment: int) -> list[int]:
    """Cut the power once so many messages are taken; return the replies that were half sent."""
    until(lambda: len(customers.taken) >= moment)
    time.sleep(customers.chance.uniform(0, 0.2))
    desk.kill()
    half_sent = [reply for (reply,) in rows(desk, "SELECT id FROM outbox WHERE state='sending'")]
    desk.start()
    return half_sent


def all_is_said(desk: Program) -> bool:
    """Tell whether all messages are answered and all replies are out of the program's hands."""
    unanswered = rows(desk, "SELECT id FROM inbox WHERE done = 0")
    unsent = rows(desk, "SELECT id FROM outbox WHERE state IN ('waiting', 'sending')")
    return not unanswered and not unsent


def check_chat(number: str, desk: Program, twilio: Twilio, context: str) -> None:
    """Check that a customer got each answer once and in order; only uncertain ones may lack."""
    written = rows(
        desk,
        "SELECT body, state FROM outbox WHERE conversation = ? ORDER BY id",
        f"whatsapp:{number}",
    )
    states = dict(zip(topics([body for body, _ in written]), [s for _, s in written], strict=True))
    received = topics(twilio.accepted(number))
    lacking = [topic for topic in TOPICS if topic not in received]

    assert [*states] == [*TOPICS], context
    assert received == [topic for topic in TOPICS if topic not in lacking], context
    assert all(states[topic] == "uncertain" for topic in lacking), context


def topics(texts: Sequence[str]) -> list[str]:
    """Return which question each text answers."""
    return [next(topic for topic in TOPICS if first_words(topic) in text) for text in texts]


def first_words(topic: str) -> str:
    """Return the beginning of an answer, which no other has."""
    return answer(topic).partition("\n")[0][:60].rpartition(" ")[0]


def rows(desk: Program, statement: str, *values: str) -> list[tuple[Any, ...]]:
    """Read the database beside the program, whether it runs or not."""
    file = desk.home / "sportello.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as db:
        return db.execute(statement, values).fetchall()
