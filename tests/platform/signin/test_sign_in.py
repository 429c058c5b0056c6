"""Sign-in by password: who gets in, who does not, how often one may try, and what the log says of it."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from core.db.base import owner_url
from core.db.session import TenantSession
from core.kit import clock
from core.kit.ids import new_id
from core.platform.audit.tables import INSTALLATION
from core.platform.signin import limits
from core.platform.signin.accounts import (
    WrongCredentialsError,
    announce_limit,
    sign_in_with_identity,
    sign_in_with_password,
)
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.passwords import PasswordHasher
from core.platform.signin.rules import network_of
from core.platform.signin.sessions import Visit, current_sign_in
from core.platform.signin.tables import COMPLETE
from tests.platform.signin.conftest import PASSWORD

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def lines(person: str, action: str) -> list[dict[str, object]]:
    """Facts of the installation's lines about a person's account, the oldest first."""
    with TenantSession(INSTALLATION, "") as session:
        query = text(
            "select facts from audit_line where object_id = :person and action = :action order by seq"
        )
        return list(session.scalars(query, {"person": person, "action": action}))


def as_owner(query: str, **params: object) -> list[object]:
    """The first column of what the owner of the tables sees, which is all of it."""
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        values = connection.execute(text(query), params).scalars().all()
    engine.dispose()
    return list(values)


def test_the_right_password_gives_a_session(specialist, visit):
    issued = sign_in_with_password(specialist.email, PASSWORD, visit)
    assert issued.stage == COMPLETE
    sign_in = current_sign_in(issued.token)
    assert (sign_in.person, sign_in.name) == (specialist.person, "Robin Vale")
    assert [fact["kind"] for fact in lines(specialist.person, "sign_in.done")] == ["local"]


def test_an_address_is_folded(specialist, visit):
    assert sign_in_with_password(f"  {specialist.email.upper()} ", PASSWORD, visit).stage == COMPLETE


def test_each_sign_in_has_a_token_of_its_own_and_none_is_stored(specialist, visit):
    tokens = {sign_in_with_password(specialist.email, PASSWORD, visit).token for _ in range(3)}
    assert len(tokens) == 3
    with TenantSession("", specialist.person) as session:
        rows = " ".join(session.scalars(text("select s::text from sign_in_session s")))
    assert not any(token in rows for token in tokens)


def test_wrong_passwords_unknown_people_and_deactivated_ones_get_one_answer(account, visit):
    member, leaver, invited = account(), account(), account(password=None)
    with TenantSession(INSTALLATION, leaver.person) as session:
        session.execute(text("update person set active = false where id = :id"), {"id": leaver.person})
        session.commit()
    answers = set()
    for email, password in (
        (member.email, "not the password"),
        (f"{new_id()}@example.com", PASSWORD),
        (leaver.email, PASSWORD),
        (invited.email, PASSWORD),
        ("", ""),
    ):
        with pytest.raises(WrongCredentialsError) as refused:
            sign_in_with_password(email, password, visit)
        answers.add(str(refused.value))
    assert len(answers) == 1
    assert [fact["why"] for fact in lines(member.person, "sign_in.failed")] == ["password"]
    assert [fact["why"] for fact in lines(leaver.person, "sign_in.failed")] == ["inactive"]
    assert lines("unknown", "sign_in.failed")[-1]["why"] == "unknown"


def test_after_200_wrong_passwords_the_right_one_works_as_soon_as_the_minute_is_over(specialist, monkeypatch):
    looked_at, seconds = 0, []
    for attempt in range(200):
        with clock.frozen(NOON + timedelta(milliseconds=50 * attempt)):
            visit = Visit(f"192.0.2.{attempt}", "")
            try:
                sign_in_with_password(specialist.email, f"wrong password {attempt}", visit)
            except WrongCredentialsError:
                looked_at += 1
            except TooManyAttemptsError as limited:
                seconds.append(limited.facts["retry_after"])
    assert looked_at == 5
    assert len(seconds) == 195
    assert all(0 < wait <= 60 for wait in seconds)
    visit = Visit("198.51.100.1", "")
    with clock.frozen(NOON + timedelta(seconds=30)), pytest.raises(TooManyAttemptsError):
        sign_in_with_password(specialist.email, PASSWORD, visit)
    with clock.frozen(NOON + timedelta(seconds=61)):
        assert sign_in_with_password(specialist.email, PASSWORD, visit).stage == COMPLETE


def test_a_person_whose_account_is_limited_hears_of_it_once_an_hour(operator, specialist, visit):
    def notices() -> int:
        with TenantSession(operator, specialist.person) as session:
            query = text("select count(*) from notification where kind = 'sign_in_locked'")
            return session.scalar(query) or 0

    announce_limit(specialist.email)
    assert notices() == 0
    for _ in range(5):
        with pytest.raises(WrongCredentialsError):
            sign_in_with_password(specialist.email, "not the password", visit)
    for _ in range(3):
        announce_limit(specialist.email.upper())
    announce_limit(f"{new_id()}@example.com")
    assert notices() == 1


def test_one_address_tries_20_accounts_a_minute(visit):
    results = []
    for number in range(25):
        with clock.frozen(NOON):
            try:
                sign_in_with_password(f"{number}-{new_id()}@example.com", PASSWORD, visit)
            except WrongCredentialsError:
                results.append("refused")
            except TooManyAttemptsError:
                results.append("limited")
    assert results == ["refused"] * 20 + ["limited"] * 5
    assert lines("unknown", "sign_in.limited")


def test_the_addresses_of_one_network_count_together(database):
    network = f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}"
    with clock.frozen(NOON):
        for number in range(20):
            limits.take(limits.AttemptKey(limits.ADDRESS, f"{network}::{number + 1:x}"))
        with pytest.raises(TooManyAttemptsError):
            limits.take(limits.AttemptKey(limits.ADDRESS, f"{network}:ffff::1"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("somewhere", "somewhere"),
    ],
)
def test_a_visitor_is_known_by_the_network(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("email", ["kim\x00@example.com", "\x00", "kim\ud800@example.com"])
def test_an_address_that_nothing_can_store_belongs_to_nobody(database, visit, email):
    with pytest.raises(WrongCredentialsError):
        sign_in_with_password(email, PASSWORD, visit)
    announce_limit(email)
    with pytest.raises(WrongCredentialsError):
        sign_in_with_identity("https://id.example.com", email, visit)


def test_who_signs_in_uses_up_nothing(specialist, visit):
    with clock.frozen(NOON):
        for _ in range(8):
            assert sign_in_with_password(specialist.email, PASSWORD, visit).stage == COMPLETE


def test_the_limits_know_nobody_s_address_in_clear(specialist, visit):
    with pytest.raises(WrongCredentialsError):
        sign_in_with_password(specialist.email, "not the password", visit)
    rows = " ".join(as_owner("select a::text from attempt a"))
    assert rows
    assert specialist.email not in rows
    assert visit.address not in rows


def test_attempts_are_forgotten_after_a_day(visit):
    with clock.frozen(NOON):
        limits.take(limits.AttemptKey(limits.RESET_ADDRESS, visit.address))
    with clock.frozen(NOON + timedelta(days=1, seconds=1)):
        limits.forget_old()
    assert as_owner("select 1 from attempt where at <= :at", at=NOON) == []


def test_an_old_hash_is_replaced_at_the_next_sign_in(specialist, visit):
    old = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)
    with TenantSession("", specialist.person) as session:
        session.execute(text("update credential set password_hash = :hash"), {"hash": old})
        session.commit()
    sign_in_with_password(specialist.email, PASSWORD, visit)
    with TenantSession("", specialist.person) as session:
        assert "m=47104,t=1,p=1" in session.scalar(text("select password_hash from credential"))


def test_unknown_and_known_people_take_the_same_time(account, visit, monkeypatch, capsys):
    """Sixty of each, in turns; the medians differ by less than the spread of one of them."""
    monkeypatch.setitem(limits.LIMITS, limits.ACCOUNT, ((10_000, 60),))
    monkeypatch.setitem(limits.LIMITS, limits.ADDRESS, ((10_000, 60),))
    member = account()
    seconds = {"known": [], "unknown": []}
    for number in range(65):
        for kind, email in (("known", member.email), ("unknown", f"{new_id()}@example.com")):
            start = time.perf_counter()
            with pytest.raises(WrongCredentialsError):
                sign_in_with_password(email, "not the password", visit)
            if number >= 5:
                seconds[kind].append(time.perf_counter() - start)
    with capsys.disabled():
        for kind, values in seconds.items():
            cuts = statistics.quantiles(values, n=20)
            cuts_text = ", ".join(f"p{5 * cut} {cuts[cut - 1] * 1000:.1f} ms" for cut in (1, 10, 19))
            sys.stdout.write(f"\n{kind} people, {len(values)} attempts: {cuts_text}")
    spread = max(
        statistics.quantiles(values, n=4)[2] - statistics.quantiles(values, n=4)[0]
        for values in seconds.values()
    )
    difference = abs(statistics.median(seconds["known"]) - statistics.median(seconds["unknown"]))
    assert difference < max(spread, 0.005)


def test_nobody_lists_other_peoples_secrets(account, visit):
    person, colleague = account(), account()
    sign_in_with_password(colleague.email, PASSWORD, visit)
    for table in ("credential", "sign_in_session", "second_factor", "recovery_code", "identity"):
        with TenantSession("", person.person) as session:
            ids = {str(person) for person in session.scalars(text(f"select person_id from {table}"))}
            assert ids <= {person.person}, table
        with TenantSession("", "") as session:
            assert session.execute(text(f"select 1 from {table}")).first() is None
