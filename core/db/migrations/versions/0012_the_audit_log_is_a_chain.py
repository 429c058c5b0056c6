"""The audit log is a chain: lines are added by two functions alone, numbered without a gap and signed

The app's role could add a line for any person at any time. Now audit_open locks the head of the tenant's log and says
the next number, the signature before, the time, the person (app.person) and the role that person holds here;
audit_append adds the lines with these and the signatures that the program made with its key. Neither changes a line.

Lines from before are numbered by their time and signed here, with a last line that says how many they were.
"""

import json

import sqlalchemy as sa
from alembic import op

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit import clock
from core.kit.chain import AUDIT, derive, sign, signed_content
from core.kit.ids import new_id

revision = "0012"
down_revision = "0011"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
INSTALLATION = "00000000-0000-0000-0000-000000000000"

# The role is not the caller's to say. A worker acts for whoever asked, who may have left since; the log of the
# installation is kept by its operators, who are no members of anything.
AUDIT_WHO = f"""create function audit_who(as_worker boolean) returns table (person uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$ begin
  return query select p.id, case when as_worker then 'worker'
      when {TENANT} = '{INSTALLATION}' then 'operator' else m.role end
    from person p left join membership m on m.tenant_id = {TENANT} and m.person_id = p.id
    where p.id = {PERSON} and (as_worker or m.role is not null or {TENANT} = '{INSTALLATION}');
  if not found then
    raise exception 'the audit log takes lines of members of the tenant only' using errcode = 'insufficient_privilege';
  end if; end $$"""

OPEN = f"""create function audit_open(as_worker boolean)
returns table (seq bigint, mac bytea, at timestamptz, person uuid, role text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$ begin
  insert into audit_head (tenant_id, seq, mac) values ({TENANT}, 0, '') on conflict do nothing;
  return query with head as (
      update audit_head h set at = clock_timestamp(), opened = pg_current_xact_id()::text
      where h.tenant_id = {TENANT} returning h.seq, h.mac, h.at)
    select head.seq, head.mac, head.at, w.person, w.role from head, audit_who(as_worker) w; end $$"""

APPEND = f"""create function audit_append(as_worker boolean, lines jsonb, macs bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare head audit_head; who record; line jsonb; n bigint := 0; begin
  select * into head from audit_head h where h.tenant_id = {TENANT} for update;
  if head.opened is distinct from pg_current_xact_id()::text then
    raise exception 'audit_open comes first, in the same transaction' using errcode = 'insufficient_privilege';
  end if;
  select * into who from audit_who(as_worker);
  if jsonb_array_length(lines) <> cardinality(macs) or cardinality(macs) = 0 then
    raise exception 'a signature for each line' using errcode = 'invalid_parameter_value';
  end if;
  for line in select * from jsonb_array_elements(lines) loop
    n := n + 1;
    if octet_length(macs[n]) is distinct from 32 then
      raise exception 'a signature has 32 bytes' using errcode = 'invalid_parameter_value';
    end if;
    insert into audit_line
      (tenant_id, id, created_at, person_id, role, action, object_type, object_id, reason, facts, seq, mac)
    values ({TENANT}, (line->>'id')::uuid, head.at, who.person, who.role, line->>'action', line->>'object_type',
      line->>'object_id', line->>'reason', line->'facts', head.seq + n, macs[n]);
  end loop;
  update audit_head h set seq = head.seq + n, mac = macs[n], opened = null where h.tenant_id = {TENANT}; end $$"""

FUNCTIONS = ("audit_append(boolean, jsonb, bytea[])", "audit_open(boolean)", "audit_who(boolean)")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_head")),
    )
    op.add_column("audit_line", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("audit_line", sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.execute("alter table audit_line no force row level security")
    _sign_older_lines()
    op.execute("alter table audit_line force row level security")
    for column in ("seq", "mac"):
        op.alter_column("audit_line", column, nullable=False)
    op.create_index(op.f("ix_audit_line_tenant_id_seq"), "audit_line", ["tenant_id", "seq"], unique=True)
    op.execute("alter table audit_head enable row level security, force row level security")
    op.execute(
        f"create policy tenant_only on audit_head using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})"
    )
    op.execute("revoke insert, update, delete on audit_line from aura_app")
    op.execute("grant select on audit_head to aura_app")
    for statement in (AUDIT_WHO, OPEN, APPEND):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"revoke all on function {function} from public")
    for function in FUNCTIONS[:2]:
        op.execute(f"grant execute on function {function} to aura_app")
    # Against slips; who owns the table can take the trigger away, and then the chain tells.
    op.execute(
        """create function keep_audit_line() returns trigger language plpgsql as $$ begin
          raise exception 'lines of the audit log are neither changed nor removed'; end $$"""
    )
    for event in ("update or delete on audit_line for each row", "truncate on audit_line for each statement"):
        name = "keep_audit_lines" if "truncate" in event else "keep_audit_line"
        op.execute(f"create trigger {name} before {event} execute function keep_audit_line()")


def _sign_older_lines() -> None:
    """Number and sign what stands in the log, tenant by tenant, and say behind it that it is from before the chain."""
    connection = op.get_bind()
    tenants = connection.execute(sa.text("select distinct tenant_id::text from audit_line")).scalars().all()
    for tenant in tenants:
        _sign_log(connection, tenant)


def _sign_log(connection: sa.Connection, tenant: str) -> None:
    with TenantSession(tenant, "") as session:
        key = derive(tenant_key(session), AUDIT)
    lines = connection.execute(
        sa.text(
            """select id::text, created_at, person_id::text, role, action, object_type, object_id, reason,
            facts::text as facts from audit_line where tenant_id = :tenant order by created_at, id"""
        ),
        {"tenant": tenant},
    ).all()
    before, signed = b"", []
    for seq, line in enumerate(lines, 1):
        words = (line.action, line.object_type, line.object_id, line.reason, line.facts)
        content = signed_content(tenant, seq, line.id, line.created_at, line.person_id, line.role, words)
        before = sign(key, before, content)
        signed.append({"tenant": tenant, "id": line.id, "seq": seq, "mac": before})
    connection.execute(
        sa.text("update audit_line set seq = :seq, mac = :mac where tenant_id = :tenant and id = :id"), signed
    )
    seq, at, facts = len(lines) + 1, clock.now(), json.dumps({"before": len(lines)})
    values = {"tenant": tenant, "id": new_id(), "at": at, "person": INSTALLATION, "seq": seq, "facts": facts}
    words = ("audit.begin", "tenant", tenant, None, facts)
    content = signed_content(tenant, seq, values["id"], at, INSTALLATION, "operator", words)
    connection.execute(
        sa.text(
            """insert into audit_line
            (tenant_id, id, created_at, person_id, role, action, object_type, object_id, facts, seq, mac)
            values (cast(:tenant as uuid), :id, :at, :person, 'operator', 'audit.begin', 'tenant', cast(:tenant as text),
              cast(:facts as jsonb), :seq, :mac)"""
        ),
        values | {"mac": sign(key, before, content)},
    )
    connection.execute(
        sa.text(
            """insert into audit_head (tenant_id, seq, mac, at)
            select tenant_id, seq, mac, created_at from audit_line where tenant_id = :tenant and seq = :seq"""
        ),
        values,
    )


def downgrade() -> None:
    for name in ("keep_audit_lines", "keep_audit_line"):
        op.execute(f"drop trigger {name} on audit_line")
    op.execute("drop function keep_audit_line()")
    for function in FUNCTIONS:
        op.execute(f"drop function {function}")
    op.drop_index(op.f("ix_audit_line_tenant_id_seq"), table_name="audit_line")
    op.drop_column("audit_line", "mac")
    op.drop_column("audit_line", "seq")
    op.drop_table("audit_head")
    op.execute("grant insert on audit_line to aura_app")
