"""Commands of the roster: list it, show a specialist, list certificates and renewals."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from core.business.specialists.certificates.rules import HeldCertificate
from core.business.specialists.certificates.views import certificate_pdf, certificates, due_renewals
from core.business.specialists.roster.rules import spans_text
from core.business.specialists.roster.views import RosterRow, roster, specialist
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.operator import operator_session
from core.errors import InvalidInputError, NotFoundError
from core.kit.wording import counted

_LEAST_OF_ID = 8
"""Characters of the beginning of an id that name a specialist."""


def list_specialists(args: Namespace) -> Answer:
    """List the roster by name, with the certificates that count today."""
    with operator_session(args) as context:
        rows = roster(context, search=args.search, speciality=args.certified or "", with_ended=args.all)
    header = ("id", "name", "zone", "h/week", "certificates", "next end", "partner")
    cells = [
        (
            row.id,
            row.name,
            row.zone,
            f"{row.weekly_hours:f}",
            ", ".join(held.title for held in row.certificates),
            row.next_expiry,
            row.partner,
        )
        for row in rows
    ]
    return Answer(
        {"specialists": [_row(row) for row in rows]},
        table(header, cells, empty="Nobody in the roster matches"),
    )


def show(args: Namespace) -> Answer:
    """Show a specialist with hours, languages, skills and certificates."""
    with operator_session(args) as context:
        entry = specialist(context, _resolve(context, args.specialist))
    document = _row(entry.row) | {
        "started_on": entry.started_on,
        "hours": {day: spans_text(spans) for day, spans in entry.days},
    }
    lines = [(key.replace("_", " "), _text(value)) for key, value in document.items() if key != "hours"]
    hours = [(day, spans or "free") for day, spans in document["hours"].items()]
    return Answer(document, f"{table(('field', 'value'), lines)}\n\n{table(('day', 'hours'), hours)}")


def list_certificates(args: Namespace) -> Answer:
    """List a specialist's certificates, or without one the renewals that are due; --pdf writes each."""
    if args.pdf and not args.specialist:
        raise InvalidInputError("PDFs are written for one specialist.", hint="Name the specialist.")
    with operator_session(args) as context:
        if not args.specialist:
            return _renewals(context)
        rows = certificates(context, _resolve(context, args.specialist))
        paths = [_write(context, Path(args.pdf), row.held) for row in rows] if args.pdf else []
    documents = [
        _certificate(row.held) | {"validity": row.validity, "days_left": row.days_left} for row in rows
    ]
    cells = [
        (row["number"], row["title"], row["issued_on"], row["expires_on"], row["validity"])
        for row in documents
    ]
    text = table(("number", "certificate", "issued", "until", "state"), cells, empty="No certificates")
    more = f"\n\n{counted(len(paths), 'file')} written to {args.pdf}." if args.pdf else ""
    return Answer({"certificates": documents, "files": paths}, text + more)


def _renewals(context: Context) -> Answer:
    rows = due_renewals(context)
    documents = [
        _certificate(row.held)
        | {"specialist": row.specialist_name, "days_left": row.days_left, "reminder": row.notice}
        for row in rows
    ]
    cells = [(row.specialist_name, row.held.title, row.held.expires_on, row.days_left) for row in rows]
    header = ("specialist", "certificate", "until", "days left")
    return Answer({"renewals": documents}, table(header, cells, empty="No certificate ends within 60 days"))


def _resolve(context: Context, text: str) -> str:
    """Return the id of the specialist that a text names. InvalidInputError for several, NotFoundError for none."""
    rows = roster(context, with_ended=True)
    name, start = text.strip().casefold(), text if len(text) >= _LEAST_OF_ID else None
    matches = [row for row in rows if row.id == text] or [
        row for row in rows if row.name.casefold() == name or (start is not None and row.id.startswith(start))
    ]
    if len(matches) > 1:
        raise InvalidInputError(
            f"{counted(len(matches), 'specialist', 'are')} meant by {text!r}.", hint="Give the id."
        )
    if not matches:
        raise NotFoundError(f"There is no specialist {text!r}.", hint="See aura specialist list.")
    return matches[0].id


def _write(context: Context, folder: Path, held: HeldCertificate) -> str:
    name, data = certificate_pdf(context, held.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return str(folder / name)


def _row(row: RosterRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "zone": row.zone,
        "languages": list(row.languages),
        "skills": list(row.skills),
        "weekly_hours": float(row.weekly_hours),
        "booked_hours": float(row.booked_hours),
        "certificates": [_certificate(held) for held in row.certificates],
        "partner": row.partner or None,
        "ended_on": row.ended_on,
        "away_until": row.away_until,
    }


def _certificate(held: HeldCertificate) -> dict[str, Any]:
    return {
        "number": held.number,
        "title": held.title,
        "speciality": held.speciality,
        "level": held.level,
        "issued_on": held.issued_on,
        "expires_on": held.expires_on,
    }


def _text(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(part["title"]) if isinstance(part, dict) else str(part) for part in value)
    return value
