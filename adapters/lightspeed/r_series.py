"""Lightspeed Retail (R-Series): the items export as a table, and items, categories and customers of API V3 as JSON.

Checked against developers.lightspeedhq.com/retail (endpoints Item, Category, Customer; relations) and
retail-support.lightspeedhq.com (exporting items). The API writes every value as text, and 0 for "none".
"""

from __future__ import annotations

from adapters.declare import fields, money, names, negated
from core.engine.sources.contract import Hint, Source, StreamSpec

_ZERO_IS_EMPTY = "map_values({'0': None})"
_ITEM_HEADERS = names(
    "System ID|UPC|EAN|Custom SKU|Manufact. SKU|Item|Qty.|Price|Tax|Brand|Publish to eCom|Season|Department|MSRP|"
    "Tax Class|Default Cost|Vendor|Category|Subcategory 1"
)
_ITEM_TARGETS: dict[str, str | Hint] = {
    "System ID": "menu_item.external_id",
    "UPC": Hint("menu_item.barcode", transform="coalesce"),
    "EAN": "menu_item.barcode",
    "Custom SKU": "menu_item.sku",
    "Item": "menu_item.name",
    "Qty.": "menu_item.quantity_on_hand",
    "Price": money("menu_item.price"),
    "Default Cost": money("menu_item.cost"),
    "Vendor": "menu_item.supplier",
    "Category": "menu_item.category_id",
    "Archived": negated("menu_item.is_active", "Yes", "true", "1"),
}
_ITEMS_EXPORT = StreamSpec(
    name="Items",
    entity="menu_item",
    headers=frozenset(_ITEM_HEADERS),
    hints=fields(
        _ITEM_TARGETS,
        *(name for name in _ITEM_HEADERS if name not in _ITEM_TARGETS),
        *names("Vendor ID|Note|Taxable|Discountable|Online Price"),
        *(f"Subcategory {level}" for level in range(2, 10)),
    ),
)
_ITEMS = StreamSpec(
    name="items",
    entity="menu_item",
    path="Item[] | Item",
    headers=frozenset({"itemID", "description"}),
    hints=fields(
        {
            "itemID": "menu_item.external_id",
            "description": "menu_item.name",
            "customSku": "menu_item.sku",
            "upc": Hint("menu_item.barcode", transform="coalesce"),
            "ean": "menu_item.barcode",
            "categoryID": Hint("menu_item.category_id", transform=_ZERO_IS_EMPTY),
            "defaultCost": money("menu_item.cost"),
            "archived": negated("menu_item.is_active"),
            "Prices.ItemPrice[useType=Default].amount": money("menu_item.price"),
            "ItemShops.ItemShop[shopID=0].qoh": "menu_item.quantity_on_hand",
            "ItemShops.ItemShop[shopID=0].reorderPoint": "menu_item.reorder_level",
        },
        *names(
            "systemSku|avgCost|discountable|tax|itemType|serialized|modelYear|manufacturerSku|createTime|timeStamp"
        ),
        *names(
            "publishToEcom|taxClassID|departmentID|itemMatrixID|itemAttributesID|manufacturerID|noteID|seasonID"
        ),
        *names("defaultVendorID|Prices.ItemPrice|ItemShops.ItemShop|laborDurationMinutes"),
    ),
)
_CATEGORIES = StreamSpec(
    name="categories",
    entity="category",
    path="Category[] | Category",
    headers=frozenset({"categoryID", "name"}),
    hints=fields(
        {
            "categoryID": "category.external_id",
            "name": "category.name",
            "parentID": Hint("category.parent_id", transform=_ZERO_IS_EMPTY),
        },
        *names("nodeDepth|fullPathName|leftNode|rightNode|createTime|timeStamp"),
    ),
)
_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    path="Customer[] | Customer",
    headers=frozenset({"customerID"}),
    hints=fields(
        {
            "customerID": "customer.external_id",
            "firstName": "customer.first_name",
            "lastName": "customer.last_name",
            "company": "customer.company",
            "dob": "customer.birthday",
            "createTime": "customer.first_visit_at",
            "Contact.Emails.ContactEmail[useType=Primary].address": "customer.email",
            "Contact.Phones.ContactPhone[useType=Mobile].number": "customer.phone",
            "Contact.Addresses.ContactAddress.address1": "customer.address",
            "Contact.Addresses.ContactAddress.city": "customer.city",
            "Contact.Addresses.ContactAddress.state": "customer.region",
            "Contact.Addresses.ContactAddress.zip": "customer.postal_code",
            "Contact.Addresses.ContactAddress.countryCode": "customer.country",
        },
        *names(
            "title|companyRegistrationNumber|vatNumber|archived|timeStamp|contactID|creditAccountID|customerTypeID"
        ),
        *names(
            "discountID|taxCategoryID|measurementID|Contact.contactID|Contact.custom|Contact.noEmail|Contact.noPhone"
        ),
        *names("Contact.noMail|Contact.timeStamp|Contact.Emails.ContactEmail|Contact.Phones.ContactPhone"),
        *names(
            "Contact.Websites|Contact.Addresses.ContactAddress.address2|Contact.Addresses.ContactAddress.country"
        ),
        *names("Contact.Addresses.ContactAddress.stateCode|Contact.Emails.ContactEmail.address"),
        *names(
            "Contact.Emails.ContactEmail.useType|Contact.Phones.ContactPhone.number|Contact.Phones.ContactPhone.useType"
        ),
    ),
)

LIGHTSPEED_R = Source(
    name="lightspeed_r",
    label="Lightspeed R-Series",
    domain="restaurant",
    streams=(_ITEMS_EXPORT, _ITEMS, _CATEGORIES, _CUSTOMERS),
    notes=(
        "Every variation of a matrix is an item of its own, in the export and in the API.",
        "Of several prices the default one is imported, not the recommended one (MSRP).",
        "Subcategories of the export are not imported; the API has them as categories with a parent.",
    ),
)
