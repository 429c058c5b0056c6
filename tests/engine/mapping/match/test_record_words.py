"""The words by which a table is known: usual columns, values and names of tables, whether the schema has a place or not."""

from __future__ import annotations

import pytest

from core.engine.mapping.match.context import weigh_groups
from core.engine.mapping.match.features import observe
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.model import trained_model
from core.engine.mapping.match.record_words import phrases_in, record_words
from core.engine.sources.profile import profile_samples

PEOPLE = {
    "ID": ["1", "2", "3"],
    "First Name": ["Ana", "Bo", "Cy"],
    "Last Name": ["Diaz", "Eng", "Fox"],
    "Email": ["ana@example.org", "bo@example.org", "cy@example.org"],
}


def chance(columns: dict[str, list[str]], entity: str | None, domain: str, table: str = "") -> float:
    """The chance that a table is about an entity, or about none."""
    words = lexicon(domain)
    fields = [
        profile_samples(name, values, position=position, stream=table)
        for position, (name, values) in enumerate(columns.items())
    ]
    observed = observe(fields, words)
    chances = weigh_groups(observed.groups, trained_model().entities, words, observed.stream)[""]
    return float(chances[words.entities.index(entity)] if entity else 1 - chances.sum())


@pytest.mark.parametrize("domain", ["restaurant", "school"])
def test_every_record_type_has_columns_values_and_names_of_tables(domain):
    words = lexicon(domain)
    known = record_words(words)
    for shares in (known.columns, known.values, known.tables):
        covered = {entity for share in shares.values() for entity in share.nonzero()[0]}
        assert covered == set(range(len(words.entities)))


def test_the_longest_phrases_of_a_name_count_and_none_inside_another():
    phrases = frozenset({("hire", "date"), ("date",), ("hourly", "rate")})
    assert phrases_in(("hire", "date", "hourly", "rate"), phrases) == [("hire", "date"), ("hourly", "rate")]


def test_a_column_without_a_place_tells_staff_from_pupils():
    hired = PEOPLE | {"Hire Date": ["2019-08-20", "2021-01-04", "2015-08-17"]}
    assert chance(hired, "staff", "school") > chance(PEOPLE, "staff", "school") + 0.2


def test_values_tell_staff_from_pupils():
    titles = PEOPLE | {"Title": ["Teacher", "Counselor", "Principal"]}
    others = PEOPLE | {"Title": ["Ms", "Mr", "Mx"]}
    assert chance(titles, "staff", "school") > chance(others, "staff", "school")


@pytest.mark.parametrize("table", ["Speisekarte", "carte", "cardápio", "menu"])
def test_a_table_called_after_a_menu_in_any_language_is_one(table):
    columns = {"Code": ["1", "2"], "Price": ["3.00", "4.50"], "Text": ["Tea", "Pie"]}
    assert (
        chance(columns, "menu_item", "restaurant", table) > chance(columns, "menu_item", "restaurant") + 0.2
    )


def test_lines_without_anything_of_their_order_are_dishes():
    columns = {"Item Name": ["Soup", "Stew"], "Price": ["4.50", "6.50"]}
    lines = columns | {"Order ID": ["A1", "A1"], "Quantity": ["1", "2"]}
    assert chance(columns, "menu_item", "restaurant") > chance(columns, "order_line", "restaurant")
    assert chance(lines, "order_line", "restaurant") > chance(lines, "menu_item", "restaurant")
