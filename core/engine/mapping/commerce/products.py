"""Find the columns of a product that are its category or its barcode, and categories that are written as paths. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.commerce.claims import COMMERCE, Claim, is_free, is_sure
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import MEMORY, Proposal, StreamSample
from core.engine.mapping.row_rules.words import FAMILIES, kinds_of
from core.engine.sources.reshape.headers import word_set
from core.engine.transforms import Call, show
from core.kit.text import tokens
from core.kit.wording import listed

_LIKELY, _SURE = 0.82, 0.93

_TYPES = frozenset(
    {("type",), ("product", "type"), ("item", "type"), ("produkttyp",), ("type", "produit"), ("tipo", "producto"), ("tipo",)}
)  # fmt: skip
_KINDS = word_set(
    "physical digital virtual downloadable service services standard inventory noninventory non-inventory stock stocked stockable goods"
    " storable consumable configurable grouped external affiliate bundle combo composite kit package simple variable variation regular"
    " default normal single multi other others misc gift_card giftcard donation event subscription recipe ingredient assembly raw"
    " retail sale sales product products item items menu matrix serialized weighed modifier custom open active inactive"
)
_KIND_PHRASES = frozenset(
    {"gift card", "prepared food and beverage", "prepared food", "digital goods", "physical goods", "physical good", "non inventory",
     "simple product", "variable product", "raw material", "finished good", "finished goods", "food and beverage", "regular item",
     "inventory item", "stock item", "service item", "menu item", "modifier item", "variable, virtual"}
)  # fmt: skip
"""Kinds of products that tell how one is sold or stocked, and no category of a menu."""

_MOST_WORDS = 4.0
_CODES = word_set("gtin upc ean isbn jan barcode plu")
_JOINING = word_set("or and code number 8 12 13 14 a")
_BARCODE = r"^[0-9][0-9 \-]*[0-9Xx]$"
_PATHS = (">", "»", "→")
_OF_CATEGORIES = frozenset({"menu_item.category_id", "order_line.category_id"})
_ESCAPED = {",": ",", ";": ";", "|": r"\|"}
_BETWEEN = tuple(_ESCAPED)
"""What stands between the addresses of several pictures."""


def product_claims(firsts: Sequence[Proposal], sample: StreamSample) -> dict[str, Claim]:
    """Return the claims of a table of products on category and barcode, where nothing else is either."""
    claims: dict[str, Claim] = {}
    if sample.entity == "item_variant":
        return claims
    for target, test, claim in (
        ("category_id", _is_type, Claim("menu_item.category_id", _LIKELY, _TYPE_REASON)),
        ("barcode", _is_code, Claim("menu_item.barcode", _SURE, "It is named after several kinds of barcodes, and holds them.")),
    ):  # fmt: skip
        columns = [first for first in firsts if is_free(first, sample) and test(first, sample.rows)]
        if len(columns) == 1 and not _is_told(firsts, sample, target, columns[0]):
            claims[columns[0].source] = claim
    return claims


_TYPE_REASON = "It says what each product is, and no other column is its category."


def _is_told(firsts: Sequence[Proposal], sample: StreamSample, name: str, column: Proposal) -> bool:
    """Tell whether another column is well supported for the field, or waits for an answer about it."""
    rivals = [first for first in firsts if first is not column]
    has_question = any("categor" in reading.question for reading in sample.readings.values())
    return is_sure(rivals, f"menu_item.{name}") or (name == "category_id" and has_question)


def _is_type(first: Proposal, rows: pl.DataFrame) -> bool:
    if tuple(tokens(first.source)) not in _TYPES or first.profile.words > _MOST_WORDS:
        return False
    texts = {text.strip().casefold() for text in rows[first.source].drop_nulls().unique()} - {""}
    return bool(texts) and not any(map(_is_kind, texts))


def _is_kind(text: str) -> bool:
    """Tell whether a text is a kind of product or of row, a number or a code."""
    is_word = any(character.isalpha() for character in text) and not any(map(str.isdigit, text))
    is_of_row = any(kinds_of(family, text) is not None for family in FAMILIES)
    return not is_word or is_of_row or text in _KINDS or text in _KIND_PHRASES


def _is_code(first: Proposal, rows: pl.DataFrame) -> bool:
    words = set(tokens(first.source))
    if len(words & _CODES) < 2 or not words <= _CODES | _JOINING:
        return False
    texts = rows[first.source].drop_nulls().str.strip_chars().str.strip_prefix("'")
    return bool(texts.filter(texts != "").str.contains(_BARCODE).all())


def with_first_pictures(firsts: Sequence[Proposal], sample: StreamSample) -> list[Proposal]:
    """Return the suggestions; of several addresses in a cell the first is taken, of pictures an item has one."""
    return [
        _with_first(first, sample.rows[first.source])
        if first.target == "menu_item.image_url" and not first.transform and first.origin != MEMORY
        else first
        for first in firsts
    ]


def _with_first(first: Proposal, texts: pl.Series) -> Proposal:
    separator = next(
        (sign for sign in _BETWEEN if texts.str.contains(rf"(?i){_ESCAPED[sign]}\s*https?://").any()), None
    )
    if separator is None:
        return first
    reason = Evidence(
        COMMERCE, 0.0, f"Some cells hold several pictures, divided by {separator!r}; an item has the first."
    )
    return replace(
        first, transform=show((Call("first_of", (separator,)),)), evidence=(*first.evidence, reason)
    )


def with_category_paths(firsts: Sequence[Proposal], sample: StreamSample) -> list[Proposal]:
    """Return the suggestions; of categories that are written as paths, 'Food > Pizza', the last part is taken.

    Lists of several categories are asked about.
    """
    return [
        _with_path(first, sample.rows[first.source]) if first.target in _OF_CATEGORIES else first
        for first in firsts
    ]


def _with_path(first: Proposal, texts: pl.Series) -> Proposal:
    if several := _longest_list(texts):
        question = f"One item is in several categories ({'; '.join(several[:3])}), and has one here: which one counts?"
        return replace(first, question=first.question or question)
    if first.transform:
        return first
    paths = texts.drop_nulls().unique().sort()
    separator = next((sign for sign in _PATHS if paths.str.contains(f".{sign}.", literal=False).any()), None)
    if separator is None or first.origin == MEMORY:
        return first
    ends: dict[str, set[str]] = {}
    for path in paths:
        parts = [part.strip() for part in path.split(separator)]
        ends.setdefault(parts[-1].casefold(), set()).add(f" {separator} ".join(parts))
    reason = Evidence(
        COMMERCE, 0.0, f"Its cells hold paths; the category is the last part of each, behind {separator!r}."
    )
    question = _same_ends(ends)
    return replace(
        first,
        transform=show((Call("path_end", (separator,)),)),
        evidence=(*first.evidence, reason),
        question=first.question or question,
    )


def _longest_list(texts: pl.Series) -> list[str]:
    """Return the longest of the JSON lists of several categories; none where every cell holds one."""
    cells = texts.drop_nulls().filter(texts.drop_nulls().str.contains(r"^\[.*,.*\]$")).unique().sort()
    lists = [[str(name) for name in json.loads(cell)] for cell in cells if _is_json(cell)]
    return max((names for names in lists if len(names) > 1), key=len, default=[])


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _same_ends(ends: Mapping[str, set[str]]) -> str:
    """Ask where several paths end alike: their categories would become one."""
    alike = [sorted(paths) for paths in ends.values() if len(paths) > 1]
    if not alike:
        return ""
    return f"{listed(alike[0])} end alike: are they one category? Without path_end('>'), each path is a category of its own."
