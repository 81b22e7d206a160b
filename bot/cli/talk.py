"""`sportello chat`: the real pipeline in the terminal, or over lines of JSON."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.app import App, Choices, running
from bot.channels.terminal import Terminal
from bot.cli.contracts import Moment
from bot.cli.lines import answer_lines, numbered_lines
from bot.cli.running import asynchronous
from bot.clock import SetClock, SystemClock
from bot.contracts.reading import read_file
from bot.domain.messages import Address, InboundMessage, Reply, clean_text
from bot.parts import open_store
from bot.ports import Author, Channels, ContractSource, Entry
from bot.settings import AllSettings

_BY_NUMBER = frozenset({"whatsapp", "terminal"})
"""Channels on which the sender's address is a phone number that the channel vouches for."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    conversation: str = Field(min_length=1)
    channel: Literal["whatsapp", "telegram", "web", "terminal"] = "terminal"
    sender: str | None = Field(default=None, alias="from")
    at: AwareDatetime | None = None
    text: str = ""

    def to_message(self, number: int, now: datetime) -> InboundMessage:
        sender = self.sender or ""
        known = self.channel in _BY_NUMBER and sender.startswith("+")
        return InboundMessage(
            vendor_id=f"line-{number}",
            sender=Address(channel=self.channel, id=self.conversation),
            text=clean_text(self.text),
            received_at=now,
            phone=sender if known else None,
        )


@click.command()
@click.option("--jsonl", is_flag=True, help="Read messages as lines of JSON, write the replies.")
@click.option("--as", "phone", default="", help="Write as the contact with this phone number.")
@click.option(
    "--contracts",
    "contracts_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use the contracts of this file instead of the imported ones.",
)
@click.option("--at", type=Moment(), help="Count dates such as today-12d in that file from then.")
@asynchronous
async def chat(
    *, jsonl: bool, phone: str, contracts_file: Path | None, at: datetime | None
) -> None:
    """Talk with the bot.

    Conversations are forgotten at the end; contracts are those imported before. With --jsonl
    each line is {"conversation","channel","from","at","text"}, where "at" stands for now.
    """
    clock = SetClock(at or SystemClock().now())
    if jsonl:
        async with _trial(clock, contracts_file, lambda _: None) as app:
            await answer_lines(_Line, lambda number, line: _answer(app, clock, number, line))
        return
    async with _trial(clock, contracts_file, _print) as app:
        await _talk(app, clock, phone)


@asynccontextmanager
async def _trial(
    clock: SetClock,
    contracts_file: Path | None,
    show: Any,  # noqa: ANN401 - see Terminal
) -> AsyncIterator[App]:
    """Run the program on a database of its own that is thrown away."""
    settings = AllSettings()
    channels = Channels(
        by_name={
            name: Terminal(show, name=name) for name in ("whatsapp", "telegram", "web", "terminal")
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        imported = None
        source: ContractSource | None = None
        own = settings.general.contracts == "read_copy" and _is_there(settings.general.database)
        if contracts_file is None and own:
            imported = open_store(settings.general, owner=False)
            source = imported.contracts
        choices = Choices(
            clock=clock,
            channels=channels,
            source=source,
            database=Path(folder) / "chat.db",
            ask_registries=source is not None,
            await_bursts=False,
        )
        try:
            async with running(settings, choices) as app:
                if contracts_file is not None:
                    read = read_file(contracts_file, clock.now())
                    await app.store.contracts.replace_all(read.records)
                yield app
        finally:
            if imported is not None:
                await imported.close()


def _is_there(database: Path | str) -> bool:
    return isinstance(database, str) or database.exists()


async def _answer(app: App, clock: SetClock, number: int, line: _Line) -> dict[str, Any]:
    """Return what the bot says to a message, and what became of the conversation."""
    clock.set(line.at or SystemClock().now())
    message = line.to_message(number, clock.now())
    conversation_id = str(message.sender)
    known = {entry.id for entry in await app.store.conversations.transcript(conversation_id)}
    await app.intake.receive(message)
    entries = await app.store.conversations.transcript(conversation_id)
    said = [entry for entry in entries if entry.author is Author.BOT and entry.id not in known]
    conversation = await app.store.conversations.conversation(conversation_id)
    evidence = next((entry.evidence for entry in said if entry.evidence), None)
    return {
        "conversation": line.conversation,
        "replies": [_reply(entry) for entry in said],
        "status": conversation.status.value if conversation else None,
        "intent": app.knowledge.label_of(evidence.intent)
        if evidence and evidence.intent in app.knowledge.intents
        else None,
        "standing": (evidence.standing or None) if evidence else None,
    }


def _reply(entry: Entry) -> dict[str, Any]:
    reply = {"text": entry.text, "buttons": [button.text for button in entry.buttons]}
    return reply | ({"picture": entry.picture.alt} if entry.picture else {})


async def _talk(app: App, clock: SetClock, phone: str) -> None:
    click.echo("Scriva un messaggio; Ctrl-D per finire.", err=True)
    for number, typed in numbered_lines():
        clock.set(SystemClock().now())
        text = typed.decode(errors="replace")
        line = _Line.model_validate({"conversation": phone or "me", "from": phone, "text": text})
        await app.intake.receive(line.to_message(number, clock.now()))


def _print(reply: Reply) -> None:
    if reply.text:
        click.echo(reply.text)
    for file in reply.enclosures:
        click.secho(f"[{file.name}]", dim=True)
    if reply.picture:
        click.secho(reply.picture.alt, dim=True)
    if reply.buttons:
        click.secho("  ".join(f"[{button.text}]" for button in reply.buttons), dim=True)
    click.echo()
