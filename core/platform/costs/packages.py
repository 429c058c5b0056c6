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

# By its name: the table is the engine's, and the platform stands below the engine.
MIGRATION = table("migration", column("id", Id), column("settings", JSONB), column("name"))


class Package(BaseModel):
    """`price` in dollars, None by offer; `ai_tokens` of one migration, None without a limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    about: str
    price: Decimal | None
    ai_tokens: int | None = Field(gt=0)


@cache
def packages() -> Mapping[str, Package]:
    """Read data/packages.yaml: name -> package, the smallest first."""
    with PACKAGES.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, Package]).validate_python(yaml.safe_load(file))


def package_of(context: Context, migration_id: str) -> str:
    """Return the name of the migration's package: migration.settings["package"], 'professional' where none is set.

    NotFoundError for a migration that is not this tenant's.
    """
    settings = context.session.execute(
        select(MIGRATION.c.settings).where(MIGRATION.c.id == migration_id)
    ).one_or_none()
    if settings is None:
        raise NotFoundError("There is no such migration here.")
    package = str(settings[0].get(PACKAGE_SETTING, DEFAULT_PACKAGE))
    return package if package in packages() else DEFAULT_PACKAGE
