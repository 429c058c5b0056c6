"""Clover's inventory workbook: a sheet each for items, modifier groups, categories and tax rates, with its instructions"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from mock_data.writing import listed

Cell = str | int | Decimal
Sheets = Mapping[str, tuple[Sequence[str], Iterable[Sequence[Cell]]]]

ITEMS = listed(
    "Clover ID|Name|Alternate Name|Description|Price|Price Type|Price Unit|Cost|Product Code|SKU|Quantity|Hidden?|"
    "Default tax rates?|Non-revenue item?|Printer Labels|Modifier Groups|Categories|Tax Rates|Variant Attribute|"
    "Variant Option"
)
MODIFIER_GROUPS = listed(
    "Modifier Group ID|Modifier Group Name|Pop up Automatically?|Modifier|Price|Required Quantity|Max Quantity"
)
CATEGORIES = listed("Category ID|Category Name|Subcategory Name|Item Sort Order")
TAX_RATES = listed("Tax Rate ID|Name|Tax Rate|Tax Amount|Default?")
INSTRUCTIONS = (
    ("How to use this workbook",),
    ("Items: one row for each item. Name and price type are required.",),
    ("Modifier Groups: the name of a group stands in the row of its first modifier.",),
    ("Keep the Clover ID of a row to change an item; leave it empty for a new one.",),
)
_DOLLARS = {"Price", "Cost", "Tax Amount"}


def write_workbook(path: Path, sheets: Sheets, created_at: datetime) -> Path:
    """Write the sheets with their headers behind one of instructions; `created_at` keeps the bytes the same."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": created_at})
        dollars = book.add_format({"num_format": "0.00"})
        share = book.add_format({"num_format": "0.000%"})
        for number, (text,) in enumerate(INSTRUCTIONS):
            (book.worksheets() or [book.add_worksheet("Instructions")])[0].write_string(number, 0, text)
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            formats = [
                dollars if column in _DOLLARS else share if column == "Tax Rate" else None
                for column in header
            ]
            for number, row in enumerate([header, *rows]):
                for column, value in enumerate(row):
                    if value == "":
                        continue
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    else:
                        sheet.write_number(number, column, float(value), formats[column] if number else None)
    return path
