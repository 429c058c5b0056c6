"""What a source declares about streams: members that are switched off in it do not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.declare import fields
from core.engine.sources.contract import Hint, Source, StreamSpec

MEMBERS = st.lists(
    st.fixed_dictionaries({"name": st.text(max_size=3)}, optional={"enabled": st.booleans()}), max_size=4
)
SPEC = StreamSpec("items", "menu_item", switched={"taxes": "enabled", "option.sizes": "enabled"})


def enabled(members):
    return [member for member in members if member.get("enabled", True)]


@given(MEMBERS, MEMBERS)
def test_only_members_whose_flag_is_not_false_count(taxes, sizes):
    record = {"id": "i1", "taxes": taxes, "option": {"sizes": sizes}}
    assert SPEC.counting(record) == {
        "id": "i1",
        "taxes": enabled(taxes),
        "option": {"sizes": enabled(sizes)},
    }


def test_a_record_without_the_lists_is_unchanged():
    record = {"id": "i1", "taxes": None, "option": {"name": "Size"}}
    assert SPEC.counting(record) == record


def test_a_stream_that_switches_nothing_off_counts_everything():
    record = {"taxes": [{"name": "VAT", "enabled": False}]}
    assert StreamSpec("items", "menu_item").counting(record) is record


@given(MEMBERS)
def test_the_record_of_the_source_is_not_changed(taxes):
    record = {"taxes": list(taxes)}
    SPEC.counting(record)
    assert record == {"taxes": taxes}


NAMES = st.text("abcXYZ 1()", min_size=1, max_size=8).filter(lambda name: name.strip())


@given(NAMES, st.sampled_from(["upper", "lower", "title"]))
def test_a_hint_holds_for_a_header_in_other_cases_and_spaces(name, case):
    spec = StreamSpec("items", "menu_item", hints={name: Hint("menu_item.name")})
    header = f"  {getattr(name, case)()} "
    assert spec.hints_of([header]) == {header: Hint("menu_item.name")}


def test_a_hint_with_a_star_holds_for_a_family_of_headers_and_the_exact_name_goes_first():
    hints = {"Tax * Value": Hint(None), "Tax 1 Value": Hint("order.tax_total"), "*[x]*": Hint("order.notes")}
    spec = StreamSpec("orders", "order", hints=hints)
    columns = ["Tax 1 Value", "tax 12 value", "Tax Value", "a[x]b", "axb"]
    assert spec.hints_of(columns) == {
        "Tax 1 Value": Hint("order.tax_total"),
        "tax 12 value": Hint(None),
        "a[x]b": Hint("order.notes"),
    }


@pytest.mark.parametrize(
    ("columns", "filled", "target"),
    [
        (["Published"], None, "menu_item.is_active"),
        (["Published", "STATUS"], None, None),
        (["Published", "Status"], ["Published"], "menu_item.is_active"),
        (["Published", "Status"], ["Published", "Status"], None),
    ],
)
def test_a_field_counts_unless_a_better_one_has_values(columns, filled, target):
    hints = {"Published": Hint("menu_item.is_active", unless=("Status",))}
    spec = StreamSpec("items", "menu_item", hints=hints)
    assert spec.hints_of(columns, filled)["Published"].target == target


def test_hints_of_documents_hold_for_exact_names_only():
    spec = StreamSpec("items", "menu_item", path="items[]", hints={"Name": Hint(None), "a*": Hint(None)})
    assert spec.hints_of(["name", "Name", "ab"]) == {"Name": Hint(None)}


@pytest.mark.parametrize("stream", ["items", "items (2)", "items · variants", "items (3) · further rows"])
def test_streams_made_of_a_declared_table_keep_its_declaration(stream):
    spec = StreamSpec("items", "menu_item")
    source = Source("shop", "Shop", "restaurant", (StreamSpec("item", "menu_item"), spec))
    assert source.spec_of(stream) is spec
    assert source.spec_of("itemsets") is None


def test_a_field_cannot_be_declared_with_and_without_a_target():
    with pytest.raises(ValueError, match="created_at"):
        fields({"created_at": "order.opened_at"}, "updated_at", "created_at")
