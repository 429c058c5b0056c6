"""An operator with its staff, customers with their contacts, and one rule of who reaches which customer

`reach` is that rule: members of a tenant in their own role; managers and admins of the operator every customer;
specialists and partners those they are assigned to, while the assignment lasts; sales those they own. Demo customers
are open to all staff of the operator. Whoever is not active reaches nothing, and an archived customer is reached by
managers and admins alone. `enter` asks reached_role, lists ask reachable_tenants, and every policy on a tenant's table
asks tenant_is_reached once for each statement: a tenant that the person at work does not reach is empty.

app.system marks the program's own work (the worker, creating a tenant), as does work of nobody (no app.person).
Existing tenants become customers; their members keep their roles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
INSTALLATION = "00000000-0000-0000-0000-000000000000"
REACHED = "(select tenant_is_reached())"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

REACH = """create view reach as
select m.person_id, m.tenant_id, m.role from membership m
join person p on p.id = m.person_id and p.active
join tenant t on t.id = m.tenant_id and (t.archived_at is null or m.role in ('manager', 'admin'))
union all
select s.person_id, c.id, s.role from membership s
join person p on p.id = s.person_id and p.active
join tenant o on o.id = s.tenant_id and o.kind = 'operator' and o.archived_at is null
join tenant c on c.kind = 'customer' and (c.is_demo or not o.is_demo)
where not exists (select from membership d where d.tenant_id = c.id and d.person_id = s.person_id)
  and (s.role in ('manager', 'admin') or c.archived_at is null and (
    c.is_demo and not o.is_demo
    or s.role = 'sales' and c.owner_id = s.person_id
    or s.role in ('specialist', 'partner') and exists (
      select from assignment a where a.tenant_id = c.id and a.person_id = s.person_id
      and a.starts_at <= now() and (a.ends_at is null or a.ends_at > now()))))"""

FUNCTIONS = {
    "reached_role(wanted uuid) returns text": f"select role from reach where person_id = {PERSON} and tenant_id = wanted",
    "reachable_tenants() returns table (tenant_id uuid, role text)": (
        f"select r.tenant_id, r.role from reach r where r.person_id = {PERSON}"
    ),
    "tenant_is_reached() returns boolean": f"""select coalesce(current_setting('app.system', true), '') = 'yes'
        or {PERSON} is null or {TENANT} is null or {TENANT} = '{INSTALLATION}'
        or exists (select from reach r where r.person_id = {PERSON} and r.tenant_id = {TENANT})""",
    "known_people() returns setof uuid": f"""select m.person_id from membership m
        join tenant t on t.id = m.tenant_id where t.id = {TENANT} or t.kind = 'operator' and not t.is_demo
        union select a.person_id from assignment a where a.tenant_id = {TENANT}""",
}
# DELETE on a whole table includes LOCK TABLE: a function takes one role away.
END_MEMBERSHIP = f"""create function end_membership(member uuid) returns boolean language plpgsql {DEFINER} as $$ begin
  if not tenant_is_reached() then
    raise exception 'the person at work does not reach this tenant' using errcode = 'insufficient_privilege';
  end if;
  delete from membership where tenant_id = {TENANT} and person_id = member;
  return found; end $$"""
# As in 0012, but who may not write a line is told so before the head is touched.
AUDIT_OPEN = f"""create or replace function audit_open(as_worker boolean)
returns table (seq bigint, mac bytea, at timestamptz, person uuid, role text)
language plpgsql {DEFINER} as $$ begin
  %s insert into audit_head (tenant_id, seq, mac) values ({TENANT}, 0, '') on conflict do nothing;
  return query with head as (
      update audit_head h set at = clock_timestamp(), opened = pg_current_xact_id()::text
      where h.tenant_id = {TENANT} returning h.seq, h.mac, h.at)
    select head.seq, head.mac, head.at, w.person, w.role from head, audit_who(as_worker) w; end $$"""
POLICIES = {
    "tenant": (
        f"id = {TENANT} and {REACHED} or id in (select tenant_id from reachable_tenants())",
        f"id = {TENANT} and {REACHED}",
    ),
    "membership": (
        f"tenant_id = {TENANT} and {REACHED} or person_id = {PERSON}",
        f"tenant_id = {TENANT} and {REACHED}",
    ),
}
BEFORE = {
    "tenant": (
        f"id = {TENANT} or exists (select from membership m where m.tenant_id = tenant.id and m.person_id = {PERSON})",
    )
    * 2,
    "membership": (f"tenant_id = {TENANT} or person_id = {PERSON}", f"tenant_id = {TENANT}"),
}
COLLEAGUES = f"select m.person_id from membership m where m.tenant_id = {TENANT}"

AUDIT_WHO = f"""create or replace function audit_who(as_worker boolean) returns table (person uuid, role text)
language plpgsql stable {DEFINER} as $$ begin
  return query select p.id, case when as_worker then 'worker'
      when {TENANT} = '{INSTALLATION}' then 'operator' else r.role end
    from person p left join %s r on r.tenant_id = {TENANT} and r.person_id = p.id
    where p.id = {PERSON} and (as_worker or r.role is not null or {TENANT} = '{INSTALLATION}');
  if not found then
    raise exception 'the audit log takes lines of members of the tenant only' using errcode = 'insufficient_privilege';
  end if; end $$"""


def upgrade() -> None:
    _add_columns()
    op.create_table(
        "assignment",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_tenant_id_person_id"), "assignment", ["tenant_id", "person_id"])
    op.create_index(op.f("ix_membership_person_id_tenant_id"), "membership", ["person_id", "tenant_id"])
    op.execute("alter table assignment enable row level security, force row level security")
    op.execute(
        f"create policy tenant_only on assignment using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})"
    )
    # The views and functions of this revision are the owner's, who sees what they are made of.
    for table in ("tenant", "membership", "assignment"):
        op.execute(f"create policy directory on {table} to current_user using (true) with check (true)")
    op.execute(REACH)
    for signature, query in FUNCTIONS.items():
        op.execute(f"create function {signature} language sql stable {DEFINER} as $$ {query} $$")
    op.execute(END_MEMBERSHIP)
    for name in (*(signature.partition(" returns")[0] for signature in FUNCTIONS), "end_membership(uuid)"):
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to aura_app")
    for table, (using, check) in POLICIES.items():
        op.execute(f"alter policy tenant_only on {table} using ({using}) with check ({check})")
    for table in _tenant_tables():
        condition = f"tenant_id = {TENANT} and {REACHED}"
        op.execute(f'alter policy tenant_only on "{table}" using ({condition}) with check ({condition})')
    _guard_partitions()
    _let_people_change()
    op.execute(AUDIT_WHO % "reach")
    op.execute(AUDIT_OPEN % "perform audit_who(as_worker);")


def _add_columns() -> None:
    op.add_column("tenant", sa.Column("kind", sa.Text(), nullable=False, server_default="customer"))
    op.create_check_constraint("kind", "tenant", "kind in ('operator', 'customer')")
    op.add_column("tenant", sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("tenant", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_tenant_owner_id"), "tenant", "person", ["owner_id"], ["id"])
    op.add_column("person", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("zone", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("uq_person_email", "person", [sa.text("lower(email)")], unique=True)
    # An installation has one operator, and one more for its demo.
    op.create_index(
        "uq_tenant_operator",
        "tenant",
        ["is_demo"],
        unique=True,
        postgresql_where=sa.text("kind = 'operator'"),
    )
    op.execute(
        """create trigger keep_kind before update on tenant for each row
        when (old.kind is distinct from new.kind) execute function keep_is_demo()"""
    )


def _tenant_tables() -> list[str]:
    """List the tables whose policy is the plain one of a tenant's rows."""
    query = sa.text(
        """select tablename from pg_policies where schemaname = 'public' and policyname = 'tenant_only'
        and tablename not in ('tenant', 'membership') order by tablename"""
    )
    return list(op.get_bind().execute(query).scalars())


def _guard_partitions() -> None:
    """Have a COPY into the rows of the target, which knows no policies, ask the same question once."""
    op.execute(
        """create function refuse_unreached() returns trigger language plpgsql as $$ begin
          if not tenant_is_reached() then
            raise exception 'the person at work does not reach this tenant' using errcode = 'insufficient_privilege';
          end if;
          return null; end $$"""
    )
    for table in _partitions():
        op.execute(
            f'create trigger refuse_unreached before insert on "{table}" for each statement execute function refuse_unreached()'
        )


def _partitions() -> list[str]:
    query = sa.text(
        """select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        join pg_class p on p.oid = i.inhparent where p.relkind = 'p' and c.relkind = 'r'
        and c.relnamespace = 'public'::regnamespace order by 1"""
    )
    return list(op.get_bind().execute(query).scalars())


def _let_people_change() -> None:
    """Let people see staff and those they work with, and change themselves; from the operator staff, from a customer its contacts."""
    managed = (
        "select m.person_id from membership m join tenant t on t.id = m.tenant_id"
        f" where t.id = {TENANT} and (t.kind = 'operator' or m.role = 'customer')"
    )
    members = f"id = {PERSON} or {REACHED} and id in ({managed})"
    op.execute(
        f"alter policy at_work on person using (is_demo or id = {PERSON} or id in (select known_people()))"
    )
    op.execute(f"create policy changes on person for update using ({members}) with check ({members})")


def downgrade() -> None:
    op.execute(AUDIT_OPEN % "")
    op.execute(AUDIT_WHO % "membership")
    op.execute("drop function end_membership(uuid)")
    op.execute("drop policy changes on person")
    op.execute(f"alter policy at_work on person using (is_demo or id = {PERSON} or id in ({COLLEAGUES}))")
    for table in _partitions():
        op.execute(f'drop trigger if exists refuse_unreached on "{table}"')
    op.execute("drop function refuse_unreached()")
    for table in _tenant_tables():
        condition = f"tenant_id = {TENANT}"
        op.execute(f'alter policy tenant_only on "{table}" using ({condition}) with check ({condition})')
    for table, (using, check) in BEFORE.items():
        op.execute(f"alter policy tenant_only on {table} using ({using}) with check ({check})")
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature.partition(' returns')[0]}")
    op.execute("drop view reach")
    for table in ("tenant", "membership", "assignment"):
        op.execute(f"drop policy directory on {table}")
    op.drop_table("assignment")
    op.drop_index(op.f("ix_membership_person_id_tenant_id"), table_name="membership")
    op.execute("drop trigger keep_kind on tenant")
    op.drop_index("uq_tenant_operator", table_name="tenant")
    op.drop_index("uq_person_email", table_name="person")
    for column in ("active", "zone", "email"):
        op.drop_column("person", column)
    op.drop_constraint(op.f("fk_tenant_owner_id"), "tenant", type_="foreignkey")
    op.drop_constraint("kind", "tenant", type_="check")
    for column in ("archived_at", "owner_id", "kind"):
        op.drop_column("tenant", column)
