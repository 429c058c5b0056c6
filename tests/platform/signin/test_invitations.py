"""What an invitation cannot do: take an account over, lead into a demo, outlive who sent it, or flood."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.entry.accounts import create_admin
from core.entry.tenants import add_member, create_tenant
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import INSTALLATION
from core.platform.signin import actions, admission, limits
from core.platform.signin.accounts import (
    person_by_email,
    sign_in_with_identity,
    sign_in_with_password,
    stored_password,
)
from core.platform.signin.admission import OtherAccountError
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.sessions import is_signed_in
from core.platform.signin.tables import COMPLETE, ENROLMENT, FIRST_ADMIN
from tests.platform.signin.test_links import NOON, OTHER_PASSWORD, new_address, sent_links

ISSUER = "https://id.example.com"
UNPRINTABLE = ("Kim\r\nBcc", "Kim\tAsh", "Kim \u202e hsA", "Kim\x00")


@pytest.fixture
def invite(account, operator):
    """invite(email, role, by='admin'): the token of an invitation to the operator's staff, and its sender's account."""

    def send(email, role="specialist", by="admin"):
        sender = account(by)
        with enter(sender.person, operator) as context:
            actions.invite(context, email, "Kim Ash", role)
        return sent_links(operator)[0], sender

    return send


def invite_to_customer(account, email):
    owner = account("manager")
    customer = create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde")
    with enter(owner.person, customer) as context:
        actions.invite(context, email, "Kim Ash", "customer")
    return customer, sent_links(customer)[0]


def role_in(tenant, person):
    with TenantSession(tenant, person, system=True) as session:
        query = text("select role from membership where tenant_id = :tenant and person_id = :person")
        return session.scalar(query, {"tenant": tenant, "person": person})


def test_an_account_at_a_provider_is_bound_to_no_existing_account(account, visit):
    member = account()
    customer, token = invite_to_customer(account, member.email)
    stranger = (ISSUER, new_id())
    with pytest.raises(OtherAccountError):
        admission.accept_with_identity(token, stranger, "Kim Ash", visit)
    with pytest.raises(AppError):
        sign_in_with_identity(*stranger, visit)
    assert role_in(customer, member.person) is None
    assert admission.accept_invitation(token, "", "", visit, member.person) is None
    assert role_in(customer, member.person) == "customer"


def test_who_has_only_an_account_at_a_provider_accepts_by_it_and_gets_no_password(account, invite, visit):
    email, identity = new_address(), (ISSUER, new_id())
    admission.accept_with_identity(invite(email)[0], identity, "Kim Ash", visit)
    person = person_by_email(email)
    customer, token = invite_to_customer(account, email)
    with pytest.raises(OtherAccountError):
        admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit)
    assert stored_password(person) is None
    assert admission.accept_with_identity(token, identity, "Kim Ash", visit).stage == COMPLETE
    assert role_in(customer, person) == "customer"


def test_who_has_no_password_yet_gets_one_from_those_they_belong_to_only(account, visit):
    email = new_address()
    set_up = create_admin(email, "Ada Stone")
    customer, token = invite_to_customer(account, email)
    with pytest.raises(NotAllowedError):
        admission.accept_invitation(token, "Ada Stone", OTHER_PASSWORD, visit)
    with pytest.raises(NotAllowedError):
        admission.accept_with_identity(token, (ISSUER, new_id()), "Ada Stone", visit)
    assert stored_password(set_up.person) is None
    assert role_in(customer, set_up.person) is None
    assert admission.admission(FIRST_ADMIN, set_up.code, visit).email == email
    assert admission.set_up_admin(set_up.code, OTHER_PASSWORD, visit).stage == ENROLMENT


def test_an_invitation_changes_nobody_s_role_who_is_there_already(invite, operator, visit):
    email = new_address()
    token, _ = invite(email)
    person = create_admin(email, "Ada Stone").person
    with pytest.raises(ConflictError):
        admission.accept_invitation(token, "Ada Stone", OTHER_PASSWORD, visit)
    assert role_in(operator, person) == "admin"
    assert stored_password(person) is None


def test_the_deactivated_accept_nothing(account, visit):
    member = account(password=None)
    customer, token = invite_to_customer(account, member.email)
    with TenantSession(INSTALLATION, member.person) as session:
        session.execute(text("update person set active = false where id = :id"), {"id": member.person})
        session.commit()
    with pytest.raises(NotAllowedError):
        admission.accept_invitation(token, "", OTHER_PASSWORD, visit)
    assert role_in(customer, member.person) is None


def test_nobody_is_invited_to_a_demo(account, operator, invite, visit):
    boss = account("admin")
    demo = create_tenant(boss.person, f"demo-{new_id()}"[:40], "Bella", is_demo=True)
    with (
        enter(boss.person, demo) as context,
        pytest.raises(NotAllowedError, match="Nobody is invited to a demo"),
    ):
        actions.invite(context, new_address(), "Kim Ash", "customer")
    email = new_address()
    token, _ = invite(email)
    with TenantSession(operator, boss.person, system=True) as session:  # one from before demos refused it
        row = session.execute(
            text("select * from one_time_link where email = :email"), {"email": email}
        ).one()
    with TenantSession(demo, boss.person, system=True) as session:
        session.execute(
            text(
                "insert into one_time_link (tenant_id, id, created_at, kind, token_hash, email, name, role,"
                " created_by, expires_at) values (:tenant, :id, :at, 'invitation', :hash, :email, 'Kim', 'customer',"
                " :by, :until)"
            ),
            {
                "tenant": demo, "id": new_id(), "at": row.created_at, "hash": admission_hash("demo" + token),
                "email": email, "by": boss.person, "until": row.expires_at,
            },
        )  # fmt: skip
        session.commit()
    with pytest.raises(NotAllowedError, match="Nobody is invited to a demo"):
        admission.accept_invitation("demo" + token, "Kim Ash", OTHER_PASSWORD, visit)
    assert person_by_email(email) is None


def admission_hash(token):
    from core.platform.signin.tokens import token_hash

    return token_hash(token)


@pytest.mark.parametrize("end", ["deactivated", "demoted", "gone"])
def test_an_invitation_does_not_outlive_the_rank_of_who_sent_it(invite, operator, visit, end):
    email = new_address()
    token, sender = invite(email, "manager")
    if end == "demoted":
        add_member(operator, sender.person, "manager")
    with TenantSession(operator, sender.person, system=True) as session:
        if end == "gone":
            session.execute(text("select end_membership(cast(:id as uuid))"), {"id": sender.person})
        if end == "deactivated":
            session.execute(text("update person set active = false where id = :id"), {"id": sender.person})
        session.commit()
    with pytest.raises(NotAllowedError, match="does not hold any more"):
        admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit)
    assert person_by_email(email) is None


def test_who_becomes_manager_signs_in_anew_with_a_second_factor(account, invite, visit):
    email = new_address()
    _, token = invite_to_customer(account, email)
    first = admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit)
    assert first.stage == COMPLETE
    promotion, _ = invite(email, "manager")
    admission.accept_invitation(promotion, "", "", visit, person_by_email(email))
    assert not is_signed_in(first.token)
    assert sign_in_with_password(email, OTHER_PASSWORD, visit).stage == ENROLMENT


def test_a_manager_neither_sends_nor_withdraws_the_invitation_of_a_manager(account, operator, invite):
    email = new_address()
    invite(email, "manager")
    with enter(account("manager").person, operator) as context:
        [link] = context.session.scalars(
            text("select id::text from one_time_link where email = :email"), {"email": email}
        )
        for act in (actions.resend_invitation, actions.withdraw_invitation):
            with pytest.raises(NotAllowedError):
                act(context, link)


def test_a_person_sends_20_invitations_an_hour(account, operator):
    with clock.frozen(NOON), enter(account("manager").person, operator) as context:
        for number in range(limits.LIMITS[limits.INVITING][0][0]):
            actions.invite(context, f"{number}-{new_address()}", "Kim Ash", "specialist")
        with pytest.raises(TooManyAttemptsError):
            actions.invite(context, new_address(), "Kim Ash", "specialist")


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_names_that_do_not_print_are_refused(account, operator, invite, visit, name):
    with enter(account("manager").person, operator) as context, pytest.raises(InvalidInputError):
        actions.invite(context, new_address(), name, "specialist")
    email = new_address()
    token, _ = invite(email)
    with pytest.raises(InvalidInputError):
        admission.accept_invitation(token, name, OTHER_PASSWORD, visit)
    admission.accept_with_identity(token, (ISSUER, new_id()), name, visit)
    with TenantSession("", person_by_email(email)) as session:
        query = text("select name from person where email = :email")
        assert session.scalar(query, {"email": email}) == "Kim Ash"
