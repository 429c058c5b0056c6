"""The 25 locations of Coffee Corner Chain: five cities in the west, five shops each, each city with its own tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mock_data.writing import Json, listed

MERCHANT_ID = "MERCHANT123456789"


@dataclass(frozen=True, slots=True)
class Tax:
    """Rates are invented; `basis_points` is the percentage times one hundred."""

    id: str
    name: str
    basis_points: int

    @property
    def percentage(self) -> str:
        return str(Decimal(self.basis_points) / 100)


# city, state, postal code, area code, zone, tax in basis points, quarters
_CITIES = (
    (
        "Los Angeles",
        "CA",
        "90012",
        "213",
        "America/Los_Angeles",
        950,
        "Echo Park|Arts District|Westside|Los Feliz|Harbor",
    ),
    (
        "San Francisco",
        "CA",
        "94103",
        "415",
        "America/Los_Angeles",
        863,
        "Mission|Marina|Sunset|Embarcadero|Dogpatch",
    ),
    (
        "Seattle",
        "WA",
        "98101",
        "206",
        "America/Los_Angeles",
        1025,
        "Ballard|Fremont|Capitol Hill|Belltown|Georgetown",
    ),
    (
        "Denver",
        "CO",
        "80202",
        "720",
        "America/Denver",
        881,
        "Highlands|Five Points|Baker|Union Station|Wash Park",
    ),
    ("Phoenix", "AZ", "85004", "602", "America/Phoenix", 860, "Roosevelt|Arcadia|Encanto|Midtown|Camelback"),
)
TAXES = tuple(
    Tax(f"TAX{number:03d}", f"{city} Sales Tax", rate)
    for number, (city, _, _, _, _, rate, _) in enumerate(_CITIES, start=1)
)


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop: what Square says of it, and the tax it charges."""

    location: Json
    tax: Tax

    @property
    def id(self) -> str:
        return str(self.location["id"])

    @property
    def zone(self) -> str:
        return str(self.location["timezone"])


def _shops() -> tuple[Shop, ...]:
    shops: list[Shop] = []
    for tax, (city, state, postal_code, area, zone, _, quarters) in zip(TAXES, _CITIES, strict=True):
        for number, quarter in enumerate(listed(quarters), start=1):
            location = {
                "id": f"LOC{len(shops) + 1:03d}",
                "name": f"Coffee Corner {quarter}",
                "address": {
                    "address_line_1": f"{number}00 Example Avenue",
                    "locality": city,
                    "administrative_district_level_1": state,
                    "postal_code": postal_code,
                    "country": "US",
                },
                "timezone": zone,
                "capabilities": ["CREDIT_CARD_PROCESSING"],
                "status": "ACTIVE",
                "created_at": "2021-03-01T17:00:00Z",
                "merchant_id": MERCHANT_ID,
                "country": "US",
                "language_code": "en-US",
                "currency": "USD",
                "phone_number": f"+1{area}555019{number}",
                "business_name": "Coffee Corner Chain",
                "type": "PHYSICAL",
            }
            shops.append(Shop(location, tax))
    return tuple(shops)


SHOPS = _shops()
