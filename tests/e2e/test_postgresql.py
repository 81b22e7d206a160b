"""The whole program on PostgreSQL, which is started again in the middle."""

import tempfile
import threading
from pathlib import Path

from click.testing import CliRunner

from bench.crash.__main__ import main as crash
from tests.database_servers import postgresql
from tests.e2e.conftest import Start
from tests.e2e.program import until
from tests.e2e.rigs import Twilio
from tests.e2e.words import answer, question


def test_a_restart_of_the_database_loses_and_repeats_nothing(start: Start, twilio: Twilio) -> None:
    customers = [f"+39333100{number:04}" for number in range(40)]
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        with postgresql(folder) as address:
            url = address.replace("+psycopg", "")
            desk = start(twilio, SPORTELLO_DATABASE_URL=url)
            hook = f"{desk.base}/webhooks/twilio"
            for customer in customers[:20]:
                twilio.write(hook, customer, question("contact_hours"))
        late = threading.Thread(
            target=twilio.write, args=(hook, customers[20], question("contact_hours"))
        )
        late.start()  # It is not told "stored" before it is.
        with postgresql(folder, new=False):
            for customer in customers[21:]:
                twilio.write(hook, customer, question("contact_hours"))
            late.join()
            until(lambda: len(twilio.accepted()) >= len(customers))
            replies = {customer: twilio.accepted(customer) for customer in customers}
            desk.stop()

    assert {customer: len(said) for customer, said in replies.items()} == dict.fromkeys(
        customers, 1
    )
    assert all(answer("contact_hours") in said[0] for said in replies.values())


def test_whatever_is_cut_off_nothing_is_lost_or_repeated() -> None:
    """Two programs on one database: one is killed, one dies, one is frozen; the database too."""
    size = ["--nodes", "2", "--messages", "400", "--chats", "40", "--burst", "2", "--light"]
    faults = ["--kills", "1", "--dies", "1", "--freezes", "1", "--restarts", "1"]

    result = CliRunner().invoke(crash, ["--on", "postgresql", *size, *faults])

    assert result.exit_code == 0, result.output
    assert "lost 0, twice 0, out of order 0" in result.output
