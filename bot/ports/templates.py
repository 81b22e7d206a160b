"""Messages that a vendor keeps for us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """A message as a vendor is to keep it, so that it can be sent by its name.

    Args:
        kind: ``quick`` has buttons, ``list`` and ``rows`` have a list, ``text`` only words.
        count: How many buttons or rows.
        language: ISO 639-1.
        body: Of a ``text``: its words, with ``{{1}}`` for the first variable and so on.
        samples: Of a ``text``: what each variable may look like, for whoever approves it.
        category: Under which it is to be approved; empty if it needs no approval.
    """

    name: str
    kind: str
    count: int = 0
    language: str = "it"
    body: str = ""
    samples: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class VendorTemplate:
    """A message that a vendor keeps for us.

    Args:
        vendor_id: The vendor's id for it.
        digest: Of what the vendor was given.
        approval: The vendor's word: approved, pending, rejected; empty if it needs none.
        reason: Why it was rejected, else empty.
    """

    name: str
    vendor_id: str
    digest: str
    approval: str = ""
    reason: str = ""


class TemplateStore(Protocol):
    """Remembers which messages vendors keep for us."""

    async def of(self, channel: str) -> Sequence[VendorTemplate]:
        """Return all of a channel, by name."""
        ...

    async def save(self, channel: str, template: VendorTemplate) -> None:
        """Store one, in place of that with its name."""
        ...

    async def forget(self, channel: str, name: str) -> None:
        """Forget one."""
        ...


class Templates(Protocol):
    """The same as it was read a moment ago, for whoever cannot wait."""

    def of(self, channel: str) -> Mapping[str, VendorTemplate]:
        """Return those of a channel, by name."""
        ...


class VendorTemplates(Protocol):
    """Has a vendor keep messages for us.

    Raises:
        DeliveryError: From each method, if the vendor refuses or does not answer.
    """

    def digest(self, blueprint: Blueprint) -> str:
        """Return a digest of what the vendor would be given."""
        ...

    async def exists(self, vendor_id: str) -> bool:
        """Tell whether the vendor still has one."""
        ...

    async def create(self, blueprint: Blueprint) -> str:
        """Have the vendor keep it, and return the vendor's id."""
        ...

    async def delete(self, vendor_id: str) -> None:
        """Have the vendor forget it, if it is there."""
        ...

    async def submit(self, vendor_id: str, blueprint: Blueprint) -> str:
        """Ask for approval, and return the vendor's word for how far that is."""
        ...

    async def approval(self, vendor_id: str) -> tuple[str, str]:
        """Return the vendor's word for how far the approval is, and why it was rejected."""
        ...


@runtime_checkable
class KeepsTemplates(Protocol):
    """A channel whose vendor keeps messages for us."""

    @property
    def vendor_templates(self) -> VendorTemplates:
        """What has the vendor keep them."""
        ...
