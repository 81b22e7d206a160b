"""Two colleagues answer one chat at the same moment, again and again."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import DESKTOP, Person
from tests.e2e.conftest import Start
from tests.e2e.program import Program

ROUNDS = [40, pytest.param(200, marks=[pytest.mark.gate, pytest.mark.timeout(600)])]
PASSWORD = "cavallo batteria graffetta"
LISTENS = """
window.statuses = [];
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (requestConfig.path.endsWith("/reply")) window.statuses.push(xhr.status);
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
def customer(desk: Program, browser: Browser) -> Person:
    """Somebody who waits for a person."""
    visitor = Person(browser, desk, DESKTOP)
    visitor.page.goto("/")
    visitor.write("operatore")
    expect(visitor.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    return visitor


@pytest.fixture
def rivals(desk: Program, browser: Browser, customer: Person) -> tuple[Person, Person]:
    """Two colleagues who look at that customer's chat."""
    anna, bruno = Person(browser, desk, DESKTOP), Person(browser, desk, DESKTOP)
    anna.sign_in(desk.password)
    bruno.sign_in(PASSWORD, name="bruno")
    for one in (anna, bruno):
        one.page.add_init_script(LISTENS)
        one.page.goto(path_of(customer))
    return anna, bruno


def path_of(customer: Person) -> str:
    return f"/desk/chats/{customer.conversation.replace(':', '%3A')}"


@pytest.mark.parametrize("rounds", ROUNDS)
def test_each_time_one_wins_and_nothing_is_lost_or_doubled(
    customer: Person, rivals: tuple[Person, Person], rounds: int
) -> None:
    won = []
    for at in range(rounds):
        answers = [f"{name} {at:03}" for name in ("Anna", "Bruno")]
        winner = fight(rivals, answers, at)
        won.append(answers[winner])
        loser = rivals[1 - winner].page
        assert loser.locator("#text").input_value() == answers[1 - winner]
        expect(loser.locator("#notice")).to_contain_text("Il suo testo è ancora qui sotto")
        given_back = f"{path_of(customer)}/give-back"
        assert rivals[winner].page.evaluate(GIVES_BACK, given_back) == 200

    expect(customer.page.locator("#messages .staff")).to_have_count(rounds)
    said = customer.page.locator("#messages .staff").all_inner_texts()
    assert [next(text for text in won if text in line) for line in said] == won
    assert {text.split()[0] for text in won} == {"Anna", "Bruno"}


def fight(rivals: tuple[Person, Person], answers: Sequence[str], at: int) -> int:
    """Have both answer at once, in turn who begins; return which of them was first."""
    both = list(zip(rivals, answers, strict=True))
    for one, text in both if at % 2 else reversed(both):
        one.page.evaluate(ANSWERS, text)
    statuses = [one.page.evaluate(HEARS, at + 1) for one in rivals]
    assert sorted(statuses) == [200, 409], at
    return statuses.index(200)
