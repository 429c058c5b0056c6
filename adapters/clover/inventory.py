"""Clover's inventory as JSON: items, categories, modifier groups with their modifiers, tax rates, discounts (API v3)."""

from __future__ import annotations

from adapters.clover.lists import below, both_forms, expanded, list_places, listed_streams
from adapters.clover.tables import OPEN_PRICE
from adapters.declare import anywhere, fields, listed, money, names, negated
from core.engine.sources.contract import Hint, StreamSpec

PERCENT = "divide(10000)"
_MERCHANTS = StreamSpec(
    name="merchants",
    entity="location",
    path="merchants.elements[] | merchants[] | merchant",
    hints=fields(
        {
            "id": "location.external_id",
            "name": "location.name",
            "address.address1": "location.address",
            "address.country": "location.country",
            "phoneNumber": Hint("location.phone", transform="e164('US')"),
            "defaultCurrency": "location.currency",
            "properties.defaultCurrency": "location.currency",
            "timezone": "location.timezone",
            "properties.timezone": "location.timezone",
        },
        *names("href|createdTime|address.address2|address.city|address.state|address.zip|website|isBillable"),
    ),
)
_ITEMS = StreamSpec(
    name="items",
    entity="menu_item",
    unset={"price": ("priceType", "VARIABLE")},
    single=both_forms("categories.elements[].id"),
    hints=fields(
        {
            "id": "menu_item.external_id",
            "name": "menu_item.name",
            "alternateName": "menu_item.kitchen_name",
            "price": money("menu_item.price", "minor"),
            "priceType": Hint("menu_item.pricing_strategy", transform=OPEN_PRICE),
            "unitName": "menu_item.unit",
            "cost": money("menu_item.cost", "minor"),
            "code": "menu_item.barcode",
            "sku": "menu_item.sku",
            "hidden": negated("menu_item.is_active"),
            "autoManage": "menu_item.track_inventory",
            "itemStock.quantity": "menu_item.quantity_on_hand",
            **expanded(
                {
                    "categories.elements[].id": "menu_item.category_id",
                    "modifierGroups.elements[].id": listed("menu_item.modifier_group_ids"),
                    "taxRates.elements[].id": listed("menu_item.tax_rate_ids"),
                    "tags.elements[].name": listed("menu_item.tags"),
                }
            ),
        },
        *names(
            "available|itemGroup.id|options|options.elements|defaultTaxRates|isRevenue|stockCount|canonical.id"
        ),
        *names(
            "itemStock.item.id|itemStock.stockCount|itemStock.modifiedTime|modifiedTime|deletedTime|deleted"
        ),
        *names("priceWithoutVat|colorCode|type|isAgeRestricted|excludeCashDiscount|href|menuItem|onlineName"),
    ),
)
_CATEGORIES = StreamSpec(
    name="categories",
    entity="category",
    hints=fields(
        {
            "id": "category.external_id",
            "name": "category.name",
            "parentCategory.id": "category.parent_id",
            "sortOrder": "category.sort_order",
        },
        *names("items.elements|items|colorCode|deleted|modifiedTime|canonical.id|href"),
    ),
)
_GROUP_PLACES = list_places("modifierGroups")
_MODIFIER_GROUPS = StreamSpec(
    name="modifier_groups",
    entity="modifier_group",
    hints=fields(
        {
            "id": "modifier_group.external_id",
            "name": "modifier_group.name",
            "minRequired": "modifier_group.min_selections",
            "maxAllowed": "modifier_group.max_selections",
            "sortOrder": "modifier_group.sort_order",
        },
        *names("alternateName|showByDefault|modifierIds|modifiers|items.elements|items|href"),
    ),
)
_MODIFIERS = StreamSpec(
    name="modifiers",
    entity="modifier",
    path=anywhere(("modifiers.elements[]", "modifiers[]", *below(_GROUP_PLACES, "modifiers"))),
    carry={"group.id": anywhere(_GROUP_PLACES, ".id")},
    hints=fields(
        {
            "id": "modifier.external_id",
            "modifierGroup.id": "modifier.group_id",
            "group.id": "modifier.group_id",
            "name": "modifier.name",
            "price": money("modifier.price_delta", "minor"),
        },
        *names("alternateName|available|modifiedTime|href"),
    ),
)
_TAX_RATES = StreamSpec(
    name="tax_rates",
    entity="tax_rate",
    hints=fields(
        {
            "id": "tax_rate.external_id",
            "name": "tax_rate.name",
            "rate": Hint("tax_rate.rate", transform="divide(100000)"),
            "isDefault": "tax_rate.is_default",
        },
        *names("taxType|taxAmount|items.elements|items|deletedTime|modifiedTime|href"),
    ),
)
_DISCOUNTS = StreamSpec(
    name="discounts",
    entity="discount",
    path="discounts.elements[] | discounts[]",
    hints=fields(
        {
            "id": "discount.external_id",
            "name": "discount.name",
            "percentage": "discount.percent",
            # written below zero
            "amount": Hint("discount.amount", transform="money | negate", unit="minor"),
        },
        *names("percentageDecimal|type|deleted|href"),
    ),
)

INVENTORY = (
    _MERCHANTS,
    *listed_streams(_ITEMS, "items", "priceType"),
    *listed_streams(_MODIFIER_GROUPS, "modifierGroups", "showByDefault"),
    *listed_streams(_TAX_RATES, "taxRates", "rate", "isDefault"),
    *listed_streams(_CATEGORIES, "categories", "name", "sortOrder"),
    _MODIFIERS,
    _DISCOUNTS,
)
