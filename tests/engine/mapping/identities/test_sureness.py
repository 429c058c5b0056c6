"""What columns beside each other tell of each other makes a suggestion surer; a name that says more does not."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.values import pattern_fit
from core.engine.mapping.natural_keys import with_keys
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.facts.columns import FactCollector
from core.engine.sources.profile import profile_samples


def _proposed(columns: dict[str, list[str]], domain: str = "restaurant", name: str = "table"):
    height = len(next(iter(columns.values())))
    rows = pl.DataFrame({"_row": list(range(2, 2 + height)), **columns})
    collector = FactCollector()
    collector.add(rows)
    sample = StreamSample(name, None, rows, facts=collector.facts())
    proposals = with_keys(propose([sample], ImportSettings(domain, "spreadsheet")), [sample])
    return {(proposal.source, proposal.target): proposal.confidence or 0.0 for proposal in proposals}


SALES = {
    "Order ID": ["A1", "A2", "A3"],
    "Subtotal": ["10.00", "12.00", "9.00"],
    "Tax": ["2.00", "2.40", "1.80"],
    "Total": ["12.00", "14.40", "10.80"],
}


@pytest.mark.parametrize(
    ("day", "clock"),
    [("Date", "Time"), ("Sale Date", "Sale Time"), ("Order date", "Order time")],
)
def test_a_time_named_as_its_day_is_as_sure_as_the_day(day, clock):
    columns = {day: ["2025-04-03", "2025-04-04", "2025-04-05"], clock: ["12:15", "13:05", "19:40"]}
    proposed = _proposed({**SALES, **columns}, name="orders")
    assert proposed[clock, "order.opened_at"] >= 0.7
    assert proposed[day, "order.opened_at"] == proposed[clock, "order.opened_at"]


def test_a_time_of_something_else_is_no_surer_for_a_day_beside_it():
    columns = {
        "Date": ["2025-04-03", "2025-04-04", "2025-04-05"],
        "Pickup time": ["12:15", "13:05", "19:40"],
    }
    proposed = _proposed({**SALES, **columns}, name="orders")
    assert proposed.get(("Pickup time", "order.opened_at"), 0.0) < 0.7


def test_days_with_times_are_as_sure_of_their_moment_as_of_the_moment_and_its_day():
    columns = {"Date": ["2025-04-03 12:15", "2025-04-04 13:05", "2025-04-05 19:40"]}
    assert _proposed({**SALES, **columns}, name="orders")["Date", "order.opened_at"] >= 0.7


MENU = {
    "Item": ["Machboos", "Karak", "Tray"],
    "Section": ["Mains", "Drinks", "Mains"],
    "Price": ["3.25", "0.50", "12.75"],
}


def test_a_code_that_never_repeats_is_the_id_as_surely_as_the_rows_are_known():
    proposed = _proposed({"Code": ["K1", "K2", "K3"], **MENU}, name="menu")
    assert proposed["Code", "menu_item.external_id"] >= 0.8


def test_a_code_that_repeats_is_no_surer_than_its_name():
    proposed = _proposed({"Code": ["K1", "K1", "K3"], **MENU}, name="menu")
    assert proposed.get(("Code", "menu_item.external_id"), 0.0) < 0.95


def test_a_second_column_of_whole_names_leaves_the_family_name_to_the_surer_one():
    columns = {
        "user_id": ["u1", "u2"],
        "full_name": ["Rosa Lind", "Theo Bauer"],
        "sortable_name": ["Lind, Rosa", "Bauer, Theo"],
        "email": ["rosa@example.org", "theo@example.org"],
    }
    proposed = _proposed(columns, "school", "staff")
    families = [source for source, target in proposed if target and target.endswith(".last_name")]
    assert len(families) == 1


@pytest.mark.parametrize(
    "years",
    [["VII", "IV-B"], ["Year 7", "Year 11"], ["7th", "6th grade"], ["5ème", "6e"], ["KG", "LKG"], ["10A", "9"], ["3º ano"]],
)  # fmt: skip
def test_years_of_school_are_known_by_how_they_are_written(years):
    assert _grade_fit(years) == 1


@pytest.mark.parametrize("names", [["Mathematics", "Biology"], ["Turing", "Curie"], ["Xavier"], ["mix"]])
def test_names_of_classes_are_no_years_of_school(names):
    assert _grade_fit(names) == -1


def _grade_fit(values: list[str]) -> float:
    words = lexicon("school")
    column = [target.key for target in words.targets].index("student.grade_level")
    return float(pattern_fit([profile_samples("Class", values)], words)[0, column])


def test_the_number_of_a_pupil_is_no_id_of_the_class_in_whose_list_it_stands():
    columns = {
        "Class": ["Form 3B", "Form 3B", "Form 4A"],
        "Room": ["R1", "R1", "R2"],
        "Adm No": ["A1", "A2", "A3"],
    }
    proposed = _proposed(columns, domain="school", name="classes")
    assert ("Adm No", "class_section.external_id") not in proposed


def test_the_number_of_a_teacher_is_no_id_of_an_enrolment():
    columns = {
        "Section ID": ["k1", "k1", "k2"],
        "Teacher ID": ["t1", "t2", "t3"],
        "Role": ["teacher", "aide", "teacher"],
    }
    proposed = _proposed(columns, domain="school", name="enrollments")
    ids = {source for source, target in proposed if target == "enrollment.external_id"}
    assert ids in (set(), {"Section ID", "Teacher ID"})
