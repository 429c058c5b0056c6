"""Facts about columns are taken over all rows of a stream, however they come in frames and files."""

from __future__ import annotations

from dataclasses import asdict, fields

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core.engine.sources.days.facts import DayFacts
from core.engine.sources.facts.columns import ColumnFacts, FactCollector, merge_facts
from core.kit.number_forms import FormCounts

VALUES = st.lists(st.none() | st.sampled_from("abcdefgh"), max_size=8)
NUMBERS = st.integers(0, 9)
FACTS = st.builds(
    ColumnFacts,
    NUMBERS,
    st.none() | st.booleans(),
    st.builds(FormCounts, *[NUMBERS] * len(fields(FormCounts))),
    st.none() | st.builds(DayFacts, *[NUMBERS] * len(fields(DayFacts))),
    st.dictionaries(st.sampled_from(["NULL", "-", "n/a"]), NUMBERS),
    st.booleans(),
)


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


@given(facts=FACTS)
def test_any_facts_survive_being_stored_and_are_those_of_the_stream_where_it_is_one_file(
    facts: ColumnFacts,
) -> None:
    assert ColumnFacts.from_json(facts.to_json()) == facts
    assert merge_facts([{"Code": facts}, {}]) == {"Code": facts}


@given(first=FACTS, second=FACTS)
def test_the_numbers_of_two_files_are_those_of_each_form_together(
    first: ColumnFacts, second: ColumnFacts
) -> None:
    forms = (asdict(first.numbers), asdict(second.numbers))
    merged = merge_facts([{"Code": first}, {"Code": second}])["Code"]
    assert asdict(merged.numbers) == {name: forms[0][name] + forms[1][name] for name in forms[0]}
    assert merged.filled == first.filled + second.filled


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
