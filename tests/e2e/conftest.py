"""What the end-to-end tests share: the rigs, and programs that are started and well stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import chromium
from tests.e2e.program import Program
from tests.e2e.rigs import Rig, Telegram, Twilio
from tests.e2e.words import DEMO
from tests.learning import learnt

_HERE = Path(__file__).parent


class Start(Protocol):
    """Starts the program with the rigs it is to talk to."""

    def __call__(self, *rigs: Rig, command: tuple[str, ...] = ..., **settings: str) -> Program:
        """Return the program once it answers."""
        ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let these tests, and no others, use sockets: those of this machine."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start programs for one test; they must end well."""
    with programs(tmp_path) as begin:
        yield begin


@pytest.fixture(scope="module")
def start_shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start programs for all tests of a module, which take care to use customers of their own."""
    with programs(tmp_path_factory.mktemp("shared")) as begin:
        yield begin


@contextmanager
def programs(folder: Path) -> Iterator[Start]:
    """Start programs that share nothing with the machine; in the end stop them all."""
    started: list[Program] = []

    def begin(*rigs: Rig, command: tuple[str, ...] = ("serve",), **settings: str) -> Program:
        known = {name: value for rig in rigs for name, value in rig.settings.items()}
        program = Program(folder / f"program-{len(started)}", known | settings, command)
        started.append(program)
        shutil.copytree(learnt(), program.home / "cache")
        return program.start()

    try:
        yield begin
        for program in started:
            if program.runs:
                program.stop()
    finally:
        for program in started:
            program.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all people of a module; each of them has their own profile."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def twilio_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twilio]:
    rig = Twilio(tmp_path_factory.mktemp("twilio"))
    yield rig
    rig.stop()


@pytest.fixture(scope="session")
def telegram_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    rig = Telegram(tmp_path_factory.mktemp("telegram"))
    yield rig
    rig.stop()


@pytest.fixture
def twilio(twilio_rig: Twilio) -> Iterator[Twilio]:
    """Twilio, with nothing left of the test before and nothing for the one after."""
    twilio_rig.reset()
    yield twilio_rig
    twilio_rig.reset()


@pytest.fixture
def telegram(telegram_rig: Telegram) -> Iterator[Telegram]:
    """Telegram, with nothing left of the test before and nothing for the one after."""
    telegram_rig.reset()
    yield telegram_rig
    telegram_rig.reset()


@pytest.fixture(scope="module", params=["webhook", "poll"])
def telegram_desk(
    request: pytest.FixtureRequest, start_shared: Start, telegram_rig: Telegram
) -> Program:
    """The program with the demo contracts, told of updates in one way or the other."""
    settings = {"SPORTELLO_PRIVACY_URL": "https://provider.example/privacy"}
    if request.param == "webhook":
        return start_shared(telegram_rig, command=("serve", "--demo"), **settings)
    desk = start_shared(telegram_rig, command=("poll", "telegram"), **settings)
    assert desk.run("contracts", "import", str(DEMO)).returncode == 0
    return desk


@pytest.fixture
def telegram_customer(
    request: pytest.FixtureRequest, telegram_desk: Program, telegram: Telegram
) -> int:
    """A customer of Telegram whom the program hears."""
    if "poll" not in request.node.callspec.id:
        telegram.register(telegram_desk.base)
    return next(_customers)


@pytest.fixture
def stranger() -> str:
    """The number of a customer who never wrote before."""
    return f"+39333{next(_strangers):07}"


_strangers = count(1)
_customers = count(1001)
