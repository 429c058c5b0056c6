"""Only who manages a tenant's people changes them, and staff is known to those whom the operator serves

Memberships and invitations are written, and other people changed, by managers and administrators of the tenant, or by
the program; nobody changes their own membership. Staff of the operator is listed to who reaches it and in customers it
serves, no longer to everybody. withdraw_invitations_of ends what somebody who leaves, or loses the role, has sent.
"""

from alembic import op

revision = "0021"
down_revision = "0020"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
REACHED = "(select tenant_is_reached())"
SYSTEM = "coalesce(current_setting('app.system', true), '') = 'yes'"
PROGRAM = f"({SYSTEM} or {PERSON} is null)"
MANAGES = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) in ('manager', 'admin'), false))"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

POLICIES = {
    ("membership", "managed", "insert"): f"{MANAGES} and ({PROGRAM} or person_id <> {PERSON})",
    ("membership", "managed_later", "update"): f"{MANAGES} and ({PROGRAM} or person_id <> {PERSON})",
    ("one_time_link", "managed", "insert"): f"kind <> 'invitation' or {MANAGES}",
    ("one_time_link", "managed_later", "update"): f"kind <> 'invitation' or {MANAGES}",
}
"""Table, name and verb of restrictive policies on the app's role -> their condition."""

KNOWN_PEOPLE = f"""create or replace function known_people() returns setof uuid language sql stable {DEFINER} as $$
  select m.person_id from membership m where m.tenant_id = {TENANT} and tenant_is_reached()
  union select a.person_id from assignment a where a.tenant_id = {TENANT} and tenant_is_reached()
  union select m.person_id from membership m join tenant o on o.id = m.tenant_id
    where o.kind = 'operator' and not o.is_demo and (
      exists (select from reach r where r.person_id = {PERSON} and r.tenant_id = o.id)
      or tenant_is_reached() and exists (select from tenant c where c.id = {TENANT} and (not c.is_demo or {SYSTEM}))) $$"""
KNOWN_PEOPLE_BEFORE = f"""create or replace function known_people() returns setof uuid language sql stable {DEFINER} as $$
  select m.person_id from membership m
        join tenant t on t.id = m.tenant_id where t.id = {TENANT} or t.kind = 'operator' and not t.is_demo
        union select a.person_id from assignment a where a.tenant_id = {TENANT} $$"""
WITHDRAW = f"""create function withdraw_invitations_of(wanted uuid, moment timestamptz) returns bigint
  language plpgsql {DEFINER} as $$ declare withdrawn bigint; begin
  if not is_managed_here(wanted) then return 0; end if;
  update one_time_link set withdrawn_at = moment
    where created_by = wanted and kind = 'invitation' and used_at is null and withdrawn_at is null;
  get diagnostics withdrawn = row_count; return withdrawn; end $$"""
MANAGED_PEOPLE = (
    "select m.person_id from membership m join tenant t on t.id = m.tenant_id"
    f" where t.id = {TENANT} and (t.kind = 'operator' or m.role = 'customer')"
)


def upgrade() -> None:
    for (table, name, verb), condition in POLICIES.items():
        using = f"using ({condition}) " if verb == "update" else ""
        op.execute(
            f"create policy {name} on {table} as restrictive for {verb} to aura_app {using}with check ({condition})"
        )
    _let_change(f"{REACHED} and {MANAGES}")
    op.execute(KNOWN_PEOPLE)
    op.execute(WITHDRAW)
    op.execute("revoke all on function withdraw_invitations_of(uuid, timestamptz) from public")
    op.execute("grant execute on function withdraw_invitations_of(uuid, timestamptz) to aura_app")


def _let_change(condition: str) -> None:
    """Let people change themselves, and under the condition those whom the tenant manages."""
    members = f"id = {PERSON} or {condition} and id in ({MANAGED_PEOPLE})"
    op.execute(f"alter policy changes on person using ({members}) with check ({members})")


def downgrade() -> None:
    op.execute("drop function withdraw_invitations_of(uuid, timestamptz)")
    op.execute(KNOWN_PEOPLE_BEFORE)
    _let_change(REACHED)
    for table, name, _ in POLICIES:
        op.execute(f"drop policy {name} on {table}")
