"""Rows of a CSV file, as Excel in Italy and most programs save it."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from bot.contracts.rows import Row, headed

_DELIMITERS = ";,\t|"


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows below the heading; a cell may hold line breaks.

    Text in UTF-8, with or without a byte order mark, or else in Windows' Western encoding.
    The delimiter is what stands most often in the heading.

    Raises:
        OSError: The file cannot be read.
        csv.Error: It is no CSV.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    heading = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = headed(next(reader, []))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(names) - len(cells))]
            yield Row(
                place=str(path),
                number=reader.line_num,
                cells=dict(zip(names, padded, strict=False)),
            )
