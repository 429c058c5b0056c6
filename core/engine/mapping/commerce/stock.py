"""Find columns of stock that stand once for each location: 'Current Quantity Main St', 'reorder_point_Main_Outlet'. Pure.

An item has one stock in the target. The columns of a single location are taken for it; those of several are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.engine.mapping.commerce.claims import Claim, is_free, is_sure
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.reshape.headers import word_set
from core.kit.wording import listed
from core.schema import target_schema, target_title

_LIKELY = 0.88

_STEMS: Mapping[str, tuple[str, ...]] = {
    "quantity_on_hand": (
        "current quantity", "quantity on hand", "quantity", "qty on hand", "qty", "current stock", "stock on hand", "stock", "in stock",
        "inventory quantity", "inventory", "on hand", "bestand", "lagerbestand", "existencias", "existencia", "giacenza", "voorraad",
    ),
    "reorder_level": (
        "stock alert count", "low stock threshold", "low stock alert", "low stock", "reorder point", "reorder level", "alert quantity",
        "minimum stock", "par level", "mindestbestand", "meldebestand", "stock minimo", "scorta minima", "stock minimum",
    ),
    "": (
        "new quantity", "stock alert enabled", "restock level", "reorder amount", "reorder quantity", "price", "cost", "enabled",
        "available for sale", "available", "track stock", "track inventory", "active", "preis", "precio", "prezzo", "prix",
    ),
}  # fmt: skip
"""Field -> what a column of it is called before the name of a location; '' for columns of other fields."""

_BY_LENGTH = sorted(
    ((tuple(stem.split()), field) for field, stems in _STEMS.items() for stem in stems),
    key=lambda pair: -len(pair[0]),
)
_NO_LOCATION = word_set(
    "type status unit units alert count level levels tracking tracked management managed date value number code name id updated currency"
    " each per with without tax total minimum maximum min max threshold available committed incoming reserved sold new old current"
    " enabled policy tracker qty quantity price cost and or of for in on hand order ordered percent change adjustment history note notes"
)
_FEWEST = 2
"""Kinds of columns that a location has at least, such as its stock and its alert."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of one location, its field, and the location."""

    first: Proposal
    field: str
    location: str


def stock_claims(
    firsts: Sequence[Proposal], sample: StreamSample, file_columns: Iterable[str] = ()
) -> dict[str, Claim]:
    """Return the claims of a table of products or variants on stock and its alert, by columns of locations.

    `file_columns` are those of all streams of its file: they tell which words name a location.
    """
    entity = "item_variant" if sample.entity == "item_variant" else "menu_item"
    columns = list(_columns_of_locations(firsts, file_columns))
    sources = {column.first.source for column in columns}
    claims: dict[str, Claim] = {}
    for field in ("quantity_on_hand", "reorder_level"):
        of_field = [column for column in columns if column.field == field and is_free(column.first, sample)]
        target = f"{entity}.{field}"
        is_known = field in target_schema().entity(entity).fields
        if is_known and not is_sure((first for first in firsts if first.source not in sources), target):
            claims |= {column.first.source: _claim(column, target, of_field) for column in of_field}
    return claims


def _claim(column: _Column, target: str, of_field: Sequence[_Column]) -> Claim:
    reason = f"It is about {column.location!r}, the location that other columns name too."
    if len(of_field) == 1:
        return Claim(target, _LIKELY, reason)
    names = listed([repr(column.first.source) for column in of_field])
    locations = len({column.location for column in of_field})
    question = (
        f"{names} are about {locations} locations, and an item has one {target_title(target)}: accept the one that counts,"
        " or add them up with the transform 'sum'."
        if locations > 1
        else f"Which of {names} is {target_title(target)}?"
    )
    return Claim(target, _LIKELY, reason, question=question)


def _columns_of_locations(firsts: Iterable[Proposal], file_columns: Iterable[str]) -> Iterator[_Column]:
    """Yield the columns that name a location behind what they are, where the location has several kinds of columns."""
    firsts = list(firsts)
    kinds: dict[str, set[tuple[str, ...]]] = {}
    for name in {*file_columns, *(first.source for first in firsts)}:
        stem, _, location = _parsed(name)
        kinds.setdefault(location, set()).add(stem)
    for first in firsts:
        stem, field, location = _parsed(first.source)
        if location and len(kinds[location]) >= _FEWEST:
            yield _Column(first, field, location)


def _parsed(name: str) -> tuple[tuple[str, ...], str, str]:
    """Split a header into what it is called, its field, and the location; '' where it names none."""
    spelled = re.findall(r"[^\W_]+", name)
    words = [word.casefold() for word in spelled]
    for stem, field in _BY_LENGTH:
        location = spelled[len(stem) :]
        if tuple(words[: len(stem)]) == stem and location:
            is_named = not set(words[len(stem) :]) & _NO_LOCATION and any(map(str.isalpha, "".join(location)))
            return stem, field, " ".join(location) if is_named else ""
    return (), "", ""
