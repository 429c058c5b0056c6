"""A field of a mapping may have an open question; a stream has facts about its columns, over all its rows"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("mapping_field", sa.Column("question", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "source_stream",
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    op.drop_column("source_stream", "facts")
    op.drop_column("mapping_field", "question")
