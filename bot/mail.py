"""E-mail by SMTP."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib

from bot.ports import Letter, may_leave


class SmtpMailer:
    """Sends letters through one server.

    Args:
        host: Name or address of the server, and its port.
        sender: Who writes, such as ``Help Desk <desk@example.org>``.
        account: User and password; without a user nobody signs in.
        security: ``starttls``, ``tls`` from the first byte, or ``none``.
    """

    def __init__(
        self,
        host: tuple[str, int],
        sender: str,
        account: tuple[str, str],
        security: str,
        timeout_seconds: float = 20.0,
    ) -> None:
        self._host = host
        self._sender = sender
        self._account = account
        self._security = security
        self._timeout = timeout_seconds

    async def send(self, letter: Letter) -> None:
        """Send one letter, unless it may not leave any more once the server is ready for it.

        Raises:
            OSError: The server cannot be reached, or does not take it.
        """
        message = EmailMessage()
        message["From"], message["To"] = self._sender, letter.to
        message["Subject"] = letter.subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="sportello")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        name, port = self._host
        user, password = self._account
        try:
            async with aiosmtplib.SMTP(
                hostname=name,
                port=port,
                username=user or None,
                password=password or None,
                use_tls=self._security == "tls",
                start_tls=self._security == "starttls",
                timeout=self._timeout,
            ) as server:
                if await may_leave.get()():
                    await server.send_message(message)
        except (aiosmtplib.SMTPException, ValueError) as error:
            raise OSError(f"The mail server did not take it: {type(error).__name__}") from error
