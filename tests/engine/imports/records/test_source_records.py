"""The untouched source record behind each row of the target, whatever becomes of the file it came in."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from sqlalchemy import insert, select, update

from adapters import SOURCES
from core.db.keys import tenant_key
from core.db.target import target_table
from core.engine.plan import Conflict
from core.engine.runs import records
from core.engine.sources import actions as files
from core.engine.sources import store, views
from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.tables import RecordShape
from core.errors import NotFoundError
from core.kit import crypto
from core.settings import settings
from tests.importer import MENU

ITEM = target_table("menu_item")
DEARER = MENU.replace("14.50", "15.00")


def target(context, external_id: str) -> str:
    context.session.rollback()
    return context.session.scalar(select(ITEM.c.id).where(ITEM.c.external_id == external_id))


def record_of(context, external_id: str) -> dict[str, str | None]:
    return records.source_record(context, "menu_item", target(context, external_id))


def as_read(text: str) -> dict[str, dict[str, str]]:
    return {row["Item ID"]: row for row in csv.DictReader(io.StringIO(text))}


def file_of(context, migration: str):
    (file,) = views.files(context, migration)
    return file


@pytest.mark.parametrize("rows", [2, 1000])
def test_the_source_record_stays_readable_as_it_was(importer, monkeypatch, rows):
    small = settings().model_copy(update={"migration_batch_size": rows})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    importer.import_file(MENU)
    assert {name: record_of(importer.context, name) for name in ("i1", "i2", "i3")} == as_read(MENU)


def test_what_was_picked_out_of_a_row_has_that_row_behind_it(importer):
    importer.import_file(MENU)
    category = target_table("category")
    wine = importer.context.session.scalar(select(category.c.id).where(category.c.name == "Wine"))
    assert records.source_record(importer.context, "category", wine) == as_read(MENU)["i3"]


def test_it_stays_when_the_file_is_removed(importer):
    run = importer.import_file(MENU)
    files.remove_file(importer.context, file_of(importer.context, run.migration_id).id)
    assert record_of(importer.context, "i2") == as_read(MENU)["i2"]


def test_it_stays_when_the_file_is_read_again_in_another_way(importer):
    run = importer.import_file(MENU)
    options = ReaderOptions(delimiter="|")
    files.reread_file(importer.context, file_of(importer.context, run.migration_id).id, options, SOURCES)
    assert record_of(importer.context, "i2") == as_read(MENU)["i2"]


def test_it_goes_with_the_file_when_the_import_was_taken_back(importer):
    run = importer.import_file(MENU)
    (stream,) = views.streams(importer.context, run.migration_id)
    importer.roll_back(run.id)
    files.remove_file(importer.context, file_of(importer.context, run.migration_id).id)
    assert store.list_chunks(importer.context, stream.id) == []


def test_it_stays_when_one_of_two_imports_was_taken_back(importer):
    run = importer.import_file(MENU)
    again = importer.run(run.migration_id)
    importer.roll_back(again.id)
    files.remove_file(importer.context, file_of(importer.context, run.migration_id).id)
    assert record_of(importer.context, "i1") == as_read(MENU)["i1"]


def test_it_stays_for_records_that_a_rollback_kept(importer):
    run = importer.import_file(MENU)
    edited = update(ITEM).where(ITEM.c.external_id == "i1").values(name="Margherita grande")
    importer.context.session.execute(edited)
    importer.context.session.commit()
    assert importer.roll_back(run.id).kept
    files.remove_file(importer.context, file_of(importer.context, run.migration_id).id)
    assert record_of(importer.context, "i1") == as_read(MENU)["i1"]


def test_an_overwritten_record_has_the_newer_row_behind_it_until_that_is_taken_back(importer):
    first = importer.import_file(MENU)
    second = importer.import_file(DEARER, conflict=Conflict.OVERWRITE)
    assert record_of(importer.context, "i1") == as_read(DEARER)["i1"]
    assert record_of(importer.context, "i2") == as_read(MENU)["i2"]
    files.remove_file(importer.context, file_of(importer.context, first.migration_id).id)
    assert importer.roll_back(second.id).equal
    assert record_of(importer.context, "i1") == as_read(MENU)["i1"]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_record_that_carries_its_own_sealed_copy_still_opens(importer, as_json):
    """As every record did before revision 0006."""
    importer.import_file(MENU)
    context, record = (
        importer.context,
        {"Item ID": "i2", "Note": 'a "b"\x1fc' if as_json else "plain", "SKU": None},
    )
    shape = hashlib.blake2b(json.dumps(list(record)).encode(), digest_size=8).hexdigest()
    values = "\x1e" + json.dumps(list(record.values())) if as_json else "i2\x1fplain\x1f\x00"
    [source] = context.session.scalars(select(ITEM.c.source_name).distinct())
    associated_data = f"{context.tenant.id}|menu_item|raw|{source}|i2"
    sealed = crypto.encrypt(tenant_key(context.session), (shape + values).encode(), associated_data)
    context.session.execute(
        insert(RecordShape).values(tenant_id=context.tenant.id, id=shape, columns=list(record))
    )
    old = {"raw": sealed, "stream_id": None, "source_row": None}
    context.session.execute(update(ITEM).where(ITEM.c.external_id == "i2").values(old))
    context.session.commit()
    assert record_of(context, "i2") == record


def test_mallory_finds_no_source_record(importer, mallory):
    importer.import_file(MENU)
    with pytest.raises(NotFoundError):
        records.source_record(mallory, "menu_item", target(importer.context, "i1"))
