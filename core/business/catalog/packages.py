"""Read data/packages.yaml: packages, add-ons, payment plans and sources of each line of business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from core.errors import InvalidInputError
from core.settings import ROOT

PACKAGES = ROOT / "data" / "packages.yaml"

MEASURES: Mapping[str, str] = {
    "locations": "Locations",
    "items": "Menu items",
    "modifiers": "Modifiers",
    "categories": "Categories",
    "pos_types": "POS types",
    "guests": "Guests",
    "orders_per_day": "Orders per day",
    "pupils": "Pupils",
    "staff": "Staff",
}
"""Counts of a prospect's volume, by the key they are stored under, with their label."""

Percentage = Annotated[Decimal, Field(ge=0, le=100)]
Price = Annotated[Decimal, Field(ge=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Entry):
    """A system that data comes from. `is_certified`: moves from it are certified."""

    title: str
    is_certified: bool = False


class Package(_Entry):
    """A package. `price` None: by offer, `price_per_location` for each location.

    `limits` maps a measure to the largest count that holds; a measure without an entry has no limit.
    `assumptions` maps a field ("limits.locations") to the sentence that says what is assumed.
    """

    title: str
    about: str
    formerly: str | None = None
    price: Price | None
    price_per_location: Price | None
    limits: Mapping[str, Annotated[int, Field(ge=0)]]
    ai_tokens: int | None = Field(gt=0)
    specialist_hours: int | None = Field(ge=0)
    parallel_run_days: int = Field(ge=0)
    rollback_days: int = Field(ge=0)
    sla_percent: Percentage | None
    includes: Sequence[str]
    assumptions: Mapping[str, str] = Field(default_factory=dict)


class AddOn(_Entry):
    """A service that is bought once besides a package."""

    title: str
    about: str
    price: Price


class PaymentTerms(_Entry):
    """A payment plan: its discount on the whole order, and between which numbers of months it runs."""

    title: str
    about: str
    discount_percent: Percentage
    min_months: int | None = None
    max_months: int | None = None


class Band(_Entry):
    """A location discount: from so many locations on, `percent` off every location."""

    from_locations: int = Field(ge=1)
    percent: Percentage


class Catalog(_Entry):
    """Everything that is sold in a line of business. Packages stand from the smallest to the largest."""

    currency: str
    sources: Mapping[str, Source]
    inclusions: Mapping[str, str]
    packages: Mapping[str, Package]
    add_ons: Mapping[str, AddOn]
    payment_plans: Mapping[str, PaymentTerms]
    location_discounts: Sequence[Band]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.packages:
            raise ValueError("there is no package")
        if list(self.packages.values())[-1].limits:
            raise ValueError("the largest package has a limit: some prospects would fit none")
        for name, package in self.packages.items():
            if (package.price is None) == (package.price_per_location is None):
                raise ValueError(f"{name} needs a price or a price per location, not both")
            if unknown := [key for key in package.includes if key not in self.inclusions]:
                raise ValueError(f"{name} includes what is not described: {', '.join(unknown)}")
            if unknown := [measure for measure in package.limits if measure not in MEASURES]:
                raise ValueError(f"{name} limits what is not counted: {', '.join(unknown)}")
        return self


@cache
def catalogs() -> Mapping[str, Catalog]:
    """Read data/packages.yaml: line of business -> what is sold in it."""
    with PACKAGES.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, Catalog]).validate_python(yaml.safe_load(file))


def catalog(domain: str) -> Catalog:
    """Return what is sold in a line of business. InvalidInputError for one without packages."""
    try:
        return catalogs()[domain]
    except KeyError:
        raise InvalidInputError(
            f"There are no packages for {domain!r}.", hint=f"There are some for {', '.join(catalogs())}."
        ) from None


def packages(domain: str) -> Mapping[str, Package]:
    """Return the packages of a line of business: key -> package, the smallest first."""
    return catalog(domain).packages


def package(domain: str, key: str) -> Package:
    """Return a package. InvalidInputError for one that this line of business does not have."""
    offers = packages(domain)
    if key not in offers:
        raise InvalidInputError("There is no such package.", hint=f"There are {', '.join(offers)}.")
    return offers[key]


def inclusions(domain: str, key: str) -> list[str]:
    """List what a package includes, in words, allowances with their number."""
    offer = package(domain, key)
    texts = catalog(domain).inclusions
    return [_described(offer, inclusion, texts[inclusion]) for inclusion in offer.includes]


def ai_tokens_text(offer: Package) -> str:
    """Describe the AI allowance of a package."""
    return "Unlimited AI tokens" if offer.ai_tokens is None else f"{offer.ai_tokens:,} AI tokens"


def _described(offer: Package, inclusion: str, text: str) -> str:
    details = {
        "specialist_consultation": offer.specialist_hours and f"{offer.specialist_hours} hours",
        "sla": offer.sla_percent and f"{offer.sla_percent}% uptime",
        "parallel_run": f"{offer.parallel_run_days} days",
        "rollback": f"{offer.rollback_days} days from cutover",
    }
    detail = details.get(inclusion)
    return f"{text}, {detail}" if detail else text
