"""The sales desk of an operator: prospects, discovery, ROI cases, quotes with links and promises; orders of customers

Who sells sees the prospects they own and those nobody owns, and what hangs on them; managers and administrators see all
of the operator's. similar_prospects warns of a prospect that exists under another owner: its name and owner, no more.
quote_of_link finds the quote of a link by the SHA-256 of its token, for the page that a prospect opens without sign-in.
Orders, their lines, payment plans and instalments are the customer's.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
REACHED = "(select tenant_is_reached())"
PROGRAM = "(coalesce(current_setting('app.system', true), '') = 'yes')"
OWN_TENANT = f"tenant_id = {TENANT} and {REACHED}"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
MANAGES = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) in ('manager', 'admin'), false))"
SELLS = f"(select coalesce(reached_role({TENANT}) = 'sales', false))"
SOLD = f"{MANAGES} or {SELLS} and (owner_id is null or owner_id = {PERSON})"
OF_PROSPECT = "prospect_id in (select p.id from prospect p)"
OF_QUOTE = "quote_id in (select q.id from quote q)"

SCOPES = {
    "prospect": SOLD,
    "prospect_event": OF_PROSPECT,
    "discovery_answer": OF_PROSPECT,
    "roi_case": OF_PROSPECT,
    "quote": OF_PROSPECT,
    "quote_link": OF_QUOTE,
    "promise": OF_PROSPECT,
}
"""Table -> which of the operator's rows a person sees and writes."""
TABLES = (
    *(*SCOPES, "finished_migration", "content_version"),
    *("engagement", "engagement_line", "payment_plan", "instalment"),
)

FUNCTIONS = {
    "similar_prospects(wanted_key text, prints text[]) returns table (id uuid, name text, owner_id uuid, stage text)": f"""
        select p.id, p.name, p.owner_id, p.stage from prospect p where p.tenant_id = {TENANT}
        and coalesce(reached_role({TENANT}) in ('manager', 'admin', 'sales'), false)
        and (p.name_key = wanted_key or p.contact_index && prints) order by p.created_at limit 20""",
    "quote_of_link(wanted bytea) returns table (tenant_id uuid, id uuid, quote_id uuid)": """
        select l.tenant_id, l.id, l.quote_id from quote_link l where l.digest = wanted""",
}


def upgrade() -> None:
    _create_prospect()
    _create_prospect_event()
    _create_discovery_answer()
    _create_roi_case()
    _create_quote()
    _create_quote_link()
    _create_promise()
    _create_finished_migration()
    _create_content_version()
    _create_engagement()
    _create_engagement_line()
    _create_payment_plan()
    _create_instalment()
    _guard()
    for signature, query in FUNCTIONS.items():
        op.execute(f"create function {signature} language sql stable {DEFINER} as $$ {query} $$")
        name = signature.partition(" returns")[0]
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to aura_app")


def _guard() -> None:
    """Guard the tables; the functions of this revision are the owner's, who sees what they are made of."""
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy directory on {table} to current_user using (true) with check (true)")
        op.execute(f"create policy tenant_only on {table} using ({OWN_TENANT}) with check ({OWN_TENANT})")
    for table, scope in SCOPES.items():
        op.execute(
            f"create policy sold on {table} as restrictive to aura_app using ({scope}) with check ({scope})"
        )
    op.execute(f"grant select, insert, update on {', '.join(TABLES)} to aura_app")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature.partition(' returns')[0]}")
    for table in reversed(TABLES):
        op.drop_table(table)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _money(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(precision=18, scale=4), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=nullable)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))


def _child(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_tenant_id_{column}")
    columns = [f"{parent}.tenant_id", f"{parent}.id"]
    return sa.ForeignKeyConstraint(["tenant_id", column], columns, name=name, ondelete="CASCADE")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _row() -> tuple[sa.Column[object], ...]:
    return _id("tenant_id"), _id("id"), _moment("created_at")


def _create_prospect() -> None:
    op.create_table(
        "prospect",
        _text("domain"),
        _text("name"),
        _text("name_key"),
        _text("stage"),
        _moment("stage_since"),
        _text("lost_reason", nullable=True),
        _id("owner_id", nullable=True),
        _text("source_system", nullable=True),
        _number("locations", nullable=True),
        _text("currency"),
        _text("country"),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("contact_index", postgresql.ARRAY(sa.Text()), nullable=False),
        _json("volumes"),
        _text("next_step", nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        _id("customer_id", nullable=True),
        _moment("updated_at"),
        *_row(),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_prospect_owner_id")),
        _key("prospect"),
    )
    _index("prospect", "tenant_id", "name_key")
    _index("prospect", "tenant_id", "owner_id")
    _index("prospect", "tenant_id", "stage", "next_step_on")


def _create_prospect_event() -> None:
    op.create_table(
        "prospect_event",
        _id("prospect_id"),
        _text("kind"),
        _id("person_id", nullable=True),
        _json("details"),
        _text("note", nullable=True),
        *_row(),
        _child("prospect_event", "prospect_id", "prospect"),
        _key("prospect_event"),
    )
    _index("prospect_event", "tenant_id", "prospect_id", "created_at")


def _create_discovery_answer() -> None:
    op.create_table(
        "discovery_answer",
        _id("prospect_id"),
        _text("question"),
        _text("answer"),
        _id("person_id"),
        _moment("answered_at"),
        *_row(),
        _child("discovery_answer", "prospect_id", "prospect"),
        _key("discovery_answer"),
        _unique("discovery_answer", "tenant_id", "prospect_id", "question"),
    )


def _create_roi_case() -> None:
    op.create_table(
        "roi_case",
        _id("prospect_id"),
        _number("version"),
        _text("currency"),
        _json("inputs"),
        _json("results"),
        _text("note", nullable=True),
        _id("person_id"),
        *_row(),
        _child("roi_case", "prospect_id", "prospect"),
        _key("roi_case"),
        _unique("roi_case", "tenant_id", "prospect_id", "version"),
    )


def _create_quote() -> None:
    op.create_table(
        "quote",
        _id("prospect_id"),
        _number("number"),
        _number("version"),
        _text("state"),
        _text("domain"),
        _text("package"),
        _number("locations"),
        _text("currency"),
        _json("lines"),
        sa.Column("discount_percent", sa.Numeric(precision=7, scale=4), nullable=False),
        _text("discount_reason", nullable=True),
        _money("subtotal"),
        _money("total"),
        _text("payment_plan"),
        _number("months", nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("go_live_on", sa.Date(), nullable=True),
        _id("roi_case_id", nullable=True),
        _id("person_id"),
        _moment("approval_asked_at", nullable=True),
        _id("approved_by", nullable=True),
        _moment("approved_at", nullable=True),
        _moment("sent_at", nullable=True),
        _json("sent_contents", nullable=True),
        _moment("decided_at", nullable=True),
        sa.Column("signer", sa.LargeBinary(), nullable=True),
        _text("decline_reason", nullable=True),
        *(_id(name, nullable=True) for name in ("customer_id", "engagement_id")),
        _moment("updated_at"),
        *_row(),
        _child("quote", "prospect_id", "prospect"),
        _key("quote"),
        _unique("quote", "tenant_id", "number", "version"),
    )
    _index("quote", "tenant_id", "prospect_id")
    _index("quote", "tenant_id", "state", "valid_until")


def _create_quote_link() -> None:
    op.create_table(
        "quote_link",
        _id("quote_id"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _id("person_id"),
        _moment("expires_at"),
        _moment("opened_at", nullable=True),
        _moment("withdrawn_at", nullable=True),
        *_row(),
        _child("quote_link", "quote_id", "quote"),
        _key("quote_link"),
        _unique("quote_link", "digest", "tenant_id"),
    )
    _index("quote_link", "tenant_id", "quote_id")


def _create_promise() -> None:
    op.create_table(
        "promise",
        _id("prospect_id"),
        _id("quote_id"),
        _text("key"),
        _text("text"),
        _text("measure", nullable=True),
        _money("target", nullable=True),
        _text("unit", nullable=True),
        *_row(),
        _child("promise", "prospect_id", "prospect"),
        _child("promise", "quote_id", "quote"),
        _key("promise"),
        _unique("promise", "tenant_id", "quote_id", "key"),
    )


def _create_finished_migration() -> None:
    op.create_table(
        "finished_migration",
        _id("customer_id", nullable=True),
        _id("migration_id", nullable=True),
        _id("prospect_id", nullable=True),
        sa.Column("is_generated", sa.Boolean(), nullable=False),
        _text("name"),
        _text("domain"),
        _text("source_system"),
        _text("package"),
        _number("locations"),
        _moment("started_at"),
        _moment("finished_at"),
        _json("measured"),
        _json("reported"),
        *_row(),
        _key("finished_migration"),
        _unique("finished_migration", "tenant_id", "migration_id"),
    )
    _index("finished_migration", "tenant_id", "finished_at")
    _index("finished_migration", "tenant_id", "prospect_id")


def _create_content_version() -> None:
    op.create_table(
        "content_version",
        _text("kind"),
        _text("key"),
        _number("version"),
        _json("content"),
        _id("person_id"),
        *_row(),
        _key("content_version"),
        _unique("content_version", "tenant_id", "kind", "key", "version"),
    )


def _create_engagement() -> None:
    op.create_table(
        "engagement",
        _text("number"),
        _text("state"),
        _text("domain"),
        _text("package"),
        _number("locations"),
        _text("currency"),
        _money("total"),
        _id("quote_id"),
        _id("prospect_id"),
        _moment("ordered_at"),
        sa.Column("ordered_by", sa.LargeBinary(), nullable=False),
        sa.Column("go_live_on", sa.Date(), nullable=True),
        _moment("approved_at", nullable=True),
        _id("approved_by", nullable=True),
        *_row(),
        _key("engagement"),
        _unique("engagement", "tenant_id", "quote_id"),
        _unique("engagement", "tenant_id", "number"),
    )


def _create_engagement_line() -> None:
    op.create_table(
        "engagement_line",
        _id("engagement_id"),
        _number("position"),
        _text("item"),
        _text("text"),
        sa.Column("quantity", sa.Numeric(precision=18, scale=6), nullable=False),
        _money("unit_price"),
        _money("amount"),
        *_row(),
        _child("engagement_line", "engagement_id", "engagement"),
        _key("engagement_line"),
        _unique("engagement_line", "tenant_id", "engagement_id", "position"),
    )


def _create_payment_plan() -> None:
    op.create_table(
        "payment_plan",
        _id("engagement_id"),
        _text("kind"),
        _number("months", nullable=True),
        _text("currency"),
        _money("total"),
        *_row(),
        _key("payment_plan"),
        _unique("payment_plan", "tenant_id", "engagement_id"),
    )


def _create_instalment() -> None:
    op.create_table(
        "instalment",
        _id("plan_id"),
        _number("number"),
        _money("amount"),
        sa.Column("due_on", sa.Date(), nullable=True),
        _text("due_event", nullable=True),
        *_row(),
        _child("instalment", "plan_id", "payment_plan"),
        _key("instalment"),
        _unique("instalment", "tenant_id", "plan_id", "number"),
    )
