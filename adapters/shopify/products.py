"""Shopify's product CSV with the headers until 2024 and with those of the template since.

A row for each variant and each further picture; what is about the product stands in the first row of its handle.
https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

from adapters.declare import fields, listing, mapped, money, names
from adapters.shopify.words import PRODUCT_STATUS
from core.engine.sources.contract import Grouped, Hint, StreamSpec

_TRACKED = "not_equals('')"
_MARKETS = "Included / *|Price / *|Compare At Price / *"
_FAMILIES = "Google Shopping / *|*(product.metafields.*)|*(variant.metafields.*)"
_UNIT_PRICE = "Unit price total measure|Unit price total measure unit|Unit price base measure|Unit price base measure unit"
_OPTIONS = "Option1 Value|Option2 Value|Option3 Value"

_PRODUCTS = StreamSpec(
    name="products_export",
    entity="menu_item",
    headers=frozenset(
        names(
            "Handle|Title|Body (HTML)|Vendor|Tags|Published|Option1 Name|Option1 Value|Variant SKU|"
            "Variant Inventory Policy|Variant Price|Variant Requires Shipping|Image Src"
        )
    ),
    grouped=Grouped(
        key=("Handle",),
        name=("Title",),
        options=names(_OPTIONS),
        parts=names(f"{_OPTIONS}|Variant *|Cost per item|Price / *|Compare At Price / *|{_UNIT_PRICE}"),
        shared=names(
            "Title|Body (HTML)|Vendor|Product Category|Standardized Product Type|Custom Product Type|Type|Tags|Published|Status"
        ),
        first=names("Image *|Variant Inventory Tracker"),
    ),
    hints=fields(
        {
            "Handle": "menu_item.external_id",
            "Title": "menu_item.name",
            "Body (HTML)": "menu_item.description",
            "Vendor": "menu_item.supplier",
            "Product Category": "menu_item.category_id",
            "Standardized Product Type": "menu_item.category_id",
            "Custom Product Type": "menu_item.category_id",
            "Type": "menu_item.category_id",
            "Tags": listing("menu_item.tags"),
            "Published": Hint("menu_item.is_active", unless=("Status",)),
            "Status": mapped("menu_item.is_active", PRODUCT_STATUS),
            "Option1 Value": "item_variant.name",
            "Variant SKU": "item_variant.sku",
            "Variant Inventory Tracker": Hint("menu_item.track_inventory", transform=_TRACKED),
            "Variant Inventory Qty": "item_variant.quantity_on_hand",
            "Variant Price": money("item_variant.price"),
            "Variant Barcode": "item_variant.barcode",
            "Image Src": "menu_item.image_url",
            "Cost per item": money("item_variant.cost"),
        },
        *names("Option1 Name|Option1 Linked To|Option2 Name|Option2 Value|Option2 Linked To|Option3 Name"),
        *names("Option3 Value|Option3 Linked To|Variant Grams|Variant Inventory Policy"),
        *names("Variant Fulfillment Service|Variant Compare At Price|Variant Requires Shipping"),
        *names("Variant Taxable|Variant Image|Variant Weight Unit|Variant Tax Code|Image Position"),
        *names(f"Image Alt Text|Gift Card|SEO Title|SEO Description|{_UNIT_PRICE}|{_MARKETS}|{_FAMILIES}"),
    ),
)

_TEMPLATE = StreamSpec(
    name="products_export_2025",
    entity="menu_item",
    headers=frozenset(
        names(
            "Title|URL handle|Description|Vendor|Published on online store|Status|SKU|Option1 name|Option1 value|"
            "Price|Compare-at price|Inventory tracker|Inventory quantity|Product image URL"
        )
    ),
    grouped=Grouped(
        key=("URL handle",),
        name=("Title",),
        options=names(_OPTIONS),
        parts=names(
            f"{_OPTIONS}|SKU|Barcode|Price|Compare-at price|Cost per item|Inventory quantity|Variant image URL|"
            "Continue selling when out of stock|Weight value (grams)|Weight unit for display|Price / *|Compare-at price / *|"
            f"Requires shipping|Fulfillment service|Charge tax|Tax code|{_UNIT_PRICE}"
        ),
        shared=names("Title|Description|Vendor|Product category|Type|Tags|Published on online store|Status"),
        first=names("Product image URL|Image position|Image alt text|Inventory tracker"),
    ),
    hints=fields(
        {
            "URL handle": "menu_item.external_id",
            "Title": "menu_item.name",
            "Description": "menu_item.description",
            "Vendor": "menu_item.supplier",
            "Product category": "menu_item.category_id",
            "Type": "menu_item.category_id",
            "Tags": listing("menu_item.tags"),
            "Published on online store": Hint("menu_item.is_active", unless=("Status",)),
            "Status": mapped("menu_item.is_active", PRODUCT_STATUS),
            "Option1 value": "item_variant.name",
            "SKU": "item_variant.sku",
            "Barcode": "item_variant.barcode",
            "Price": money("item_variant.price"),
            "Cost per item": money("item_variant.cost"),
            "Inventory tracker": Hint("menu_item.track_inventory", transform=_TRACKED),
            "Inventory quantity": "item_variant.quantity_on_hand",
            "Product image URL": "menu_item.image_url",
        },
        *names("Option1 name|Option1 Linked To|Option2 name|Option2 value|Option2 Linked To|Option3 name"),
        *names("Option3 value|Option3 Linked To|Compare-at price|Charge tax|Tax code"),
        *names("Continue selling when out of stock|Weight value (grams)|Weight unit for display"),
        *names("Requires shipping|Fulfillment service|Image position|Image alt text|Variant image URL"),
        *names(
            f"Gift card|SEO title|SEO description|{_UNIT_PRICE}|Compare-at price / *|{_MARKETS}|{_FAMILIES}"
        ),
    ),
)

PRODUCT_TABLES = (_PRODUCTS, _TEMPLATE)
