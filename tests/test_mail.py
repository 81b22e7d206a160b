"""E-mail to a real server on this machine."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from bot.mail import SmtpMailer
from bot.ports import Letter, may_leave

pytestmark = [pytest.mark.e2e, pytest.mark.allow_hosts(["127.0.0.1"])]
LETTER = Letter(to="lucia@posta.example", subject="Il Suo codice: 123456", text="È 123456.\n")
SENDER = "Help Desk <desk@example.org>"


class Server:
    """Takes what it is sent, or refuses the recipient."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.signed_in: list[bytes] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        message = BytesParser(policy=default).parsebytes(content)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"

    def authenticate(self, *details: object) -> AuthResult:
        data = details[-1]
        self.signed_in += [getattr(data, "login", b""), getattr(data, "password", b"")]
        return AuthResult(success=True)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    handler, loop = Server(), asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(
            handler, authenticator=handler.authenticate, auth_require_tls=False, hostname="test"
        ),
        "127.0.0.1",
        0,
    )
    handler.port = listening.sockets[0].getsockname()[1]
    yield handler
    listening.close()
    await listening.wait_closed()


def mailer(server: Server, security: str = "none", user: str = "") -> SmtpMailer:
    return SmtpMailer(("127.0.0.1", server.port), SENDER, (user, "secret"), security, 5.0)


async def test_a_letter_arrives_as_it_was_written(server: Server) -> None:
    await mailer(server).send(LETTER)

    (message,) = server.taken
    assert (message["From"], message["To"]) == (SENDER, LETTER.to)
    assert message["Subject"] == LETTER.subject
    assert message.get_content().splitlines() == LETTER.text.splitlines()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Message-ID"]


async def test_a_letter_that_may_not_leave_any_more_is_not_handed_in(server: Server) -> None:
    asked: list[list[bytes]] = []

    async def taken_meanwhile() -> bool:
        asked.append(list(server.signed_in))
        return False

    may_leave.set(taken_meanwhile)
    await mailer(server, user="desk").send(LETTER)

    assert server.taken == []
    assert asked == [[b"desk", b"secret"]]  # Not before the server was ready for it.


async def test_an_account_signs_in(server: Server) -> None:
    await mailer(server, user="desk").send(LETTER)

    assert server.signed_in == [b"desk", b"secret"]


@pytest.mark.parametrize(
    ("letter", "security"),
    [
        pytest.param(Letter(to="nobody@x.example", subject="a", text="b"), "none", id="refused"),
        pytest.param(LETTER, "starttls", id="no-encryption-there"),
        pytest.param(LETTER, "tls", id="no-tls-there"),
    ],
)
async def test_what_the_server_does_not_take_is_an_error(
    server: Server, letter: Letter, security: str
) -> None:
    with pytest.raises(OSError, match=r"did not take it|SSL"):
        await mailer(server, security).send(letter)


async def test_a_server_that_is_not_there_is_an_error() -> None:
    down = SmtpMailer(("127.0.0.1", 1), SENDER, ("", ""), "none", 1.0)

    with pytest.raises(OSError, match="did not take it"):
        await down.send(LETTER)
