"""Square's locations and catalog as JSON: one list of typed objects (Catalog API)."""

from __future__ import annotations

from typing import Any

from adapters.declare import anywhere, fields, flag, listed, money, names, negated
from core.engine.sources.contract import Hint, LookUp, StreamSpec

_OBJECTS = ("catalog.objects[]", "objects[]", "related_objects[]", "object")
_EVERY_OBJECT = names(
    "type|updated_at|created_at|version|is_deleted|present_at_all_locations|present_at_location_ids|"
    "absent_at_location_ids|custom_attribute_values|catalog_v1_ids"
)


def _typed(
    kind: str,
    entity: str,
    name: str,
    hints: dict[str, str | Hint],
    unmapped: str = "",
    **parts: Any,
) -> StreamSpec:
    """Return the stream of one type of catalog object."""
    return StreamSpec(
        name=name,
        entity=entity,
        path=anywhere(_OBJECTS),
        where=("type", kind),
        hints=fields(hints, *_EVERY_OBJECT, *(names(unmapped) if unmapped else ())),
        **parts,
    )


_LOCATIONS = StreamSpec(
    name="locations",
    entity="location",
    path="locations[] || merchant",
    hints=fields(
        {
            "id": "location.external_id",
            "name": "location.name",
            "business_name": "location.name",
            "timezone": "location.timezone",
            "currency": "location.currency",
            "country": "location.country",
            "phone_number": "location.phone",
            "address.address_line_1": "location.address",
        },
        *names(
            "merchant_id|status|type|created_at|capabilities|language_code|mcc|business_email|website_url"
        ),
        *names("address.address_line_2|address.locality|address.administrative_district_level_1"),
        *names("address.postal_code|address.country|business_hours.periods|description|coordinates.latitude"),
        *names(
            "coordinates.longitude|main_location_id|facebook_url|instagram_username|twitter_username|logo_url"
        ),
        *names("pos_background_url|full_format_logo_url"),
    ),
)
_NESTED_PRICING, _PRICING = (
    "item_data.variations[].item_variation_data.pricing_type",
    "variation.pricing_type",
)
_OPEN = Hint(
    "menu_item.pricing_strategy",
    transform="map_values({'variable_pricing': 'open', 'fixed_pricing; variable_pricing': 'open', "
    "'variable_pricing; fixed_pricing': 'open', 'fixed_pricing': None})",
)
_CATEGORIES = _typed(
    "CATEGORY",
    "category",
    "categories",
    {
        "id": "category.external_id",
        "category_data.name": "category.name",
        "category_data.parent_category.id": "category.parent_id",
        "category_data.parent_category.ordinal": "category.sort_order",
    },
    "category_data.is_top_level|category_data.category_type|category_data.root_category|category_data.channels|"
    "category_data.online_visibility|category_data.image_ids|category_data.availability_period_ids",
)
_ITEMS = _typed(
    "ITEM",
    "menu_item",
    "items",
    {
        "id": "menu_item.external_id",
        "item_data.name": "menu_item.name",
        "item_data.abbreviation": "menu_item.kitchen_name",
        "item_data.description": "menu_item.description",
        "item_data.description_plaintext": "menu_item.description",
        "item_data.category_id": "menu_item.category_id",
        "item_data.reporting_category.id": "menu_item.category_id",
        "item_data.categories[].id": Hint(None),
        "item_data.tax_ids": listed("menu_item.tax_rate_ids"),
        "item_data.modifier_list_info[].modifier_list_id": listed("menu_item.modifier_group_ids"),
        "item_data.food_and_beverage_details.dietary_preferences[].standard_name": listed("menu_item.tags"),
        "item_data.is_archived": negated("menu_item.is_active"),
        _NESTED_PRICING: _OPEN,
        _PRICING: _OPEN,
    },
    "item_data.label_color|item_data.is_taxable|item_data.description_html|item_data.categories|"
    "item_data.reporting_category.ordinal|item_data.modifier_list_info|item_data.product_type|item_data.channels|"
    "item_data.skip_modifier_screen|item_data.ecom_uri|item_data.ecom_visibility|item_data.image_ids|"
    "item_data.is_alcoholic|item_data.food_and_beverage_details.calorie_count|item_data.item_options|"
    "item_data.food_and_beverage_details.dietary_preferences|item_data.sort_name|item_data.available_online|"
    "item_data.available_for_pickup|item_data.available_electronically|item_data.variations|"
    "item_data.food_and_beverage_details.ingredients|item_data.ecom_image_uris",
    switched={"item_data.modifier_list_info": "enabled"},
    single=frozenset({_NESTED_PRICING}),
    look_up={
        _PRICING: LookUp(
            "id", "variations", "item_variation_data.item_id", "item_variation_data.pricing_type"
        )
    },
)
_OWN_ITEM = anywhere(_OBJECTS, ".id")
_VARIATIONS = StreamSpec(
    name="variations",
    entity="item_variant",
    path=anywhere((*_OBJECTS, *(f"{objects}.item_data.variations[]" for objects in _OBJECTS))),
    where=("type", "ITEM_VARIATION"),
    carry={"item.id": _OWN_ITEM},
    hints=fields(
        {
            "id": "item_variant.external_id",
            "item.id": "item_variant.item_id",
            "item_variation_data.item_id": "item_variant.item_id",
            "item_variation_data.name": "item_variant.name",
            "item_variation_data.sku": "item_variant.sku",
            "item_variation_data.upc": "item_variant.barcode",
            "item_variation_data.ordinal": "item_variant.sort_order",
            "item_variation_data.price_money.amount": money("item_variant.price", "minor"),
            "item_variation_data.default_unit_cost.amount": money("item_variant.cost", "minor"),
        },
        *_EVERY_OBJECT,
        *names("item_variation_data.price_money.currency|item_variation_data.pricing_type"),
        *names("item_variation_data.track_inventory|item_variation_data.inventory_alert_type"),
        *names("item_variation_data.inventory_alert_threshold|item_variation_data.location_overrides"),
        *names(
            "item_variation_data.sellable|item_variation_data.stockable|item_variation_data.stockable_conversion"
        ),
        *names("item_variation_data.measurement_unit_id|item_variation_data.item_option_values"),
        *names(
            "item_variation_data.service_duration|item_variation_data.image_ids|item_variation_data.user_data"
        ),
        *names("item_variation_data.team_member_ids|item_variation_data.default_unit_cost.currency"),
        *names("item_variation_data.available_for_booking"),
    ),
)
_MODIFIER_LISTS = _typed(
    "MODIFIER_LIST",
    "modifier_group",
    "modifier_lists",
    {
        "id": "modifier_group.external_id",
        "modifier_list_data.name": "modifier_group.name",
        "modifier_list_data.selection_type": "modifier_group.selection_type",
        "modifier_list_data.min_selected_modifiers": "modifier_group.min_selections",
        # -1 stands for "no limit", which an empty field says here
        "modifier_list_data.max_selected_modifiers": Hint(
            "modifier_group.max_selections", transform="map_values({'-1': None})"
        ),
        "modifier_list_data.ordinal": "modifier_group.sort_order",
    },
    "modifier_list_data.modifier_type|modifier_list_data.internal_name|modifier_list_data.is_conversational|"
    "modifier_list_data.allow_quantities|modifier_list_data.hidden_from_customer|modifier_list_data.modifiers|"
    "modifier_list_data.max_length|modifier_list_data.text_required|modifier_list_data.image_ids",
)
_MODIFIERS = StreamSpec(
    name="modifiers",
    entity="modifier",
    path=anywhere((*_OBJECTS, *(f"{objects}.modifier_list_data.modifiers[]" for objects in _OBJECTS))),
    where=("type", "MODIFIER"),
    carry={"modifier_list.id": _OWN_ITEM},
    hints=fields(
        {
            "id": "modifier.external_id",
            "modifier_list.id": "modifier.group_id",
            "modifier_data.modifier_list_id": "modifier.group_id",
            "modifier_data.name": "modifier.name",
            "modifier_data.price_money.amount": money("modifier.price_delta", "minor"),
            "modifier_data.on_by_default": "modifier.is_default",
            "modifier_data.ordinal": "modifier.sort_order",
        },
        *_EVERY_OBJECT,
        *names("modifier_data.price_money.currency|modifier_data.location_overrides|modifier_data.image_id"),
        *names("modifier_data.hidden_online|modifier_data.kitchen_name"),
    ),
)
_TAXES = _typed(
    "TAX",
    "tax_rate",
    "taxes",
    {
        "id": "tax_rate.external_id",
        "tax_data.name": "tax_rate.name",
        "tax_data.percentage": "tax_rate.rate",
        "tax_data.inclusion_type": flag("tax_rate.is_inclusive", "INCLUSIVE"),
    },
    "tax_data.calculation_phase|tax_data.enabled|tax_data.applies_to_custom_amounts|"
    "tax_data.applies_to_product_set_id",
)
_DISCOUNTS = _typed(
    "DISCOUNT",
    "discount",
    "discounts",
    {
        "id": "discount.external_id",
        "discount_data.name": "discount.name",
        "discount_data.discount_type": "discount.kind",
        "discount_data.percentage": "discount.percent",
        "discount_data.amount_money.amount": money("discount.amount", "minor"),
    },
    "discount_data.amount_money.currency|discount_data.pin_required|discount_data.label_color|"
    "discount_data.modify_tax_basis|discount_data.maximum_amount_money.amount|"
    "discount_data.maximum_amount_money.currency",
)

CATALOG = (
    _LOCATIONS,
    _CATEGORIES,
    _ITEMS,
    _VARIATIONS,
    _MODIFIER_LISTS,
    _MODIFIERS,
    _TAXES,
    _DISCOUNTS,
)
