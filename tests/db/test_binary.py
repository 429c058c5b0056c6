"""What is sent in binary arrives as it was."""

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB

from core.db.binary import bigint_array, binary_copy, take_arrays, uuid_array
from core.db.session import TenantSession, driver_connection
from core.db.types import Id, Moment, Money, Quantity

TYPES = {
    "id": Id, "name": Text(), "price": Money, "quantity": Quantity, "rank": BigInteger(), "open": Boolean(),
    "day": Date(), "at": Moment, "tags": JSONB(), "sealed": LargeBinary(),
}  # fmt: skip
SCHEMA = {
    "id": pl.String, "name": pl.String, "price": pl.Decimal(18, 4), "quantity": pl.Decimal(18, 6), "rank": pl.Int64,
    "open": pl.Boolean, "day": pl.Date, "at": pl.Datetime("us", "UTC"), "tags": pl.List(pl.String), "sealed": pl.Binary,
}  # fmt: skip

EARLIEST, LATEST = dt.datetime.fromisoformat("1900-01-01"), dt.datetime.fromisoformat("2200-01-01")

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)


def decimals(places):
    limit = 10 ** (17 - places)
    return st.decimals(-limit, limit, allow_nan=False, allow_infinity=False, places=places)


rows = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "name": texts,
        "price": decimals(4),
        "quantity": decimals(6),
        "rank": st.integers(-(2**63), 2**63 - 1),
        "open": st.booleans(),
        "day": st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
        "at": st.datetimes(EARLIEST, LATEST, timezones=st.just(dt.UTC)),
        "tags": st.lists(texts, max_size=3),
        "sealed": st.binary(max_size=40),
    }
).flatmap(
    lambda row: st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.just(value)) for name, value in row.items()}
    )
)


def there_and_back(frame):
    with TenantSession("", "") as session:
        cursor = driver_connection(session).cursor()
        dialect = session.get_bind().dialect
        columns = ", ".join(f'"{name}" {kind.compile(dialect=dialect)}' for name, kind in TYPES.items())
        cursor.execute(f"create temp table sent (place integer, {columns}) on commit drop")
        types = {"place": BigInteger(), **TYPES}
        cursor.execute("alter table sent alter column place type bigint")
        with cursor.copy("copy sent from stdin with (format binary)") as copy:
            for part in binary_copy(frame.with_row_index("place").cast({"place": pl.Int64}), types):
                copy.write(part)
        cursor.execute(
            "select id::text, name, price, quantity, rank, open, day, at, tags::text, sealed from sent order by place"
        )
        return cursor.fetchall()


@settings(deadline=None)
@given(st.lists(rows, max_size=5))
def test_every_kind_of_value_arrives_as_it_was(database, given_rows):
    arrived = there_and_back(pl.DataFrame(given_rows, schema=SCHEMA))
    read = [
        dict(zip(TYPES, row, strict=True)) | {"tags": None if row[8] is None else json.loads(row[8])}
        for row in arrived
    ]
    assert read == given_rows


def test_more_rows_than_are_encoded_at_once_arrive_in_their_order(database):
    numbers = list(range(4_321))
    frame = pl.DataFrame({"rank": numbers}).select(
        *(
            pl.lit(None, kind).alias(name) if name != "rank" else pl.col("rank")
            for name, kind in SCHEMA.items()
        )
    )
    assert [row[4] for row in there_and_back(frame)] == numbers


def only(**values):
    """One row with these values and no others; each as (value, how it is kept before it is sent)."""
    given_ones = {name: pl.Series(name, [value], kind) for name, (value, kind) in values.items()}
    return pl.DataFrame(
        [given_ones.get(name, pl.Series(name, [None], kind)) for name, kind in SCHEMA.items()]
    )


def test_ids_may_be_bytes_already(database):
    identifier = UUID("0190163d-8694-739b-aea5-966c26f8ad91")
    assert there_and_back(only(id=(identifier.bytes, pl.Binary)))[0][0] == str(identifier)


def test_an_amount_kept_with_fewer_places_is_the_same_amount(database):
    assert there_and_back(only(price=(Decimal("1.23"), pl.Decimal(18, 2))))[0][2] == Decimal("1.2300")


def test_a_type_without_a_binary_form_is_refused():
    with pytest.raises(TypeError, match="no binary form"):
        list(binary_copy(pl.DataFrame({"n": [1]}), {"n": Integer()}))


@settings(deadline=None)
@given(st.lists(st.uuids(), max_size=50), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=50))
def test_arrays_arrive_as_they_were(database, ids, numbers):
    params = {
        "ids": uuid_array(pl.Series([id_.bytes for id_ in ids], dtype=pl.Binary)),
        "numbers": bigint_array(pl.Series(numbers, dtype=pl.Int64)),
    }
    with TenantSession("", "") as session:
        cursor = driver_connection(session).cursor()
        take_arrays(cursor)
        arrived = cursor.execute("select %(ids)s, %(numbers)s", params).fetchone()
    assert arrived == (ids, numbers)
