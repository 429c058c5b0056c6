"""Events reach people: an outbox of messages, notifications under the bell, and each person's choices

A notification is its person's alone, at every customer that the person reaches: nobody else reads or changes it.
Whether somebody has an e-mail address and wants a kind of event is told by mail_recipients, of ids that the caller has.
outbox_due tells the sender which messages of all tenants are due: ids, nothing else. purge_outbox removes what is old.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
REACHED = "(select tenant_is_reached())"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
OWN_TENANT = f"tenant_id = {TENANT} and {REACHED}"
PERSONAL_ROWS = f"person_id = {PERSON} and tenant_id in (select r.tenant_id from reachable_tenants() r)"

FUNCTIONS = {
    "mail_recipients(people uuid[], wanted_kind text, is_required boolean) returns setof uuid": """
        select p.id from unnest(people) with ordinality u(id, place) join person p on p.id = u.id
        where p.active and p.email is not null and (is_required or not exists (
          select from notification_choice c where c.person_id = p.id and c.kind = wanted_kind and c.channel = 'email'
          and not c.wanted)) order by u.place""",
    "outbox_due(at timestamptz, channels text[], most integer) returns table (tenant_id uuid, id uuid)": """
        select m.tenant_id, m.id from outbox_message m
        where m.state in ('waiting', 'failed', 'sending') and m.next_at <= at and m.channel = any(channels)
        order by m.next_at, m.id limit most""",
    "outbox_expired(at timestamptz, most integer) returns table (tenant_id uuid, id uuid)": """
        select m.tenant_id, m.id from outbox_message m
        where m.expires_at <= at and (m.state in ('waiting', 'failed') or m.state = 'sending' and m.next_at <= at
          or m.state = 'dead' and m.secret is not null) limit most""",
}
PURGE = f"""create function purge_outbox(before timestamptz) returns bigint language plpgsql {DEFINER} as $$
declare removed bigint; begin
  if before > now() - interval '30 days' then
    raise exception 'events of the last 30 days stay' using errcode = 'insufficient_privilege';
  end if;
  delete from outbox_event e where e.created_at < before and not exists (
    select from outbox_message m where m.tenant_id = e.tenant_id and m.event_id = e.id and m.state not in ('sent', 'dead'));
  get diagnostics removed = row_count;
  return removed; end $$"""
PURGE_NAME = "purge_outbox(timestamptz)"


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _row(table: str) -> tuple[object, ...]:
    key = sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))
    return _id("tenant_id"), _id("id"), _moment("created_at"), key


def _of_event(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_tenant_id_event_id")
    columns = ["outbox_event.tenant_id", "outbox_event.id"]
    return sa.ForeignKeyConstraint(["tenant_id", "event_id"], columns, name=name, ondelete="CASCADE")


def upgrade() -> None:
    facts = sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False)
    op.create_table(
        "outbox_event", _text("kind"), facts, _id("person_id", nullable=True), *_row("outbox_event")
    )
    op.create_index(op.f("ix_outbox_event_tenant_id_created_at"), "outbox_event", ["tenant_id", "created_at"])
    _create_messages()
    op.create_table(
        "notification",
        _id("event_id"),
        _id("person_id"),
        _text("kind"),
        facts.copy(),
        _moment("read_at", nullable=True),
        *_row("notification"),
        _of_event("notification"),
    )
    op.create_index(
        op.f("ix_notification_person_id_tenant_id_created_at"),
        "notification",
        ["person_id", "tenant_id", "created_at"],
    )
    op.create_index(op.f("ix_notification_tenant_id_event_id"), "notification", ["tenant_id", "event_id"])
    op.create_table(
        "notification_choice",
        _id("person_id"),
        _text("kind"),
        _text("channel"),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_choice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name=op.f("pk_notification_choice")),
    )
    _guard()
    _create_functions()


def _create_messages() -> None:
    op.create_table(
        "outbox_message",
        _id("event_id"),
        _text("channel"),
        _id("person_id", nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        _moment("expires_at", nullable=True),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("next_at"),
        _id("claim", nullable=True),
        sa.Column("handing_over", sa.Boolean(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        _text("message_ref", nullable=True),
        _text("error", nullable=True),
        _moment("sent_at", nullable=True),
        *_row("outbox_message"),
        _of_event("outbox_message"),
    )
    for columns in (["tenant_id", "created_at"], ["tenant_id", "event_id"]):
        op.create_index(op.f(f"ix_outbox_message_{'_'.join(columns)}"), "outbox_message", columns)
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["next_at", "tenant_id"],
        postgresql_where=sa.text("state in ('waiting', 'failed', 'sending')"),
    )


def _guard() -> None:
    """Guard the tables; the functions of this revision are the owner's, who sees what they are made of."""
    for table in ("outbox_event", "outbox_message", "notification", "notification_choice"):
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy directory on {table} to current_user using (true) with check (true)")
    for table in ("outbox_event", "outbox_message"):
        op.execute(f"create policy tenant_only on {table} using ({OWN_TENANT}) with check ({OWN_TENANT})")
    op.execute(f"create policy told on notification for insert with check ({OWN_TENANT})")
    op.execute(f"create policy own on notification for select using ({PERSONAL_ROWS})")
    op.execute(
        f"create policy own_reading on notification for update using ({PERSONAL_ROWS}) with check ({PERSONAL_ROWS})"
    )
    by_person = f"person_id = {PERSON}"
    op.execute(f"create policy own on notification_choice using ({by_person}) with check ({by_person})")


def _create_functions() -> None:
    for signature, query in FUNCTIONS.items():
        op.execute(f"create function {signature} language sql stable {DEFINER} as $$ {query} $$")
    op.execute(PURGE)
    for name in (*map(_name, FUNCTIONS), PURGE_NAME):
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to aura_app")
    op.execute(
        "grant select, insert, update on outbox_event, outbox_message, notification, notification_choice to aura_app"
    )


def _name(signature: str) -> str:
    return signature.partition(" returns")[0]


def downgrade() -> None:
    for name in (PURGE_NAME, *map(_name, FUNCTIONS)):
        op.execute(f"drop function {name}")
    for table in ("notification_choice", "notification", "outbox_message", "outbox_event"):
        op.drop_table(table)
