"""A customer whose people have values that stand nowhere else, and the search for these values in whatever comes out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import polars as pl

from core.context import Context
from core.engine.runs.views import RunView
from tests.importer import Importer

CANARY = re.compile(
    r"zq(?:alla|vorth|bert|moor|cleo|hill|dora|erin|lane|allergic|window|day|gate|bell|sum)|212-?5550147|555[- ]01[0-9]{2}|1987-03-1[0-9]|3/1[0-9]/1987",
    re.IGNORECASE,
)
"""Every personal value of the customer's files has a part that matches."""

GUESTS = (
    "Guest Id,First Name,Last Name,Email,Phone,Birthday,Street Address,Notes,Email Opt In\n"
    "g1,Zqalla,Zqvorth,zqalla@example.com,(212) 555-0147,1987-03-14,14 Zqlane,Zqallergic to nuts,yes\n"
    "g2,Zqbert,Zqmoor,zqbert@example.com,(212) 555-0148,1987-03-15,15 Zqlane,Zqwindow seat,no\n"
    "g3,Zqcleo,Zqhill,zqcleo at example,(212) 555-0149,Zqday,16 Zqlane,,perhaps\n"
    "g3,Zqdora,Zqhill,zqdora@example.com,,1987-03-17,17 Zqlane,,yes\n"
    ",Zqerin,Zqhill,zqerin@example.com,(212) 555-0150,1987-03-18,18 Zqlane,,yes\n"
)
ORDERS = (
    "Order Id,Guest Id,Opened At,Subtotal,Tax,Total,Notes\n"
    "o1,g1,2026-05-01 12:00,10.00,1.00,11.00,Zqgate code\n"
    "o2,g2,2026-05-02 12:00,20.00,2.00,22.00,Zqbell is broken\n"
    "Total,,,30.00,3.00,33.00,Zqsum\n"
)


def texts(value: object) -> Iterator[str]:
    """Yield every text that a result holds: in files, tables, records of the database, whatever is inside of it."""
    if isinstance(value, bytes):
        yield from _file_texts(value)
    elif isinstance(value, pl.DataFrame):
        yield value.write_csv()
    elif (parts := _parts(value)) is not None:
        for part in parts:
            yield from texts(part)
    else:
        yield str(value)


def _parts(value: object) -> list[object] | None:
    """Return what the value consists of; None for a single one."""
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if hasattr(value, "__table__"):
        return [getattr(value, column.key) for column in value.__table__.columns]
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return None


def canaries(value: object) -> set[str]:
    """Return the personal values in a result, in small letters."""
    return {match.lower() for text in texts(value) for match in CANARY.findall(text)}


def _file_texts(content: bytes) -> Iterator[str]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                yield book.read(name).decode("utf-8", "replace")
    elif content.startswith(b"PAR1"):
        yield pl.read_parquet(io.BytesIO(content)).write_csv()
    else:
        yield content.decode("utf-8", "replace")


def import_people(context: Context, folder: Path) -> tuple[str, RunView, RunView]:
    """Import the customer's people and orders; return the migration, its dry run and its import."""
    importer = Importer(context, folder)
    migration = importer.prepare(GUESTS, name="guests.csv", more=[("orders.csv", ORDERS)])
    dry_run = importer.run(migration, "dry_run")
    return migration, dry_run, importer.run(migration)
