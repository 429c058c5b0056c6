"""People sign in: passwords, second factors, sessions, one-time links, and the rates of attempts

A person's rows are read and changed by that person alone (app.person). Before anybody is known the program asks by
functions that return one row for what only its owner has: the hash of a cookie, of a link, an e-mail address. Attempts
are reached by functions only. A failed sign-in of an unknown person is noted in the installation's log for nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
INSTALLATION = "00000000-0000-0000-0000-000000000000"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

OWN_TABLES = ("credential", "second_factor", "recovery_code", "sign_in_session", "identity")
LINK = "tenant_id uuid, id uuid, kind text, person_id uuid, email text, name text, role text"
LINK_COLUMNS = "l.tenant_id, l.id, l.kind, l.person_id, l.email, l.name, l.role"

FUNCTIONS = {
    "person_by_email(wanted text)": f"""returns uuid language sql stable {DEFINER} as $$
      select id from person where lower(email) = lower(wanted) $$""",
    "person_by_identity(wanted_issuer text, wanted_subject text)": f"""returns uuid language sql stable {DEFINER} as $$
      select person_id from identity where issuer = wanted_issuer and subject = wanted_subject $$""",
    "operator_tenant()": f"""returns uuid language sql stable {DEFINER} as $$
      select id from tenant where kind = 'operator' order by is_demo limit 1 $$""",
    "sign_in_by_token(wanted bytea)": f"""returns table (id uuid, person_id uuid, name text, kind text,
      stage text, created_at timestamptz, seen_at timestamptz, revoked_at timestamptz, active boolean)
      language sql stable {DEFINER} as $$
      select s.id, s.person_id, p.name, s.kind, s.stage, s.created_at, s.seen_at, s.revoked_at, p.active
      from sign_in_session s join person p on p.id = s.person_id where s.token_hash = wanted $$""",
    "link_by_token(wanted bytea, moment timestamptz)": f"""returns table ({LINK}) language sql stable {DEFINER} as $$
      select {LINK_COLUMNS} from one_time_link l where l.token_hash = wanted
      and l.used_at is null and l.withdrawn_at is null and l.expires_at > moment $$""",
    "use_link(wanted bytea, moment timestamptz)": f"""returns table ({LINK}) language sql {DEFINER} as $$
      update one_time_link l set used_at = moment where l.token_hash = wanted
      and l.used_at is null and l.withdrawn_at is null and l.expires_at > moment
      returning {LINK_COLUMNS} $$""",
    "end_sign_ins(wanted uuid, moment timestamptz)": f"""returns bigint language plpgsql {DEFINER} as $$
      declare ended bigint; begin
      if wanted is distinct from {PERSON} and not is_managed_here(wanted) then return 0; end if;
      update sign_in_session set revoked_at = moment where person_id = wanted and revoked_at is null;
      get diagnostics ended = row_count; return ended; end $$""",
    "remove_second_factor_of(wanted uuid)": f"""returns bigint language plpgsql {DEFINER} as $$
      declare removed bigint; begin
      if not is_managed_here(wanted) then return 0; end if;
      delete from recovery_code where person_id = wanted;
      delete from second_factor where person_id = wanted;
      get diagnostics removed = row_count; return removed; end $$""",
    "sign_ins_here()": f"""returns table (id uuid, person_id uuid, kind text, address text, agent text,
      created_at timestamptz, seen_at timestamptz) language sql stable {DEFINER} as $$
      select s.id, s.person_id, s.kind, s.address, s.agent, s.created_at, s.seen_at from sign_in_session s
      where s.revoked_at is null and s.stage = 'complete' and is_managed_here(s.person_id) $$""",
    "second_factors_here()": f"""returns setof uuid language sql stable {DEFINER} as $$
      select f.person_id from second_factor f where f.confirmed_at is not null and is_managed_here(f.person_id) $$""",
    "take_attempt(wanted_id uuid, wanted_purpose text, wanted_key bytea, most integer[], seconds integer[],"
    " moment timestamptz)": f"""returns integer language plpgsql {DEFINER} as $$
      declare wait integer := 0; longer integer; begin
      perform pg_advisory_xact_lock(hashtextextended(wanted_purpose || encode(wanted_key, 'hex'), 0));
      delete from attempt where purpose = wanted_purpose and key = wanted_key
        and at <= moment - make_interval(secs => (select max(s) from unnest(seconds) s));
      for i in 1 .. cardinality(most) loop
        select ceil(extract(epoch from a.at - moment) + seconds[i]) into longer from attempt a
          where a.purpose = wanted_purpose and a.key = wanted_key and a.at > moment - make_interval(secs => seconds[i])
          order by a.at desc offset most[i] - 1 limit 1;
        wait := greatest(wait, coalesce(longer, 0));
      end loop;
      if wait = 0 then
        insert into attempt (id, purpose, key, at) values (wanted_id, wanted_purpose, wanted_key, moment);
      end if;
      return wait; end $$""",
    "release_attempts(wanted uuid[])": f"""returns void language sql {DEFINER} as $$
      delete from attempt where id = any(wanted) $$""",
    "forget_attempts(until timestamptz)": f"""returns void language sql {DEFINER} as $$
      delete from attempt where at < until $$""",
}
HELPERS = {
    "is_managed_here(wanted uuid)": f"""returns boolean language sql stable {DEFINER} as $$
      select exists (select from reach r where r.tenant_id = {TENANT} and r.person_id = {PERSON}
          and r.role in ('manager', 'admin'))
        and exists (select from membership m where m.person_id = wanted and m.tenant_id = {TENANT}) $$""",
}

AUDIT_WHO = f"""create or replace function audit_who(as_worker boolean) returns table (person uuid, role text)
language plpgsql stable {DEFINER} as $$ begin
  if {TENANT} = '{INSTALLATION}' and {PERSON} is null then
    return query select '{INSTALLATION}'::uuid, 'visitor';
    return;
  end if;
  return query select p.id, case when as_worker then 'worker'
      when {TENANT} = '{INSTALLATION}' then 'operator' else r.role end
    from person p left join reach r on r.tenant_id = {TENANT} and r.person_id = p.id
    where p.id = {PERSON} and (as_worker or r.role is not null or {TENANT} = '{INSTALLATION}');
  if not found then
    raise exception 'the audit log takes lines of members of the tenant only' using errcode = 'insufficient_privilege';
  end if; end $$"""
AUDIT_WHO_BEFORE = AUDIT_WHO.replace(
    f"""  if {TENANT} = '{INSTALLATION}' and {PERSON} is null then
    return query select '{INSTALLATION}'::uuid, 'visitor';
    return;
  end if;
""",
    "",
)


def upgrade() -> None:
    _create_tables()
    for table in (*OWN_TABLES, "one_time_link", "attempt"):
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy directory on {table} to current_user using (true) with check (true)")
    for table in OWN_TABLES:
        op.execute(
            f"create policy person_only on {table} using (person_id = {PERSON}) with check (person_id = {PERSON})"
        )
    condition = f"tenant_id = {TENANT} and (select tenant_is_reached())"
    op.execute(f"create policy tenant_only on one_time_link using ({condition}) with check ({condition})")
    for signature, body in (HELPERS | FUNCTIONS).items():
        op.execute(f"create function {signature} {body}")
        op.execute(f"revoke all on function {_name(signature)} from public")
    for signature in FUNCTIONS:
        op.execute(f"grant execute on function {_name(signature)} to aura_app")
    op.execute(AUDIT_WHO)


def _name(signature: str) -> str:
    """Cut a function's signature to its name and the types of its arguments."""
    name, _, arguments = signature.rstrip(")").partition("(")
    types = [argument.strip().partition(" ")[2] for argument in arguments.split(",") if argument]
    return f"{name}({', '.join(types)})"


def _create_tables() -> None:
    person = sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False)
    op.create_table(
        "credential",
        person.copy(),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "second_factor",
        person.copy(),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        person.copy(),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        person.copy(),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage in ('second_factor', 'enrolment', 'complete')", name=op.f("ck_sign_in_session_stage")
        ),
        sa.CheckConstraint("kind in ('local', 'oidc')", name=op.f("ck_sign_in_session_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_person_id_created_at"), "sign_in_session", ["person_id", "created_at"]
    )
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        person.copy(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity")),
    )
    op.create_table(
        "one_time_link",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('invitation', 'password_reset', 'first_admin')", name=op.f("ck_one_time_link_kind")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_one_time_link")),
    )
    op.create_index(
        op.f("ix_one_time_link_tenant_id_kind_created_at"),
        "one_time_link",
        ["tenant_id", "kind", "created_at"],
    )
    op.create_index(
        op.f("ix_one_time_link_token_hash_tenant_id"),
        "one_time_link",
        ["token_hash", "tenant_id"],
        unique=True,
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_purpose_key_at"), "attempt", ["purpose", "key", "at"])
    for table in (*OWN_TABLES, "one_time_link"):
        op.create_foreign_key(
            op.f(f"fk_{table}_person_id"), table, "person", ["person_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute(AUDIT_WHO_BEFORE)
    for signature in (*FUNCTIONS, *HELPERS):
        op.execute(f"drop function {_name(signature)}")
    for table in ("attempt", "one_time_link", *reversed(OWN_TABLES)):
        op.drop_table(table)
