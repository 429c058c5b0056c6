"""The second factor: who needs one, codes that are taken once, recovery codes, and what ends with a change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from core.db.session import TenantSession
from core.entry.tenants import add_member, create_tenant
from core.kit import clock
from core.kit.ids import new_id
from core.platform.audit.tables import INSTALLATION
from core.platform.signin import second_factor
from core.platform.signin.accounts import (
    StepGoneError,
    WrongCodeError,
    complete_enrolment,
    confirm_second_step,
    enrolment_of,
    sign_in_with_password,
)
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.sessions import current_sign_in, is_signed_in
from core.platform.signin.tables import COMPLETE, ENROLMENT, SECOND_FACTOR
from tests.platform.signin.conftest import PASSWORD

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def enrol(member, visit, at=NOON):
    """Sign in for the first time; the app's codes and the recovery codes."""
    with clock.frozen(at):
        issued = sign_in_with_password(member.email, PASSWORD, visit)
        assert issued.stage == ENROLMENT
        app = pyotp.TOTP(enrolment_of(issued.token).secret)
        complete, codes = complete_enrolment(issued.token, app.at(at), visit)
    assert complete.stage == COMPLETE
    return app, codes


def second_step(member, visit, code, at):
    with clock.frozen(at):
        return confirm_second_step(sign_in_with_password(member.email, PASSWORD, visit).token, code, visit)


@pytest.mark.parametrize(
    ("role", "stage"),
    [("manager", ENROLMENT), ("admin", ENROLMENT), ("specialist", COMPLETE), ("sales", COMPLETE)],
)
def test_managers_and_admins_set_one_up_before_anything_else(account, visit, role, stage):
    member = account(role)
    issued = sign_in_with_password(member.email, PASSWORD, visit)
    assert issued.stage == stage
    assert is_signed_in(issued.token) == (stage == COMPLETE)


def test_the_page_shows_the_same_secret_until_it_is_confirmed(account, visit):
    issued = sign_in_with_password(account("admin").email, PASSWORD, visit)
    first, again = enrolment_of(issued.token), enrolment_of(issued.token)
    assert first.secret == again.secret
    assert first.uri.startswith("otpauth://totp/AuraConnect:")
    assert first.picture.startswith("<svg")


def test_two_sign_ins_that_need_a_second_factor_have_a_secret_each(account, visit):
    member = account("manager")
    person, intruder = (sign_in_with_password(member.email, PASSWORD, visit).token for _ in range(2))
    secret = enrolment_of(person).secret
    assert enrolment_of(intruder).secret != secret
    assert enrolment_of(person).secret == secret
    with pytest.raises(WrongCodeError):
        complete_enrolment(intruder, pyotp.TOTP(secret).at(clock.now()), visit)
    assert complete_enrolment(person, pyotp.TOTP(secret).at(clock.now()), visit)[0].stage == COMPLETE
    with pytest.raises(StepGoneError):
        enrolment_of(intruder)


def test_the_secret_is_stored_encrypted(account, visit):
    member = account("admin")
    app, codes = enrol(member, visit)
    with TenantSession("", member.person) as session:
        rows = " ".join(session.scalars(text("select f::text from second_factor f")))
        rows += " ".join(session.scalars(text("select r::text from recovery_code r")))
    for secret in (app.secret, app.secret.encode().hex(), *codes, codes[0].replace("-", "").encode().hex()):
        assert secret not in rows


def test_a_code_lets_in_once_and_never_again(account, visit):
    member = account("manager")
    app, _ = enrol(member, visit)
    later = NOON + timedelta(minutes=5)
    issued = second_step(member, visit, app.at(later), later)
    assert current_person(issued.token, later) == member.person
    for moment in (later, later + timedelta(seconds=20)):
        with pytest.raises(WrongCodeError):
            second_step(member, visit, app.at(later), moment)


def current_person(token, at):
    with clock.frozen(at):
        return current_sign_in(token).person


def test_the_code_of_the_set_up_is_used_up_too(account, visit):
    member = account("manager")
    app, _ = enrol(member, visit)
    with pytest.raises(WrongCodeError):
        second_step(member, visit, app.at(NOON), NOON)


@pytest.mark.parametrize(("seconds", "fits"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)])
def test_a_clock_may_be_half_a_minute_off(account, visit, seconds, fits):
    member = account("manager")
    app, _ = enrol(member, visit)
    later = NOON + timedelta(minutes=5)
    code = app.at(later + timedelta(seconds=seconds))
    if fits:
        assert second_step(member, visit, code, later).stage == COMPLETE
    else:
        with pytest.raises(WrongCodeError):
            second_step(member, visit, code, later)


def test_each_recovery_code_works_once_however_it_is_written(account, visit):
    member = account("manager")
    _, codes = enrol(member, visit)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    later = NOON + timedelta(minutes=5)
    assert second_step(member, visit, codes[0], later).stage == COMPLETE
    assert second_step(member, visit, f" {codes[1].lower().replace('-', ' ')} ", later).stage == COMPLETE
    with pytest.raises(WrongCodeError):
        second_step(member, visit, codes[0], later)
    with TenantSession(INSTALLATION, member.person) as session:
        assert second_factor.unused_codes(session) == second_factor.RECOVERY_CODES - 2


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "abcdef", "１２３４５６", "\x00", "9" * 5000, "' or 1=1 --"]
)
def test_what_is_no_code_is_refused(account, visit, code):
    member = account("manager")
    enrol(member, visit)
    with pytest.raises(WrongCodeError):
        second_step(member, visit, code, NOON + timedelta(minutes=5))


def test_codes_are_tried_five_times_a_minute_and_the_right_one_works_after_it(account, visit):
    member = account("manager")
    app, _ = enrol(member, visit)
    later = NOON + timedelta(minutes=5)
    with clock.frozen(later):
        token = sign_in_with_password(member.email, PASSWORD, visit).token
        for _ in range(5):
            with pytest.raises(WrongCodeError):
                confirm_second_step(token, "000000", visit)
        with pytest.raises(TooManyAttemptsError):
            confirm_second_step(token, app.at(later), visit)
    after = later + timedelta(seconds=61)
    with clock.frozen(after):
        assert confirm_second_step(token, app.at(after), visit).stage == COMPLETE


def test_the_password_counts_for_ten_minutes_and_its_step_is_done_once(account, visit):
    member = account("manager")
    app, codes = enrol(member, visit)
    later = NOON + timedelta(minutes=5)
    with clock.frozen(later):
        issued = sign_in_with_password(member.email, PASSWORD, visit)
    assert issued.stage == SECOND_FACTOR
    assert not is_signed_in(issued.token)
    with clock.frozen(later + timedelta(minutes=10)), pytest.raises(StepGoneError):
        confirm_second_step(issued.token, app.at(later + timedelta(minutes=10)), visit)
    with clock.frozen(later):
        confirm_second_step(issued.token, codes[0], visit)
        with pytest.raises(StepGoneError):
            confirm_second_step(issued.token, codes[1], visit)


def test_a_complete_session_is_no_step_and_a_step_is_no_session(account, visit):
    member = account()
    token = sign_in_with_password(member.email, PASSWORD, visit).token
    for step in (confirm_second_step, complete_enrolment):
        with pytest.raises(StepGoneError):
            step(token, "123456", visit)
    with pytest.raises(StepGoneError):
        enrolment_of(token)


def test_a_waiting_set_up_replaces_no_second_factor_that_was_set_up_meanwhile(account, visit):
    member = account("manager")
    with clock.frozen(NOON):
        waiting = sign_in_with_password(member.email, PASSWORD, visit)
    app, _ = enrol(member, visit)
    with clock.frozen(NOON):
        with pytest.raises(StepGoneError):
            enrolment_of(waiting.token)
        with pytest.raises(StepGoneError):
            complete_enrolment(waiting.token, app.at(NOON), visit)
    later = NOON + timedelta(minutes=5)
    assert second_step(member, visit, app.at(later), later).stage == COMPLETE


def test_a_set_up_ends_the_person_s_other_sessions(account, operator, visit):
    member = account()
    with clock.frozen(NOON):
        before = sign_in_with_password(member.email, PASSWORD, visit)
        assert before.stage == COMPLETE
    add_member(operator, member.person, "manager")
    enrol(member, visit)
    with clock.frozen(NOON):
        assert not is_signed_in(before.token)


def test_a_manager_of_any_tenant_needs_one(account, visit):
    member = account(None)
    create_tenant(member.person, f"customer-{new_id()}"[:40], "Bistro Verde", role="manager")
    assert sign_in_with_password(member.email, PASSWORD, visit).stage == ENROLMENT
