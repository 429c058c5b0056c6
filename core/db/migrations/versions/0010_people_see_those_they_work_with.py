"""People see those they work with, and records of the target are removed by a function that names one tenant's ids

`person` was open to the app's role: it could read, change and delete everybody. Now it reads the person at work, the
people of the tenant, and the demo's cast; it adds a person only under that person's id, and changes none. Who asks for
a handle gets an id or nothing. The functions run as the owner, who is under the same policies as before elsewhere.

DELETE on a whole table includes LOCK TABLE, so the target's tables lose it: remove_records deletes by ids.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"


def upgrade() -> None:
    op.execute("alter table person enable row level security, force row level security")
    colleagues = f"select m.person_id from membership m where m.tenant_id = {TENANT}"
    op.execute(
        f"create policy at_work on person for select using (is_demo or id = {PERSON} or id in ({colleagues}))"
    )
    op.execute(f"create policy itself on person for insert with check (id = {PERSON})")
    op.execute("create policy directory on person to current_user using (true) with check (true)")
    op.execute(
        "create function person_by_handle(wanted text) returns uuid language sql stable security definer"
        " set search_path = pg_catalog, public, pg_temp as $$ select id from person where handle = wanted $$"
    )
    op.execute(
        "create function somebody_is_there() returns boolean language sql stable security definer"
        " set search_path = pg_catalog, public, pg_temp as $$ select exists (select from person) $$"
    )
    op.execute(
        f"""create function remove_records(entity text, ids uuid[]) returns bigint language plpgsql security definer
        set search_path = pg_catalog, public, pg_temp as $$ declare removed bigint; begin
          execute format(
            'delete from %I t using unnest($1) u(id) where t.tenant_id = $2 and t.id = u.id', 'target_' || entity
          ) using ids, {TENANT};
          get diagnostics removed = row_count;
          return removed; end $$"""
    )
    for function in ("person_by_handle(text)", "somebody_is_there()", "remove_records(text, uuid[])"):
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to aura_app")


def downgrade() -> None:
    for function in ("remove_records(text, uuid[])", "somebody_is_there()", "person_by_handle(text)"):
        op.execute(f"drop function {function}")
    op.execute("drop function if exists empty_demo()")
    for policy in ("directory", "itself", "at_work"):
        op.execute(f"drop policy {policy} on person")
    op.execute("alter table person disable row level security, no force row level security")
    op.execute("grant select, insert, update, delete on all tables in schema public to aura_app")
    op.execute("revoke all on alembic_version from aura_app")
    op.execute("revoke update, delete on audit_line from aura_app")
    op.execute("revoke delete on ai_call from aura_app")
    op.execute("revoke update on recipe from aura_app")
    op.execute(
        """do $$ declare door regclass; begin
          for door in select i.inhrelid from pg_inherits i join pg_class c on c.oid = i.inhparent
            where c.relkind = 'p' and c.relnamespace = 'public'::regnamespace
          loop
            execute format('revoke select, update, delete on %s from aura_app', door);
          end loop; end $$"""
    )
