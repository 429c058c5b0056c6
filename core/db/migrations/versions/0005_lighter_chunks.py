"""A chunk costs less to write: arrays of row numbers as they are, statistics from a smaller sample, ids compared as text

The check that holds a partition to the session's tenant is made of every row. Read as a uuid, the setting takes three
times as long as the row's id takes to be written as text.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


AS_TEXT = "(tenant_id::text = current_setting('app.tenant', true)) is true"
AS_UUID = "(tenant_id = nullif(current_setting('app.tenant', true), '')::uuid) is true"


def upgrade() -> None:
    _own_tenant(AS_TEXT)
    _ranges("external")
    # Planning needs to know that a table has grown, and about how much; a tenth of the usual sample tells that.
    op.execute("alter function refresh_statistics(text) set default_statistics_target = 10")


def downgrade() -> None:
    op.execute("alter function refresh_statistics(text) reset default_statistics_target")
    _ranges("extended")
    _own_tenant(AS_UUID)


def _own_tenant(condition: str) -> None:
    """`not valid`, so that pg_dump puts it behind the data: a restore knows no tenant."""
    doors = sa.text(
        "select conrelid::regclass::text from pg_constraint where conname = 'own_tenant' and conparentid = 0"
    )
    for rows in op.get_bind().execute(doors).scalars().all():
        op.execute(f"alter table {rows} drop constraint own_tenant")
        op.execute(f"alter table {rows} add constraint own_tenant check ({condition}) not valid")


def _ranges(storage: str) -> None:
    """Compressing them takes longer than writing the little that is saved."""
    for name in ("starts", "ends"):
        op.execute(f"alter table row_fate alter column {name} set storage {storage}")
