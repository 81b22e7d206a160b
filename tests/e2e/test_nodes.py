"""Two programs on one PostgreSQL, as customers and colleagues see them: as one."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.database_servers import postgresql
from tests.e2e.browser import DESKTOP, Person
from tests.e2e.conftest import Start
from tests.e2e.program import Program
from tests.e2e.words import answer, question

ANSWER = answer("webmail_access").partition("\n")[0]


@pytest.fixture
def nodes(start: Start) -> Iterator[list[Program]]:
    with tempfile.TemporaryDirectory(prefix="pg") as name, postgresql(Path(name)) as address:
        url = address.replace("+psycopg", "")
        programs = [start(SPORTELLO_DATABASE_URL=url) for _ in range(2)]
        yield programs
        for program in programs:
            program.stop()


def test_customer_and_colleague_at_two_programs_talk_live(
    nodes: list[Program], browser: Browser
) -> None:
    here, there = nodes
    customer, colleague = Person(browser, here, DESKTOP), Person(browser, there, DESKTOP)
    customer.page.goto("/")
    colleague.sign_in(here.password)  # Only the first program made an account.

    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    customer.write(question("human_handoff"))
    colleague.open(customer)  # It appears by itself.
    colleague.answer("Buongiorno, mi dica.")
    expect(customer.page.get_by_text("Buongiorno, mi dica.")).to_be_visible()
    customer.write("È sparito tutto")
    expect(colleague.page.get_by_text("È sparito tutto")).to_be_visible()

    colleague.page.goto(f"{here.base}/desk")
    expect(colleague.page.locator("#queue")).to_be_visible()  # Signed in here as well.
    assert customer.complaints == []
    customer.close()
    colleague.close()
