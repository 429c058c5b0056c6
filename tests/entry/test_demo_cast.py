"""The people of the demo act in demos only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.entry import demo
from core.entry.tenants import create_tenant
from core.errors import ConflictError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.tables import Membership


def test_the_cast_does_not_enter_a_customer_that_has_the_slug_of_a_demo(people, monkeypatch):
    slug = f"real-{new_id()}"
    create_tenant(people["alice"], slug, "Real")
    monkeypatch.setattr(demo, "TENANTS", {slug: replace(demo.BELLA, slug=slug)})
    with pytest.raises(ConflictError):
        demo.seed_cast()
    with enter(people["alice"], slug) as context:
        members = select(Membership.person_id).where(Membership.tenant_id == context.tenant.id)
        assert context.session.scalars(members).all() == [people["alice"]]
