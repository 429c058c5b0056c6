"""Records say which row of which file they came from, instead of carrying a second copy of it

The rows of a file lie encrypted in source_chunk already. A record refers to its row there; what was brought earlier
keeps its own copy in `raw`. Chunks that records refer to stay when their file is removed, so they belong to the
migration, and the program deletes the others.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in _targets():
        op.add_column(table, sa.Column("stream_id", sa.Uuid(as_uuid=False), nullable=True))
        op.add_column(table, sa.Column("source_row", sa.BigInteger(), nullable=True))
    op.add_column(
        "source_stream", sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("source_chunk", sa.Column("migration_id", sa.Uuid(as_uuid=False), nullable=True))
    with_all_tenants = ("source_chunk", "source_stream")
    for table in with_all_tenants:
        op.execute(f"alter table {table} no force row level security")
    op.execute(
        "update source_chunk c set migration_id = s.migration_id from source_stream s"
        " where s.tenant_id = c.tenant_id and s.id = c.stream_id"
    )
    for table in with_all_tenants:
        op.execute(f"alter table {table} force row level security")
    op.alter_column("source_chunk", "migration_id", nullable=False)
    op.drop_constraint("fk_source_chunk_tenant_id_stream_id", "source_chunk", type_="foreignkey")
    _key_of_chunks("migration_id", "migration")


def downgrade() -> None:
    """Records brought since lose their way to their rows, and chunks without a stream go."""
    op.drop_constraint("fk_source_chunk_tenant_id_migration_id", "source_chunk", type_="foreignkey")
    op.execute("alter table source_chunk no force row level security")
    op.execute("alter table source_stream no force row level security")
    op.execute(
        "delete from source_chunk c where not exists (select from source_stream s"
        " where s.tenant_id = c.tenant_id and s.id = c.stream_id)"
    )
    op.execute("alter table source_stream force row level security")
    op.execute("alter table source_chunk force row level security")
    _key_of_chunks("stream_id", "source_stream")
    op.drop_column("source_chunk", "migration_id")
    op.drop_column("source_stream", "imported")
    for table in _targets():
        op.drop_column(table, "source_row")
        op.drop_column(table, "stream_id")


def _key_of_chunks(column: str, parent: str) -> None:
    op.create_foreign_key(
        f"fk_source_chunk_tenant_id_{column}",
        "source_chunk",
        parent,
        ["tenant_id", column],
        ["tenant_id", "id"],
        ondelete="CASCADE",
    )


def _targets() -> Iterator[str]:
    query = sa.text(
        """select relname from pg_class where relkind = 'p' and relnamespace = 'public'::regnamespace
        and relname like 'target\\_%' order by relname"""
    )
    yield from op.get_bind().execute(query).scalars().all()
