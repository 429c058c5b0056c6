"""Toast's restaurant and menus as JSON.

The document shape of older exports (groups, items) and that of the Menus API v2 (menuGroups, menuItems) share
their streams. In the API modifier groups and options stand beside the menus and are referred to by number.
"""

from __future__ import annotations

from adapters.declare import anywhere, fields, flag, listed, money, names
from core.engine.sources.contract import Hint, LookUp, StreamSpec

_GROUPS = (
    "menus[].groups[]",
    "menus[].menuGroups[]",
    "menus[].groups[].subgroups[]",
    "menus[].menuGroups[].menuGroups[]",
    "menus[].menuGroups[].menuGroups[].menuGroups[]",
)
_ITEMS = tuple(f"{group}.{'menuItems' if 'menuGroups' in group else 'items'}[]" for group in _GROUPS)


_PARENT_GROUP = anywhere(("menus[]", *_GROUPS), ".guid", nearest=True)
_ON_ITEMS = ".modifierGroups[]"

_LOCATION = StreamSpec(
    name="restaurant",
    entity="location",
    path="restaurant",
    hints=fields(
        {
            "guid": "location.external_id",
            "name": "location.name",
            "timezone": "location.timezone",
            "currency": "location.currency",
            "country": "location.country",
            "phone": "location.phone",
            "address": "location.address",
        }
    ),
)
_RESTAURANT_INFO = StreamSpec(
    name="restaurant_info",
    entity="location",
    path=". | []",
    headers=frozenset({"guid", "general", "location"}),
    hints=fields(
        {
            "guid": "location.external_id",
            "general.name": "location.name",
            "general.timeZone": "location.timezone",
            "general.currencyCode": "location.currency",
            "location.address1": "location.address",
            "location.country": "location.country",
            "location.phone": Hint("location.phone", transform="e164('US')"),
        },
        *names("general.locationName|general.locationCode|general.description|general.closeoutHour"),
        *names("general.managementGroupGuid|general.firstBusinessDate|general.archived|urls.website"),
        *names("location.address2|location.city|location.stateCode|location.zipCode"),
        *names("location.latitude|location.longitude"),
    ),
)
_MENUS_RESPONSE = StreamSpec(
    name="menus_response",
    entity="location",
    path=".",
    headers=frozenset({"restaurantGuid", "menus"}),
    hints=fields(
        {
            "restaurantGuid": Hint("location.external_id", also=("location.name",)),
            "restaurantTimeZone": "location.timezone",
        },
        "lastUpdated",
    ),
)
_MENUS = StreamSpec(
    name="menus",
    entity="category",
    path="menus[]",
    hints=fields(
        {"guid": "category.external_id", "name": "category.name", "sortOrder": "category.sort_order"},
        *names("visibility|description|posName|masterId|highResImage|image|availability"),
    ),
)
_MENU_GROUPS = StreamSpec(
    name="menu_groups",
    entity="category",
    path=anywhere(_GROUPS),
    carry={"parent.guid": _PARENT_GROUP},
    hints=fields(
        {
            "guid": "category.external_id",
            "name": "category.name",
            "parent.guid": "category.parent_id",
            "sortOrder": "category.sort_order",
        },
        *names(
            "visibility|description|posName|masterId|image|posButtonColorLight|posButtonColorDark|itemTags"
        ),
    ),
)
_MENU_ITEMS = StreamSpec(
    name="menu_items",
    entity="menu_item",
    path=anywhere(_ITEMS),
    carry={"group.guid": _PARENT_GROUP},
    look_up={
        "modifierGroups.guid": LookUp(
            "modifierGroupReferences", "modifier_group_references", "referenceId", "guid"
        )
    },
    hints=fields(
        {
            "guid": "menu_item.external_id",
            "name": "menu_item.name",
            "kitchenName": "menu_item.kitchen_name",
            "description": "menu_item.description",
            "group.guid": "menu_item.category_id",
            "price": money("menu_item.price"),
            "pricingStrategy": "menu_item.pricing_strategy",
            "sku": "menu_item.sku",
            "plu": "menu_item.barcode",
            "taxInfo": listed("menu_item.tax_rate_ids"),
            "modifierGroups[].guid": listed("menu_item.modifier_group_ids"),
            "modifierGroups.guid": listed("menu_item.modifier_group_ids"),
            "visibility": listed("menu_item.channels"),
            "tags": listed("menu_item.tags"),
            "itemTags[].name": listed("menu_item.tags"),
            "image": "menu_item.image_url",
            "unitOfMeasure": "menu_item.unit",
            "sortOrder": "menu_item.sort_order",
            "cost": money("menu_item.cost"),
        },
        *names(
            "posName|multiLocationId|masterId|isDeferred|isDiscountable|salesCategory.guid|salesCategory.name"
        ),
        *names(
            "taxInclusion|calories|prepTime|prepStations|modifierGroupReferences|itemTags|eligiblePaymentAssistancePrograms"
        ),
        *names(
            "length|height|width|dimensionUnitOfMeasure|weight|weightUnitOfMeasure|images|portions|guestCount"
        ),
    ),
)
_SIZES = StreamSpec(
    name="sizes",
    entity="item_variant",
    path=anywhere(_ITEMS, ".sizes[]") + " | " + anywhere(_ITEMS, ".pricingRules.sizeSequencePricingRules[]"),
    carry={"item.guid": anywhere(_ITEMS, ".guid")},
    hints=fields(
        {
            "guid": "item_variant.external_id",
            "sizeGuid": "item_variant.external_id",
            "item.guid": "item_variant.item_id",
            "name": "item_variant.name",
            "sizeName": "item_variant.name",
            "price": money("item_variant.price"),
            "sku": "item_variant.sku",
        },
        "sequencePrices",
    ),
)
_GROUP_FIELDS = fields(
    {
        "guid": "modifier_group.external_id",
        "name": "modifier_group.name",
        "selectionType": flag("modifier_group.is_required", "REQUIRED"),
        "requiredMode": flag("modifier_group.is_required", "REQUIRED"),
        "isMultiSelect": Hint(
            "modifier_group.selection_type", transform="map_values({'true': 'multiple', 'false': 'single'})"
        ),
        "minSelections": "modifier_group.min_selections",
        "maxSelections": "modifier_group.max_selections",
        "sortOrder": "modifier_group.sort_order",
    },
    *names("referenceId|pricingStrategy|masterId|posName|modifierOptionReferences|defaultOptionsChargePrice"),
    *names("modifiers|defaultOptionsSubstitutionPricing|preModifierGroupReference|pricingMode"),
)
_MODIFIER_GROUPS = StreamSpec(
    name="modifier_groups",
    entity="modifier_group",
    path=anywhere(_ITEMS, _ON_ITEMS),
    hints=_GROUP_FIELDS,
)
_GROUP_REFERENCES = StreamSpec(
    name="modifier_group_references",
    entity="modifier_group",
    path="modifierGroupReferences{} | modifierGroupReferences[]",
    hints=_GROUP_FIELDS,
)
_MODIFIER_FIELDS = fields(
    {
        "guid": "modifier.external_id",
        "group.guid": "modifier.group_id",
        "name": "modifier.name",
        "price": money("modifier.price_delta"),
        "isDefault": "modifier.is_default",
        "sortOrder": "modifier.sort_order",
    },
    *names("priceType|referenceId|allowsDuplicates|kitchenName|description|masterId|posName|multiLocationId"),
    *names(
        "pricingStrategy|plu|sku|calories|isDeferred|isDiscountable|taxInfo|unitOfMeasure|prepStations|image"
    ),
    *names(
        "modifierGroupReferences|visibility|portions|prepTime|salesCategory.guid|salesCategory.name|itemTags"
    ),
)
_MODIFIERS = StreamSpec(
    name="modifiers",
    entity="modifier",
    path=anywhere(_ITEMS, f"{_ON_ITEMS}.modifiers[]"),
    carry={"group.guid": anywhere(_ITEMS, f"{_ON_ITEMS}.guid")},
    hints=_MODIFIER_FIELDS,
)
_OPTION_REFERENCES = StreamSpec(
    name="modifier_option_references",
    entity="modifier",
    path="modifierOptionReferences{} | modifierOptionReferences[]",
    look_up={
        "group.guid": LookUp("referenceId", "modifier_group_references", "modifierOptionReferences", "guid")
    },
    hints=_MODIFIER_FIELDS,
)
_PREMODIFIERS = StreamSpec(
    name="premodifier_group_references",
    entity="",
    path="preModifierGroupReferences{}",
)

MENUS = (
    _LOCATION,
    _RESTAURANT_INFO,
    _MENUS_RESPONSE,
    _MENUS,
    _MENU_GROUPS,
    _MENU_ITEMS,
    _SIZES,
    _MODIFIER_GROUPS,
    _GROUP_REFERENCES,
    _MODIFIERS,
    _OPTION_REFERENCES,
    _PREMODIFIERS,
)
