"""Readers over columns: the common spelling once for all rows, other spellings only where they are needed."""

import polars as pl

from core.kit.reading import by_distinct, fill, first_that_reads


def column(*texts):
    return pl.Series("text", list(texts), dtype=pl.String)


def to_date(texts, form):
    return texts.str.to_date(form, strict=False)


def test_only_unread_texts_go_to_the_slow_reader():
    slow_texts = []

    def slow(texts):
        slow_texts.extend(texts.to_list())
        return texts.str.len_chars().cast(pl.Int64)

    done = pl.Series("number", [1, None, None, 4], dtype=pl.Int64)
    read = fill(done, column("1", "three", None, "4"), slow)
    assert read.to_list() == [1, 5, None, 4]
    assert slow_texts == ["three"]
    assert read.name == "number"


def test_the_slow_reader_gets_the_whole_column_where_nothing_is_read():
    done = pl.Series("number", [None, None], dtype=pl.Int64)
    read = fill(done, column("a", "bb"), lambda texts: texts.str.len_chars().cast(pl.Int64))
    assert read.to_list() == [1, 2]
    assert read.name == "number"


def test_the_slow_reader_is_not_called_where_all_is_read():
    def slow(_texts):
        raise AssertionError

    done = pl.Series("number", [1, None], dtype=pl.Int64)
    assert fill(done, column("1", None), slow).to_list() == [1, None]


def test_each_distinct_text_is_read_once_and_its_row_keeps_its_place():
    calls = []

    def read(text):
        calls.append(text)
        return len(text) if text else None

    values = by_distinct(column("aa", "b", "aa", None, "", "b"), read, pl.Int64())
    assert values.to_list() == [2, 1, 2, None, None, 1]
    assert sorted(calls) == ["", "aa", "b"]
    assert values.name == "text"


def test_an_empty_column_is_read_as_an_empty_column_of_the_type():
    values = by_distinct(column(), len, pl.Int64())
    assert (values.len(), values.dtype) == (0, pl.Int64)


def test_the_first_format_that_fits_a_text_reads_it_whichever_most_texts_have():
    texts = column("31.12.2024", "30.12.2024", "12/29/2024", "soon", None)
    days = first_that_reads(texts, ("%m/%d/%Y", "%d.%m.%Y"), to_date, pl.Date())
    assert [day and day.day for day in days] == [31, 30, 29, None, None]


def test_commas_and_repeated_blanks_count_as_one_blank():
    texts = column("Dec  31,\u00a02024", "Dec 30 2024")
    days = first_that_reads(texts, ("%b %d %Y", "%d %b %Y"), to_date, pl.Date())
    assert [day.day for day in days] == [31, 30]


def test_a_column_without_a_digit_is_not_tried():
    def parse(_texts, _form):
        raise AssertionError

    days = first_that_reads(column("soon", None, ""), ("%Y",), parse, pl.Date())
    assert (days.to_list(), days.dtype, days.name) == ([None, None, None], pl.Date, "text")
