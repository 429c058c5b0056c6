"""A batch of decisions says in words what was done, and whether a person looked at each of its fields"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("mapping_decision", sa.Column("label", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "mapping_decision", sa.Column("looked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for column in ("label", "looked"):
        op.alter_column("mapping_decision", column, server_default=None)


def downgrade() -> None:
    op.drop_column("mapping_decision", "looked")
    op.drop_column("mapping_decision", "label")
