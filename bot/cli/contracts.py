"""`sportello contracts`: the read copy of the contracts, and what a contract means."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot.cli.lines import answer_lines
from bot.cli.running import asynchronous
from bot.cli.sources import source_context
from bot.clock import SystemClock
from bot.contracts.cases import Case
from bot.contracts.reading import read_file
from bot.contracts.rows import Row
from bot.contracts.shape import json_schema
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.changes import Changes
from bot.domain.errors import ContractNotFound, Fault, SettingsError
from bot.domain.known_contract import KnownContract, known
from bot.parts import build_feed, open_store
from bot.service.importing import Importer
from bot.service.syncing import Syncing
from bot.settings import AllSettings

_TOLD_EVERY = 10_000
_MOST_LINES = 50


class Moment(click.ParamType[datetime]):
    """An ISO time; without an offset it is Italian time."""

    name = "time"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        """Return the time, aware."""
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-11-23T10:00:00+01:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=ROME)


@click.group()
def contracts() -> None:
    """The read copy of the contracts."""


@contracts.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", type=Moment(), help="Count dates such as today-12d from this time.")
@click.option("--as-of", type=Moment(), help="When the data was right; see the guide.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--allow-shrink", is_flag=True, help="Even if a tenth of the contracts is gone.")
@asynchronous
async def import_file(
    *, file: Path, at: datetime | None, as_of: datetime | None, dry_run: bool, allow_shrink: bool
) -> None:
    """Put the contracts of FILE (JSON, CSV or Excel) in place of all before: all, or none."""
    read = read_file(file, at or SystemClock().now(), as_of, _watched)
    _print_doubts(read.doubts)
    store = open_store(AllSettings().general, owner=False)
    try:
        importer = Importer(store.contracts)
        if dry_run:
            _print_plan(await importer.compare(read.records))
            return
        found = await importer.bring(read.records, allow_shrink=allow_shrink)
    finally:
        await store.close()
    click.echo(f"{len(read.records)} contracts imported.")
    click.echo(_counted(found))


@contracts.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--allow-shrink", is_flag=True, help="Even if a tenth of the contracts is gone.")
@asynchronous
async def sync(*, dry_run: bool, allow_shrink: bool) -> None:
    """Fetch all contracts from the back office in SPORTELLO_FEED: all, or none.

    The running program does this by itself.
    """
    async with source_context(AllSettings()) as context:
        feed, importer = build_feed(context), Importer(context.read_copy)
        if feed is None:
            raise SettingsError("Set SPORTELLO_FEED to the back office to read.")
        if dry_run:
            found = await feed.fetch()
            _print_doubts(found.doubts)
            _print_plan(await importer.compare(found.records))
            return
        syncing = Syncing(feed, importer, timedelta())
        found, changed = await syncing.sync(allow_shrink=allow_shrink)
    _print_doubts(found.doubts)
    click.echo(f"{len(found.records)} contracts fetched.")
    click.echo(_counted(changed))


def _print_doubts(doubts: Iterable[Fault]) -> None:
    for doubt in doubts:
        click.echo(doubt, err=True)


def _watched(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on; say now and then how many there were, for who waits at a terminal."""
    count = 0
    for count, row in enumerate(rows, start=1):
        if count % _TOLD_EVERY == 0:
            click.echo(f"\r{count} rows read", err=True, nl=False)
        yield row
    if count >= _TOLD_EVERY:
        click.echo(f"\r{count} rows read", err=True)


def _print_plan(found: Changes) -> None:
    lines = [
        *(f"+ {number}" for number in found.added),
        *(f"- {number}" for number in found.removed),
        *(f"~ {number}: {', '.join(names)}" for number, names in found.changed.items()),
    ]
    for line in lines[:_MOST_LINES]:
        click.echo(line)
    if len(lines) > _MOST_LINES:
        click.echo(f"… and {len(lines) - _MOST_LINES} more")
    click.echo(f"Nothing was imported. It would be: {_counted(found)}")


def _counted(found: Changes) -> str:
    return (
        f"{len(found.added)} added, {len(found.changed)} changed, "
        f"{len(found.removed)} removed, {found.kept} as before."
    )


@contracts.command()
@click.argument("contract_id")
@click.option("--at", type=Moment(), help="At this time instead of now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@asynchronous
async def show(contract_id: str, at: datetime | None, *, as_json: bool) -> None:
    """Show where the contract CONTRACT_ID stands, and the days that matter."""
    settings = AllSettings().general
    store = open_store(settings, owner=False)
    try:
        record = await store.contracts.by_id(contract_id)
    finally:
        await store.close()
    if record is None:
        raise ContractNotFound(
            f"There is no contract {contract_id}. Import contracts with: "
            "sportello contracts import FILE"
        )
    now = at or SystemClock().now()
    shown = {"contract_id": contract_id} | _as_json(
        known(record, settings.calendar, now), settings.calendar, now
    )
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for name, value in shown.items():
        click.echo(f"{name:<24}{value if value is not None else '-'}")


@contracts.command()
@click.argument("contract_id")
@asynchronous
async def disclosures(contract_id: str) -> None:
    """Show who was told what of the contract CONTRACT_ID, and when, one JSON object a line."""
    store = open_store(AllSettings().general, owner=False)
    try:
        found = await store.people.disclosures(contract_id)
    finally:
        await store.close()
    for one in found:
        click.echo(json.dumps(one, ensure_ascii=False))


@contracts.command()
def schema() -> None:
    """Print the JSON Schema of a contract, for who writes an export or an API."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@contracts.command()
@click.option("--jsonl", is_flag=True, required=True, help="Read one case a line.")
@asynchronous
async def standing(*, jsonl: bool) -> None:  # noqa: ARG001 - the only form so far, named on purpose
    """Work out the standing of each case on standard input.

    A case is {"id","now","contract":{...},"calendar":{...}}; one line is written for each.
    """
    await answer_lines(Case, _worked_out)


async def _worked_out(_: int, case: Case) -> dict[str, Any]:
    calendar = case.desk_calendar()
    contract = known(case.record(), calendar, case.now)
    return {"id": case.id} | _as_json(contract, calendar, case.now)


def _as_json(contract: KnownContract, calendar: DeskCalendar, now: datetime) -> dict[str, Any]:
    days = contract.timeline
    window = days.reactivation
    opening = calendar.next_opening(now)
    return {
        "standing": contract.standing.value,
        "doubt": contract.doubt and contract.doubt.value,
        "last_cancellation_day": _iso(days.last_cancellation_day),
        "renewal_notice_day": _iso(days.renewal_notice_day),
        "consumer_notice_latest": _iso(days.consumer_notice_latest),
        "reactivation": window
        and {
            "basis": days.reactivation_basis,
            "from": window.start.isoformat(),
            "to": window.end.isoformat(),
        },
        "desk_open": calendar.desk_open(now),
        "next_opening": _iso(opening),
        "phase": contract.phase and contract.phase.value,
        "expires_on": _iso(contract.record.expires_on),
        "as_of": _iso(contract.record.as_of),
    }


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
