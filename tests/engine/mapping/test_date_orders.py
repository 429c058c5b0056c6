"""Day or month first is decided for each column: by its rows, what stands around it, the country; else a person is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposals import Proposal, StreamSample, propose
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import current_plan
from core.engine.plan import EntityPlan, FieldPlan, ImportSettings, Plan
from core.engine.transforms import transform_rows

US = ImportSettings("restaurant", "spreadsheet", zone="America/New_York", country="US")
GB = ImportSettings("restaurant", "spreadsheet", zone="Europe/London", country="GB", currency="GBP")
CA = ImportSettings("restaurant", "spreadsheet", zone="America/Toronto", country="CA", currency="CAD")


def table(name: str, columns: dict[str, list[str | None]], **options: object) -> StreamSample:
    """Build a stream of guests or orders with an id for each row."""
    height = len(next(iter(columns.values())))
    ids = {"Customer ID": [f"C{number}" for number in range(height)]}
    rows = pl.DataFrame({ROW: range(2, height + 2), **ids, **columns}, schema_overrides={ROW: pl.Int64})
    return StreamSample(name, None, rows, file=f"{name}.csv", system="spreadsheet", **options)


def proposal(
    samples: list[StreamSample], settings: ImportSettings, source: str, stream: str | None = None
) -> Proposal:
    proposals = propose(samples, settings, year=2026)
    return next(p for p in proposals if p.source == source and stream in (None, p.stream))


@pytest.mark.parametrize(
    ("values", "settings", "order"),
    [
        (["25/12/1985", "04/03/1985"], US, "dmy"),
        (["12/25/1985", "04/03/1985"], GB, "mdy"),
        (["04/03/1985", "05/06/1990"], GB, "dmy"),
        (["04/03/1985", "05/06/1990"], US, "mdy"),
        (["4.3.1985", "5.6.1990"], CA, "dmy"),
    ],
)
def test_the_order_is_a_call_of_the_transform_with_the_reason(values, settings, order):
    field = proposal([table("guests", {"Birthday": values})], settings, "Birthday")
    assert (field.transform, field.question) == (f"parse_date(order='{order}')", "")
    assert any(reason.feature == "date_order" and reason.text for reason in field.evidence)


def test_a_column_takes_the_order_of_its_neighbour_before_that_of_the_country():
    columns = {"Birthday": ["04/03/1985", "05/06/1990"], "First Visit": ["13/01/2024", "05/02/2024"]}
    field = proposal([table("guests", columns)], US, "Birthday")
    assert field.transform == "parse_date(order='dmy')"
    assert "First Visit" in field.evidence[-1].text


def test_what_one_file_proves_is_not_overruled_by_another():
    guests = table("guests", {"Birthday": ["25/12/1985", "04/03/1985"]})
    orders = table("orders", {"Order Date": ["03/14/2025"] * 50})
    assert proposal([guests, orders], US, "Birthday").transform == "parse_date(order='dmy')"
    assert proposal([guests, orders], GB, "Order Date").transform.endswith("(order='mdy')")


@pytest.mark.parametrize(
    ("values", "settings"),
    [
        (["13/01/2024", "01/14/2024", "03/04/2024"], US),
        (["04/03/1985", "05/06/1990"], CA),
        (["01/02/2025", "02/02/2025", "04/02/2025", "05/02/2025", "01/03/2025", "03/03/2025"], US),
    ],
    ids=["rows contradict each other", "no country", "country and sequence contradict each other"],
)
def test_an_order_that_is_not_certain_is_asked(values, settings):
    field = proposal([table("guests", {"Last Visit": values})], settings, "Last Visit")
    assert "first" in field.question
    assert "order=" in (field.transform or "")


def test_a_neighbour_and_the_look_of_the_values_that_disagree_are_asked():
    columns = {"Birthday": ["4.3.1985", "5.6.1990"], "First Visit": ["01/13/2024", "02/05/2024"]}
    assert proposal([table("guests", columns)], US, "Birthday").question


def test_a_few_rows_against_many_are_held():
    values = [f"{day}/01/2024" for day in range(13, 29)] * 2 + ["01/13/2024"]
    field = proposal([table("guests", {"Last Visit": values})], US, "Last Visit")
    assert (field.transform, field.question) == ("parse_datetime(order='dmy')", "")
    assert "held" in field.evidence[-1].text
    assert read(field, values)[-1] is None


def test_birthdays_are_not_quoted_in_a_question():
    field = proposal([table("guests", {"Birthday": ["04/03/1985", "05/06/1990"]})], CA, "Birthday")
    assert "1985" not in field.question
    assert "Row 2" in field.question


def test_a_day_and_its_time_make_one_moment_and_the_day_keeps_its_own_field():
    sample = table(
        "orders", {"Order ID": ["A1", "A2"], "Date": ["03/04/2025", "13/04/2025"], "Time": ["12:15", "25:30"]}
    )
    proposals = propose([sample], GB)
    feeds = {(p.source, p.target, p.transform) for p in proposals if p.source in {"Date", "Time"}}
    assert feeds == {
        ("Date", "order.business_date", "parse_date(order='dmy')"),
        ("Date", "order.opened_at", "combine_date_time(order='dmy')"),
        ("Time", "order.opened_at", "combine_date_time(order='dmy')"),
    }


def test_a_hand_made_mapping_reads_days_in_the_order_that_their_column_proves(importer):
    text = "Customer ID,First Name,Birthday\nC1,Mira,25/12/1985\nC2,Jon,04/03/1985\n"
    migration = importer.prepare(text, name="guests.csv")
    fields = importer.context.session
    for field in fields.query(MappingField).filter_by(migration_id=migration, source_field="Birthday"):
        field.transform, field.status = None, "edited"
    fields.flush()
    (plan,) = current_plan(importer.context, migration).entities
    assert plan.field("birthday").transform == "parse_date(order='dmy')"


def read(field: Proposal, values: list[str | None], settings: ImportSettings = US) -> list[object]:
    """Read the values as an import would that nobody has changed."""
    entity, _, name = (field.target or "").partition(".")
    plan = EntityPlan("s", entity, (FieldPlan(name, ("value",), field.transform),))
    whole = Plan.under(settings, (plan,))
    rows = pl.DataFrame({ROW: range(2, len(values) + 2), "value": values}, schema_overrides={ROW: pl.Int64})
    return transform_rows(whole, plan, rows).frame[name].to_list()


FORMS = {
    "dmy": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%-d/%-m/%Y"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%-m/%-d/%Y"),
    "any": ("%Y-%m-%d", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d"),
}
DAYS = st.lists(st.dates(date(1930, 1, 1), date(2025, 12, 31)), min_size=1, max_size=12)


@given(
    days=DAYS,
    form=st.sampled_from([form for forms in FORMS.values() for form in forms]),
    settings=st.sampled_from([US, GB, CA]),
)
def test_days_of_one_form_are_read_back_exactly_or_asked_or_are_what_the_country_writes(days, form, settings):
    values = [day.strftime(form) for day in days]
    field = proposal([table("guests", {"Birthday": values})], settings, "Birthday")
    if field.target != "customer.birthday" or field.question:
        return
    expected = {"US": "mdy", "GB": "dmy", "CA": ""}[settings.country]
    is_foreign = not any(form in forms for order, forms in FORMS.items() if order in {expected, "any"})
    if is_foreign and not any(day.day > 12 for day in days) and "." not in form:
        return  # nothing in the file tells; the sentence names the country
    assert read(field, values, settings) == days


@given(days=DAYS)
def test_day_numbers_of_a_workbook_are_read_back_exactly(days):
    values = [str((day - date(1899, 12, 30)).days) for day in days]
    field = proposal([table("guests", {"Birthday": values})], US, "Birthday")
    if field.target == "customer.birthday":
        assert read(field, values) == days


@given(days=DAYS)
def test_birthdays_with_years_of_two_digits_are_never_in_the_future(days):
    values = [day.strftime("%m/%d/%y") for day in days]
    field = proposal([table("guests", {"Birthday": values})], US, "Birthday")
    if field.target == "customer.birthday" and not field.question and any(day.day > 12 for day in days):
        assert read(field, values) == days


def test_a_date_with_a_time_of_day_is_the_moment_of_an_order():
    columns = {
        "Order ID": ["A1", "A2"],
        "Date": ["2025-03-01 12:10", "2025-03-01 12:45"],
        "Total": ["4.00", "5.00"],
    }
    targets = {p.target for p in propose([table("orders", columns)], GB, year=2026) if p.source == "Date"}
    assert "order.opened_at" in targets  # of which the business day comes where no column is it
    assert targets <= {"order.business_date", "order.opened_at"}
    columns["Date"] = ["2025-03-01 00:00", "2025-03-02 00:00"]
    assert proposal([table("orders", columns)], GB, "Date").target == "order.business_date"


def test_a_location_that_rows_only_name_keeps_its_name_beside_its_time_zone(importer):
    text = "Order ID,Date,Time,Time Zone,Location,Total\nA1,2025-09-13,21:50,Pacific Time (US & Canada),Venice Beach,10.00\n"
    plan = current_plan(importer.context, importer.prepare(text, name="sales.csv"))
    (location,) = [entity for entity in plan.entities if entity.entity == "location"]
    assert {field.target: field.sources for field in location.fields} == {
        "external_id": ("Location",),
        "name": ("Location",),
        "timezone": ("Time Zone",),
    }


JP = ImportSettings("restaurant", "spreadsheet", zone="Asia/Tokyo", country="JP", currency="JPY")


@pytest.mark.parametrize(
    ("values", "settings", "order", "is_asked"),
    [
        (["25/03/14", "25/03/15", "25/04/02"], JP, "ymd", False),
        (["25/03/14", "25/03/15", "25/04/02"], GB, "ymd", True),
        (["28/11/12", "17/01/13", "05/06/08"], GB, "dmy", False),
    ],
)
def test_a_year_of_two_digits_may_stand_first(values, settings, order, is_asked):
    field = proposal([table("guests", {"First Visit": values})], settings, "First Visit")
    assert field.transform == f"parse_datetime(order='{order}')"
    assert bool(field.question) is is_asked


def test_am_and_pm_in_a_column_of_their_own_are_read_with_the_time():
    columns = {
        "Order ID": ["A1", "A2"],
        "Date": ["3/14/2025", "3/15/2025"],
        "Time": ["12:15", "9:05"],
        "AM/PM": ["AM", "PM"],
    }
    sample = table("orders", columns)
    links = [
        Link(p.stream, p.source, p.target, p.transform, position=p.position)
        for p in propose([sample], US)
        if p.target and p.target.startswith("order.")
    ]
    plan = build_plan(links, {"orders": "order"}, US)
    (entity,) = plan.of("order")
    assert transform_rows(plan, entity, sample.rows).frame["opened_at"].to_list() == [
        datetime(2025, 3, 14, 4, 15, tzinfo=UTC),
        datetime(2025, 3, 16, 1, 5, tzinfo=UTC),
    ]


@pytest.mark.parametrize("names", [("Opened", "Closed"), ("Closed", "Opened")])
def test_a_check_that_is_closed_past_midnight_was_opened_the_day_before(names):
    times = {
        "Opened": ["6:02 PM", "9:10 PM", "8:00 PM", "7:05 PM"],
        "Closed": ["7:20 PM", "12:25 AM", None, "7:00 PM"],
    }
    columns = {
        "Order ID": list("ABCD"),
        "Bill Date": ["06/14/2024"] * 4,
        **{name: times[name] for name in names},
    }
    sample = table("bills", columns)
    links = [
        Link(p.stream, p.source, p.target, p.transform, position=p.position)
        for p in propose([sample], US)
        if p.target and p.target.startswith("order.")
    ]
    plan = build_plan(links, {"bills": "order"}, US)
    (entity,) = plan.of("order")
    frame = transform_rows(plan, entity, sample.rows).frame
    assert frame["opened_at"].to_list() == [
        datetime(2024, 6, 14, 22, 2, tzinfo=UTC),
        datetime(2024, 6, 15, 1, 10, tzinfo=UTC),
        datetime(2024, 6, 15, 0, 0, tzinfo=UTC),
        datetime(2024, 6, 14, 23, 5, tzinfo=UTC),
    ]
    assert frame["closed_at"].to_list() == [
        datetime(2024, 6, 14, 23, 20, tzinfo=UTC),
        datetime(2024, 6, 15, 4, 25, tzinfo=UTC),
        None,
        datetime(2024, 6, 14, 23, 0, tzinfo=UTC),
    ]


@pytest.mark.parametrize("zones", [["EST", "PST"], ["W. Europe Standard Time"] * 2, ["GMT+1", "UTC"]])
def test_a_column_of_time_zones_is_one_by_any_name(zones):
    sample = table(
        "orders", {"Order ID": ["A1", "A2"], "Opened At": ["2025-03-14 12:10"] * 2, "Time Zone": zones}
    )
    assert proposal([sample], US, "Time Zone").target == "location.timezone"


@pytest.mark.parametrize(
    ("times", "is_asked"),
    [
        (["11:15", "12:40", "1:05", "5:30", "7:45", "8:20"], True),
        (["11:15", "12:40", "13:05", "17:30", "19:45", "8:20"], False),
        (["7:15", "8:40", "9:05", "11:30", "11:45", "12:20"], False),
        (["11:15 AM", "12:40 PM", "1:05 PM", "5:30 PM", "7:45 PM", "8:20 PM"], False),
    ],
    ids=["no PM", "24 hours", "a morning", "with PM"],
)
def test_times_that_have_lost_am_and_pm_are_asked(times, is_asked):
    ids = [f"A{number}" for number in range(len(times))]
    moments = [f"2025-03-14 {time}" for time in times]
    sample = table("orders", {"Order ID": ids, "Opened At": moments})
    assert bool(proposal([sample], US, "Opened At").question) is is_asked
    sample = table("orders", {"Order ID": ids, "Date": ["2025-03-14"] * len(times), "Time": times})
    assert bool(proposal([sample], US, "Time").question) is is_asked
