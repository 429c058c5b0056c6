"""Draws one part of a screen by itself, without a database: for what it shows of values that it is handed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from streamlit.testing.v1 import AppTest

from core.context import Context, Tenant
from core.db.session import TenantSession
from core.engine.runs.snapshot import Snapshot
from core.engine.runs.views import EntityCount, RunView
from core.platform.access.rules import permissions_of

NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def draw(part: Callable[[], object], **state: Any) -> AppTest:
    """Run the part as a script, with values of the session's state."""

    def script(part):
        part()

    app = AppTest.from_function(script, args=(part,), default_timeout=20)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def context_of(role: str, *, zone: str = "America/New_York") -> Context:
    """A Context of the role at a restaurant in New York, without a session."""
    tenant = Tenant(
        "t1", "Bella's", "bella", "restaurant", is_demo=False, zone=zone, currency="USD", country="US"
    )
    permissions = permissions_of(role, is_demo=False)
    return Context(cast("TenantSession", None), tenant, "p1", "Alice Moreau", role, permissions, NOW)


def text_of(app: AppTest) -> str:
    """All texts of the part, without the escapes of Markdown."""
    kinds = (app.title, app.header, app.markdown, app.text, app.caption, app.metric, app.warning)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def run_view(**values: Any) -> RunView:
    """A completed import of 32 rows, with other values by name."""
    standard: dict[str, Any] = {
        "id": "01990000-0000-7000-8000-0000000000a1",
        "migration_id": "m1",
        "kind": "import",
        "state": "completed",
        "phase": "completion",
        "step": "Done",
        "rows_total": 32,
        "file_rows": 32,
        "rows_out": 0,
        "rows_done": 32,
        "imported": 32,
        "records": 40,
        "headline": "32 of 32 rows imported",
        "percent": 100.0,
        "rate": 0.0,
        "elapsed": 65.0,
        "remaining": None,
        "errors": 0,
        "current": (),
        "entities": (),
        "can": frozenset(),
        "error": None,
        "created_at": NOW,
        "started_at": NOW,
        "finished_at": NOW,
    }
    return RunView(**standard | values)


def snapshot_of(run: RunView, **values: Any) -> Snapshot:
    standard: dict[str, Any] = {
        "run": run,
        "name": "Import 1",
        "label": "Completed",
        "colour": "green",
        "step": "",
        "percent": 100,
        "remaining": "",
        "ends_at": None,
        "started_by": "Bob Lindgren",
        "entities": (),
    }
    return Snapshot(**standard | values)


def entity_count(entity: str, **fates: int) -> EntityCount:
    """Rows of an entity by fate; `read` is their sum unless it is named."""
    names = ("migrated", "merged", "skipped_by_rule", "excluded_by_consent", "quarantined", "failed")
    counts = {name: fates.get(name, 0) for name in names}
    return EntityCount(
        entity, read=fates.get("read", sum(counts.values())), changed=fates.get("changed", 0), **counts
    )
