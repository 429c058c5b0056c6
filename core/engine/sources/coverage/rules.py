"""AREAS: the areas of a customer's data, and which of them the streams of a declared source hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.engine.sources.contract import Source


@dataclass(frozen=True, slots=True)
class Area:
    """Data that a person asks about by one name. `targets`: entities, or 'entity.field', one of which a stream must feed."""

    label: str
    targets: tuple[str, ...]


AREAS: Mapping[str, Mapping[str, Area]] = {
    "restaurant": {
        "menu": Area("Menu", ("menu_item",)),
        "sizes": Area("Sizes", ("item_variant",)),
        "modifiers": Area("Modifiers", ("modifier",)),
        "stock": Area("Stock", ("menu_item.quantity_on_hand", "item_variant.quantity_on_hand")),
        "tax": Area("Tax rates", ("tax_rate",)),
        "customers": Area("Customers", ("customer",)),
        "staff": Area("Staff", ("employee",)),
        "loyalty": Area("Loyalty", ("loyalty_account",)),
        "gift_cards": Area("Gift cards", ("gift_card",)),
        "orders": Area("Orders", ("order",)),
        "payments": Area("Payments", ("payment",)),
    },
    "school": {
        "pupils": Area("Pupils", ("student",)),
        "guardians": Area("Guardians", ("guardian",)),
        "staff": Area("Staff", ("staff",)),
        "classes": Area("Classes", ("class_section",)),
        "enrolments": Area("Enrolments", ("enrollment",)),
        "attendance": Area("Attendance", ("attendance",)),
        "marks": Area("Marks", ("assessment_result",)),
        "fees": Area("Fees", ("fee",)),
    },
}
"""Domain -> key of the area -> area, in the order in which they are shown."""


def declared_areas(source: Source) -> dict[str, tuple[str, ...]]:
    """Return area -> the names of the streams whose declarations feed it; areas that none feeds are absent."""
    streams: dict[str, list[str]] = {}
    for spec in source.streams:
        targets = {target for hint in spec.hints.values() for target in (hint.target, *hint.also) if target}
        entities = {target.partition(".")[0] for target in targets}
        if spec.reshape or (spec.grouped is not None and spec.grouped.options):
            entities.add("item_variant")  # of the rows of one product
        for key, area in AREAS[source.domain].items():
            if not (targets | entities).isdisjoint(area.targets):
                streams.setdefault(key, []).append(spec.name)
    return {key: tuple(names) for key, names in streams.items()}
