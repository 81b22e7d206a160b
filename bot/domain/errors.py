"""What can go wrong, named after what happened."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.files import FileRefusal, FileTrouble


class BotError(Exception):
    """Anything Sportello raises on purpose; printed as one line."""


class SettingsError(BotError):
    """A setting is missing or makes no sense."""


class StartError(BotError):
    """The program cannot start here: a port is taken, a folder is read-only."""


class DatabaseNotThere(StartError):
    """The database cannot be reached now; nothing says that it cannot be later."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in a file that people edit.

    Args:
        file: Path as the person knows it.
        line: Counted from 1; 0 where the whole file is meant.
        problem: What is wrong.
        cure: What to do about it.
    """

    file: str
    line: int
    problem: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.problem} {self.cure}"


class FaultyFile(BotError):
    """A file that people edit has faults; carries all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class KnowledgeError(FaultyFile):
    """The knowledge in ``intents/`` and ``faq/`` has faults."""


class ContractFileError(FaultyFile):
    """A file of contracts or a back office has faults, so nothing of it was imported."""


class ContractsMissing(BotError):
    """New data leaves out many contracts, so it may be half a file; nothing of it was imported."""


class OlderData(BotError):
    """Data of a contract came after later ones, so they are not taken."""


class DatabaseUnavailable(BotError):
    """Nothing can be read or written now, for a reason in words; what was stored is safe."""


class BadSignature(BotError):
    """A webhook was not sent by the vendor it claims to come from."""


class BadPayload(BotError):
    """A genuine webhook that cannot be read."""


class DeliveryError(BotError):
    """A reply was not delivered.

    Args:
        message: The vendor's reason.
        permanent: Whether trying again is useless.
        uncertain: Whether it may have arrived all the same; then it is not tried again, since
            nobody is to read it twice, and staff see it.
        retry_after: How long the vendor asked us to wait.
        barred: Why nothing reaches this customer until they write again: ``opted_out`` or
            ``blocked``; else empty.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        retry_after: timedelta | None = None,
        barred: str = "",
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.uncertain = uncertain
        self.retry_after = retry_after
        self.barred = barred


class TopicGone(BotError):
    """A topic of the staff's group has been deleted there."""


class FileUnavailable(BotError):
    """A file a customer sent cannot be had from the vendor.

    Args:
        message: What happened.
        trouble: The same as one of the reasons that staff see.
    """

    def __init__(self, message: str, trouble: FileTrouble = FileTrouble.UNREACHABLE) -> None:
        super().__init__(message)
        self.trouble = trouble


class EnclosureRefused(BotError):
    """A file of a colleague is not sent to a customer.

    Args:
        why: The same as one of the reasons that staff see.
        name: Of the file, if it is about one.
    """

    def __init__(self, why: FileRefusal, name: str = "") -> None:
        super().__init__(f"{name or 'Files'}: not sent ({why}).")
        self.why = why
        self.name = name


class ContractNotFound(BotError):
    """No contract has this number."""


class SourceUnavailable(BotError):
    """The source of contracts did not answer."""


class WrongStatus(BotError):
    """A conversation is not in the status this step needs: somebody was faster."""


class NoSuchColleague(BotError):
    """A chat cannot be given to this colleague: nobody else signs in by this name."""


class BadMoment(BotError):
    """A chat cannot be put off until then: it is past, too far ahead, or no moment at all."""


class StaleEpoch(BotError):
    """Who speaks has changed since this turn began, so its result is dropped."""


class UnknownColleague(BotError):
    """No account of the desk has this name."""


class NameTaken(BotError):
    """There is an account of this name."""


class LastAdmin(BotError):
    """Nobody could manage the accounts of the desk any more."""


class InvitationGone(BotError):
    """A link was used or withdrawn, or its time is over."""


class WrongCredentials(BotError):
    """A name, password or code is not right."""


class WeakPassword(BotError):
    """A password does not do.

    Args:
        message: What is wrong with it.
        fault: ``short``, ``long`` or ``guessable``.
    """

    def __init__(self, message: str, fault: str) -> None:
        super().__init__(message)
        self.fault = fault


class TooManyTries(BotError):
    """Somebody has tried too often.

    Args:
        wait: How long they have to wait.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many tries.")
        self.wait = wait


class IdentityUnavailable(BotError):
    """The identity provider does not answer, or not as it should."""


class IdentityRefused(BotError):
    """What came back from the identity provider does not count."""
