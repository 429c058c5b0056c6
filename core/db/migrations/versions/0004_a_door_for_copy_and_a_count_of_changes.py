"""Rows of the target lie in a partition that COPY may add to, and count their changes

COPY refuses tables under row-level security. So each target table becomes a partitioned one, under row-level security as
before, over one partition with the rows. The app's role may only add to the partition; the check holds it to its own
tenant there. The check is `not valid` so that pg_dump puts it behind the data: a restore knows no tenant.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
SEALED = (("source_chunk", "data"), ("source_file_part", "data"))
"""Encrypted bytes do not get smaller: PostgreSQL need not try."""


def upgrade() -> None:
    op.execute(
        """create function count_revision() returns trigger language plpgsql as $$ begin
          if new.revision is not distinct from old.revision then new.revision := old.revision + 1; end if;
          new.revision := coalesce(new.revision, 0);
          return new; end $$"""
    )
    for table in _targets("r"):
        _open_door(table)
    op.alter_column("new_records", "after_hashes", nullable=True)
    op.execute("alter table new_records alter column target_ids set storage external")
    for table, column in SEALED:
        op.execute(f"alter table {table} alter column {column} set storage external")
    _refresh("target_%s_rows")


def _open_door(table: str) -> None:
    rows = f"{table}_rows"
    op.execute(f'drop policy tenant_only on "{table}"')
    op.execute(f'alter table "{table}" disable row level security, no force row level security')
    op.execute(f'revoke all on "{table}" from aura_app')
    op.execute(f'alter table "{table}" add column revision integer not null default 0')
    op.execute(f'alter table "{table}" alter column raw set storage external')
    op.execute(f'alter table "{table}" rename to "{rows}"')
    key, unique = f"pk_{table}", f"uq_{table}_tenant_id_source_name_external_id"
    op.execute(f'alter table "{rows}" rename constraint "{key}" to "pk_{rows}"')
    op.execute(f'alter table "{rows}" rename constraint "{unique}" to "uq_{rows}"')
    op.execute(
        f'create table "{table}" (like "{rows}" including defaults including storage) partition by list (tenant_id)'
    )
    op.execute(f'alter table "{table}" add constraint "{key}" primary key (id, tenant_id)')
    op.execute(
        f'alter table "{table}" add constraint "{unique}" unique (tenant_id, source_name, external_id)'
    )
    op.execute(f'alter table "{table}" attach partition "{rows}" default')
    op.execute(
        f'alter table "{rows}" add constraint own_tenant check ((tenant_id = {TENANT}) is true) not valid'
    )
    _guard(table)
    op.execute(f'grant insert on "{rows}" to aura_app')
    op.execute(
        f'create trigger count_revision before update on "{table}" for each row execute function count_revision()'
    )


def _guard(table: str) -> None:
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(
        f'create policy tenant_only on "{table}" using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})'
    )
    op.execute(f'grant select, insert, update, delete on "{table}" to aura_app')


def _targets(kind: str) -> Iterator[str]:
    """Target tables of one kind: r as they were, p partitioned."""
    query = sa.text(
        """select relname from pg_class where relkind = :kind and relnamespace = 'public'::regnamespace
        and relname like 'target\\_%' order by relname"""
    )
    yield from op.get_bind().execute(query, {"kind": kind}).scalars().all()


def _refresh(pattern: str) -> None:
    """The app's role does not own the tables and may not analyse them; after a large load somebody must."""
    op.execute(
        "create or replace function refresh_statistics(entity text) returns void language plpgsql security definer"
        " set search_path = public as $$ begin"
        f" execute format('analyze %I (tenant_id, source_name, external_id, id)', format('{pattern}', entity)); end $$"
    )


def downgrade() -> None:
    _refresh("target_%s")
    for table, column in SEALED:
        op.execute(f"alter table {table} alter column {column} set storage extended")
    op.execute("alter table new_records alter column target_ids set storage extended")
    for table in _targets("p"):
        _close_door(table)
    op.execute("drop function count_revision()")
    # Records noted by their revision alone have no hash that the earlier program could compare.
    op.execute("alter table new_records no force row level security")
    op.execute("delete from new_records where after_hashes is null")
    op.execute("alter table new_records force row level security")
    op.alter_column("new_records", "after_hashes", nullable=False)


def _close_door(table: str) -> None:
    rows = f"{table}_rows"
    op.execute(f'alter table "{table}" detach partition "{rows}"')
    op.execute(f'drop table "{table}"')
    op.execute(f'alter table "{rows}" drop constraint own_tenant')
    op.execute(f'revoke all on "{rows}" from aura_app')
    op.execute(f'alter table "{rows}" rename to "{table}"')
    op.execute(f'alter table "{table}" rename constraint "pk_{rows}" to "pk_{table}"')
    unique = f"uq_{table}_tenant_id_source_name_external_id"
    op.execute(f'alter table "{table}" rename constraint "uq_{rows}" to "{unique}"')
    op.execute(f'alter table "{table}" drop column revision')
    op.execute(f'alter table "{table}" alter column raw set storage extended')
    _guard(table)
