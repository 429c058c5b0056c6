"""Every action on prospects leaves a line in the operator's audit log, with its purpose and no personal value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from core.business.sales.prospects import actions
from core.business.sales.prospects.discovery import answer_discovery
from core.business.sales.prospects.rules import ContactDetails
from core.context import Context
from core.platform.access.actions import enter
from core.platform.audit.labels import ACTIONS
from core.platform.audit.tables import AuditLine
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff

CONTACT = ContactDetails("Quentin Zanzibar", "quentin.zanzibar@example.com", "+1 555 0199")


@pytest.fixture(scope="module")
def manager(database: None) -> Staff:
    return add_staff("manager")


@pytest.fixture
def context(manager: Staff) -> Iterator[Context]:
    with enter(manager.person, manager.operator) as context:
        yield context


WORK: dict[str, Callable[[Context, str], object]] = {
    "prospect.edit": lambda context, key: actions.edit_prospect(
        context, key, {"contact": CONTACT, "locations": 3}
    ),
    "prospect.assign": lambda context, key: actions.assign_prospect(context, key, context.person),
    "prospect.stage": lambda context, key: actions.set_stage(context, key, "lost", "Quentin Zanzibar left"),
    "prospect.next_step": lambda context, key: actions.set_next_step(context, key, "Call Quentin Zanzibar"),
    "prospect.note": lambda context, key: actions.add_note(context, key, "Quentin Zanzibar called"),
    "prospect.answer": lambda context, key: answer_discovery(
        context, key, {"season": "Quentin Zanzibar knows"}
    ),
}


@pytest.mark.parametrize("verb", sorted(WORK))
def test_an_action_on_a_prospect_leaves_a_line_without_personal_values(context, verb):
    prospect_id = add_prospect(context)
    WORK[verb](context, prospect_id)
    query = select(AuditLine).where(AuditLine.object_id == prospect_id)
    lines = {line.action: line for line in context.session.scalars(query)}
    assert {"prospect.create", verb} <= lines.keys() <= ACTIONS.keys()
    assert lines[verb].facts["data_categories"] == ["prospects"]
    assert lines[verb].facts["purpose"] == "sales to prospects"
    assert "Zanzibar" not in json.dumps([line.facts for line in lines.values()], default=str)
