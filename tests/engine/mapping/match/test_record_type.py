"""What a table or nested list is about: an entity, or none of those that the schema has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.mapping.match import suggest
from core.engine.mapping.match.context import suppose, weigh_groups
from core.engine.mapping.match.features import observe
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.model import trained_model
from core.engine.sources.profile import profile_samples


def profiles(columns):
    return [
        profile_samples(name, values, position=position)
        for position, (name, values) in enumerate(columns.items())
    ]


def chances_of(columns, domain="restaurant"):
    words = lexicon(domain)
    observed = observe(profiles(columns), words)
    return weigh_groups(observed.groups, trained_model().entities, words), words.entities


def likeliest(columns, domain="restaurant", path=""):
    chances, entities = chances_of(columns, domain)
    return entities[int(chances[path].argmax())]


@pytest.mark.parametrize(
    ("columns", "entity"),
    [
        ({"Payment ID": ["p1", "p2"], "Order ID": ["o1", "o2"], "Tender": ["cash", "card"], "Amount": ["5.00", "6.00"]}, "payment"),
        ({"Card Number": ["6001", "6002"], "Balance": ["5.00", "6.00"], "Gift Card Status": ["active", "active"]}, "gift_card"),
        ({"Item ID": ["1", "2"], "Item": ["Tea", "Pie"], "Category": ["Hot", "Food"], "Price": ["3.00", "7.00"]}, "menu_item"),
    ],
)  # fmt: skip
def test_a_table_is_about_what_its_columns_say_together(columns, entity):
    assert likeliest(columns) == entity


def test_guardians_are_no_pupils():
    columns = {
        "Guardian ID": ["g1", "g2"], "First Name": ["Ana", "Bo"], "Last Name": ["Diaz", "Eng"],
        "Relationship": ["mother", "father"], "Student ID": ["s1", "s2"],
    }  # fmt: skip
    assert likeliest(columns, "school") == "guardian"


def test_items_inside_orders_are_lines():
    columns = {
        "orders[].id": ["1", "2"], "orders[].total": ["5.00", "6.00"],
        "orders[].items[].name": ["Tea", "Pie"], "orders[].items[].quantity": [1, 2],
    }  # fmt: skip
    assert likeliest(columns, path="orders[].items[]") == "order_line"


def test_a_list_of_nothing_the_schema_has_is_likelier_none_than_a_table_of_items():
    items = {
        "Item": ["Tea", "Pie"],
        "SKU": ["T", "P"],
        "Price": ["3.00", "7.00"],
        "Category": ["Hot", "Food"],
    }
    engine = {"Vibration": ["0.1", "0.2"], "Coolant Pressure": ["3", "4"], "Torque": ["8", "9"]}
    none = {
        name: 1 - chances_of(columns)[0][""].sum() for name, columns in (("items", items), ("engine", engine))
    }
    assert none["items"] < 0.2 < none["engine"]


@given(st.lists(st.floats(0.001, 1), min_size=5, max_size=9), st.integers(1, 6))
def test_the_shares_of_the_hypotheses_of_a_list_sum_to_one(weights, most):
    chance = np.array(weights) / (sum(weights) + weights[0])
    shares = [share["list"] for _, share in suppose({"list": chance}, most)]
    assert sum(shares) == pytest.approx(1, abs=0.05)
    assert shares == sorted(shares, reverse=True)


@given(st.lists(st.floats(0.001, 1), min_size=5, max_size=9))
def test_a_hypothesis_leaves_no_more_than_certainty(weights):
    chance = np.array(weights) / (sum(weights) + weights[0])
    for supposed, _ in suppose({"list": chance}, 4):
        assert 0 < supposed["list"].sum() <= 1 + 1e-9


def test_names_alone_give_suggestions():
    columns = {"Guest No": [], "First Name": [], "Last Name": [], "E-mail": [], "Mobile": []}
    targets = {
        suggestion.source: suggestion.target for suggestion in suggest(profiles(columns), "restaurant")
    }
    assert targets == {
        "Guest No": "customer.external_id", "First Name": "customer.first_name", "Last Name": "customer.last_name",
        "E-mail": "customer.email", "Mobile": "customer.phone",
    }  # fmt: skip
