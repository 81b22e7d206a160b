"""Two colleagues answer one chat at the same moment, again and again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import DESKTOP, Person, chromium
from tests.e2e.conftest import Start
from tests.e2e.program import Program

ROUNDS = 200
PASSWORD = "cavallo batteria graffetta"  # noqa: S105 - of an account that lives as long as the test
LISTENS = """
window.statuses = [];
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig.verb === "post") window.statuses.push(event.detail.xhr.status);
});
"""
ANSWERS = """(text) => {
  document.getElementById("text").value = text;
  document.getElementById("composer").requestSubmit();
}"""
HEARS = """(count) => new Promise((resolve) => {
  const look = () => window.statuses.length < count
    ? setTimeout(look, 5) : resolve(window.statuses.at(-1));
  look();
})"""
GIVES_BACK = """async (path) => {
  const form = new FormData(document.getElementById("composer"));
  const body = new URLSearchParams({ token: form.get("token") });
  const answer = await fetch(path, { method: "POST", body, headers: { "HX-Request": "true" } });
  return answer.status;
}"""


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    program = start_shared(command=("serve", "--demo"))
    assert program.run("staff", "add", "bruno", "--password", PASSWORD).returncode == 0
    return program


@pytest.fixture
def browsers() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_each_time_one_wins_and_nothing_is_lost_or_doubled(
    desk: Program, browsers: Browser
) -> None:
    customer, anna, bruno = (Person(browsers, desk, DESKTOP) for _ in range(3))
    customer.page.goto("/")
    customer.write("operatore")
    expect(customer.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    anna.sign_in(desk.password)
    bruno.sign_in(PASSWORD, name="bruno")
    path = f"/desk/chats/{customer.conversation.replace(':', '%3A')}"
    for one in (anna, bruno):
        one.page.add_init_script(LISTENS)
        one.page.goto(path)
    won: list[str] = []

    for at in range(ROUNDS):
        answers = {anna: f"Anna {at:03}", bruno: f"Bruno {at:03}"}
        first, second = (anna, bruno) if at % 2 else (bruno, anna)
        for one in (first, second):
            one.page.evaluate(ANSWERS, answers[one])
        statuses = {}
        for one in (anna, bruno):
            statuses[one] = one.page.evaluate(HEARS, at + 1)
        assert sorted(statuses.values()) == [200, 409], at
        winner = min(statuses, key=lambda one: statuses[one])
        loser = bruno if winner is anna else anna
        won.append(answers[winner])
        assert loser.page.locator("#text").input_value() == answers[loser]
        expect(loser.page.locator("#notice")).to_contain_text("Il suo testo è ancora qui sotto")
        assert winner.page.evaluate(GIVES_BACK, f"{path}/give-back") == 200  # noqa: PLR2004 - HTTP

    expect(customer.page.locator("#messages .staff")).to_have_count(ROUNDS)
    said = customer.page.locator("#messages .staff").all_inner_texts()
    assert [next(text for text in won if text in line) for line in said] == won
    assert {text.split()[0] for text in won} == {"Anna", "Bruno"}
