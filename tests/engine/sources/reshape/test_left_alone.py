"""Tables that only look like shaped ones are read as they stand: every row is one record."""

import polars as pl
import pytest

from core.engine.sources.reshape.decide import shapes_of
from core.engine.sources.reshape.groups import find_blanks, find_group
from core.engine.sources.reshape.shape import StreamShape
from core.engine.sources.reshape.variant_rows import find_variants


def table(text):
    header, *lines = text.strip().split("\n")
    columns = tuple(header.split(","))
    rows = [[cell or None for cell in line.split(",")] for line in lines]
    return columns, pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        ("restaurant", "Item,Price\nSoup,4.50\nTea,2.00\n"),
        ("restaurant", "Item ID,Item,Size,Price\n1,Cola,0.3 l,3\n2,Tea,0.2 l,2\n"),
        ("restaurant", "Order ID,Customer,Total,Date\n1,Ann,3,2025-01-01\n2,Bo,4,2025-01-02\n"),
        ("school", "Student ID,First Name,Last Name\n1,Ada,Bloom\n2,Ben,Carr\n"),
        ("school", "Student ID,Class,Score\n1,7A,90\n1,7B,80\n"),
        ("school", "Item,Size,Price\nShirt,S,9\nShirt,M,9\n"),
        ("school", "Guardian Name,Phone\nAl Bloom,5551234567\n"),
    ],
)
def test_a_table_of_one_record_a_row_keeps_its_rows(domain, text):
    columns, rows = table(text)
    assert shapes_of(columns, rows, domain) == [StreamShape(columns)]


def test_two_items_of_one_name_in_two_categories_are_not_taken_for_one():
    columns, rows = table("Category,Item,Size,Price\nFood,Special,Small,4\nWine,Special,Large,9\n")
    assert find_variants(columns, rows) is None


def test_a_sparse_amount_is_filled_down_into_no_other_row():
    columns, rows = table(
        "Handle,Title,Vendor,Weight,Option1 Value,Price\na,A,V,,S,1\na,,,,L,2\nb,B,V,5,S,1\nb,,,,L,2\nc,C,V,,S,1\n"
    )
    group = find_group(columns, rows)
    assert group is not None
    assert group.key == "Handle"
    assert group.filled == ("Title", "Vendor")
    assert group.doubtful == ("Weight",)


@pytest.mark.parametrize(
    "text",
    [
        "Category,Item,Price\n,Soup,4\nMains,Stew,9\n,Pie,8\n",
        "Category,Item,Price\nMains,Soup,4\nMains,Stew,9\n,Pie,8\n",
        "Notes,Item,Price\nhot,Soup,4\n,Stew,9\nnew,Pie,8\n,Tea,1\n",
    ],
)
def test_a_blank_that_may_mean_nothing_is_not_filled(text):
    columns, rows = table(text)
    assert find_blanks(columns, rows) == ()
