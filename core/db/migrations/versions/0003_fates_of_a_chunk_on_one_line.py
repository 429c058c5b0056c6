"""The rows of a chunk that met one fate for one reason stand on one line"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("starts", "ends"):
        op.add_column("row_fate", sa.Column(name, postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.execute("alter table row_fate no force row level security")
    op.execute("update row_fate set starts = array[first_row], ends = array[last_row]")
    op.execute("alter table row_fate force row level security")
    for name in ("starts", "ends"):
        op.alter_column("row_fate", name, nullable=False)
    op.drop_column("row_fate", "last_row")


def downgrade() -> None:
    op.add_column("row_fate", sa.Column("last_row", sa.BigInteger(), nullable=True))
    op.execute("alter table row_fate no force row level security")
    op.execute(
        """with ranges as (delete from row_fate returning *)
        insert into row_fate (tenant_id, run_id, entity, stream_id, first_row, last_row, rows, fate, reason, starts, ends)
        select tenant_id, run_id, entity, stream_id, first, last, last - first + 1, fate, reason, '{}', '{}'
        from ranges, lateral unnest(starts, ends) as range (first, last)"""
    )
    op.execute("alter table row_fate force row level security")
    op.alter_column("row_fate", "last_row", nullable=False)
    op.drop_column("row_fate", "ends")
    op.drop_column("row_fate", "starts")
