"""Check what a customer is made of: name, slug, line of business, time zone, currency, country. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import InvalidInputError
from core.kit.printable import is_blank, is_readable
from core.kit.times import is_zone
from core.platform.access.customers.countries import countries, currencies

MAX_NAME = 120
MAX_SLUG = 63
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "&": " and ", "'": "", "’": ""})

ASSIGNED_ROLES = frozenset({"specialist", "partner"})
"""Roles that reach a customer by assignment."""
OWNER_ROLES = frozenset({"sales", "manager", "admin"})
"""Roles whose people own customers."""


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """What a person enters of a customer. `domain` is the line of business, `owner_id` who sells to the customer."""

    name: str
    slug: str
    domain: str
    zone: str
    currency: str
    country: str
    owner_id: str | None = None


class DetailsError(InvalidInputError):
    """Details of a customer that cannot be stored; `faults` is field -> what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            "; ".join(faults.values()), hint="Correct the fields and try again.", fields=[*faults]
        )
        self.faults = dict(faults)


def slug_of(name: str) -> str:
    """Derive the slug of a name: 'Trattoria Zia Rosa' gives 'trattoria-zia-rosa', '' where no letter is Latin."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_SPECIAL))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].strip("-")


def check_details(details: CustomerDetails, domains: Mapping[str, object]) -> CustomerDetails:
    """Return the details without spaces around them; DetailsError tells all faults at once."""
    name = " ".join(details.name.split())
    faults: dict[str, str] = {}
    if is_blank(name):
        faults["name"] = "Enter a name"
    elif len(name) > MAX_NAME or not is_readable(name):
        faults["name"] = f"Enter a name of at most {MAX_NAME} characters, without control characters"
    if len(details.slug) > MAX_SLUG or not _SLUG.fullmatch(details.slug):
        faults["slug"] = f"Use small letters, digits and hyphens between them, at most {MAX_SLUG}"
    if details.domain not in domains:
        faults["domain"] = "Choose a line of business"
    if not is_zone(details.zone):
        faults["zone"] = "Choose a time zone"
    if details.currency not in currencies():
        faults["currency"] = "Choose a currency"
    if details.country not in countries():
        faults["country"] = "Choose a country"
    if faults:
        raise DetailsError(faults)
    return CustomerDetails(
        name, details.slug, details.domain, details.zone, details.currency, details.country, details.owner_id
    )
