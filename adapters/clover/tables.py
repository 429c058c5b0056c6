"""Clover's inventory workbook, exported and imported by its Inventory app: a sheet each for items, modifiers and so on.

Two generations of headers are in use and differ in question marks and hyphens, in IDs, and in that the newer one has a
description, variants, and the categories of an item beside it. In the older one the sheet of categories stands on its
side: a column a category, its items below.
Headers: the public exporters that write the workbook (GitHub file index ids 66691631839, 66552820878, 66872815728 for
the newer, 35792568612 for the older generation).
"""

from __future__ import annotations

from adapters.declare import fields, flag, money, names, negated
from core.engine.sources.contract import Hint, LookUp, StreamSpec

_MEMBERS = "Items in Category"
OPEN_PRICE = "map_values({'variable': 'open'})"
_ITEM_HEADERS = names(
    "Clover ID|Name|Alternate Name|Description|Price|Price Type|Price Unit|Cost|Product Code|SKU|Quantity|Hidden?|"
    "Default tax rates?|Non-revenue item?|Printer Labels|Modifier Groups|Categories|Tax Rates|Variant Attribute|"
    "Variant Option"
)
_ITEM_TARGETS: dict[str, str | Hint] = {
    "Clover ID": "menu_item.external_id",
    "Name": "menu_item.name",
    "Alternate Name": "menu_item.kitchen_name",
    "Description": "menu_item.description",
    "Price": money("menu_item.price"),
    "Price Type": Hint("menu_item.pricing_strategy", transform=OPEN_PRICE),
    "Price Unit": "menu_item.unit",
    "Cost": money("menu_item.cost"),
    "Product Code": "menu_item.barcode",
    "SKU": "menu_item.sku",
    "Quantity": "menu_item.quantity_on_hand",
    "Hidden?": negated("menu_item.is_active", "Yes", "true"),
    "Modifier Groups": Hint("menu_item.modifier_group_ids", transform="split(',')"),
    "Categories": "menu_item.category_id",
    "Tax Rates": Hint("menu_item.tax_rate_ids", transform="split(',')"),
}
_ITEMS = StreamSpec(
    name="Items",
    entity="menu_item",
    headers=frozenset(_ITEM_HEADERS),
    unset={"Price": ("Price Type", "Variable")},
    look_up={"Categories": LookUp("Name", "Categories across", _MEMBERS, "Category Name")},
    hints=fields(_ITEM_TARGETS, *(name for name in _ITEM_HEADERS if name not in _ITEM_TARGETS)),
)
_MODIFIER_GROUPS = StreamSpec(
    name="Modifier Groups",
    entity="modifier",
    sheet="Modifier Groups",
    filled=names(
        "Modifier Group ID|Modifier Group Name|Pop up Automatically?|Required Quantity|Max Quantity"
    ),
    headers=frozenset(
        names(
            "Modifier Group ID|Modifier Group Name|Pop up Automatically?|Modifier|Price|Required Quantity|"
            "Max Quantity"
        )
    ),
    hints=fields(
        {
            "Modifier Group ID": Hint("modifier_group.external_id", also=("modifier.group_id",)),
            "Modifier Group Name": "modifier_group.name",
            "Modifier": "modifier.name",
            "Price": money("modifier.price_delta"),
            "Required Quantity": "modifier_group.min_selections",
            "Max Quantity": "modifier_group.max_selections",
        },
        "Pop up Automatically?",
    ),
)
_CATEGORIES = StreamSpec(
    name="Categories",
    entity="category",
    sheet="Categories",
    headers=frozenset(names("Category ID|Category Name|Subcategory Name|Item Sort Order")),
    hints=fields(
        {"Category ID": "category.external_id", "Category Name": "category.name"},
        *names("Subcategory Name|Item Sort Order"),
    ),
)
_CATEGORIES_ACROSS = StreamSpec(
    name="Categories across",
    entity="category",
    sheet="Categories",
    turned=("Category Name", _MEMBERS),
    hints=fields({"Category Name": "category.name"}, _MEMBERS),
)
_TAX_RATES = StreamSpec(
    name="Tax Rates",
    entity="tax_rate",
    sheet="Tax Rates",
    headers=frozenset(names("Tax Rate ID|Name|Tax Rate|Tax Amount|Default?")),
    hints=fields(
        {
            "Tax Rate ID": "tax_rate.external_id",
            "Name": "tax_rate.name",
            "Tax Rate": "tax_rate.rate",
            "Default?": flag("tax_rate.is_default", "Yes", "true"),
        },
        "Tax Amount",
    ),
)
_INSTRUCTIONS = StreamSpec(name="Instructions", entity="", sheet="Instructions")

TABLES = (_ITEMS, _MODIFIER_GROUPS, _CATEGORIES, _CATEGORIES_ACROSS, _TAX_RATES, _INSTRUCTIONS)
