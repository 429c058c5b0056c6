"""The packages a migration is sold in, as far as AI goes: how many tokens are included."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import column, select, table
from sqlalchemy.dialects.postgresql import JSONB

from core.context import Context
from core.db.types import Id
from core.errors import NotFoundError
from core.settings import ROOT

PACKAGES = ROOT / "data" / "packages.yaml"
PACKAGE_SETTING = "package"
DEFAULT_PACKAGE = "professional"
DEFAULT_DOMAIN = "restaurant"

# By its name: the table is the engine's, and the platform stands below the engine.
MIGRATION = table("migration", column("id", Id), column("settings", JSONB), column("name"))


class Package(BaseModel):
    """`price` in dollars, None by offer; `ai_tokens` of one migration, None without a limit.

    `formerly` is the name that settings of older migrations have for it. The rest of the file is the catalogue's.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: str
    about: str
    formerly: str | None = None
    price: Decimal | None
    ai_tokens: int | None = Field(gt=0)


class _Catalog(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    packages: dict[str, Package]


@cache
def _by_domain() -> Mapping[str, Mapping[str, Package]]:
    with PACKAGES.open(encoding="utf-8") as file:
        catalogs = TypeAdapter(dict[str, _Catalog]).validate_python(yaml.safe_load(file))
    return {domain: catalog.packages for domain, catalog in catalogs.items()}


def packages(domain: str) -> Mapping[str, Package]:
    """Read the packages of a line of business from data/packages.yaml: name -> package, the smallest first."""
    return _by_domain().get(domain) or _by_domain()[DEFAULT_DOMAIN]


def package_of(context: Context, migration_id: str) -> str:
    """Return the name of the migration's package: migration.settings["package"], 'professional' where none is set.

    In another line of business than restaurants the name is that of its package of the same size.
    NotFoundError for a migration that is not this tenant's.
    """
    settings = context.session.execute(
        select(MIGRATION.c.settings).where(MIGRATION.c.id == migration_id)
    ).one_or_none()
    if settings is None:
        raise NotFoundError("There is no such migration here.")
    offers = packages(context.tenant.domain)
    for name in (str(settings[0].get(PACKAGE_SETTING, DEFAULT_PACKAGE)), DEFAULT_PACKAGE):
        if name in offers:
            return name
        for key, offer in offers.items():
            if offer.formerly == name:
                return key
    return next(iter(offers))
