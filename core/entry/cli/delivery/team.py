"""Commands of an order's team: compare the candidates, assign lead and reserve, let the reserve take over."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from core.business.engagements.team.actions import (
    assign_lead,
    assign_reserve,
    assign_reviewer,
    take_over_lead,
)
from core.business.engagements.team.members import ROLE_NAMES
from core.business.engagements.team.ranking import Candidate
from core.business.engagements.team.views import Candidates, candidates, team_of
from core.business.engagements.views import order_states
from core.context import Context
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import tenant_session
from core.errors import NotFoundError


def compare(args: Namespace) -> Answer:
    """Compare the specialists with an order, the best first."""
    with tenant_session(args) as context:
        comparison = candidates(context, _order_id(context, args.order))
    rows = [
        [
            row.profile.name,
            row.verdict.words,
            "; ".join([*(f"+ {text}" for text in row.reasons), *(f"- {text}" for text in row.missing)]),
        ]
        for row in comparison.candidates
    ]
    text = table(("specialist", "verdict", "reasons"), rows, empty="There are no specialists.", widest=200)
    return Answer(_document(comparison), text)


def assign(args: Namespace) -> Answer:
    """Assign lead, reviewer or reserve of an order, or let the reserve take over."""
    with tenant_session(args) as context:
        order_id = _order_id(context, args.order)
        if args.take_over:
            take_over_lead(context, order_id)
        else:
            verbs = {"lead": assign_lead, "reviewer": assign_reviewer, "reserve": assign_reserve}
            role, name = next((role, name) for role in verbs if (name := getattr(args, role)))
            verbs[role](context, order_id, _person_id(candidates(context, order_id).candidates, name))
        team = [member for member in team_of(context, order_id) if member.ends_at is None]
    documents = [
        {"name": member.name, "person": member.person_id, "role": member.role, "since": member.starts_at}
        for member in team
    ]
    text = table(
        ("specialist", "role"),
        [[member.name, ROLE_NAMES.get(member.role, member.role)] for member in team],
        empty="Nobody is assigned.",
    )
    return Answer({"order": args.order, "team": documents}, text)


def _order_id(context: Context, number: str) -> str:
    for row in order_states(context):
        if number.upper() == row.number or number == row.id:
            return row.id
    raise NotFoundError(f"There is no order {number!r}.", hint="Show all: aura order show --tenant …")


def _person_id(rows: Sequence[Candidate], name: str) -> str:
    """Return the person (id) of a candidate by name or id. NotFoundError for nobody, and for several of one name."""
    matches = [
        row.profile.person_id
        for row in rows
        if name == row.profile.person_id or name.casefold() == row.profile.name.casefold()
    ]
    if len(matches) == 1:
        return matches[0]
    fault = "are several specialists" if matches else "is no specialist"
    raise NotFoundError(f"There {fault} {name!r}.", hint="Name one by id: aura order candidates … --json")


def _document(comparison: Candidates) -> dict[str, Any]:
    return {
        "order": comparison.number,
        "customer": comparison.customer,
        "state": comparison.state,
        "go_live_on": comparison.demand.go_live_on,
        "needs": [need.text for need in comparison.demand.needs],
        "lead": comparison.lead_id,
        "reviewer": comparison.reviewer_id,
        "reserve": comparison.reserve_id,
        "candidates": [
            {
                "name": row.profile.name,
                "person": row.profile.person_id,
                "partner": row.profile.partner or None,
                "verdict": row.verdict.value,
                "is_assignable": row.is_assignable,
                "reasons": list(row.reasons),
                "missing": list(row.missing),
                "overlap_hours": float(row.profile.overlap),
                "busy_hours": float(row.profile.busy_hours),
                "open_hours": float(row.profile.open_hours),
                "past_orders": row.profile.past_orders,
            }
            for row in comparison.candidates
        ],
    }
