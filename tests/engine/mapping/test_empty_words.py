"""Words for nothing are left empty where a column cannot mean them as values; what may be either is asked."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.mapping.value_maps import is_plain, with_choices
from core.engine.plan import ImportSettings
from core.engine.transforms import transform_rows
from core.engine.transforms.left_out.words import split_empty_words, with_empty_words

SETTINGS = ImportSettings("restaurant", "generic", date_order="ymd")
NAMES = ["Holt", "Frost", "Reed", "Vale", "Ode", "King"]


def guests(**columns: list[str | None]) -> StreamSample:
    rows = max(map(len, columns.values()))
    names = (NAMES * rows)[:rows]
    frame = pl.DataFrame({
        ROW: range(2, rows + 2), "Customer ID": [f"g{row}" for row in range(rows)], "Last Name": names, **columns
    }).with_columns(pl.exclude(ROW).cast(pl.String))  # fmt: skip
    return StreamSample("guests", "customer", frame)


def transforms_of(sample: StreamSample) -> dict[str, str | None]:
    return {proposal.source: proposal.transform for proposal in propose([sample], SETTINGS)}


def questions_of(sample: StreamSample) -> dict[str, str]:
    return {
        proposal.source: proposal.question for proposal in propose([sample], SETTINGS) if proposal.question
    }


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("Company", ["Acme", "NULL", "Null Foods"], ("NULL",)),
        ("Company", ["Acme", "None", "Beta"], ()),
        ("Company", ["Acme", "None", "none"], ("None", "none")),
        ("Notes", ["likes tea", "-", "k.A."], ("-", "k.A.")),
        ("Allergies", ["None", "None", "nuts"], ()),
        ("City", ["Boston", "N/A", "unknown"], ("N/A", "unknown")),
        ("Phone", ["617-555-0142", "000-000-0000", "unbekannt"], ("000-000-0000", "unbekannt")),
        ("Email", ["ada@example.com", "none@none.com", "N/A"], ("N/A", "none@none.com")),
        ("Birthday", ["1985-04-12", "1900-01-01", "0000-00-00"], ("0000-00-00", "1900-01-01")),
        ("Birthday", ["1985-04-12", "1970-01-01", "1990-01-01"], ()),
        ("ZIP", ["02139", "00000", "01970"], ("00000",)),
        ("Last Visit", ["2025-01-03 18:20:00", "1970-01-01 00:00:00"], ("1970-01-01 00:00:00",)),
        ("Total Spent", ["12.50", "-", "3.00", "n/a"], ("-", "n/a")),
    ],
)
def test_what_a_column_cannot_mean_as_a_value_is_left_empty(column, values, words):
    transform = transforms_of(guests(**{column: values}))[column]
    assert set(split_empty_words(transform)[0]) == set(words)


def test_a_family_called_null_stays_and_a_word_repeated_beside_it_does_not():
    names = ["Holt", "NULL", "Null", "Reed"]
    assert (
        transforms_of(guests(**{"Last Name": names, "City": ["Lynn", "NULL", "NULL", "Salem"]}))["Last Name"]
        == "empty_if('NULL')"
    )


def test_a_single_null_among_family_names_is_asked():
    assert (
        "NULL (1 row)" in questions_of(guests(**{"Last Name": ["Holt", "NULL", "Reed", "Vale"]}))["Last Name"]
    )


def test_many_birthdays_on_the_first_day_of_the_unix_calendar_are_asked():
    days = ["1970-01-01"] * 5 + [f"198{digit}-03-14" for digit in range(10)]
    assert "1970-01-01 (5 rows)" in questions_of(guests(Birthday=days))["Birthday"]


FILLED = {
    "Company": st.sampled_from(["Acme", "Null Foods LLC", "None Such Ltd", "N/A Records"]),
    "Phone": st.sampled_from(["617-555-0142", "617-555-0177"]),
    "Birthday": st.sampled_from(["1985-04-12", "1990-10-02", "2001-01-01"]),
    "City": st.sampled_from(["Boston", "Salem", "Nil Bay"]),
    "Email": st.sampled_from(["ada@example.com", "none@example.com"]),
}
NOTHING = {
    "Company": st.sampled_from(["NULL", "\\N", "N/A", "-", "--", "(blank)"]),
    "Phone": st.sampled_from(["NULL", "0000000000", "none", "(000) 000-0000", "n/a", "k.A."]),
    "Birthday": st.sampled_from(["0000-00-00", "1900-01-01", "None", "\\N", "0001-01-01", "1899-12-30"]),
    "City": st.sampled_from(["NULL", "n.a.", "—", "keine Angabe", "(none)"]),
    "Email": st.sampled_from(["none@none.com", "NULL", "noemail@noemail.com", "-"]),
}


@st.composite
def tables(draw):
    """Draw a table with words for nothing, and the same table with empty cells in their places."""
    rows = draw(st.integers(4, 8))
    odd, clean = {}, {}
    for column, values in FILLED.items():
        gaps = draw(st.sets(st.integers(0, rows - 1), max_size=rows - 3))
        clean[column] = [None if row in gaps else draw(values) for row in range(rows)]
        odd[column] = [draw(NOTHING[column]) if row in gaps else clean[column][row] for row in range(rows)]
    return odd, clean


def imported(sample: StreamSample) -> pl.DataFrame:
    links = [
        Link(
            proposal.stream, proposal.source, proposal.target, proposal.transform, position=proposal.position
        )
        for proposal in propose([sample], SETTINGS)
        if proposal.target and not proposal.question
    ]
    (plan,) = build_plan(links, {"guests": "customer"}, SETTINGS).entities
    batch = transform_rows(build_plan(links, {"guests": "customer"}, SETTINGS), plan, sample.rows)
    assert set(batch.issues["code"]) <= {"empty_word", "missing_email", "bad_phone"}
    return batch.frame


@given(tables())
def test_a_table_with_words_for_nothing_gives_the_records_of_the_table_with_empty_cells(drawn):
    odd, clean = drawn
    expected, frame = imported(guests(**clean)), imported(guests(**odd))
    assert frame.select(expected.columns).equals(expected)


def test_words_are_taken_for_nothing_before_whatever_a_chain_does():
    assert with_empty_words(["NULL"], "number | divide(100)") == "empty_if('NULL') | number | divide(100)"
    assert with_empty_words(["-"], "empty_if('NULL')") == "empty_if('NULL', '-')"
    assert with_empty_words([], None) is None
    assert split_empty_words("empty_if('NULL') | upper") == (("NULL",), "upper")


def test_columns_that_make_one_value_keep_their_words_for_nothing():
    links = [
        Link("guests", "Street", "customer.address", "empty_if('NULL')", position=0),
        Link("guests", "City", "customer.address", "empty_if('N/A')", position=1),
        Link("guests", "id", "customer.external_id", position=2),
    ]
    plan = build_plan(links, {"guests": "customer"}, SETTINGS)
    address = plan.entities[0].field("address")
    assert address.sources == ("Street", "City")
    assert address.transform == "empty_if('NULL', 'N/A') | concat(' ')"


def test_choices_about_values_leave_the_words_for_nothing():
    assert is_plain("empty_if('NULL') | map_values({'Y': 'true'})")
    assert with_choices("empty_if('NULL')", {"counter": "takeout"}, "dining_option.channel", SETTINGS) == (
        "empty_if('NULL') | map_values({'counter': 'takeout'})"
    )


def test_a_secondary_record_of_nothing_but_such_words_is_not_made():
    links = [
        Link("orders", "Order", "order.external_id", position=0),
        Link("orders", "Total", "order.total", position=1),
        Link("orders", "Guest", "customer.external_id", "empty_if('NULL')", position=2),
        Link("orders", "Name", "customer.last_name", "empty_if('NULL')", position=3),
    ]
    plan = build_plan(links, {"orders": "order"}, SETTINGS)
    frame = pl.DataFrame(
        {
            ROW: [2, 3],
            "Order": ["o1", "o2"],
            "Total": ["1", "2"],
            "Guest": ["g1", "NULL"],
            "Name": ["Ode", "NULL"],
        }
    )
    customer = next(entity for entity in plan.entities if entity.entity == "customer")
    assert transform_rows(plan, customer, frame).frame["external_id"].to_list() == ["g1"]
