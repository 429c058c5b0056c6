"""Write the lists that the school keeps by hand: the bursar's fee ledger, and a workbook of marks and attendance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from mock_data.oneclass.people import Pupil
from mock_data.writing import Json, dollars, listed, write_table

LEDGER = listed("Invoice No|Adm No|Pupil|Description|Currency|Amount Charged|Amount Paid|Due Date|Status")
MARKS = listed("Mark ID|Adm No|Class|Subject|Mark|Out Of|Grade|Date")
ATTENDANCE = listed("Entry ID|Adm No|Class|Date|Status|Reason")
SUBJECTS = listed("Mathematics|English|Shona|Combined Science")
_TUITION, _LEVY, _RATE = 45_000, 8_500, 26
"""US cents of tuition and levy for a term, and ZWG for one US dollar where the levy is charged in ZWG."""


def fee_rows(rng: random.Random, pupils: Sequence[Pupil]) -> list[Json]:
    """Return invoices and the receipts on them: of each pupil tuition in USD, a levy in USD or in ZWG."""
    rows: list[Json] = []
    for pupil in pupils:
        currency, levy = ("ZWG", _LEVY * _RATE) if rng.random() < 0.4 else ("USD", _LEVY)
        for description, amount, coin in (
            ("Tuition Term 3", _TUITION + 5_000 * (pupil.form > 4), "USD"),
            ("Levy Term 3", levy, currency),
        ):
            share = rng.choices((100, 50, 0, rng.randrange(5, 95)), weights=(62, 14, 10, 14))[0]
            paid = amount * share // 100
            rows.append(
                {
                    "Invoice No": f"INV-{len(rows) + 1:05d}",
                    "Adm No": pupil.number,
                    "Pupil": f"{pupil.family}, {pupil.first_name}",
                    "Description": description,
                    "Currency": coin,
                    "Amount Charged": amount,
                    "Amount Paid": paid,
                    "Due Date": "18/09/2026",
                    "Status": "Paid" if paid == amount else "Part paid" if paid else "Unpaid",
                }
            )
    return rows


def write_ledger(path: Path, rows: Iterable[Json]) -> Path:
    """Write the ledger; amounts are cents, or a text that stays as it is."""
    return write_table(
        path,
        LEDGER,
        (
            {name: dollars(value) if isinstance(value, int) else value for name, value in row.items()}
            for row in rows
        ),
    )


def mark_rows(rng: random.Random, pupils: Sequence[Pupil], until: date) -> list[list[object]]:
    """Return a mark of each pupil in each subject, out of 100, with its letter."""
    rows: list[list[object]] = []
    for pupil in pupils:
        level = rng.gauss(61, 13)
        for subject in SUBJECTS:
            mark = max(4, min(99, round(rng.gauss(level, 9))))
            letter = next(
                letter
                for limit, letter in ((70, "A"), (60, "B"), (50, "C"), (40, "D"), (0, "U"))
                if mark >= limit
            )
            homeroom = f"Form {pupil.homeroom}" if pupil.homeroom else ""
            rows.append(
                [
                    f"M-{len(rows) + 1:05d}",
                    pupil.number,
                    homeroom,
                    subject,
                    mark,
                    100,
                    letter,
                    until - timedelta(days=9),
                ]
            )
    return rows


def attendance_rows(rng: random.Random, pupils: Sequence[Pupil], until: date) -> list[list[object]]:
    """Return the register of the Monday and the Tuesday before the last: an entry a day for each pupil who has a class."""
    monday = until - timedelta(days=until.weekday() + 7)
    rows: list[list[object]] = []
    for day in (monday + timedelta(days=number) for number in range(2)):
        for pupil in pupils:
            if not pupil.homeroom:
                continue
            status = rng.choices(("present", "absent", "late", "excused"), weights=(92, 4, 3, 1))[0]
            reason = {"excused": "sports trip", "absent": rng.choice(("ill", "", "fees"))}.get(status, "")
            rows.append(
                [f"A-{len(rows) + 1:05d}", pupil.number, f"Form {pupil.homeroom}", day, status, reason]
            )
    return rows


def write_register(
    path: Path, marks: Iterable[Sequence[object]], days: Iterable[Sequence[object]], until: date
) -> Path:
    """Write the workbook with a sheet of marks and one of attendance; `until` keeps the bytes the same."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime.combine(until, datetime.min.time())})
        calendar = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, header, rows in (("Marks", MARKS, marks), ("Attendance", ATTENDANCE, days)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([header, *rows]):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(
                            number, column, datetime.combine(value, datetime.min.time()), calendar
                        )
                    elif isinstance(value, int | Decimal):
                        sheet.write_number(number, column, float(value))
                    elif value:
                        sheet.write_string(number, column, str(value))
    return path
