"""Memory counts customers by keyed fingerprints and names nobody; each field knows what it has taught

What bulk actions taught so far cannot be separated from what people looked at, so both shared tables begin empty.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

_KEY = ["domain", "source", "signature", "source_field", "target"]


def upgrade() -> None:
    op.add_column(
        "mapping_field", sa.Column("taught", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    _begin_empty()
    op.drop_constraint("pk_mapping_memory", "mapping_memory", type_="primary")
    op.drop_column("mapping_memory", "last_by")
    op.add_column("mapping_memory", sa.Column("customer", sa.Text(), nullable=False))
    op.create_primary_key("pk_mapping_memory", "mapping_memory", [*_KEY, "customer"])


def downgrade() -> None:
    _begin_empty()
    op.drop_constraint("pk_mapping_memory", "mapping_memory", type_="primary")
    op.drop_column("mapping_memory", "customer")
    op.add_column("mapping_memory", sa.Column("last_by", sa.Uuid(as_uuid=False), nullable=False))
    op.create_primary_key("pk_mapping_memory", "mapping_memory", _KEY)
    op.drop_column("mapping_field", "taught")


def _begin_empty() -> None:
    for table in ("mapping_memory", "confidence_outcome"):
        op.execute(f"delete from {table}")
