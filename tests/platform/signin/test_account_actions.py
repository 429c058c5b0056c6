"""What people change about their own account, and managers about those of their people; each leaves a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from core.entry.tenants import add_member, create_tenant
from core.errors import InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.signin import actions, views
from core.platform.signin.accounts import WrongCodeError, sign_in_with_password
from core.platform.signin.admission import PasswordFaultError
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.sessions import current_sign_in, is_signed_in
from core.platform.signin.tables import COMPLETE, SECOND_FACTOR
from tests.platform.signin.conftest import PASSWORD
from tests.platform.signin.test_second_factor import enrol
from tests.platform.signin.test_sign_in import lines

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OTHER_PASSWORD = "another quiet evening"


@pytest.fixture
def signed_in(account, operator, visit):
    """A specialist, and the context of a sign-in; the session's token."""
    member = account()
    token = sign_in_with_password(member.email, PASSWORD, visit).token
    with enter(member.person, operator, sign_in=current_sign_in(token).id) as context:
        yield member, context, token


def test_sessions_are_listed_with_device_place_and_last_use_and_end_one_by_one(signed_in, visit):
    member, context, token = signed_in
    other_token = sign_in_with_password(member.email, PASSWORD, visit).token
    listed = views.my_sign_ins(context)
    assert [(row.device, row.address, row.current) for row in listed] == [
        ("Firefox on Linux", visit.address, False),
        ("Firefox on Linux", visit.address, True),
    ]
    actions.end_sign_in(context, listed[0].id)
    assert not is_signed_in(other_token)
    assert is_signed_in(token)
    assert [row.current for row in views.my_sign_ins(context)] == [True]
    with pytest.raises(NotFoundError):
        actions.end_sign_in(context, listed[0].id)
    with pytest.raises(InvalidInputError, match="Sign out instead"):
        actions.end_sign_in(context, listed[1].id)
    assert len(lines(member.person, "sign_in.end")) == 1


def test_all_others_end_at_once(signed_in, visit):
    member, context, token = signed_in
    tokens = [sign_in_with_password(member.email, PASSWORD, visit).token for _ in range(3)]
    assert actions.end_all_sign_ins(context) == 3
    assert [is_signed_in(other_token) for other_token in tokens] == [False] * 3
    assert is_signed_in(token)


def test_nobody_ends_a_session_of_somebody_else_by_its_id(signed_in, account, operator):
    _, _, token = signed_in
    stranger = account()
    with enter(stranger.person, operator) as context, pytest.raises(NotFoundError):
        actions.end_sign_in(context, current_sign_in(token).id)
    assert is_signed_in(token)


def test_changing_the_password_asks_for_the_present_one_and_ends_the_other_sessions(signed_in, visit):
    member, context, token = signed_in
    other_token = sign_in_with_password(member.email, PASSWORD, visit).token
    with pytest.raises(InvalidInputError, match="present password is wrong"):
        actions.change_password(context, "not the password", OTHER_PASSWORD)
    for refused in ("short", "password1234", member.email, PASSWORD):
        with pytest.raises(PasswordFaultError):
            actions.change_password(context, PASSWORD, refused)
    assert is_signed_in(other_token)
    actions.change_password(context, PASSWORD, OTHER_PASSWORD)
    assert not is_signed_in(other_token)
    assert is_signed_in(token)
    assert sign_in_with_password(member.email, OTHER_PASSWORD, visit).stage == COMPLETE
    assert len(lines(member.person, "password.change")) == 1


def test_the_present_password_cannot_be_guessed_from_an_open_screen(signed_in):
    _, context, _ = signed_in
    for _ in range(5):
        with pytest.raises(InvalidInputError):
            actions.change_password(context, "a guess of somebody", OTHER_PASSWORD)
    with pytest.raises(TooManyAttemptsError):
        actions.change_password(context, PASSWORD, OTHER_PASSWORD)


def test_a_second_factor_is_turned_on_replaced_and_off_by_its_codes(signed_in, visit):
    member, context, _ = signed_in
    assert views.my_account(context) == views.Account(True, False, False, 0)
    app = pyotp.TOTP(actions.enrol_second_factor(context).secret)
    with pytest.raises(WrongCodeError):
        actions.confirm_second_factor(context, "000000")
    codes = actions.confirm_second_factor(context, app.at(clock.now()))
    assert views.my_account(context) == views.Account(True, True, False, 10)
    assert sign_in_with_password(member.email, PASSWORD, visit).stage == SECOND_FACTOR
    with pytest.raises(WrongCodeError):
        actions.enrol_second_factor(context)
    replaced = pyotp.TOTP(actions.enrol_second_factor(context, codes[0]).secret)
    newer = actions.confirm_second_factor(context, replaced.at(clock.now()))
    with pytest.raises(WrongCodeError):
        actions.new_recovery_codes(context, codes[1])
    newest = actions.new_recovery_codes(context, newer[0])
    actions.remove_second_factor(context, newest[0])
    assert views.my_account(context) == views.Account(True, False, False, 0)
    assert sign_in_with_password(member.email, PASSWORD, visit).stage == COMPLETE
    for verb, count in (("second_factor.on", 2), ("second_factor.codes", 1), ("second_factor.off", 1)):
        assert len(lines(member.person, verb)) == count


def test_a_role_that_needs_a_second_factor_keeps_it(account, operator, visit):
    manager = account("manager")
    _, codes = enrol(manager, visit)
    with enter(manager.person, operator) as context, pytest.raises(NotAllowedError):
        actions.remove_second_factor(context, codes[0])


def test_a_manager_resets_a_lost_second_factor_and_ends_the_sessions(account, operator, visit):
    boss, member = account("admin"), account("manager")
    enrol(member, visit)
    with enter(boss.person, operator) as context:
        assert member.person in views.second_factors_here(context)
        actions.reset_second_factor(context, member.person)
        assert member.person not in views.second_factors_here(context)
        with pytest.raises(NotFoundError):
            actions.reset_second_factor(context, member.person)
        with pytest.raises(InvalidInputError):
            actions.reset_second_factor(context, boss.person)


def test_a_manager_sees_and_ends_sessions_of_the_people_here_but_not_an_admins(account, operator, visit):
    manager, admin, member, stranger = account("manager"), account("admin"), account(), account(None)
    token = sign_in_with_password(member.email, PASSWORD, visit).token
    outside = sign_in_with_password(stranger.email, PASSWORD, visit).token
    with enter(manager.person, operator) as context:
        people = {row.person for row in views.sign_ins_here(context)}
        assert member.person in people
        assert stranger.person not in people
        assert actions.end_all_sign_ins(context, member.person) == 1
        with pytest.raises(NotFoundError):
            actions.end_all_sign_ins(context, stranger.person)
        for act in (actions.end_sign_ins_of, actions.reset_second_factor):
            with pytest.raises(NotAllowedError):
                act(context, admin.person)
    assert not is_signed_in(token)
    assert is_signed_in(outside)


def test_a_manager_does_not_touch_the_second_factor_of_another_manager(account, operator, visit):
    manager, colleague = account("manager"), account("manager")
    enrol(colleague, visit)
    with enter(manager.person, operator) as context, pytest.raises(NotAllowedError):
        actions.reset_second_factor(context, colleague.person)


@pytest.mark.parametrize("is_demo", [False, True])
@pytest.mark.parametrize("role", ["admin", "manager", "specialist"])
def test_staff_of_the_operator_are_not_touched_from_a_tenant_they_are_contacts_of(
    account, operator, visit, role, is_demo
):
    owner, target = account("manager"), account(role)
    tenant = create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde", is_demo=is_demo)
    add_member(tenant, target.person, "customer")
    with enter(owner.person, tenant) as context:
        for act in (actions.end_sign_ins_of, actions.reset_second_factor):
            with pytest.raises(NotAllowedError):
                act(context, target.person)


def test_the_account_of_a_contact_is_managed_at_the_customer(account, visit):
    owner, contact = account("manager"), account(None)
    tenant = create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde")
    add_member(tenant, contact.person, "customer")
    token = sign_in_with_password(contact.email, PASSWORD, visit).token
    with enter(owner.person, tenant) as context:
        assert actions.end_sign_ins_of(context, contact.person) == 1
    assert not is_signed_in(token)


def test_the_highest_role_anywhere_protects_an_account(account, operator):
    manager, target = account("manager"), account()
    add_member(create_tenant(target.person, f"c-{new_id()}"[:40], "Bistro Verde"), target.person, "admin")
    with enter(manager.person, operator) as context, pytest.raises(NotAllowedError):
        actions.end_sign_ins_of(context, target.person)


@pytest.mark.parametrize("role", ["specialist", "sales"])
def test_who_manages_nobody_is_refused(account, operator, role):
    member, colleague = account(role), account()
    with enter(member.person, operator) as context:
        for act in (
            lambda: actions.end_all_sign_ins(context, colleague.person),
            lambda: actions.reset_second_factor(context, colleague.person),
            lambda: views.sign_ins_here(context),
            lambda: views.invitations(context),
        ):
            with pytest.raises(NotAllowedError):
                act()


def test_an_idle_session_is_not_listed(account, operator, visit):
    member = account()
    with clock.frozen(NOON):
        sign_in_with_password(member.email, PASSWORD, visit)
    with clock.frozen(NOON + timedelta(minutes=31)), enter(member.person, operator) as context:
        assert views.my_sign_ins(context) == []
