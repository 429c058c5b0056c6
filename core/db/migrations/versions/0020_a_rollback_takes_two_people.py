"""The rollback of a completed import waits for a second person"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

CONDITION = (
    "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid and (select tenant_is_reached())"
)


def upgrade() -> None:
    op.create_table(
        "rollback_request",
        sa.Column("run_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("asked_by", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entities", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("discard_edits_of", postgresql.JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["run.tenant_id", "run.id"],
            name=op.f("fk_rollback_request_tenant_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_rollback_request")),
    )
    op.create_index(
        "uq_rollback_request_open",
        "rollback_request",
        ["tenant_id", "run_id"],
        unique=True,
        postgresql_where=sa.text("outcome is null"),
    )
    op.execute("alter table rollback_request enable row level security, force row level security")
    op.execute(f"create policy tenant_only on rollback_request using ({CONDITION}) with check ({CONDITION})")


def downgrade() -> None:
    op.drop_table("rollback_request")
