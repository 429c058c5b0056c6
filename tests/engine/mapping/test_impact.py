"""What hangs on a column is measured as the import would read it, and what is kept of its values tells nothing."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.mapping import actions, samples, views
from core.engine.mapping.impact import amount_at_risk, amount_shares, statistics
from core.engine.plan import Plan
from core.engine.sources import actions as files
from core.engine.sources import views as source_views
from core.engine.sources.profile import profile_frame
from core.kit.crypto import DecryptionError, new_key

PLAN = Plan("restaurant", "", ())
PRICE = "menu_item.price"


@given(st.lists(st.decimals(-9999, 9999, places=2), min_size=1, max_size=30), st.integers(1, 50))
def test_a_money_column_touches_its_absolute_sum_projected_onto_all_rows(amounts, times):
    column = pl.Series("price", [str(amount) for amount in amounts])
    touched = amount_at_risk(column, len(amounts) * times, PRICE, None, PLAN)
    assert touched == sum(map(abs, amounts)) * times
    assert amount_at_risk(column, len(amounts) * times, PRICE, "multiply(100)", PLAN) == touched * 100


@pytest.mark.parametrize(
    ("target", "transform", "touched"),
    [
        (PRICE, "divide(100)", "20.00"),
        (PRICE, "sum", "2000"),  # joins several sources: read as it stands
        (PRICE, "bool", "0"),  # cannot become money
        ("menu_item.name", None, "0"),
        (None, None, "0"),
    ],
)
def test_only_what_becomes_money_counts_and_in_major_units(target, transform, touched):
    column = pl.Series("price", ["750", None, "1250", "soup"])
    assert amount_at_risk(column, 4, target, transform, PLAN) == Decimal(touched)


amounts = st.decimals(-99999, 99999, places=2)
spellings = st.sampled_from(
    ["{:.2f}", "{:,.2f}", "${:,.2f}", "{:.2f} EUR", "USD {:.2f}", "{:.2f}EUR", "({:.2f})"]
)


@given(
    st.lists(amounts, min_size=1, max_size=40),
    spellings,
    st.lists(st.sampled_from(["", " ", "0", "5", "20", "1,000"]), max_size=20),
)
def test_a_column_of_amounts_is_known_also_where_its_first_values_say_nothing(amounts, spelling, first):
    column = pl.Series("extra", [*first, *(spelling.format(abs(amount)) for amount in amounts)])
    numbers, exact = amount_shares(column)
    assert numbers == 1.0
    assert exact == pytest.approx(len(amounts) / (len(amounts) + sum(1 for text in first if text.strip())))


identifiers = st.one_of(
    st.from_regex(r"\d{1,14}", fullmatch=True),
    st.from_regex(r"0\d{1,6}\.\d{2}", fullmatch=True),
    st.from_regex(r"\+?1?[ -]?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", fullmatch=True),
    st.from_regex(r"0\d{2,4}[ /-]\d{5,8}", fullmatch=True),
    st.from_regex(r"\d{3}\.\d{3}\.\d{2}", fullmatch=True),
    st.from_regex(r"(INV|SKU|[A-C]{1,3})[- ]?[0-9]{1,5}", fullmatch=True),
    st.from_regex(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", fullmatch=True),
    st.dates().map(str),
    st.times().map("{:%H:%M}".format),
)


@given(st.lists(identifiers, min_size=1, max_size=40))
def test_identifiers_and_telephone_numbers_have_no_cents(values):
    assert amount_shares(pl.Series("extra", values, dtype=pl.String))[1] == 0.0


def test_a_long_column_is_judged_by_values_from_all_of_it():
    column = pl.Series("extra", [None, *["7"] * 50_000, *["12.50"] * 50_000])
    assert amount_shares(column) == (1.0, pytest.approx(0.5, abs=0.01))


def test_statistics_tell_no_value_and_nothing_of_people():
    frame = pl.DataFrame({"amount": ["1234.56", "9.87"], "phone": ["2125550123", "2125550199"]})
    amount, phone = profile_frame("s", frame)
    figures = statistics(amount, personal=False)
    assert (figures["kind"], figures["low"], figures["high"], figures["filled"]) == (
        "decimal",
        9.9,
        1200.0,
        1.0,
    )
    assert not {"low", "high"} & statistics(phone, personal=True).keys()


def test_samples_open_in_their_own_place_only_and_hide_people():
    key, column = (
        new_key(),
        pl.Series("email", ["ann@example.com", None, " ", "ann@example.com", "bo@example.org"]),
    )
    sealed = samples.seal(key, "bella", "field", column, personal=True)
    assert b"example" not in sealed
    texts = samples.unseal(key, "bella", "field", sealed, masked=False, personal=False)
    assert texts == ["ann@example.com", "bo@example.org"]
    assert samples.unseal(key, "bella", "field", sealed, masked=True, personal=False) == [
        "a***@***.com",
        "b***@***.org",
    ]
    with pytest.raises(DecryptionError):
        samples.unseal(key, "coffee", "field", sealed, masked=False, personal=False)


def test_a_suggestion_says_what_hangs_on_it(alice, sample):
    migration = files.create_migration(alice, "Bella")
    files.add_file(alice, migration.id, sample("toast"), SOURCES)
    actions.suggest_mapping(alice, migration.id, SOURCES)
    fields = {
        (mapping_field.stream, mapping_field.source_field): mapping_field
        for mapping_field in views.mapping_fields(alice, migration.id)
    }
    price, total = fields["menu_items", "price"], fields["checks", "total"]
    assert price.rows > 0
    assert price.money > 0
    assert total.money < 1000  # cents are proved, and counted as dollars
    assert fields["menus", "name"].money == 0
    assert fields["menus", "name"].profile["kind"]


def test_what_hangs_on_a_decided_field_follows_the_files(alice, tmp_path):
    def till(name, count):
        path = tmp_path / name
        path.write_text(
            "Payment Id,Amount\n" + "".join(f"{name}{row},2.50\n" for row in range(count)), encoding="utf-8"
        )
        files.add_file(alice, migration.id, path, SOURCES)
        actions.suggest_mapping(alice, migration.id, SOURCES)
        return next(
            field_row
            for field_row in views.field_rows(alice, migration.id)
            if field_row.source_field == "Amount"
        )

    migration = files.create_migration(alice, "Till")
    amount = till("payments.csv", 4)
    actions.decide(alice, amount.id, version=0, target="payment.tip_amount")
    assert (amount.rows, views.mapping_field(alice, amount.id).money) == (4, Decimal(10))
    for file in source_views.files(alice, migration.id):
        files.remove_file(alice, file.id)
    again = till("payments.csv", 8)
    assert (again.id, again.target, again.rows, again.money) == (
        amount.id,
        "payment.tip_amount",
        8,
        Decimal(20),
    )
