"""Personal values of the target are encrypted, each for its own record, and records are matched and filled in as before."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from core.db.keys import tenant_key
from core.db.personal import PersonalValues
from core.db.target import TARGETS, target_table
from core.engine.plan import Conflict
from core.engine.runs.loading.references import look_up
from core.engine.runs.loading.write_context import duplicate_suffix
from core.kit import crypto
from core.kit.ids import new_id, new_id_bytes
from core.schema import encrypted_fields, target_schema
from tests.engine.runs.loading.conftest import SOURCE
from tests.stored import stored_records

ADA = {
    "external_id": "ada@example.com",
    "first_name": "Ada",
    "email": "ada@example.com",
    "phone": "+15550101",
}
BEN = {"external_id": "g2", "first_name": "Ben", "email": "ben@example.com"}
KEY, TENANT = crypto.new_key(), new_id()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def guests(target, *names):
    """The named fields of each guest, by the source's id."""
    records = stored_records(target.context, "customer")
    return {record["external_id"]: tuple(record[name] for name in names) for record in records}


def test_nothing_of_a_guest_is_readable_in_the_table(target):
    target.write([ADA, BEN], entity="customer")
    stored = "".join(target.context.session.scalars(text("select row(t.*)::text from target_customer t")))
    for value in [*ADA.values(), *list(BEN.values())[1:]]:
        assert value not in stored
        assert value.encode().hex() not in stored
    assert guests(target, "first_name", "email") == {
        "ada@example.com": ("Ada", "ada@example.com"),
        "g2": ("Ben", "ben@example.com"),
    }


def test_every_personal_text_and_date_of_the_schema_is_stored_as_bytes():
    stored = {
        f"{entity}.{column.name}"
        for entity, table in TARGETS.items()
        for column in table.c
        if column.name in encrypted_fields(entity) and column.type.python_type is bytes
    }
    declared = {
        field.key
        for entities in target_schema().domains.values()
        for entity in entities.values()
        for field in encrypted_fields(entity.name).values()
    }
    assert stored == declared
    assert {
        "customer.birthday",
        "customer.tags",
        "gift_card.code",
        "student.birth_date",
        "guardian.phone",
        "order.notes",
    } <= declared


@given(
    st.lists(
        st.tuples(
            TEXTS, st.none() | TEXTS, st.none() | st.dates(date(1900, 1, 1)), st.none() | st.lists(TEXTS)
        ),
        min_size=1,
        max_size=8,
    )
)
def test_records_come_back_as_they_went_in(rows):
    ids, names, birthdays, tags = zip(*rows, strict=True)
    frame = pl.DataFrame(
        {"external_id": ids, "first_name": names, "birthday": birthdays, "tags": tags},
        schema={
            "external_id": pl.String,
            "first_name": pl.String,
            "birthday": pl.Date,
            "tags": pl.List(pl.String),
        },
    ).with_columns(pl.Series("id", new_id_bytes(len(rows)), pl.Binary))
    values = PersonalValues(KEY, TENANT, "customer")
    encrypted = values.encrypt_frame(frame)
    assert values.decrypt_rows(encrypted.to_dicts()) == frame.to_dicts()
    assert encrypted["external_id"].to_list() == [values.id_of(id_) for id_ in ids]


@pytest.mark.parametrize(
    ("key", "tenant", "entity", "column", "row"),
    [
        (crypto.new_key(), TENANT, "customer", "email", 0),
        (KEY, new_id(), "customer", "email", 0),
        (KEY, TENANT, "employee", "email", 0),
        (KEY, TENANT, "customer", "phone", 0),
        (KEY, TENANT, "customer", "email", 1),
    ],
    ids=["key", "tenant", "entity", "column", "row"],
)
def test_a_value_opens_only_in_its_own_row_column_table_and_tenant(key, tenant, entity, column, row):
    ids = new_id_bytes(2)
    encrypted = PersonalValues(KEY, TENANT, "customer").encrypt("email", ids[:1], [b"ada@example.com"])
    assert PersonalValues(KEY, TENANT, "customer").decrypt("email", ids[:1], encrypted) == ["ada@example.com"]
    with pytest.raises(crypto.DecryptionError):
        PersonalValues(key, tenant, entity).decrypt(column, [ids[row]], encrypted)


def test_equal_values_do_not_look_alike_and_ids_of_two_tenants_neither():
    ids = new_id_bytes(2)
    values = PersonalValues(KEY, TENANT, "customer")
    first, second = values.encrypt("city", ids, [b"Springfield", b"Springfield"])
    assert first != second
    assert values.id_of("ada@example.com") == values.id_of("ada@example.com")
    assert values.id_of("ada@example.com") != PersonalValues(crypto.new_key(), new_id(), "customer").id_of(
        "ada@example.com"
    )


def bytes_of(target):
    table = target_table("customer")
    query = select(table.c.external_id, table.c.first_name, table.c.email, table.c.phone)
    return {row[0]: tuple(row[1:]) for row in target.context.session.execute(query)}


def test_the_same_guests_again_change_nothing_and_keep_their_bytes(target):
    target.write([ADA, BEN], entity="customer")
    before = bytes_of(target)
    assert target.another_run().write([ADA, BEN], entity="customer") == ["same", "same"]
    assert bytes_of(target) == before


def test_a_changed_value_replaces_the_old_one_and_the_others_keep_their_bytes(target):
    target.write([ADA], entity="customer")
    (before,) = bytes_of(target).values()
    assert target.another_run().write([ADA | {"email": "countess@example.com"}], entity="customer") == [
        "changed"
    ]
    assert guests(target, "first_name", "email", "phone") == {
        "ada@example.com": ("Ada", "countess@example.com", "+15550101")
    }
    (after,) = bytes_of(target).values()
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] != before[1]


def test_merging_fills_what_is_empty_and_keeps_what_is_there(target):
    target.write([BEN], entity="customer")
    update = BEN | {"email": "other@example.com", "phone": "+15550102"}
    assert target.another_run().write([update], entity="customer", conflict=Conflict.MERGE) == ["changed"]
    assert guests(target, "email", "phone") == {"g2": ("ben@example.com", "+15550102")}
    row_hash = target.context.session.scalar(select(target_table("customer").c.row_hash))
    assert row_hash == b"", "the record keeps a value of its own, so it is not what the file says"


def test_a_merged_record_that_is_what_the_file_says_is_the_same_next_time(target):
    target.write([BEN], entity="customer")
    update = BEN | {"phone": "+15550102"}
    assert target.another_run().write([update], entity="customer", conflict=Conflict.MERGE) == ["changed"]
    assert target.another_run().write([update], entity="customer", conflict=Conflict.MERGE) == ["same"]


def test_a_later_row_of_the_run_fills_what_the_first_left_empty(target):
    target.write([BEN], entity="customer")
    assert target.write(
        [{"external_id": "g2", "email": "late@example.com", "phone": "+15550103"}], entity="customer"
    ) == ["repeated"]
    assert guests(target, "first_name", "email", "phone") == {"g2": ("Ben", "ben@example.com", "+15550103")}


def test_rows_that_tell_of_a_guest_in_part_each_add_to_the_tags(target):
    tagged = [BEN | {"tags": tags} for tags in (["regular"], ["vegan", "regular"], ["vegan"])]
    assert target.write(tagged[:1], entity="customer") == ["new"]
    assert target.write(tagged[1:2], entity="customer", primary=False) == ["repeated"]
    before = target.context.session.scalar(select(target_table("customer").c.tags))
    assert target.write(tagged[2:], entity="customer", primary=False) == ["repeated"]
    assert guests(target, "tags") == {"g2": (["regular", "vegan"],)}
    assert target.context.session.scalar(select(target_table("customer").c.tags)) == before


def test_a_second_record_beside_one_carries_its_id_with_a_mark(target):
    target.write([ADA], entity="customer")
    second = target.another_run()
    assert second.write(
        [ADA | {"first_name": "Augusta"}], entity="customer", conflict=Conflict.DUPLICATE
    ) == ["duplicate"]
    suffix = duplicate_suffix(second.run_id)
    assert guests(target, "first_name") == {
        "ada@example.com": ("Ada",),
        f"ada@example.com{suffix}": ("Augusta",),
    }
    plain, duplicate = (
        look_up(target.context, SOURCE, "customer", ["ada@example.com"], end)["ada@example.com"]
        for end in ("", suffix)
    )
    assert plain != duplicate


def test_an_employee_is_found_by_a_name_that_one_has_whatever_its_case(target):
    staff = [
        {"external_id": "e1", "display_name": "Maya Okafor"},
        {"external_id": "e2", "display_name": "Leo Kim"},
        {"external_id": "e3", "display_name": "leo kim "},
    ]
    target.write(staff, entity="employee")
    ids = look_up(target.context, SOURCE, "employee", ["MAYA okafor", "Leo Kim", "e3", "Nobody"])
    ours = {record["external_id"]: record["id"] for record in stored_records(target.context, "employee")}
    assert ids == {"MAYA okafor": ours["e1"], "e3": ours["e3"]}
    stored = "".join(target.context.session.scalars(text("select row(t.*)::text from target_employee t")))
    assert "okafor" not in stored.lower()


def test_ids_that_the_program_makes_keep_the_beginning_that_tells_them_apart(target):
    values = PersonalValues.of(target.context.session, "customer")
    assert values.id_of("row:00ff").startswith("row:")
    assert values.id_of("row:00ff:3").endswith(":0")
    assert "00ff" not in values.id_of("row:00ff") + values.id_of("row:00ff:3")
    assert tenant_key(target.context.session) != KEY
