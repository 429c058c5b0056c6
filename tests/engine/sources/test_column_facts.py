"""Facts about columns are taken over all rows of a stream, however they come in frames and files."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.facts.columns import ColumnFacts, FactCollector, merge_facts

VALUES = st.lists(st.none() | st.sampled_from("abcdefgh"), max_size=8)


@given(values=VALUES, size=st.integers(1, 4))
def test_facts_are_those_of_the_whole_column_whatever_the_frames(values: list[str | None], size: int) -> None:
    collector = FactCollector()
    frame = pl.DataFrame({"Code": values, "_row": range(len(values))}, schema_overrides={"Code": pl.String})
    for part in frame.iter_slices(size):
        collector.add(part)
    filled = [value for value in values if value is not None]
    is_unique = bool(filled) and len(set(filled)) == len(filled)
    assert collector.facts() == ({"Code": ColumnFacts(len(filled), is_unique)} if values else {})


def test_facts_survive_being_stored_and_ignore_what_a_later_version_adds() -> None:
    facts = ColumnFacts(3, is_unique=True)
    assert ColumnFacts.from_json(facts.to_json() | {"later": 1}) == facts


def test_a_column_of_two_files_is_unique_only_where_it_is_in_each() -> None:
    first = {"Code": ColumnFacts(2, is_unique=True), "Name": ColumnFacts(2, is_unique=True)}
    second = {"Code": ColumnFacts(1, is_unique=None), "Name": ColumnFacts(1, is_unique=False)}
    merged = merge_facts([first, second])
    assert merged == {"Code": ColumnFacts(3, is_unique=None), "Name": ColumnFacts(3, is_unique=False)}


def test_words_that_may_stand_for_nothing_are_counted_over_all_rows_and_files():
    collector = FactCollector()
    collector.add(pl.DataFrame({"City": ["NULL", "Lynn", None]}))
    collector.add(pl.DataFrame({"City": ["NULL", "-", "0000-00-00"]}))
    words = {"NULL": 2, "-": 1, "0000-00-00": 1}
    facts = collector.facts()
    assert facts["City"].empty_words == words
    assert ColumnFacts.from_json(facts["City"].to_json()) == facts["City"]
    assert merge_facts([facts, facts])["City"].empty_words == {word: 2 * rows for word, rows in words.items()}
