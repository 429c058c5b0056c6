"""OneClass High School's sources: 640 pupils whose records fit each other, but for the listed faults."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from mock_data.oneclass.people import HOMEROOMS, PUPILS
from tests.mock_data.exports import planted, read, table


@pytest.fixture(scope="module")
def bundle(oneclass):
    """Name of a file of the bundle -> its rows."""
    with zipfile.ZipFile(oneclass / "oneclass_roster.zip") as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            )
            for name in archive.namelist()
        }


def sheet(folder, name):
    header, *rows = (
        CalamineWorkbook.from_path(folder / "oneclass_register.xlsx").get_sheet_by_name(name).to_python()
    )
    return [dict(zip(header, row, strict=True)) for row in rows]


def ids(folder, code):
    return {key for _, key in planted(folder, code)}


def test_the_manifest_names_every_file_of_the_bundle_and_those_that_are_absent(bundle):
    manifest = {row["propertyName"]: row["value"] for row in bundle["manifest"]}
    assert manifest["oneroster.version"] == "1.1"
    bulk = {name.removeprefix("file.") for name, value in manifest.items() if value == "bulk"}
    assert bulk == set(bundle) - {"manifest"}
    assert {value for name, value in manifest.items() if name.startswith("file.")} == {"bulk", "absent"}


def test_the_school_has_640_pupils_in_22_classes_with_their_parents_and_teachers(bundle):
    roles = Counter(user["role"] for user in bundle["users"])
    assert roles["student"] == PUPILS
    assert roles["parent"] + roles["guardian"] > 600
    assert len(bundle["classes"]) == len(HOMEROOMS) == 22
    assert len({user["sourcedId"] for user in bundle["users"]}) == len(bundle["users"])


def test_every_reference_of_the_bundle_is_met_but_for_the_listed_pupils_without_a_class(oneclass, bundle):
    users = {user["sourcedId"]: user for user in bundle["users"]}
    pupils = {key for key, user in users.items() if user["role"] == "student"}
    for row in bundle["enrollments"]:
        assert row["userSourcedId"] in users
        assert row["classSourcedId"] in {part["sourcedId"] for part in bundle["classes"]}
    placed = {row["userSourcedId"] for row in bundle["enrollments"] if row["role"] == "student"}
    assert pupils - placed == ids(oneclass, "pupil_without_class")
    assert placed <= pupils


def test_guardians_and_pupils_name_each_other_but_for_the_listed_ones(oneclass, bundle):
    guardians = {
        user["sourcedId"]: user for user in bundle["users"] if user["role"] in {"parent", "guardian"}
    }
    nobody = {key for key, user in guardians.items() if not user["agentSourcedIds"]}
    assert nobody == ids(oneclass, "guardian_without_pupil")
    for user in bundle["users"]:
        if user["role"] == "student":
            for guardian in filter(None, user["agentSourcedIds"].split(",")):
                assert user["sourcedId"] in guardians[guardian]["agentSourcedIds"].split(",")


def test_no_two_pupils_have_names_and_birth_date_in_common_but_the_listed_ones(oneclass, bundle):
    born = {row["sourcedId"]: row["birthDate"] for row in bundle["demographics"]}
    people = Counter(
        (user["givenName"], user["familyName"], born[user["sourcedId"]])
        for user in bundle["users"]
        if user["role"] == "student"
    )
    assert sum(count - 1 for count in people.values()) == len(ids(oneclass, "duplicate_pupil")) == 2


def test_the_ledger_adds_up_to_the_listed_balances_in_both_currencies(oneclass):
    rows = table(oneclass / "oneclass_fees.csv")
    unread = ids(oneclass, "bad_money")
    balances = read(oneclass / "expected.json")["balances"]
    assert set(balances) == {"USD", "ZWG"}
    for currency, sums in balances.items():
        part = [row for row in rows if row["Currency"] == currency and row["Invoice No"] not in unread]
        owed = sum(Decimal(row["Amount Charged"]) - Decimal(row["Amount Paid"]) for row in part)
        assert owed == Decimal(sums["balance"])


def test_a_fee_marked_as_paid_is_paid_but_for_the_listed_one(oneclass):
    wrong = {
        row["Invoice No"]
        for row in table(oneclass / "oneclass_fees.csv")
        if row["Status"] == "Paid" and "O" not in row["Amount Charged"]
        and Decimal(row["Amount Paid"]) < Decimal(row["Amount Charged"])
    }  # fmt: skip
    assert wrong == ids(oneclass, "fee_not_covered")


def test_marks_lie_between_nothing_and_a_hundred_but_for_the_listed_ones(oneclass):
    wrong = {row["Mark ID"] for row in sheet(oneclass, "Marks") if not 0 <= row["Mark"] <= row["Out Of"]}
    assert wrong == ids(oneclass, "mark_out_of_range")


def test_the_register_has_an_entry_a_day_of_every_pupil_with_a_class(oneclass):
    rows = sheet(oneclass, "Attendance")
    assert set(Counter(row["Date"] for row in rows).values()) == {PUPILS - 3}
    assert {row["Entry ID"] for row in rows if row["Status"] == "bunked"} == ids(oneclass, "bad_enum")
