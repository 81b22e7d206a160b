"""How long an import takes and a look-up by phone: `python -m bench.contracts [COUNT]`."""

import asyncio
import csv
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.contracts.reading import read_file
from bot.service.importing import Importer
from bot.store.sqlite import SqliteStore

_LOOKUPS = 2000


def a_file(folder: Path, count: int) -> Path:
    """Write a table of contracts, two rows each, as Excel in Italy saves it."""
    path = folder / "contratti.csv"
    heading = (
        *("Contratto", "Cliente", "Ragione sociale", "Scadenza", "Telefono", "Servizio"),
        *("Nome servizio", "Caselle", "Fattura", "Scadenza fattura", "Importo", "Pagata il"),
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(heading)
        for at in range(count):
            day = f"{at % 28 + 1:02}/{at % 12 + 1:02}/2027"
            first = (f"C-{at:06}", f"K-{at // 2:06}", f"Esempio {at} srl", day)
            phone = f"+3900{at:08}"
            bill = (f"F-{at}", day, f"{at % 900},40", "")
            table.writerow((*first, phone, "dominio", f"esempio{at}.example", "", *bill))
            table.writerow((first[0], "", "", "", "", "posta", "", f"info@esempio{at}.example"))
    return path


async def measure(count: int) -> None:
    """Print the figures of one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = a_file(folder, count)
        store = SqliteStore.open(folder / "bench.db", owner=True)
        began = time.perf_counter()
        records = read_file(file, datetime.now(UTC)).records  # noqa: TID251 - measures
        read = time.perf_counter()
        importer = Importer(store.contracts)
        await importer.bring(records)
        done = time.perf_counter()
        print(f"{count:,} contracts of {file.stat().st_size / 1e6:.0f} MB: "
              f"read {read - began:.1f} s, imported {done - read:.1f} s")  # fmt: skip
        await importer.bring(records)
        print(f"the same again: {time.perf_counter() - done:.1f} s")
        spans = []
        for at in range(0, count, max(1, count // _LOOKUPS)):
            start = time.perf_counter()
            assert await store.contracts.by_phone(f"+3900{at:08}")
            spans.append((time.perf_counter() - start) * 1000)
        middle, last = statistics.median(spans), statistics.quantiles(spans, n=100)[98]
        print(f"look-up by phone: median {middle:.2f} ms, 99 of 100 {last:.2f} ms")
        await store.close()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
