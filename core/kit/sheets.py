"""Write tables for people: CSV, XLSX and JSON from one list of rows.

A spreadsheet runs what begins like a formula, so such cells get a leading apostrophe in CSV and are written as text
in XLSX. Numbers that we wrote stay numbers.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from core.errors import InvalidInputError

Cell = str | int | float | Decimal | bool | None
FORMATS = ("csv", "xlsx", "json")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_sheet(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], form: str, *, name: str = "Sheet", head: str = ""
) -> bytes:
    """Write the table as 'csv' (UTF-8 with a byte-order mark, as spreadsheets want it), 'xlsx' or 'json' (a list of objects).

    Decimals are text in JSON, never floats. `head` stands in the properties of a workbook and at the foot of its printed
    pages. InvalidInputError for another form.
    """
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(columns, rows),
        "xlsx": lambda: _xlsx(columns, rows, name, head),
        "json": lambda: _json(columns, rows),
    }
    if form not in writers:
        raise InvalidInputError(
            f"{form!r} is no format of a table.", hint=f"Use one of {', '.join(FORMATS)}."
        )
    return writers[form]()


def safe(cell: Cell) -> Cell:
    """Make a cell safe for a CSV file: an apostrophe before what begins like a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[Cell]], name: str, head: str) -> bytes:
    import xlsxwriter  # noqa: PLC0415  (slow to load, and seldom wanted)

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        if head:
            book.set_custom_property("Audit log", head, "text")
            sheet.set_footer(f"&L&7{head}")
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
    return buffer.getvalue()


def _json(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    return json.dumps(objects, ensure_ascii=False, indent=1, default=str).encode()
