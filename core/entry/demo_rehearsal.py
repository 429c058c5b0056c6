"""Record how long each step of a given demo took, and show the last times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.context import Context
from core.errors import NotFoundError
from core.platform.access.actions import action, view
from core.platform.access.audit_log import AuditFilter, audit_log
from core.platform.audit.actions import record

_VERB = "demo.rehearse"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A demo that was given to its end: `seconds` is step -> seconds."""

    ended_at: datetime
    seconds: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.seconds.values())


@action("demo.reset")
def record_rehearsal(context: Context, seconds: Mapping[str, int]) -> None:
    """Record a demo that was given to its end. NotFoundError outside of a demo's tenants."""
    if not context.tenant.is_demo:
        raise NotFoundError(f"{context.tenant.name} is no demo tenant.")
    record(context, _VERB, "tenant", context.tenant.id, seconds=dict(seconds))


@view("audit.read_own")
def rehearsals(context: Context, limit: int = 5) -> list[Rehearsal]:
    """List the last demos that the person gave, the newest first."""
    lines = audit_log(context, AuditFilter(person=context.person, action=_VERB), limit=limit)
    return [
        Rehearsal(line.created_at, {str(name): int(value) for name, value in line.facts["seconds"].items()})
        for line in lines
    ]
