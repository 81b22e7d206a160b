"""`sportello customer`: what is kept of one person, to give it to them or to delete it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from bot.channels.phones import e164
from bot.cli.running import asynchronous
from bot.clock import SystemClock
from bot.domain.contract import ContractRecord
from bot.parts import open_store
from bot.ports import Noted
from bot.service.accounts import TERMINAL
from bot.settings import AllSettings
from bot.store.codec import CONTRACT
from bot.store.people import Person
from bot.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])


def _asked_for(command: F) -> F:
    """Add the options that name a person."""
    for option in (
        click.option("--chat", default="", help="A chat, such as web:1a2b3c."),
        click.option("--customer", default="", help="A customer's number, with all contacts."),
        click.option("--telegram", default="", help="A Telegram id."),
        click.option("--phone", default="", help="A phone number, such as +393511234567."),
    ):
        command = option(command)
    return command


@click.group()
def customer() -> None:
    """What is kept of one person: GDPR, articles 15 and 17."""


@customer.command()
@_asked_for
@asynchronous
async def export(*, phone: str, telegram: str, customer: str, chat: str) -> None:
    """Print all that is kept of a person as one JSON object (GDPR, article 15)."""
    store = open_store(AllSettings().general, owner=False)
    try:
        contracts, person = await _found(store, phone, telegram, customer, chat)
        chats = await store.people.everything(await store.people.chats_of(person))
    finally:
        await store.close()
    whole = {
        "contracts": [json.loads(CONTRACT.text(record)) for record in contracts],
        "chats": chats,
    }
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    if not contracts and not chats:
        raise SystemExit(1)


@customer.command()
@_asked_for
@click.option("--yes", is_flag=True, help="Do not ask first.")
@asynchronous
async def erase(*, phone: str, telegram: str, customer: str, chat: str, yes: bool) -> None:
    """Delete the chats of a person for good (GDPR, article 17).

    Contracts stay: they are a copy of the back office's, whose law decides how long.
    """
    store = open_store(AllSettings().general, owner=False)
    try:
        contracts, person = await _found(store, phone, telegram, customer, chat)
        chats = await store.people.chats_of(person)
        if not chats:
            click.echo("Nothing is kept of this person's chats.")
            raise SystemExit(1)
        if not yes:
            click.confirm(f"Delete {', '.join(chats)} for good?", abort=True)
        counts = await store.people.erase(chats)
        await store.staff.note(Noted(at=SystemClock().now(), who=TERMINAL, action="erase"))
    finally:
        await store.close()
    click.echo(
        f"Deleted: {counts['conversation']} chats, {counts['inbox']} messages, "
        f"{counts['outbox']} replies, {counts['event']} events."
    )
    if contracts:
        numbers = ", ".join(record.contract_id for record in contracts)
        click.echo(f"Kept, as the back office's copy: {numbers}.")
    click.echo("Backups made before, and the vendors of the channels, still hold what they had.")


async def _found(
    store: Store, phone: str, telegram: str, customer: str, chat: str
) -> tuple[list[ContractRecord], Person]:
    """Return the contracts of a person, and by what they are known."""
    if sum(map(bool, (phone, telegram, customer, chat))) != 1:
        raise click.UsageError(
            "Name the person by one of --phone, --telegram, --customer, --chat."
        )
    if customer:
        every = await store.contracts.everything()
        records = [record for record in every if record.customer_id == customer]
        contacts = [contact for record in records for contact in record.contacts]
        person = Person(
            phones=[contact.phone for contact in contacts if contact.phone],
            emails=[contact.email.lower() for contact in contacts if contact.email],
            contracts=[record.contract_id for record in records],
        )
        return records, person
    number = e164(phone) if phone else None
    if phone and number is None:
        raise click.BadParameter(f"{phone} is no phone number such as +393511234567.")
    person = Person(chats=[f"telegram:{telegram}" if telegram else chat])
    if number is None:
        return [], person
    records = list(await store.contracts.by_phone(number))
    return records, replace(person, chats=[f"whatsapp:{number}"], phones=[number])
