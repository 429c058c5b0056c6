from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.batch import MONEY, ROW, Batch
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.transforms import identity, transform_rows
from core.errors import InvalidInputError


def plan_of(entity, fields, *, primary=True, zone="America/New_York", **settings):
    """fields: target -> source column, or (source columns, transform)."""
    planned = []
    for target, how in fields.items():
        sources, transform = (how, None) if isinstance(how, str) else how
        sources = (sources,) if isinstance(sources, str) else tuple(sources)
        planned.append(FieldPlan(target, sources, transform))
    entity_plan = EntityPlan("stream", entity, tuple(planned), primary=primary)
    return Plan("restaurant", "spreadsheet", (entity_plan,), zone=zone, **settings), entity_plan


def rows(**columns):
    height = len(next(iter(columns.values())))
    return pl.DataFrame(
        {ROW: range(2, height + 2), **columns}, schema={ROW: pl.Int64, **dict.fromkeys(columns, pl.String)}
    )


def applied(entity, fields, *, primary=True, **columns) -> Batch:
    plan, entity_plan = plan_of(entity, fields, primary=primary)
    return transform_rows(plan, entity_plan, rows(**columns))


def codes(batch):
    return batch.issues.select(ROW, "code").rows()


def test_what_a_spreadsheet_has_is_read_by_the_kind_of_the_field():
    batch = applied(
        "order",
        {
            "external_id": "id",
            "total": "t",
            "opened_at": "o",
            "business_date": "d",
            "guest_count": "g",
            "state": "s",
        },
        id=["A", "B", "C"],
        t=["$1,095.00", "(12.50)", " 8.255 "],
        o=["12/31/2024 5:03 PM", "2024-12-31T22:03:00Z", "2024-12-31 17:03:00"],
        d=["12/31/2024", "20241231", "2025-01-01T03:00:00Z"],
        g=["4", "2.0", None],
        s=["Closed", "VOID", "open"],
    )
    assert batch.issues.is_empty()
    assert batch.frame["total"].to_list() == [Decimal(1095), Decimal("-12.5"), Decimal("8.255")]
    assert batch.frame["opened_at"].to_list() == [datetime(2024, 12, 31, 22, 3, tzinfo=UTC)] * 3
    assert batch.frame["business_date"].to_list() == [date(2024, 12, 31)] * 3
    assert batch.frame["guest_count"].to_list() == [4, 2, None]
    assert batch.frame["state"].to_list() == ["completed", "cancelled", "open"]


def test_every_kind_has_its_column_type():
    batch = applied(
        "tax_rate",
        {"external_id": "id", "name": "id", "rate": "r", "is_inclusive": "b"},
        id=["1"],
        r=["8.25%"],
        b=["TRUE"],
    )
    assert batch.frame.schema == {
        ROW: pl.Int64(),
        "external_id": pl.String(),
        "name": pl.String(),
        "rate": pl.Decimal(18, 6),
        "is_inclusive": pl.Boolean(),
    }
    assert batch.frame.row(0) == (2, "1", "1", Decimal("8.25"), True)


def test_an_unreadable_value_is_named_with_row_column_and_value():
    batch = applied(
        "menu_item",
        {"external_id": "id", "name": "n", "price": "p"},
        id=["1", "2"],
        n=["A", "B"],
        p=["9.5", "abc"],
    )
    issue = batch.issues.row(0, named=True)
    assert (issue[ROW], issue["field"], issue["source_field"], issue["code"], issue["level"], issue["value"]) == (
        3, "price", "p", "bad_money", "error", "abc",
    )  # fmt: skip
    assert issue["detail"] == "Column 'p' holds 'abc', which is not an amount of money."
    assert batch.good().frame[ROW].to_list() == [2]


def test_a_required_field_left_empty_holds_the_row():
    batch = applied("menu_item", {"external_id": "id", "name": "n"}, id=["1", "2"], n=["A", "  "])
    assert codes(batch) == [(3, "missing_required")]


def test_a_required_field_that_nothing_feeds_holds_every_row():
    batch = applied("order_line", {"external_id": "id"}, id=["1", "2"])
    assert codes(batch) == [(2, "missing_required"), (3, "missing_required")]


def test_an_unreadable_required_value_is_reported_once():
    batch = applied("tax_rate", {"external_id": "id", "name": "id", "rate": "r"}, id=["1"], r=["lots"])
    assert codes(batch) == [(2, "bad_number")]


@pytest.mark.parametrize("words", ["UNLISTED", "No contact", "ex-directory"])
def test_words_in_place_of_a_telephone_number_are_left_empty_with_a_warning(words):
    batch = applied("customer", {"external_id": "id", "phone": "p"}, id=["1"], p=[words])
    assert batch.frame["phone"].to_list() == [None]
    assert [(code, level) for code, level in batch.issues.select("code", "level").iter_rows()] == [
        ("bad_phone", "warning")
    ]


def test_addresses_and_numbers_that_are_not_valid_keep_their_text():
    batch = applied(
        "customer",
        {"external_id": "id", "email": "e", "phone": "p"},
        id=["1", "2"],
        e=["ada@example.com", "ada at example"],
        p=["(310) 555-1234", "+1234567890"],
    )
    assert batch.frame["phone"].to_list() == ["+13105551234", "+1234567890"]
    assert batch.frame["email"].to_list() == ["ada@example.com", "ada at example"]
    assert sorted(codes(batch)) == [(3, "bad_email"), (3, "bad_phone")]
    assert set(batch.issues["level"]) == {"warning"}


def test_personal_values_are_masked_in_issues():
    batch = applied("customer", {"external_id": "id", "birthday": "b"}, id=["1"], b=["Ada, tenth of May"])
    assert "tenth" not in str(batch.issues.row(0))


def test_a_secondary_entity_that_is_not_in_the_row_is_absent():
    fields = {"external_id": "guid", "first_name": "f"}
    batch = applied("employee", fields, primary=False, guid=["s1", None, "s1"], f=["Mike", None, "Mike"])
    assert batch.frame[ROW].to_list() == [2, 4]
    assert batch.issues.is_empty()


def test_a_link_alone_does_not_make_a_secondary_record():
    fields = {"external_id": "pid", "order_id": "oid", "amount": "a"}
    batch = applied("payment", fields, primary=False, pid=[None, "p"], oid=["o", "o"], a=[None, "5"])
    assert batch.frame["external_id"].to_list() == ["p"]


def test_an_empty_row_of_the_primary_entity_is_kept_and_reported():
    batch = applied("menu_item", {"external_id": "id", "name": "n"}, id=[None], n=[None])
    assert len(batch.frame) == 1
    assert (2, "missing_required") in codes(batch)


def test_a_misshapen_row_is_held_with_the_readers_words():
    batch = applied(
        "menu_item", {"external_id": "id", "name": "n"}, id=["1"], n=["A"], _fault=["5 fields, not 4"]
    )
    assert batch.issues.select("code", "detail").row(0) == ("row_shape", "5 fields, not 4")


def test_an_id_that_is_not_mapped_comes_from_the_name():
    plan, entity_plan = plan_of("category", {"name": "n"})
    batch = transform_rows(plan, entity_plan, rows(n=[" Hot Drinks ", "hot drinks"]))
    assert batch.frame["external_id"].to_list() == ["name:hot drinks"] * 2
    assert identity(entity_plan) == "name"


def test_sizes_of_the_same_name_belong_to_their_items():
    batch = applied("item_variant", {"name": "n", "item_id": "i"}, n=["Small", "Small"], i=["Latte", "Mocha"])
    assert batch.frame["external_id"].to_list() == ["name:latte/small", "name:mocha/small"]


def test_an_id_from_the_row_is_the_same_when_the_file_comes_again():
    fields = {"order_id": "o", "name": "n"}
    columns = {"o": ["1", "1"], "n": ["Latte", "Latte"]}
    once, again = applied("order_line", fields, **columns), applied("order_line", fields, **columns)
    assert once.frame["external_id"].n_unique() == 2
    assert once.frame["external_id"].to_list() == again.frame["external_id"].to_list()


def test_an_id_from_the_row_does_not_change_with_what_the_plan_asks_for():
    columns = {"o": ["1"], "n": ["Latte"]}
    narrow = applied("order_line", {"order_id": "o"}, **columns)
    wide = applied("order_line", {"order_id": "o", "name": "n", "sku": "not there"}, **columns)
    assert narrow.frame["external_id"].to_list() == wide.frame["external_id"].to_list()


def test_a_mapped_id_that_is_empty_is_made_and_said():
    batch = applied("category", {"external_id": "id", "name": "n"}, id=["1", None], n=["A", "B"])
    assert batch.frame["external_id"].to_list() == ["1", "name:b"]
    assert codes(batch) == [(3, "id_derived")]


def test_a_column_the_chunk_does_not_have_is_empty():
    batch = applied("menu_item", {"external_id": "id", "name": "n", "sku": "sku"}, id=["1"], n=["A"])
    assert batch.frame["sku"].to_list() == [None]


def test_a_full_card_number_leaves_only_its_last_four_digits():
    batch = applied(
        "payment", {"external_id": "id", "order_id": "id", "last4": "c"}, id=["1"], c=["4111 1111 1111 1111"]
    )
    assert batch.frame["last4"].to_list() == ["1111"]
    assert "4111" not in str(batch.issues.rows())
    assert codes(batch) == [(2, "card_number_removed")]


def test_local_times_that_the_clock_skips_or_repeats_are_placed():
    batch = applied(
        "order",
        {"external_id": "id", "opened_at": "o"},
        id=["1", "2"],
        o=["2024-03-10 02:30", "2024-11-03 01:30"],
    )
    assert batch.frame["opened_at"].to_list() == [
        datetime(2024, 3, 10, 7, 30, tzinfo=UTC),
        datetime(2024, 11, 3, 5, 30, tzinfo=UTC),
    ]
    assert codes(batch) == [(2, "time_skipped"), (3, "time_twice")]


def test_lists_are_read_from_json_and_from_text():
    batch = applied(
        "menu_item",
        {"external_id": "id", "name": "id", "tags": "t", "channels": "c"},
        id=["1", "2", "3"],
        t=['["vegetarian", "popular"]', "a, b", None],
        c=['["DINE_IN","TAKEOUT"]', "For here; Pickup", "moon"],
    )
    assert batch.frame["tags"].to_list() == [["vegetarian", "popular"], ["a", "b"], None]
    assert batch.frame["channels"].to_list() == [["dine_in", "takeout"], ["dine_in", "takeout"], None]
    assert codes(batch) == [(4, "bad_enum")]


@pytest.mark.parametrize(
    ("entity", "field", "texts"),
    [
        (
            "payment",
            "tender",
            {"CREDIT_CARD": "card", "CARD": "card", "Gift Card": "gift_card", "Cash": "cash"},
        ),
        ("dining_option", "channel", {"Dine In": "dine_in", "PICKUP": "takeout", "To Go": "takeout"}),
        ("order", "state", {"COMPLETED": "completed", "Canceled": "cancelled", "Paid": "completed"}),
        ("modifier_group", "selection_type", {"SINGLE": "single", "MULTIPLE": "multiple"}),
        ("menu_item", "pricing_strategy", {"FIXED": "fixed", "SIZE": "size", "VARIABLE_PRICING": "variable"}),
    ],
)
def test_the_words_of_exports_are_mapped_to_options(entity, field, texts):
    batch = applied(entity, {"external_id": "v", field: "v"}, v=list(texts))
    assert batch.frame[field].to_list() == list(texts.values())


def test_several_sources_without_a_transform_are_joined_by_the_kind():
    batch = applied(
        "order",
        {"external_id": "id", "opened_at": (("d", "t"), None), "notes": (("n", "m"), None)},
        id=["1", "2"],
        d=["2025-04-07", "2025-04-07"],
        t=["12:06:07", None],
        n=["no ice", None],
        m=["please", "hot"],
    )
    assert batch.frame["opened_at"].to_list() == [
        datetime(2025, 4, 7, 16, 6, 7, tzinfo=UTC),
        datetime(2025, 4, 7, 4, 0, tzinfo=UTC),
    ]
    assert batch.frame["notes"].to_list() == ["no ice please", "hot"]


def test_a_value_a_mapping_empties_on_purpose_is_no_fault():
    batch = applied(
        "order",
        {"external_id": "id", "guest_count": ("g", "map_values({'n/a': None})")},
        id=["1", "2"],
        g=["N/A", "3"],
    )
    assert batch.frame["guest_count"].to_list() == [None, 3]
    assert batch.issues.is_empty()


def test_a_target_that_the_schema_does_not_have_is_refused():
    with pytest.raises(InvalidInputError, match="no field called 'prize'"):
        applied("menu_item", {"prize": "p"}, p=["1"])


WHITE_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\x1c\x1d\x1e\x1f")
"""Unicode's White_Space, which is what counts as empty; Python's own strip also takes four separators."""


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.decimals(places=2, min_value=0, max_value=999).map(str))
    )
)
def test_no_row_is_lost_and_each_filled_amount_is_read_or_reported(texts):
    batch = applied(
        "fee", {"external_id": "k", "student_id": "k", "amount": "a"}, k=["1"] * len(texts), a=texts
    )
    assert batch.frame[ROW].to_list() == list(range(2, len(texts) + 2))
    reported = set(batch.issues.filter(pl.col("code") == "bad_money")[ROW])
    amounts = batch.frame["amount"].to_list()
    filled = [bool(text and text.strip(WHITE_SPACE)) for text in texts]
    for row, (amount, is_filled) in enumerate(zip(amounts, filled, strict=True), start=2):
        assert is_filled == ((amount is not None) or (row in reported))


@settings(deadline=None)
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=4), min_size=1))
def test_amounts_keep_every_digit_and_their_total(amounts):
    batch = applied(
        "fee",
        {"external_id": "k", "student_id": "k", "amount": "a"},
        k=["1"] * len(amounts),
        a=[f"{a:f}" for a in amounts],
    )
    assert batch.frame["amount"].dtype == MONEY
    assert sum(batch.frame["amount"].to_list()) == sum(amounts)


@pytest.mark.parametrize("nothing", ["0", "0.00", "$0.00", "-0,00 €", None])
def test_an_amount_of_nothing_alone_does_not_make_a_secondary_record(nothing):
    fields = {"external_id": "pid", "order_id": "oid", "refund_amount": "r"}
    batch = applied(
        "payment",
        fields,
        primary=False,
        pid=[None, None, "p"],
        oid=["a", "b", "c"],
        r=[nothing, "0.05", nothing],
    )
    assert batch.frame[ROW].to_list() == [3, 4]
