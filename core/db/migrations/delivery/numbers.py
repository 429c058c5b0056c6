"""Contacts of a customer get text messages: the number that each gave, encrypted under the customer's key"""

import sqlalchemy as sa
from alembic import op

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
OWN_TENANT = f"tenant_id = {TENANT} and (select tenant_is_reached())"


def upgrade() -> None:
    op.create_table(
        "phone_number",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_phone_number_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_phone_number")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_phone_number_tenant_id_person_id")),
    )
    op.execute("alter table phone_number enable row level security, force row level security")
    op.execute("create policy directory on phone_number to current_user using (true) with check (true)")
    op.execute(f"create policy tenant_only on phone_number using ({OWN_TENANT}) with check ({OWN_TENANT})")


def downgrade() -> None:
    op.drop_table("phone_number")
