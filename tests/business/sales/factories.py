"""Prospects for tests of the sales desk: made by the product's own action, or straight into the tables."""

from __future__ import annotations

from typing import Any

from core.business.sales.prospects.actions import create_prospect, set_stage
from core.business.sales.prospects.rules import ContactDetails, ProspectFields
from core.context import Context
from core.kit.ids import new_id


def add_prospect(context: Context, **fields: Any) -> str:
    """Create a prospect and return its id; `fields` are those of ProspectFields, `stage` and `reason` besides."""
    stage, reason = fields.pop("stage", "new"), fields.pop("reason", "No budget")
    standard: dict[str, Any] = {
        "name": f"Trattoria {new_id()[-12:]}",
        "domain": "restaurant",
        "source_system": "toast",
        "locations": 5,
        "contact": ContactDetails("Rosa Bianchi", f"{new_id()[-12:]}@example.com", ""),
    }
    prospect_id = create_prospect(context, ProspectFields(**(standard | fields)), even_if_similar=True)
    if stage != "new":
        set_stage(context, prospect_id, stage, reason)
    return prospect_id
