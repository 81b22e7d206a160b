"""Messages that vendors keep for us: which there are to be, and having the vendor keep them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.knowledge import Knowledge, Notice
from bot.domain.notices import LANGUAGES, key_of, numbered_variables, variables_of
from bot.ports import Blueprint, TemplateStore, VendorTemplate, VendorTemplates

READ_EVERY = timedelta(seconds=10)
"""How old what programs know of templates may be."""
_CHOICES = {"quick": 3, "list": 10, "rows": 10}
"""Most choices of each kind; https://www.twilio.com/docs/content/twiliolist-picker"""


@dataclass(frozen=True, kw_only=True)
class Synced:
    """What became of a template.

    Args:
        what: ``created``, ``updated``, ``unchanged`` or ``removed``.
    """

    template: VendorTemplate
    what: str


class Shelf:
    """What was read of templates a moment ago."""

    def __init__(self, store: TemplateStore, channels: Iterable[str]) -> None:
        self._store = store
        self._known: dict[str, dict[str, VendorTemplate]] = {name: {} for name in channels}

    def of(self, channel: str) -> Mapping[str, VendorTemplate]:
        """Return those of a channel, by name."""
        return self._known.get(channel, {})

    async def refresh(self) -> None:
        """Read them anew."""
        for channel in self._known:
            found = await self._store.of(channel)
            self._known[channel] = {one.name: one for one in found}

    async def keep_fresh(self) -> None:
        """Read them anew every few seconds, for as long as the program runs."""
        while True:
            await self.refresh()
            await asyncio.sleep(READ_EVERY.total_seconds())


def choice_name(kind: str, count: int) -> str:
    """Return the name of the template that shows so many choices."""
    return f"sportello_{kind}_{count}"


def blueprints(knowledge: Knowledge) -> list[Blueprint]:
    """Return all templates there are to be: choices of every number, and the notices."""
    choices = [
        Blueprint(name=choice_name(kind, count), kind=kind, count=count)
        for kind, most in _CHOICES.items()
        for count in range(1, most + 1)
    ]
    notices = (one for notice in knowledge.notices.values() for one in _of_notice(notice))
    return [*choices, *notices]


def _of_notice(notice: Notice) -> Iterator[Blueprint]:
    for language in LANGUAGES:
        text = notice.text.in_language(language)
        yield Blueprint(
            name=key_of(notice, language),
            kind="text",
            language=language,
            body=numbered_variables(text),
            samples=tuple(notice.samples[name] for name in variables_of(text)),
            category=notice.category,
        )


class TemplateSync:
    """Has a vendor keep our templates: what is new, what has changed, and nothing else."""

    def __init__(self, channel: str, vendor: VendorTemplates, store: TemplateStore) -> None:
        self._channel = channel
        self._vendor = vendor
        self._store = store

    async def sync(self, wanted: Sequence[Blueprint]) -> AsyncIterator[Synced]:
        """Yield what became of each template once that is stored.

        Raises:
            DeliveryError: The vendor refuses or does not answer; a second try goes on from there.
        """
        known = {one.name: one for one in await self._store.of(self._channel)}
        for blueprint in wanted:
            yield await self._one(blueprint, known.pop(blueprint.name, None))
        for old in known.values():
            await self._vendor.delete(old.vendor_id)
            await self._store.forget(self._channel, old.name)
            yield Synced(template=old, what="removed")

    async def _one(self, blueprint: Blueprint, known: VendorTemplate | None) -> Synced:
        digest = self._vendor.digest(blueprint)
        is_same = known is not None and known.digest == digest
        if known is not None and is_same and await self._vendor.exists(known.vendor_id):
            return Synced(template=await self._approved(blueprint, known), what="unchanged")
        vendor_id = await self._vendor.create(blueprint)
        made = VendorTemplate(name=blueprint.name, vendor_id=vendor_id, digest=digest)
        await self._store.save(self._channel, made)  # Before approval is asked for: it is there.
        if known is not None and not is_same:
            await self._vendor.delete(known.vendor_id)
        made = await self._approved(blueprint, made)
        return Synced(template=made, what="created" if known is None else "updated")

    async def _approved(self, blueprint: Blueprint, made: VendorTemplate) -> VendorTemplate:
        """Return a template with how far its approval is, asked for if it never was."""
        if not blueprint.category:
            return made
        status, reason = await self._vendor.approval(made.vendor_id)
        if status in {"", "unsubmitted"}:
            status, reason = await self._vendor.submit(made.vendor_id, blueprint), ""
        now = replace(made, approval=status, reason=reason)
        if now != made:
            await self._store.save(self._channel, now)
        return now
