"""Lines of the audit log from before the chain are numbered and signed at the upgrade, and guarded from then on."""

import warnings

from alembic import command
from sqlalchemy import text

from core.db.migrate import _config, migrate
from core.db.session import TenantSession
from core.kit.ids import new_id
from core.platform.audit.verifying import verify

OLD_LINE = text(
    """insert into audit_line (tenant_id, id, created_at, person_id, role, action, object_type, object_id, facts)
    values (cast(:tenant as uuid), cast(:id as uuid), timestamptz '2026-01-01' + cast(:day as int) * interval '1 day',
      cast(:person as uuid), 'manager', 'run.start', 'run', cast(:day as text), '{"share": 1e3, "name": "Ä"}')"""
)


def test_older_lines_are_signed_in_the_order_of_their_time(tenants, people):
    tenant, alice = tenants["bella"], people["alice"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Alembic about its own configuration
        command.downgrade(_config(), "0011")
        try:
            with TenantSession(tenant, alice) as session:
                for day in (3, 1, 2):
                    values = {"tenant": tenant, "id": new_id(), "person": alice, "day": str(day)}
                    session.execute(OLD_LINE, values)
                session.commit()
        finally:
            migrate()
    with TenantSession(tenant, alice) as session:
        lines = session.execute(text("select object_id, action, facts from audit_line order by seq")).all()
        assert [line.object_id for line in lines[:3]] == ["1", "2", "3"]
        assert (lines[3].action, lines[3].facts) == ("audit.begin", {"before": 3})
        verdict = verify(session, ())
        assert (verdict.faults, verdict.lines, verdict.before_chain) == ([], 4, 3)
