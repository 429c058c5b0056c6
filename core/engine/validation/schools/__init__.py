"""Checks of a school's records over whole files."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from core.engine.entity_columns import Columns
from core.engine.plan import Plan
from core.engine.validation.columns import Findings, join_findings
from core.engine.validation.schools import fees, people

NEEDED: dict[str, tuple[str, ...]] = people.NEEDED | fees.NEEDED


def check_school(columns: Columns, plan: Plan, existing: Mapping[str, pl.DataFrame]) -> Findings:
    """Find what contradicts itself among pupils, guardians and fees, by entity. `existing`: records of the target."""
    return join_findings([people.check_people(columns, plan, existing), fees.check_fees(columns, plan)])
