"""Lines of a transaction over several tenants: each stands in the log of its tenant, or none does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from core.db.session import TenantSession
from core.platform.audit.tables import AuditLine
from core.platform.audit.verifying import verify
from core.platform.audit.writing import append_later


def lines_of(tenant):
    with TenantSession(tenant, "", system=True) as session:
        query = select(AuditLine).where(AuditLine.tenant_id == tenant, AuditLine.object_type == "test")
        return [line.object_id for line in session.scalars(query.order_by(AuditLine.seq))]


def write(first, second, person, name, barrier=None):
    with TenantSession(first, person, system=True) as session:
        for tenant in (first, second, first):
            with session.working_in(tenant):
                append_later(session, "run.start", "test", name, reason=None, facts={}, as_worker=True)
        if barrier:
            barrier.wait()
        session.commit()


def test_each_line_stands_in_the_log_of_its_tenant_and_both_logs_hold(tenants, people):
    bella, coffee = tenants["bella"], tenants["coffee"]
    write(bella, coffee, people["sam"], "one")
    assert (lines_of(bella), lines_of(coffee)) == (["one", "one"], ["one"])
    for tenant in (bella, coffee):
        with TenantSession(tenant, people["sam"], system=True) as session:
            assert verify(session, ()).is_sound


def test_two_who_write_to_the_same_logs_the_other_way_round_do_not_wait_for_each_other(tenants, people):
    bella, coffee = tenants["bella"], tenants["coffee"]
    for number in range(5):
        barrier = Barrier(2, timeout=30)
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(write, bella, coffee, people["sam"], f"a{number}", barrier),
                pool.submit(write, coffee, bella, people["sam"], f"b{number}", barrier),
            ]
            for job in jobs:
                job.result(timeout=60)
    assert len(lines_of(bella)) == len(lines_of(coffee)) == 15


def test_a_rollback_drops_the_lines_of_all_tenants(tenants, people):
    with TenantSession(tenants["bella"], people["sam"], system=True) as session:
        append_later(session, "run.start", "test", "gone", reason=None, facts={}, as_worker=True)
        with session.working_in(tenants["coffee"]):
            append_later(session, "run.start", "test", "gone", reason=None, facts={}, as_worker=True)
        session.rollback()
        session.commit()
    assert lines_of(tenants["bella"]) == lines_of(tenants["coffee"]) == []


def test_only_the_program_acts_in_the_name_of_others(tenants, people):
    with (
        TenantSession(tenants["bella"], people["sam"]) as session,
        pytest.raises(ValueError, match="program"),
    ):
        session.act_for(people["alice"])
