"""Writes the three sources of the demo tenant OneClass High School: its OneRoster bundle, fee ledger, marks and attendance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from mock_data.ledger import Ledger
from mock_data.oneclass.bundle import SCHOOL_NAME, write_bundle
from mock_data.oneclass.people import Adult, Roll, build_roll
from mock_data.oneclass.sheets import (
    attendance_rows,
    fee_rows,
    mark_rows,
    write_ledger,
    write_register,
)
from mock_data.writing import Json, dollars, write_json

SEED = 640


def write_oneclass(folder: Path, *, until: date) -> list[Path]:
    """Write oneclass_roster.zip, oneclass_fees.csv and oneclass_register.xlsx; the same `until` gives the same bytes.

    expected.json lists every planted fault, how many records there are, and what is charged, paid and owed by currency.
    """
    rng, ledger = random.Random(SEED), Ledger()
    roll = build_roll(rng)
    _plant_in_roll(roll, ledger)
    fees = fee_rows(rng, roll.pupils)
    marks = mark_rows(rng, roll.pupils, until)
    days = attendance_rows(rng, roll.pupils, until)
    _plant_in_fees(fees, ledger)
    _plant_in_marks(marks, ledger)
    days[17][4] = "bunked"
    ledger.plant("bad_enum", "attendance", str(days[17][0]), "status", "a word that is no status")
    _count(ledger, roll, fees, marks, days)
    folder.mkdir(parents=True, exist_ok=True)
    expected = ledger.as_json(source="oneroster", tenant=SCHOOL_NAME, balances=balances(fees))
    return [
        write_bundle(folder / "oneclass_roster.zip", roll),
        write_ledger(folder / "oneclass_fees.csv", fees),
        write_register(folder / "oneclass_register.xlsx", marks, days, until),
        write_json(folder / "expected.json", expected, indent=True),
    ]


def balances(rows: list[Json]) -> dict[str, dict[str, str]]:
    """Add up by currency what the ledger charges, what was paid and what is owed; rows without an amount are left out."""
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        if isinstance(row["Amount Charged"], int):
            part = sums.setdefault(str(row["Currency"]), Counter())
            part["charged"] += row["Amount Charged"]
            part["paid"] += row["Amount Paid"]
            part["balance"] += row["Amount Charged"] - row["Amount Paid"]
    return {
        currency: {name: str(dollars(cents)) for name, cents in part.items()}
        for currency, part in sums.items()
    }


def _plant_in_roll(roll: Roll, ledger: Ledger) -> None:
    """Take three pupils out of their class, enter two pupils twice, and leave two guardians without a pupil."""
    for index in (40, 250, 500):
        roll.pupils[index] = replace(roll.pupils[index], homeroom="")
        ledger.plant(
            "pupil_without_class", "student", roll.pupils[index].number, "external_id", "in no class"
        )
    for index, number in ((100, "OC-2026-1900"), (300, "OC-2025-2900")):
        pupil, other = roll.pupils[index : index + 2]
        roll.pupils[index + 1] = replace(
            other, number=number, first_name=pupil.first_name, family=pupil.family, born=pupil.born
        )
        for place, adult in enumerate(roll.guardians):
            pupils = tuple(number if key == other.number else key for key in adult.pupils)
            roll.guardians[place] = replace(adult, pupils=pupils)
        ledger.plant("duplicate_pupil", "student", number, "last_name", f"the same pupil as {pupil.number}")
    for number in ("G-9001", "G-9002"):
        roll.guardians.append(Adult(number, "Memory", "Chikafu", "guardian", f"+26377200{number[2:]}"))
        ledger.plant("guardian_without_pupil", "guardian", number, "student_ids", "of nobody")


def _plant_in_fees(rows: list[Json], ledger: Ledger) -> None:
    """Mark a part paid fee as paid, pay another twice, write a letter in an amount, and charge a pupil whom nobody knows."""
    part_paid = next(row for row in rows if row["Status"] == "Part paid" and row["Currency"] == "USD")
    owed = part_paid["Amount Charged"] - part_paid["Amount Paid"]
    part_paid["Status"] = "Paid"
    ledger.plant(
        "fee_not_covered", "fee", part_paid["Invoice No"], "status", "paid, says the ledger", cents=owed
    )
    paid = next(row for row in rows[600:] if row["Status"] == "Paid" and row["Currency"] == "USD")
    paid["Amount Paid"] *= 2
    ledger.plant(
        "fee_overpaid", "fee", paid["Invoice No"], "amount_paid", "paid twice", cents=paid["Amount Charged"]
    )
    rows[900]["Amount Charged"] = "45O.00"
    ledger.plant("bad_money", "fee", rows[900]["Invoice No"], "amount", "the letter O in the amount")
    unpaid = next(row for row in rows[1000:] if row["Status"] == "Unpaid" and row["Currency"] == "USD")
    unpaid["Adm No"] = "OC-2019-0001"
    cents = unpaid["Amount Charged"]
    ledger.plant(
        "missing_reference", "fee", unpaid["Invoice No"], "student_id", "a pupil who left", cents=cents
    )


def _plant_in_marks(rows: list[list[object]], ledger: Ledger) -> None:
    for index, mark in ((77, 105), (1500, -3)):
        rows[index][4] = mark
        ledger.plant("mark_out_of_range", "assessment_result", str(rows[index][0]), "score", f"{mark} of 100")


def _count(
    ledger: Ledger, roll: Roll, fees: list[Json], marks: list[list[object]], days: list[list[object]]
) -> None:
    ledger.count("student", (pupil.number for pupil in roll.pupils))
    ledger.count("guardian", (adult.number for adult in roll.guardians))
    ledger.count("staff", (adult.number for adult in roll.staff))
    ledger.count("fee", (row["Invoice No"] for row in fees))
    ledger.count("assessment_result", (str(row[0]) for row in marks))
    ledger.count("attendance", (str(row[0]) for row in days))
