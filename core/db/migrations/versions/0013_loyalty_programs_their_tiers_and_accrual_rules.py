"""Loyalty programs, their tiers and accrual rules have tables; an account names its program

The tables lie as every table of the target does since 0006: under row-level security, over a partition that the app's
role may only add its own tenant's rows to.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
OWN_TENANT = "(tenant_id::text = current_setting('app.tenant', true)) is true"


def upgrade() -> None:
    _create(
        "target_loyalty_program",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("point_name", sa.Text(), nullable=True),
        sa.Column("points_name", sa.Text(), nullable=True),
        sa.Column("points_expire_after", sa.Text(), nullable=True),
        sa.Column("offered_at", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    _create(
        "target_loyalty_tier",
        sa.Column("program_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("points_required", sa.BigInteger(), nullable=True),
        sa.Column("discount_percent", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("discount_amount", sa.Numeric(precision=18, scale=4), nullable=True),
    )
    _create(
        "target_loyalty_accrual",
        sa.Column("program_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("spend_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("minimum_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("variant_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("category_id", sa.Uuid(as_uuid=False), nullable=True),
    )
    op.add_column("target_loyalty_account", sa.Column("program_id", sa.Uuid(as_uuid=False), nullable=True))


def _create(table: str, *fields: sa.Column[object]) -> None:
    rows = f"{table}_rows"
    op.create_table(
        table,
        *_columns(fields),
        sa.PrimaryKeyConstraint("id", "tenant_id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            "tenant_id", "source_name", "external_id", name=f"uq_{table}_tenant_id_source_name_external_id"
        ),
        postgresql_partition_by="LIST (tenant_id)",
    )
    op.execute(f"alter table {table} alter column raw set storage external")
    op.execute(f"create table {rows} partition of {table} default")
    op.execute(f"alter table {rows} alter column raw set storage external")
    op.execute(f"alter table {rows} add constraint own_tenant check ({OWN_TENANT}) not valid")
    op.execute(f"alter table {table} enable row level security, force row level security")
    op.execute(
        f"create policy tenant_only on {table} using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})"
    )
    op.execute(f"grant select, insert, update, delete on {table} to aura_app")
    op.execute(f"grant insert on {rows} to aura_app")
    op.execute(
        f"create trigger count_revision before update on {table} for each row execute function count_revision()"
    )


def _columns(fields: Sequence[sa.Column[object]]) -> Sequence[sa.Column[object]]:
    """The columns of every table of the target, around its own fields."""
    return (
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        *fields,
        sa.Column("migration_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("stream_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("source_row", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    op.drop_column("target_loyalty_account", "program_id")
    for table in ("target_loyalty_accrual", "target_loyalty_tier", "target_loyalty_program"):
        op.drop_table(table)
