"""The child process of core.engine.sources.workbook: `python -m … WORKBOOK FOLDER` writes a CSV file per sheet.

It limits itself before it touches the file, imports as little as possible, and prints the list of sheets as JSON.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from core.engine.sources.cell_formats.codes import SIGNIFICANT
from core.engine.sources.cell_formats.decimal_signs import DecimalSigns, beside_commas
from core.engine.sources.cell_formats.sheets import sheet_formats
from core.engine.sources.cell_formats.stretches import SheetFormats
from core.engine.sources.days.workbooks import day_system
from core.engine.sources.hidden.sheets import hidden_parts
from core.engine.sources.limits.digits import EXACT, add_rounded
from core.engine.sources.limits.strings import MOST_MEMORY

CPU_SECONDS = 170


def cell_text(value: object) -> str:
    """Write a cell as a person would type it: 1895.0 is '1895', 0.1 + 0.2 is '0.3', dates are ISO."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class SheetForm:
    """How the numbers of a sheet are written: their formats, the number of its first column, columns with a decimal comma."""

    formats: SheetFormats
    first_column: int = 1
    comma_columns: frozenset[int] = frozenset()


def row_texts(row: int, cells: Sequence[object], form: SheetForm) -> list[str]:
    """Write a row's cells, numbers as their cells show them where a format changes what they say."""
    texts = [cell_text(cell) for cell in cells]
    if not form.formats and not form.comma_columns:
        return texts
    for index, cell in enumerate(cells):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            texts[index] = form.formats.show(row, form.first_column + index, cell) or texts[index]
            if form.comma_columns:
                texts[index] = beside_commas(texts[index], has_comma=index in form.comma_columns)
    return texts


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    text = f"{Decimal(f'{value:.{SIGNIFICANT}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def convert(workbook: Path, folder: Path) -> list[dict[str, object]]:
    """Write every filled sheet as CSV; rows keep their numbers, so blank ones are written too."""
    sheets: list[dict[str, object]] = []
    book = CalamineWorkbook.from_path(str(workbook))
    hidden = hidden_parts(
        workbook, [sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata]
    )
    system = day_system(workbook)
    formats = sheet_formats(workbook, len(book.sheet_names))
    for index, name in enumerate(book.sheet_names):
        sheet = book.get_sheet_by_index(index)
        if not sheet.height or not sheet.width:
            continue
        file = f"{index}.csv"
        first_column = 1 + (sheet.start[1] if sheet.start else 0)  # empty columns before it are left out
        form = SheetForm(formats[index], first_column)
        comma_columns, rounded = _write(sheet, folder / file, form)
        if comma_columns:
            _write(sheet, folder / file, replace(form, comma_columns=comma_columns))
        facts = {"hidden": hidden[index].to_json(), "rounded": [*rounded.items()], "day_system": system}
        sheets.append({"name": name, "file": file, **facts})
    return sheets


def _write(
    sheet: CalamineSheet, file: Path, form: SheetForm
) -> tuple[frozenset[int], dict[int, list[tuple[int, int]]]]:
    """Write a sheet as CSV; return its columns of texts with a decimal comma, and where numbers were rounded."""
    rounded: dict[int, list[tuple[int, int]]] = {}
    signs = DecimalSigns()
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for number, row in enumerate(sheet.iter_rows(), start=1):
            writer.writerow(row_texts(number, row, form))
            add_rounded(rounded, number, row)
            signs.add(row)
    return signs.comma_columns(), rounded


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(convert(Path(sys.argv[1]), Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
