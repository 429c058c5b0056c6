"""A run names the try that carries it out, so that an earlier one ends at its next look"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("run", sa.Column("attempt", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("run", "attempt")
