"""One-time links: invitation, reset, first admin; each once, until it expires, and what comes of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.entry.accounts import create_admin, end_sign_ins, reset_admin, staff
from core.entry.tenants import create_tenant
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import INSTALLATION
from core.platform.events.actions import open_secret
from core.platform.signin import actions, admission, views
from core.platform.signin.accounts import WrongCredentialsError, sign_in_with_password
from core.platform.signin.admission import OtherAccountError, PasswordFaultError
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.links import LinkGoneError, find_link
from core.platform.signin.sessions import is_signed_in
from core.platform.signin.tables import COMPLETE, ENROLMENT, FIRST_ADMIN, INVITATION, PASSWORD_RESET
from tests.platform.signin.conftest import PASSWORD
from tests.platform.signin.test_sign_in import lines

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OTHER_PASSWORD = "another quiet evening"


def sent_links(tenant):
    """The tokens of the links to pages of sign-in in a tenant's outbox, the newest first."""
    with TenantSession(tenant, "", system=True) as session:
        rows = session.execute(
            text(
                "select id::text, secret from outbox_message where secret is not null order by created_at desc, id desc"
            )
        ).all()
        links = [open_secret(session, row.id, "secret", row.secret) for row in rows]
    return [
        re.fullmatch(r"http://127.0.0.1:8501/auth/[a-z-]+/([\w-]{43})", link)[1]
        for link in links
        if "/q/" not in link  # of a quote that another test sent
    ]


@pytest.fixture
def at_operator(account, operator):
    """A context of one of the operator's people: at_operator('admin')."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda role="manager": stack.enter_context(enter(account(role).person, operator))


@pytest.fixture
def customer(account):
    owner = account("manager")
    return create_tenant(owner.person, f"customer-{new_id()}"[:40], "Bistro Verde")


def new_address():
    return f"{new_id()}@example.com"


def test_an_invited_specialist_chooses_a_password_and_is_in(at_operator, operator, visit):
    manager, email = at_operator(), new_address()
    actions.invite(manager, email.upper(), "Kim Ash", "specialist")
    [invitation] = [row for row in views.invitations(manager) if row.email == email]
    assert (invitation.name, invitation.role, invitation.expired) == ("Kim Ash", "specialist", False)
    token = sent_links(operator)[0]
    about = admission.admission(INVITATION, token, visit)
    assert (about.email, about.name, about.ask_name, about.ask_password) == (email, "Kim Ash", True, True)
    issued = admission.accept_invitation(token, "Kim Ash-Vale", OTHER_PASSWORD, visit)
    assert issued.stage == COMPLETE
    assert is_signed_in(issued.token)
    assert ("Kim Ash-Vale", email, "specialist", True) in [
        (member.name, member.email, member.role, member.active) for member in staff()
    ]
    assert email not in [row.email for row in views.invitations(manager)]


def test_an_invited_manager_sets_up_a_second_factor_first(at_operator, operator, visit):
    actions.invite(at_operator("admin"), new_address(), "Kim Ash", "manager")
    issued = admission.accept_invitation(sent_links(operator)[0], "Kim Ash", OTHER_PASSWORD, visit)
    assert issued.stage == ENROLMENT


def test_a_person_with_an_account_accepts_signed_in_and_keeps_the_password(account, customer, visit):
    member, other = account(), account()
    with enter_as_manager(customer) as manager:
        actions.invite(manager, member.email, "Somebody", "customer")
    token = sent_links(customer)[0]
    for signed_in in (None, other.person):
        assert admission.admission(INVITATION, token, visit, signed_in).sign_in_first
        with pytest.raises(OtherAccountError):
            admission.accept_invitation(token, "Somebody", OTHER_PASSWORD, visit, signed_in)
    assert admission.accept_invitation(token, "", "", visit, member.person) is None
    sign_in_with_password(member.email, PASSWORD, visit)
    with enter(member.person, customer) as context:
        assert context.role == "customer"


def enter_as_manager(tenant):
    with TenantSession(tenant, "", system=True) as session:
        person = session.scalar(text("select person_id::text from membership where role = 'manager'"))
    return enter(person, tenant)


def test_a_link_works_once_and_looking_at_it_uses_nothing_up(at_operator, operator, visit):
    actions.invite(at_operator(), new_address(), "Kim Ash", "specialist")
    token = sent_links(operator)[0]
    for _ in range(30):
        admission.admission(INVITATION, token, visit)
    admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit)
    with pytest.raises(LinkGoneError):
        admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit)


def test_a_refused_password_leaves_the_link_as_it_is(at_operator, operator, visit):
    actions.invite(at_operator(), new_address(), "Kim Ash", "specialist")
    token = sent_links(operator)[0]
    with pytest.raises(PasswordFaultError):
        admission.accept_invitation(token, "Kim Ash", "password1234", visit)
    assert admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit) is not None


def test_of_two_that_use_a_link_at_once_one_gets_it(at_operator, operator, visit, database):
    from concurrent.futures import ThreadPoolExecutor

    email = new_address()
    actions.invite(at_operator(), email, "Kim Ash", "specialist")
    token = sent_links(operator)[0]

    def accept(number):
        try:
            return admission.accept_invitation(token, f"Kim {number}", OTHER_PASSWORD, visit)
        except AppError as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(accept, range(4)))
    assert len([result for result in results if not isinstance(result, str)]) == 1
    assert {result for result in results if isinstance(result, str)} <= {"LinkGoneError", "ConflictError"}


@pytest.mark.parametrize("end", ["expired", "withdrawn", "sent again"])
def test_an_invitation_that_ended_opens_nothing(at_operator, operator, visit, end):
    manager = at_operator()
    invitation = actions.invite(manager, new_address(), "Kim Ash", "specialist")
    token = sent_links(operator)[0]
    if end == "withdrawn":
        actions.withdraw_invitation(manager, invitation)
    if end == "sent again":
        actions.resend_invitation(manager, invitation)
    moment = clock.now() + (timedelta(days=7) if end == "expired" else timedelta(0))
    with clock.frozen(moment):
        for look in (
            lambda: admission.admission(INVITATION, token, visit),
            lambda: admission.accept_invitation(token, "Kim Ash", OTHER_PASSWORD, visit),
        ):
            with pytest.raises(LinkGoneError) as refused:
                look()
    assert refused.value.message == "This link is no longer valid."
    if end == "sent again":
        assert admission.admission(INVITATION, sent_links(operator)[0], visit).name == "Kim Ash"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "\x00", "%00", "../reset"])
def test_what_is_no_token_is_answered_like_an_old_one(visit, token, database):
    with pytest.raises(LinkGoneError, match="no longer valid"):
        admission.admission(INVITATION, token, visit)


def test_a_link_of_one_kind_opens_no_other(at_operator, operator, visit):
    actions.invite(at_operator(), new_address(), "Kim Ash", "specialist")
    token = sent_links(operator)[0]
    for kind in (PASSWORD_RESET, FIRST_ADMIN):
        with pytest.raises(LinkGoneError):
            find_link(kind, token)
    with pytest.raises(LinkGoneError):
        admission.reset_password(token, OTHER_PASSWORD, visit)
    assert find_link(INVITATION, token).kind == INVITATION


def test_links_cannot_be_tried_in_numbers(visit, database):
    with clock.frozen(NOON):
        for _ in range(20):
            with pytest.raises(LinkGoneError):
                admission.admission(INVITATION, new_id(), visit)
        with pytest.raises(TooManyAttemptsError):
            admission.admission(INVITATION, new_id(), visit)


@pytest.mark.parametrize(
    ("inviter", "email", "role", "error"),
    [
        ("manager", "no address", "specialist", InvalidInputError),
        ("manager", "a@example.com\r\nBcc: b@example.com", "specialist", InvalidInputError),
        ("manager", "kim@example.com", "owner", InvalidInputError),
        ("manager", "kim@example.com", "worker", InvalidInputError),
        ("manager", "kim@example.com", "customer", InvalidInputError),
        ("manager", "kim@example.com", "admin", NotAllowedError),
        ("manager", "kim@example.com", "manager", NotAllowedError),
        ("specialist", "kim@example.com", "specialist", NotAllowedError),
    ],
)
def test_who_may_be_invited_as_what(at_operator, inviter, email, role, error):
    with pytest.raises(error):
        actions.invite(at_operator(inviter), email, "Kim Ash", role)


def test_a_member_is_not_invited_again(at_operator, account):
    with pytest.raises(ConflictError):
        actions.invite(at_operator(), account().email, "Robin", "specialist")


def test_a_reset_changes_the_password_and_ends_every_session(account, operator, visit):
    member = account()
    token = sign_in_with_password(member.email, PASSWORD, visit).token
    admission.request_reset(member.email, visit)
    admission.send_reset(member.email)
    link = sent_links(operator)[0]
    admission.reset_password(link, OTHER_PASSWORD, visit)
    assert not is_signed_in(token)
    with pytest.raises(WrongCredentialsError):
        sign_in_with_password(member.email, PASSWORD, visit)
    assert sign_in_with_password(member.email, OTHER_PASSWORD, visit).stage == COMPLETE
    with pytest.raises(LinkGoneError):
        admission.reset_password(link, PASSWORD, visit)


def test_a_reset_expires_after_an_hour(account, operator, visit):
    member = account()
    admission.send_reset(member.email)
    link = sent_links(operator)[0]
    with clock.frozen(clock.now() + timedelta(hours=1)), pytest.raises(LinkGoneError):
        admission.reset_password(link, OTHER_PASSWORD, visit)


def test_a_used_link_and_a_changed_password_withdraw_the_person_s_other_links(account, operator, visit):
    member = account()
    for _ in range(3):
        admission.send_reset(member.email)
    third, second, first = sent_links(operator)[:3]
    admission.reset_password(second, OTHER_PASSWORD, visit)
    for gone in (first, second, third):
        with pytest.raises(LinkGoneError):
            admission.reset_password(gone, "a third quiet evening", visit)
    admission.send_reset(member.email)
    with enter(member.person, operator) as context:
        actions.change_password(context, OTHER_PASSWORD, "a third quiet evening")
    with pytest.raises(LinkGoneError):
        find_link(PASSWORD_RESET, sent_links(operator)[0])


def test_a_link_that_was_not_made_leaves_no_line(account, monkeypatch):
    member = account()

    def fail(*_arguments, **_more):
        raise ConflictError("It failed.")

    monkeypatch.setattr(admission, "create_link", fail)
    with pytest.raises(ConflictError):
        admission.send_reset(member.email)
    assert lines(member.person, "password.ask") == []


def test_nobody_and_the_deactivated_get_no_link_and_the_same_answer(account, operator, visit):
    leaver = account()
    with TenantSession(INSTALLATION, leaver.person) as session:
        session.execute(text("update person set active = false where id = :id"), {"id": leaver.person})
        session.commit()
    before = sent_links(operator)
    for email in (leaver.email, new_address(), "", "no address"):
        assert admission.request_reset(email, visit) is None
        admission.send_reset(email)
    assert sent_links(operator) == before


def test_a_reset_is_asked_for_three_times_an_hour(account, visit):
    member = account()
    with clock.frozen(NOON):
        for _ in range(3):
            admission.request_reset(member.email, visit)
        with pytest.raises(TooManyAttemptsError) as limited:
            admission.request_reset(member.email, visit)
    assert limited.value.facts["retry_after"] == 3600
    with clock.frozen(NOON + timedelta(hours=1)):
        admission.request_reset(member.email, visit)


def test_the_first_admin_comes_in_by_a_code_and_sets_everything_up(operator, visit):
    email = new_address()
    code = create_admin(email, "Ada Stone").code
    assert admission.admission(FIRST_ADMIN, code, visit).name == "Ada Stone"
    issued = admission.set_up_admin(code, OTHER_PASSWORD, visit)
    assert issued.stage == ENROLMENT
    with pytest.raises(LinkGoneError):
        admission.set_up_admin(code, OTHER_PASSWORD, visit)
    with pytest.raises(ConflictError, match="already"):
        create_admin(email, "Ada Stone")


def test_an_admin_who_lost_the_second_factor_begins_anew(account, visit):
    from tests.platform.signin.test_second_factor import enrol

    member = account("admin")
    enrol(member, visit, NOON)
    code = reset_admin(member.email).code
    with pytest.raises(NotFoundError):
        reset_admin(account("specialist").email)
    assert admission.set_up_admin(code, OTHER_PASSWORD, visit).stage == ENROLMENT
    with clock.frozen(clock.now() + timedelta(hours=24)), pytest.raises(LinkGoneError):
        admission.set_up_admin(reset_code(member), PASSWORD, visit)


def reset_code(member):
    with clock.frozen(clock.now() - timedelta(hours=24)):
        return reset_admin(member.email).code


def test_sign_ins_end_by_command(account, visit):
    first, second = account(), account()
    tokens = [sign_in_with_password(member.email, PASSWORD, visit).token for member in (first, second)]
    assert end_sign_ins(first.email) == 1
    assert [is_signed_in(token) for token in tokens] == [False, True]
    assert end_sign_ins(None) >= 1
    assert not is_signed_in(tokens[1])
