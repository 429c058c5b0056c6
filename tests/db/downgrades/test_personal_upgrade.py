"""A database with personal values in clear is encrypted by the upgrade, with the images of changes and the previews."""

from __future__ import annotations

import warnings

from alembic import command
from sqlalchemy import NullPool, create_engine, text, update

from core.db.base import owner_url
from core.db.migrate import _config, migrate
from core.engine.plan import Conflict
from core.engine.runs import checksums, views
from core.engine.runs.tables import Run
from tests.stored import stored_records

GUESTS = """customer id,first name,last name,email,phone,birthday,notes,tags
ada@example.com,Ada,Byron,ada@example.com,+1 555 010 0101,1985-12-10,sits by the window,vip
g2,Ben,Carr,ben@example.com,+1 555 010 0102,1990-02-03,allergic to nuts,
"""
STAFF = "employee id,employee name,email,job title\n" + "e1,Maya Okafor,maya@example.com,server\n"
LATER = GUESTS.replace("ben@example.com", "benjamin@example.com").replace("1990-02-03", "1990-02-04")
PERSONAL = [
    "ada@example.com",
    "benjamin@example.com",
    "ben@example.com",
    "Byron",
    "allergic to nuts",
    "sits by the window",
]


def downgraded(importer) -> None:
    importer.context.session.rollback()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Alembic about its own configuration
        command.downgrade(_config(), "0017")


def everything_stored(tenant: str) -> str:
    """Return all rows of the tables that hold guests, as the database shows them."""
    engine = create_engine(owner_url(), poolclass=NullPool)
    tables = ("target_customer", "change", "run_diff", "run_chunk", "run")
    with engine.connect() as connection:
        connection.execute(text("select set_config('app.tenant', :tenant, false)"), {"tenant": tenant})
        parts = [connection.scalars(text(f"select row(t.*)::text from {table} t")).all() for table in tables]
    engine.dispose()
    return "\n".join(line for lines in parts for line in lines)


def in_clear(importer):
    records = stored_records(importer.context, "customer")
    hidden = {"row_hash", "source_id"}
    return sorted(
        ({name: value for name, value in record.items() if name not in hidden} for record in records),
        key=lambda record: record["external_id"],
    )


def test_values_in_clear_are_encrypted_and_come_back_at_a_downgrade(importer):
    tenant = importer.context.tenant.id
    importer.import_file(GUESTS, name="guests.csv")
    importer.run(importer.prepare(LATER, name="guests.csv"), "dry_run")
    importer.import_file(LATER, name="guests.csv")
    importer.context.session.rollback()
    before, stored = in_clear(importer), everything_stored(tenant)
    assert before[0]["birthday"].isoformat() == "1985-12-10"
    assert not [value for value in PERSONAL if value in stored]
    downgraded(importer)
    try:
        plain = everything_stored(tenant)
        assert [value for value in PERSONAL if value not in plain] == []
        assert "1985-12-10" in plain
    finally:
        migrate()
    assert in_clear(importer) == before
    again = everything_stored(tenant)
    assert not [value for value in PERSONAL if value in again]


def test_an_import_from_before_is_rolled_back_to_equal_checksums(importer):
    importer.import_file(GUESTS, name="guests.csv", more=[("staff.csv", STAFF)])
    downgraded(importer)
    try:
        over = checksums.columns(importer.context)
        noted = {"before": checksums.table_checksums(importer.context, over), "columns": over}
    finally:
        importer.context.session.rollback()
        migrate()
    run = importer.import_file(
        LATER, name="guests.csv", more=[("staff.csv", STAFF.replace("maya@", "okafor@"))]
    )
    downgraded(importer)
    try:
        session = importer.context.session
        session.execute(update(Run).where(Run.id == run.id).values(checksums=noted))
        session.commit()
    finally:
        migrate()
    assert [record["email"] for record in stored_records(importer.context, "employee")] == [
        "okafor@example.com"
    ]
    report = importer.roll_back(run.id)
    assert report.kept == []
    assert report.undone == {"customer": 1, "employee": 1}
    assert report.equal
    emails = {record["email"] for record in stored_records(importer.context, "customer")}
    assert emails == {"ada@example.com", "ben@example.com"}


def test_a_guest_from_before_is_matched_and_its_preview_is_readable(importer):
    importer.import_file(GUESTS, name="guests.csv")
    run = importer.run(importer.prepare(LATER, name="guests.csv"), "dry_run")
    downgraded(importer)
    migrate()
    (row,) = views.diff(importer.context, run.id, entity="customer", kind="changed")
    assert row.external_id == "g2"
    assert row.fields["email"] == ["ben@example.com", "benjamin@example.com"]
    again = importer.import_file(GUESTS, name="guests.csv")
    assert {count.changed for count in again.entities} == {0}
    third = importer.import_file(
        GUESTS.replace("Byron", "Lovelace"), name="guests.csv", conflict=Conflict.OVERWRITE
    )
    assert [count.changed for count in third.entities if count.entity == "customer"] == [1]
