"""Sign-in sessions: idle, expired, revoked, replayed, two browsers, and a role taken away in the middle of a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.engine.sources.actions import create_migration
from core.entry.tenants import add_member, create_tenant
from core.errors import AppError, NotSignedInError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.sign_in_state import IDLE, LONGEST
from core.platform.audit.tables import INSTALLATION
from core.platform.signin import sessions
from core.platform.signin.accounts import sign_in_with_password
from core.platform.signin.sessions import current_sign_in, sign_out, touch
from tests.platform.signin.conftest import PASSWORD

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def customer(account):
    """A customer's tenant, managed by somebody else."""
    owner = account("manager")
    return create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde")


@pytest.fixture
def manager(account):
    return account("manager")


@pytest.fixture
def signed_in(manager, visit):
    """A manager's session of noon. A second factor would be asked for; that is not what these tests are about."""
    with clock.frozen(NOON), TenantSession(INSTALLATION, manager.person) as session:
        token = sessions.begin(session, visit)
        session.commit()
    return token


def migrations(tenant):
    with TenantSession(tenant, "") as session:
        return session.scalar(text("select count(*) from migration"))


def reason(token):
    with pytest.raises(NotSignedInError) as refused:
        current_sign_in(token)
    return refused.value.facts["state"]


def test_a_session_ends_after_half_an_hour_without_a_click(signed_in):
    with clock.frozen(NOON + IDLE - timedelta(seconds=1)):
        current_sign_in(signed_in)
    with clock.frozen(NOON + IDLE):
        assert reason(signed_in) == "idle"


def test_a_session_that_is_used_lasts_twelve_hours_and_no_longer(signed_in):
    at = NOON
    while at < NOON + LONGEST - timedelta(minutes=20):
        at += timedelta(minutes=20)
        with clock.frozen(at):
            sign_in = current_sign_in(signed_in)
            touch(sign_in.person, sign_in.id)
    with clock.frozen(NOON + LONGEST - timedelta(seconds=1)):
        touch(sign_in.person, sign_in.id)
    with clock.frozen(NOON + LONGEST):
        assert reason(signed_in) == "expired"
        with pytest.raises(NotSignedInError):
            touch(sign_in.person, sign_in.id)


def test_an_idle_session_is_not_woken_up_again(signed_in):
    with clock.frozen(NOON):
        sign_in = current_sign_in(signed_in)
    with clock.frozen(NOON + IDLE), pytest.raises(NotSignedInError):
        touch(sign_in.person, sign_in.id)
    with clock.frozen(NOON + IDLE):
        assert reason(signed_in) == "idle"


def test_the_last_use_is_written_once_a_minute(signed_in):
    moments = []
    for second in range(0, 200, 10):
        with clock.frozen(NOON + timedelta(seconds=second)):
            sign_in = current_sign_in(signed_in)
            touch(sign_in.person, sign_in.id)
            moments.append(current_sign_in(signed_in).seen_at)
    assert sorted({moment - NOON for moment in moments}) == [timedelta(minutes=minute) for minute in range(4)]


def test_a_cookie_is_of_no_use_after_signing_out(signed_in):
    with clock.frozen(NOON):
        sign_out(signed_in)
        assert reason(signed_in) == "revoked"
        sign_out(signed_in)


def test_two_browsers_sign_out_apart(specialist, visit):
    first = sign_in_with_password(specialist.email, PASSWORD, visit).token
    second = sign_in_with_password(specialist.email, PASSWORD, visit).token
    sign_out(first)
    assert reason(first) == "revoked"
    assert current_sign_in(second).person == specialist.person


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 100_000, "\x00", "../../etc/passwd", "\ud800"])
def test_what_is_no_token_lets_nobody_in(database, token):
    assert reason(token) == "revoked"
    assert not sessions.is_signed_in(token)


def end_session(person, moment):
    with clock.frozen(moment), TenantSession("", person) as session:
        sessions.end_others(session, None)
        session.commit()


@pytest.mark.parametrize("how", ["revoked", "idle", "expired", "deactivated"])
def test_nothing_is_written_once_the_session_has_ended(how, signed_in, manager, customer):
    with clock.frozen(NOON):
        sign_in = current_sign_in(signed_in)
        with enter(manager.person, customer, sign_in=sign_in.id) as context:
            create_migration(context, "Before")
    later = NOON + {"idle": IDLE, "expired": LONGEST}.get(how, timedelta(minutes=1))
    with clock.frozen(NOON), enter(manager.person, customer, sign_in=sign_in.id) as context:
        if how == "revoked":
            end_session(manager.person, later)
        if how == "deactivated":
            with TenantSession("", manager.person) as session:
                session.execute(
                    text("update person set active = false where id = :id"), {"id": manager.person}
                )
                session.commit()
        with clock.frozen(later), pytest.raises(AppError):
            create_migration(context, "After")
    assert migrations(customer) == 1


def test_a_session_revoked_while_an_action_is_at_work_writes_nothing(
    signed_in, manager, customer, monkeypatch
):
    from core.engine.sources import actions as sources

    with clock.frozen(NOON):
        sign_in = current_sign_in(signed_in)
        before = sources.record

        def revoke_meanwhile(*args, **kwargs):
            end_session(manager.person, NOON)
            before(*args, **kwargs)

        monkeypatch.setattr(sources, "record", revoke_meanwhile)
        with (
            enter(manager.person, customer, sign_in=sign_in.id) as context,
            pytest.raises(NotSignedInError),
        ):
            create_migration(context, "Too late")
    assert migrations(customer) == 0


def test_a_role_taken_away_is_out_at_the_next_click_and_writes_nothing(account, customer, visit):
    contact = account(None)
    add_member(customer, contact.person, "specialist")
    token = sign_in_with_password(contact.email, PASSWORD, visit).token
    sign_in = current_sign_in(token)
    with enter(contact.person, customer, sign_in=sign_in.id) as context:
        create_migration(context, "Before")
        with TenantSession(customer, "") as session:
            session.execute(text("select end_membership(cast(:id as uuid))"), {"id": contact.person})
            session.commit()
        with pytest.raises(Exception, match=r"reach|row-level security|members"):
            create_migration(context, "After")
    with pytest.raises(AppError), enter(contact.person, customer, sign_in=sign_in.id):
        pass
    assert migrations(customer) == 1


def test_a_session_of_somebody_else_does_not_open_a_tenant(signed_in, account, customer):
    with clock.frozen(NOON):
        sign_in = current_sign_in(signed_in)
        colleague = account("manager")
        with pytest.raises(NotSignedInError), enter(colleague.person, customer, sign_in=sign_in.id):
            pass
