"""What a source declares about streams: members that are switched off in it do not count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.contract import StreamSpec

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
