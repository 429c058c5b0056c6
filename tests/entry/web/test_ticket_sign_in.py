"""An upload address of somebody who signed in ends with the sign-in session."""

from __future__ import annotations

import pytest

from core.engine.sources.actions import create_migration
from core.entry.tenants import create_tenant
from core.entry.web.routes import _admit
from core.entry.web.tickets import claims, issue_ticket
from core.errors import NotSignedInError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.signin.accounts import sign_in_with_password
from core.platform.signin.sessions import current_sign_in, sign_out
from tests.platform.signin.conftest import PASSWORD, account, operator, visit

__all__ = ["account", "operator", "visit"]


def test_a_ticket_is_refused_after_signing_out(account, visit):
    member = account()
    tenant = create_tenant(member.person, f"customer-{new_id()}"[:40], "Bistro Verde", role="specialist")
    token = sign_in_with_password(member.email, PASSWORD, visit).token
    with enter(member.person, tenant, sign_in=current_sign_in(token).id) as context:
        ticket = issue_ticket(context, create_migration(context, "Uploads").id)
    assert claims(ticket)["sign_in"]
    _admit(ticket)
    sign_out(token)
    with pytest.raises(NotSignedInError):
        _admit(ticket)
