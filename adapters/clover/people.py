"""Clover's customers and employees as JSON (API v3)."""

from __future__ import annotations

from adapters.clover.lists import both_forms, expanded, listed_streams
from adapters.declare import fields, flag, names
from core.engine.sources.contract import Hint, StreamSpec

_CONTACTS: dict[str, str | Hint] = {
    "emailAddresses.elements[].emailAddress": "customer.email",
    "phoneNumbers.elements[].phoneNumber": Hint("customer.phone", transform="e164('US')"),
    "addresses.elements[].address1": "customer.address",
    "addresses.elements[].city": "customer.city",
    "addresses.elements[].state": "customer.region",
    "addresses.elements[].zip": "customer.postal_code",
    "addresses.elements[].country": "customer.country",
}
_CUSTOMERS = StreamSpec(
    name="customers",
    entity="customer",
    switched={"emailAddresses.elements": "primaryEmail", "emailAddresses": "primaryEmail"},
    days={"birthday": ("metadata.dobYear", "metadata.dobMonth", "metadata.dobDay")},
    single=both_forms(*_CONTACTS),
    hints=fields(
        {
            "id": "customer.external_id",
            "firstName": "customer.first_name",
            "lastName": "customer.last_name",
            "marketingAllowed": "customer.marketing_opt_in",
            "customerSince": Hint("customer.first_visit_at", transform="epoch_ms"),
            "metadata.businessName": "customer.company",
            "metadata.note": "customer.notes",
            "birthday": "customer.birthday",
            **expanded(_CONTACTS),
        },
        *names("metadata.dobYear|metadata.dobMonth|metadata.dobDay"),
        *names("href|orders.elements|orders|cards.elements|cards|merchant.id|metadata.modifiedTime"),
    ),
)
_EMPLOYEES = StreamSpec(
    name="employees",
    entity="employee",
    # the moment of the deletion, empty while the person works there
    defaults={"deletedTime": "active"},
    hints=fields(
        {
            "id": "employee.external_id",
            "name": Hint("employee.first_name", transform="given_name"),
            "nickname": "employee.display_name",
            "email": "employee.email",
            "role": "employee.role",
            "deletedTime": flag("employee.is_active", "active"),
        },
        *names(
            "customId|inviteSent|claimedTime|pin|unhashedPin|roles.elements|roles|isOwner|merchant.id|href"
        ),
        *names(
            "shifts|shifts.elements|payments|payments.elements|orders|orders.elements|employeeCards.elements"
        ),
    ),
)

PEOPLE = (
    *listed_streams(_CUSTOMERS, "customers", "marketingAllowed"),
    *listed_streams(_EMPLOYEES, "employees", "name", "isOwner"),
)
