"""Bob at another desk: decides fields on request, and tells how they stand. One JSON document a line, in and out.

`rival.py TENANT`; {"field": id, "target": key} decides, {"field": id} only looks. The answer has target, version,
status, by (a name), and how many decisions there are about the field.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from core.context import Context
from core.engine.mapping import actions, views
from core.entry.demo import seed_cast
from core.entry.tenants import add_member, tenant_id
from core.platform.access.actions import enter


def main(tenant: str) -> None:
    people = seed_cast()
    tenant_key = tenant_id(people["alice"], tenant)
    if tenant_key is None:
        raise SystemExit(f"Alice has no tenant {tenant}.")
    add_member(tenant_key, people["bob"], "specialist")
    for line in sys.stdin:
        with enter(people["bob"], tenant) as context:
            sys.stdout.write(json.dumps(_answer(context, json.loads(line))) + "\n")
            sys.stdout.flush()


def _answer(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    field = views.mapping_field(context, request["field"])
    if "target" in request:
        field = actions.decide(context, field.id, version=field.version, target=request["target"])
    decisions = views.decisions(context, field.migration_id, field_id=field.id)
    names = views.person_names(context, {field.decided_by})
    return {
        "target": field.target,
        "version": field.version,
        "status": field.status,
        "by": names.get(field.decided_by, ""),
        "decisions": [decision.after["target"] for decision in reversed(decisions)],
    }


if __name__ == "__main__":
    main(sys.argv[1])
