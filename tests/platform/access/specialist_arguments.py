"""What the suite of the tenants' isolation tries of the roster and the exams, by the names of parameters."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.business.specialists.roster.rules import RosterFields

FIELDS = RosterFields("UTC", ["en"], ["Menus"], {"mon": [["09:00", "17:00"]]})


def specialist_arguments(foreign_id: str, now: datetime) -> dict[str, object]:
    """Return a value for each parameter; `foreign_id` is an id of the other tenant."""
    return {
        "absence_id": foreign_id,
        "certificate_id": foreign_id,
        "attempt_id": foreign_id,
        "question_id": "toast-a-01",
        "choice": 0,
        "speciality_key": "toast",
        "level_key": "associate",
        "roster_fields": FIELDS,
        "photo": None,
        "ended_on": now.date(),
        "ends_at": now + timedelta(days=1),
    }
