"""Apostrophes of spreadsheets and HTML of web shops are taken away by a visible transform; names keep their apostrophes."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.transforms import compile_chain, parse
from core.schema import target_schema

SETTINGS = ImportSettings("restaurant", "generic")


def transform_of(column: str, values: list[str]) -> str | None:
    items = {
        "Item ID": ["i1", "i2", "i3"],
        "Item Name": ["Soup", "Tea", "Pie"],
        "Price": ["4.00", "3.00", "5.00"],
    }
    frame = pl.DataFrame({ROW: [2, 3, 4], **items, column: values})
    proposals = propose([StreamSample("items", "menu_item", frame)], SETTINGS)
    return next(proposal.transform for proposal in proposals if proposal.source == column)


@pytest.mark.parametrize(
    ("column", "values", "transform"),
    [
        ("Barcode", ["'0612345678901", "'0612345678918", "'0612345678925"], "without_apostrophe"),
        ("SKU", ["'001", "'002", "A-3"], "without_apostrophe"),
        ("SKU", ["'t-1", "B-2", "A-3"], None),
        ("Description", ["<p>Fresh cod</p>", "hot<br/>red", ""], "html_text"),
        ("Item Name", ["Fish &amp; Chips", "Tea", "Pie"], "html_text"),
        ("Description", ["5 < 6 & more", "a <b", "R&D; x"], None),
    ],
)
def test_what_a_program_left_is_taken_away(column, values, transform):
    assert transform_of(column, values) == transform


@pytest.mark.parametrize(
    ("transform", "text", "result"),
    [
        (
            "html_text",
            "<p>Fresh <strong>cod</strong> with chips.</p><p>Serves 1</p>",
            "Fresh cod with chips.\nServes 1",
        ),
        ("html_text", "<ul><li>Tomato</li><li>Basil</li></ul>", "Tomato\nBasil"),
        ("html_text", "Mac &amp; Cheese&nbsp;XL", "Mac & Cheese XL"),
        ("html_text", "<style>p {}</style><br>", None),
        ("html_text", "5 < 6", "5 < 6"),
        ("without_apostrophe", "'02139", "02139"),
        ("without_apostrophe", "O'Brien", "O'Brien"),
    ],
)
def test_the_text_is_what_a_person_reads(transform, text, result):
    field = target_schema().field("menu_item.description")
    expr = compile_chain(parse(transform), [pl.col("text")], field, SETTINGS)
    assert pl.DataFrame({"text": [text]}).select(expr).item() == result
