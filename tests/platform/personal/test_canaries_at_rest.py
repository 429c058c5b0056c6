"""500 invented values of 11 kinds go through files, imports, errors, exports and a rollback: none is readable where it lies.

Looked at are the files of the database's folder after a checkpoint, the log of changes and the server's own log
included, every row of every table as the database shows it, the program's log, and what went to the model.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import NullPool, create_engine, text

from core.db import embedded
from core.db.base import owner_url
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.runs.export import export_entity
from core.engine.runs.records import held_rows_file
from core.engine.validation import views as findings
from core.errors import AppError
from core.settings import settings
from tests.importer import Importer

COUNT = 46
SYLLABLES = ["bra", "quo", "zen", "mir", "tol", "vex", "dru", "kai", "lum", "nor", "phi", "rus"]
DICE = Random(20261128)
BATCH = 1 << 24


def word() -> str:
    return "".join(DICE.choices(SYLLABLES, k=4)).capitalize()


def digits(count: int) -> str:
    return "".join(DICE.choices("123456789", k=count))


def card_number() -> str:
    """An invented number that passes Luhn's test."""
    body = "4" + digits(14)
    odd = sum(int(digit) for digit in body[1::2])
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in body[0::2])
    return body + str(-(odd + even) % 10)


KINDS: Mapping[str, Callable[[], str]] = {
    "name": lambda: f"{word()} {word()}",
    "e-mail": lambda: f"{word().lower()}.{word().lower()}@example.com",
    "phone": lambda: f"+1 {digits(3)} 555 01{digits(2)}",
    "street": lambda: f"{digits(3)} {word()} Street",
    "card number": card_number,
    "loyalty number": lambda: f"LOY-{digits(9)}",
    "gift card": lambda: f"GC{digits(2)}-{digits(4)}-{digits(4)}",
    "birthday": lambda: f"{DICE.randint(1940, 2005)}-{DICE.randint(1, 12):02}-{DICE.randint(1, 28):02}",
    "employee PIN": lambda: f"PIN{digits(8)}",
    "national id": lambda: f"{digits(3)}-{digits(2)}-{digits(4)}",
    "note": lambda: f"allergic to {word().lower()}, seat by the {word().lower()} please",
}


@pytest.fixture(scope="module")
def canaries() -> dict[str, list[str]]:
    values: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}
    for kind, make in KINDS.items():
        while len(values[kind]) < COUNT:
            values[kind][make()] = None
    return {kind: list(of_kind) for kind, of_kind in values.items()}


def write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def guests(
    folder: Path, canaries: Mapping[str, list[str]], *, name: str = "guests.csv", later: bool = False
) -> Path:
    """Guests without an id: they are known by their addresses. Two rows share one, and one has a date that is none."""
    header = ["First Name", "Last Name", "Email", "Phone", "Address", "Birthday", "Notes", "National ID"]
    rows = []
    for number in range(COUNT):
        first, _, last = canaries["name"][number].partition(" ")
        note = canaries["note"][-1 - number if later else number]
        kinds = ("e-mail", "phone", "street", "birthday")
        rows.append(
            [first, last, *(canaries[kind][number] for kind in kinds), note, canaries["national id"][number]]
        )
    rows[3][5] = f"{canaries['name'][3]} 31.31.1985"
    rows[4][3] = f"call {canaries['name'][4]}"
    return write_table(folder / name, header, [*rows, [*rows[5][:6], "other", "x"]])


def oddly_named(folder: Path, canaries: Mapping[str, list[str]]) -> Path:
    """Write all kinds under names that say little, so that a model is asked about them."""
    header = [
        "Who",
        "Write To",
        "Reach At",
        "Lives",
        "Pays With",
        "Club",
        "Voucher",
        "Day",
        "Secret",
        "State Key",
        "Remark X",
    ]
    return write_table(folder / "odd.csv", header, list(zip(*canaries.values(), strict=True)))


def other_tables(folder: Path, canaries: Mapping[str, list[str]]) -> list[Path]:
    """Staff, orders with notes and cards, gift cards and loyalty accounts, each as a table of its own."""
    numbers = range(COUNT)
    staff = [
        [f"e{number}", canaries["name"][number][::-1].title(), canaries["employee PIN"][number], "server"]
        for number in numbers
    ]
    orders = [
        [
            f"o{number}",
            "2026-01-02 10:00",
            "12.50",
            f"{canaries['note'][number]} {canaries['card number'][number]}",
            canaries["card number"][number],
        ]
        for number in numbers
    ]
    cards = [[canaries["gift card"][number], "25.00", "active"] for number in numbers]
    accounts = [
        [canaries["loyalty number"][number], canaries["e-mail"][number], 10 * number] for number in numbers
    ]
    return [
        write_table(folder / "employees.csv", ["Employee ID", "Employee Name", "PIN", "Role"], staff),
        write_table(folder / "orders.csv", ["Order ID", "Opened", "Total", "Order Notes", "Card"], orders),
        write_table(folder / "gift cards.csv", ["Gift Card Number", "Balance", "Status"], cards),
        write_table(
            folder / "loyalty accounts.csv", ["Loyalty Account ID", "Customer ID", "Points Balance"], accounts
        ),
    ]


def walked(importer: Importer, path: Path) -> None:
    """Dry run, import, export and what is held."""
    migration = importer.prepare(path, name=path.name)
    findings.issues(importer.context, findings.latest(importer.context, migration).id, limit=None)
    importer.run(migration, "dry_run")
    run = importer.run(migration)
    held_rows_file(importer.context, run.id, "csv")


@pytest.fixture
def all_ways(
    importer: Importer, canaries: dict[str, list[str]], emulator, caplog, monkeypatch, tmp_path: Path
):
    """The values have gone every way; returns the importer."""
    caplog.set_level(logging.DEBUG)
    for path in [guests(tmp_path, canaries), *other_tables(tmp_path, canaries)]:
        walked(importer, path)
    update = importer.import_file(guests(tmp_path, canaries, name="later.csv", later=True))
    assert sum(count.changed for count in update.entities) > COUNT / 2
    importer.roll_back(update.id)
    importer.import_file(guests(tmp_path, canaries, name="later.csv", later=True))
    monkeypatch.setenv("AI_TIMEOUT_SECONDS", "30")
    settings.cache_clear()
    review_with_ai(importer.context, importer.prepare(oddly_named(tmp_path, canaries), reviewed=False))
    assert emulator.requests
    importer.context.session.commit()
    return importer


def leaked(canaries: Mapping[str, list[str]], content: bytes) -> set[tuple[str, str]]:
    """List the values that stand in the content, as text or as hexadecimal digits."""
    return {
        (kind, value)
        for kind, values in canaries.items()
        for value in values
        for form in (value.encode(), value.encode().hex().encode())
        if form in content
    }


def every_row(tenant: str) -> Iterator[tuple[str, bytes]]:
    """Yield each table with all its rows as text, the tenant's and those that have none."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("select set_config('app.tenant', :tenant, false)"), {"tenant": tenant})
        tables = connection.execute(
            text(
                """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'dbos')"""
            )
        ).all()
        for schema, table in tables:
            rows = connection.scalars(text(f'select row(t.*)::text from {schema}."{table}" t')).all()
            yield f"{schema}.{table}", "\n".join(rows).encode()
    engine.dispose()


def database_files() -> Iterator[tuple[str, bytes]]:
    """Yield each file of the server's folder, pages written, in parts."""
    url = embedded.server_url().set(drivername="postgresql+psycopg", database="postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("checkpoint"))
        folder = Path(str(connection.scalar(text("show data_directory"))))
    engine.dispose()
    for path in filter(Path.is_file, folder.rglob("*")):
        with path.open("rb") as file:
            while part := file.read(BATCH):
                yield str(path.relative_to(folder)), part


def test_of_500_values_of_11_kinds_none_is_readable_where_it_lies(all_ways, canaries, emulator, caplog):
    assert sum(map(len, canaries.values())) >= 500
    in_rows = {
        (table, *hit)
        for table, rows in every_row(all_ways.context.tenant.id)
        for hit in leaked(canaries, rows)
    }
    assert in_rows == set()
    in_files = {(name, *hit) for name, part in database_files() for hit in leaked(canaries, part)}
    assert in_files == set()
    assert leaked(canaries, caplog.text.encode()) == set()
    assert leaked(canaries, b"\n".join(emulator.requests)) == set()


def test_who_may_export_people_reads_them_in_clear_and_nobody_else(all_ways, canaries, sam):
    exported = export_entity(all_ways.context, "customer", "csv").decode()
    clear = [email for email in canaries["e-mail"] if email in exported]
    assert len(clear) > COUNT - 5
    assert re.search(r"(19|20)\d\d-\d\d-\d\d", exported)
    for entity in ("customer", "employee", "gift_card", "loyalty_account", "order", "payment"):
        with pytest.raises(AppError):
            export_entity(sam, entity, "csv")
