"""Who may enter where, and what the guard on an action does."""

import pytest
from sqlalchemy import func, select

from core.errors import NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action, enter, enter_as_worker, view
from core.platform.access.rules import PERMISSIONS, ROLES
from core.platform.access.views import tenants_of
from core.platform.audit.actions import record
from core.platform.audit.tables import AuditLine


def _lines(context):
    """Lines that tell of something done; refusals are lines too."""
    done = AuditLine.action != "access.refused"
    return context.session.scalar(select(func.count()).select_from(AuditLine).where(done))


@action("migration.write")
def _write(context, *, fail=False):
    record(context, "test.write", "test", new_id())
    context.session.flush()
    if fail:
        raise ValueError("half way")


@action("migration.write")
def _write_twice_then_fail(context):
    _write(context)
    _write(context)
    raise ValueError("after both")


@view("audit.read")
def _look(context):
    return "seen"


def test_a_member_enters_by_slug_or_by_id(people, tenants):
    for name in (tenants["bella"], f"bella-{tenants['bella']}"):
        with enter(people["alice"], name) as context:
            assert (context.tenant.id, context.role) == (tenants["bella"], "manager")


@pytest.mark.parametrize("tenant", ["nowhere", "", "' or 1=1 --", "00000000-0000-0000-0000-000000000000"])
def test_a_tenant_that_is_not_there_cannot_be_entered(people, tenant):
    with pytest.raises(NotFoundError), enter(people["alice"], tenant):
        pass


def test_another_tenant_looks_just_like_one_that_is_not_there(people, tenants):
    with pytest.raises(NotFoundError) as foreign, enter(people["mallory"], tenants["bella"]):
        pass
    with pytest.raises(NotFoundError) as missing, enter(people["mallory"], new_id()):
        pass
    assert foreign.value.hint == missing.value.hint
    assert foreign.value.facts == missing.value.facts


def test_a_person_sees_the_places_it_may_enter(people, tenants):
    roles = {(access.tenant_id, access.role) for access in tenants_of(people["sam"])}
    assert {(tenants["bella"], "sales"), (tenants["coffee"], "sales")} <= roles
    assert tenants["coffee"] not in {access.tenant_id for access in tenants_of(people["alice"])}


def test_nobody_has_a_permission_that_no_role_names():
    assert frozenset().union(*ROLES.values()) == PERMISSIONS
    assert not ROLES["sales"] & {
        "mapping.edit",
        "run.start",
        "run.rollback",
        "personal.read",
        "export.personal",
    }
    assert not ROLES["admin"] & {"personal.read", "mapping.edit", "run.start"}


def test_a_guard_with_an_unknown_permission_is_a_mistake_at_import():
    with pytest.raises(ValueError, match=r"not a permission"):
        action("everything.do")


def test_a_role_without_the_permission_is_refused_before_anything_happens(sam, bob):
    with pytest.raises(NotAllowedError, match="sales"):
        _look(sam)
    with pytest.raises(NotAllowedError, match="specialist"):
        _look(bob)
    assert _lines(sam) == 0


def test_an_action_commits_once_it_is_done(join):
    _write(join("alice"))
    assert _lines(join("alice")) == 1


def test_an_action_that_fails_leaves_nothing(alice, join):
    with pytest.raises(ValueError, match="half way"):
        _write(alice, fail=True)
    assert _lines(join("alice")) == 0


def test_an_action_within_an_action_stands_and_falls_with_the_outer_one(alice, join):
    with pytest.raises(ValueError, match="after both"):
        _write_twice_then_fail(alice)
    assert _lines(join("alice")) == 0
    _write(alice)
    assert _lines(join("alice")) == 1


def test_what_no_action_committed_is_gone_when_the_person_leaves(people, tenants, join):
    with enter(people["alice"], tenants["bella"]) as context:
        record(context, "test.write", "test", new_id())
        context.session.flush()
    assert _lines(join("alice")) == 0


def test_the_worker_may_work_and_nothing_else(people, tenants):
    with enter_as_worker(tenants["bella"], people["alice"]) as context:
        assert context.may("run.work")
        with pytest.raises(NotAllowedError):
            _write(context)
