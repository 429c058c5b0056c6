"""OneClass High School: a finished move of 640 pupils from a OneRoster bundle, a fee ledger and a register kept by hand."""

from __future__ import annotations

from pathlib import Path

from core.entry.stories.story import UNTIL, DemoMigration, DemoTenant
from mock_data.oneclass.generate import write_oneclass


def _write(folder: Path) -> None:
    write_oneclass(folder, until=UNTIL)


ONECLASS = DemoTenant(
    "oneclass-school",
    "OneClass High School",
    "Africa/Harare",
    {"tendai": "manager", "sam": "sales", "ada": "admin", "rudo": "customer"},
    _write,
    (
        DemoMigration(
            "OneRoster to OneClass",
            ("oneclass_roster.zip", "oneclass_fees.csv", "oneclass_register.xlsx"),
            imported=True,
            excluded={
                "manifest": "It describes the bundle itself.",
                "demographics": "Birth dates and sex are read into the pupils from here.",
            },
        ),
    ),
    domain="school",
    country="ZW",
)
