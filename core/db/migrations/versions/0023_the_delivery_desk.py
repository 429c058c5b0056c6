"""The delivery desk: specialists, orders with milestones, tasks and team, guided sessions, papers and payments

The roster with certificates, absences, partners, exchange rates and busy times is the operator's. A partner sees only
their own rows of it; absences, exams and training are seen by the person and by managers. What belongs to an order is the
customer's: a contact of the customer sees of it what is shared, and changes neither its state nor its payments.
The portfolio views show the orders of the customers that the person at work reaches, without names of contacts or texts.
specialist_of_feed finds the specialist of a private calendar, until their last day; gateway_payment_of the payment that a
gateway tells about; and operator_of_customer the operator behind a customer.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.migrations.delivery import numbers, spans, teams

revision = "0023"
down_revision = "0022"

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
REACHED = "(select tenant_is_reached())"
PROGRAM = "(coalesce(current_setting('app.system', true), '') = 'yes')"
OWN_TENANT = f"tenant_id = {TENANT} and {REACHED}"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
MANAGES = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) in ('manager', 'admin'), false))"
IS_COLLEAGUE = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) in ('manager', 'admin', 'sales', 'specialist'), false))"
IS_STAFF = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) <> 'customer', false))"
OWN_ROW = f"person_id = {PERSON}"
OF_OWN_ROW = f"specialist_id in (select s.id from specialist s where s.person_id = {PERSON})"
OF_ROSTER = "specialist_id in (select s.id from specialist s)"
OF_OWN_PARTNER = f"id in (select s.partner_id from specialist s where s.person_id = {PERSON})"

OPERATOR_SCOPES = {
    "specialist": (f"{IS_COLLEAGUE} or {OWN_ROW}", f"{MANAGES} or {OWN_ROW}"),
    "certificate": (OF_ROSTER, f"{MANAGES} or {OF_OWN_ROW}"),
    "busy_time": (OF_ROSTER, f"{MANAGES} or {OF_OWN_ROW}"),
    "absence": (f"{MANAGES} or {OF_OWN_ROW}", f"{MANAGES} or {OF_OWN_ROW}"),
    "exam_attempt": (f"{MANAGES} or {OF_OWN_ROW}", f"{MANAGES} or {OF_OWN_ROW}"),
    "training_step": (f"{MANAGES} or {OF_OWN_ROW}", f"{MANAGES} or {OF_OWN_ROW}"),
    "partner": (f"{MANAGES} or {OF_OWN_PARTNER}", MANAGES),
    "exchange_rate": ("true", MANAGES),
}
"""Table of the operator -> which of its rows a person sees, and which they write."""
SHARED = ("document", "communication")
"""Tables of a customer of which a contact sees and adds only what is shared."""
INTERNAL = ("escalation",)
"""Tables of a customer that no contact sees."""
CHANGED_BY_STAFF = (
    *("engagement", "engagement_line", "payment_plan", "instalment", "milestone", "team_member"),
    *("guided_session", "task_dependency", "document", "reminder"),
)
"""Tables of a customer whose rows a contact does not change."""
ADDED_BY_STAFF = {
    "engagement": "state = 'pending'",
    "payment": "false",
    "milestone": "false",
    "team_member": "false",
    "guided_session": "false",
    "reminder": "false",
    "feedback": "false",
}
"""Table of a customer -> the rows that a contact may add."""
CUSTOMER_TABLES = (
    *("engagement_draft", "engagement_event", "milestone", "task", "task_dependency", "team_member"),
    *("guided_session", "customer_hours", "document", "communication", "feedback", "escalation"),
    *("payment", "gateway_payment", "reminder"),
)
TABLES = (*OPERATOR_SCOPES, *CUSTOMER_TABLES)

FUNCTIONS = {
    "specialist_of_feed(wanted bytea) returns table (tenant_id uuid, id uuid, person_id uuid)": """
        select s.tenant_id, s.id, s.person_id from specialist s join person p on p.id = s.person_id and p.active
        where s.feed_digest = wanted and (s.ended_on is null or s.ended_on >= (now() at time zone s.zone)::date)""",
    "gateway_payment_of(wanted text) returns table (tenant_id uuid, id uuid)": """
        select g.tenant_id, g.id from gateway_payment g where g.reference = wanted""",
    "operator_of_customer(wanted uuid) returns uuid": f"""
        select o.id from tenant c join tenant o on o.kind = 'operator' and (c.is_demo or not o.is_demo)
        where c.id = wanted and c.kind = 'customer' and ({PROGRAM} or exists (
          select from reach r where r.person_id = {PERSON} and r.tenant_id = wanted))
        order by o.is_demo = c.is_demo desc limit 1""",
}

PORTFOLIO = {
    "portfolio_order": """select r.role, e.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, t.zone,
        t.owner_id, (select p.name from person p where p.id = t.owner_id) as owner, e.id as engagement_id, e.number, e.state,
        e.state_since, e.resumes_to, e.domain, e.package, e.locations, e.currency, e.total, e.source, e.migration_id, e.quote_id,
        e.ordered_at, e.approved_at, e.go_live_on, e.completed_at, e.successful, e.is_generated,
        lead.person_id as lead_id, lead.name as lead, lead.partner_id, reserve.person_id as reserve_id, reserve.name as reserve,
        next.key as next_milestone, next.promised_on as next_promised_on, closing.promised_on as promised_on,
        live.promised_on as go_live_promised_on, live.reached_on as went_live_on, work.open_tasks, work.late_tasks
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join engagement e on e.tenant_id = t.id
        left join lateral (select m.person_id, p.name, m.partner_id from team_member m join person p on p.id = m.person_id
          where m.tenant_id = e.tenant_id and m.engagement_id = e.id and m.role = 'lead' and m.ends_at is null) lead on true
        left join lateral (select m.person_id, p.name from team_member m join person p on p.id = m.person_id
          where m.tenant_id = e.tenant_id and m.engagement_id = e.id and m.role = 'reserve' and m.ends_at is null
          order by m.starts_at limit 1) reserve on true
        left join lateral (select m.key, m.promised_on from milestone m where m.tenant_id = e.tenant_id
          and m.engagement_id = e.id and m.reached_on is null order by m.position limit 1) next on true
        left join milestone closing on closing.tenant_id = e.tenant_id and closing.engagement_id = e.id and closing.key = 'closure'
        left join milestone live on live.tenant_id = e.tenant_id and live.engagement_id = e.id and live.key = 'go_live'
        cross join lateral (select count(*) filter (where k.state = 'open') as open_tasks,
          count(*) filter (where k.state = 'open' and k.due_on < (now() at time zone t.zone)::date) as late_tasks from task k
          where k.tenant_id = e.tenant_id and k.engagement_id = e.id) work""",
    "portfolio_milestone": """select m.tenant_id as customer_id, t.name as customer, t.is_demo, e.id as engagement_id, e.number,
        e.state, e.domain, e.package, e.is_generated, m.key, m.position, m.promised_on, m.first_promised_on, m.reached_on
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join milestone m on m.tenant_id = t.id join engagement e on e.tenant_id = m.tenant_id and e.id = m.engagement_id""",
    "portfolio_task": """select k.tenant_id as customer_id, t.name as customer, t.is_demo, e.id as engagement_id, e.number,
        k.id as task_id, k.kind, k.side, k.state, k.owner_id, k.due_on, k.blocks, k.finding, k.closed_at, k.created_at
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join task k on k.tenant_id = t.id join engagement e on e.tenant_id = k.tenant_id and e.id = k.engagement_id""",
    "portfolio_session": """select g.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, t.zone as customer_zone,
        e.id as engagement_id, e.number, e.domain, e.is_generated, g.id as session_id, g.kind, g.state, g.specialist_id,
        g.specialist_person_id, p.name as specialist, g.starts_at, g.ends_at, g.zone, g.specialist_zone, g.sequence, g.held_at,
        g.charged_minutes
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join guided_session g on g.tenant_id = t.id join engagement e on e.tenant_id = g.tenant_id and e.id = g.engagement_id
        join person p on p.id = g.specialist_person_id""",
    "portfolio_instalment": """select i.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, e.id as engagement_id,
        e.number, e.state, e.domain, e.is_generated, i.id as instalment_id, i.number as position, i.amount, n.currency, i.due_on,
        i.due_event, i.waived_at, coalesce(money.paid, 0) as paid, coalesce(money.refunded, 0) as refunded
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join payment_plan n on n.tenant_id = t.id join engagement e on e.tenant_id = n.tenant_id and e.id = n.engagement_id
        join instalment i on i.tenant_id = n.tenant_id and i.plan_id = n.id
        left join lateral (select sum(p.amount) filter (where p.kind = 'payment') as paid,
          sum(p.amount) filter (where p.kind = 'refund') as refunded from payment p
          where p.tenant_id = i.tenant_id and p.instalment_id = i.id) money on true""",
    "portfolio_payment": """select p.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, e.id as engagement_id,
        e.number, e.domain, e.is_generated, p.id as payment_id, p.kind, p.amount, p.currency, p.method, p.received_on,
        p.receipt_number, p.paid_amount, p.paid_currency, p.rate, p.rate_on, p.rate_source
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join payment p on p.tenant_id = t.id join payment_plan n on n.tenant_id = p.tenant_id and n.id = p.plan_id
        join engagement e on e.tenant_id = n.tenant_id and e.id = n.engagement_id""",
    "portfolio_feedback": """select f.tenant_id as customer_id, t.name as customer, t.is_demo, e.id as engagement_id, e.number,
        e.domain, e.is_generated, f.kind, f.milestone, f.score, f.created_at as asked_at, f.answered_at
        from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join feedback f on f.tenant_id = t.id join engagement e on e.tenant_id = f.tenant_id and e.id = f.engagement_id""",
    "portfolio_escalation": """select x.tenant_id as customer_id, t.name as customer, t.is_demo, e.id as engagement_id, e.number,
        e.domain, x.id as escalation_id, x.case_id, x.level, x.created_at as opened_at, x.respond_by, x.resolve_by, x.taken_at,
        x.closed_at from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
        join escalation x on x.tenant_id = t.id join engagement e on e.tenant_id = x.tenant_id and e.id = x.engagement_id
        where r.role <> 'customer'""",
}


def _guard() -> None:
    """Guard the tables; functions and views of this revision are the owner's, who sees what they are made of."""
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy directory on {table} to current_user using (true) with check (true)")
        op.execute(f"create policy tenant_only on {table} using ({OWN_TENANT}) with check ({OWN_TENANT})")
    for table, (seen, written) in OPERATOR_SCOPES.items():
        op.execute(
            f"create policy own_rows on {table} as restrictive to aura_app using ({seen}) with check ({written})"
        )
    for table in SHARED:
        visible = f"{IS_STAFF} or is_shared"
        op.execute(
            f"create policy shared on {table} as restrictive to aura_app using ({visible}) with check ({visible})"
        )
    for table in INTERNAL:
        op.execute(f"create policy internal on {table} as restrictive to aura_app using ({IS_STAFF})")
    for table in CHANGED_BY_STAFF:
        op.execute(
            f"create policy changed_by_staff on {table} as restrictive for update to aura_app using ({IS_STAFF})"
        )
    for table, rows in ADDED_BY_STAFF.items():
        op.execute(
            f"create policy added_by_staff on {table} as restrictive for insert to aura_app"
            f" with check ({IS_STAFF} or {rows})"
        )


def _show() -> None:
    for signature, query in FUNCTIONS.items():
        op.execute(f"create function {signature} language sql stable {DEFINER} as $$ {query} $$")
        name = signature.partition(" returns")[0]
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to aura_app")
    for name, query in PORTFOLIO.items():
        op.execute(f"create view {name} with (security_barrier = true) as {query}")


def upgrade() -> None:
    op.create_table(
        "customer_hours",
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("closed_on", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_hours")),
    )
    op.create_index(
        op.f("ix_customer_hours_tenant_id_created_at"),
        "customer_hours",
        ["tenant_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "engagement_draft",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_engagement_draft")),
    )
    op.create_index(
        op.f("ix_engagement_draft_tenant_id_person_id_updated_at"),
        "engagement_draft",
        ["tenant_id", "person_id", "updated_at"],
        unique=False,
    )
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("quote_currency", sa.Text(), nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=24, scale=10), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exchange_rate")),
    )
    op.create_index(
        op.f("ix_exchange_rate_tenant_id_currency_quote_currency_valid_on"),
        "exchange_rate",
        ["tenant_id", "currency", "quote_currency", "valid_on"],
        unique=False,
    )
    op.create_table(
        "partner",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("share_percent", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("referral_percent", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_partner")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_partner_tenant_id_name")),
    )
    op.create_table(
        "reminder",
        sa.Column("subject", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("tenant_id", "subject", "key", name=op.f("uq_reminder_tenant_id_subject_key")),
    )
    op.create_table(
        "communication",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_communication_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_communication")),
    )
    op.create_index(
        op.f("ix_communication_tenant_id_engagement_id_happened_at"),
        "communication",
        ["tenant_id", "engagement_id", "happened_at"],
        unique=False,
    )
    op.create_table(
        "document",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("removed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_document_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document")),
    )
    op.create_index(
        op.f("ix_document_tenant_id_engagement_id_created_at"),
        "document",
        ["tenant_id", "engagement_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "engagement_event",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_engagement_event_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_engagement_event")),
    )
    op.create_index(
        op.f("ix_engagement_event_tenant_id_engagement_id_created_at"),
        "engagement_event",
        ["tenant_id", "engagement_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "escalation",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolve_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("resolution", sa.LargeBinary(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_escalation_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "tenant_id", "case_id", "level", name=op.f("uq_escalation_tenant_id_case_id_level")
        ),
    )
    op.create_index(
        op.f("ix_escalation_tenant_id_engagement_id_created_at"),
        "escalation",
        ["tenant_id", "engagement_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "feedback",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_feedback_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "tenant_id",
            "engagement_id",
            "kind",
            "milestone",
            name=op.f("uq_feedback_tenant_id_engagement_id_kind_milestone"),
        ),
    )
    op.create_table(
        "guided_session",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("specialist_person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("specialist_zone", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", sa.LargeBinary(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("charged_minutes", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_guided_session_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_guided_session")),
        sa.UniqueConstraint("tenant_id", "uid", name=op.f("uq_guided_session_tenant_id_uid")),
    )
    op.create_index(
        op.f("ix_guided_session_tenant_id_engagement_id_starts_at"),
        "guided_session",
        ["tenant_id", "engagement_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_guided_session_tenant_id_starts_at"),
        "guided_session",
        ["tenant_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "milestone",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("first_promised_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("reached_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_milestone_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_milestone")),
        sa.UniqueConstraint(
            "tenant_id", "engagement_id", "key", name=op.f("uq_milestone_tenant_id_engagement_id_key")
        ),
    )
    op.create_table(
        "specialist",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("weekly_hours", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("feed_digest", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_specialist_person_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "partner_id"],
            ["partner.tenant_id", "partner.id"],
            name=op.f("fk_specialist_tenant_id_partner_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_specialist")),
        sa.UniqueConstraint("feed_digest", "tenant_id", name=op.f("uq_specialist_feed_digest_tenant_id")),
        sa.UniqueConstraint("tenant_id", "person_id", name=op.f("uq_specialist_tenant_id_person_id")),
    )
    op.create_table(
        "task",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("blocks", sa.Text(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_task_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task")),
    )
    op.create_index(
        op.f("ix_task_tenant_id_engagement_id_state_due_on"),
        "task",
        ["tenant_id", "engagement_id", "state", "due_on"],
        unique=False,
    )
    op.create_index(
        "uq_task_open_finding",
        "task",
        ["tenant_id", "engagement_id", "finding"],
        unique=True,
        postgresql_where=sa.text("state = 'open' and finding is not null"),
    )
    op.create_table(
        "team_member",
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("assigned_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("partner_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("share_percent", sa.Numeric(precision=7, scale=4), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "engagement_id"],
            ["engagement.tenant_id", "engagement.id"],
            name=op.f("fk_team_member_tenant_id_engagement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_team_member")),
    )
    op.create_index(
        op.f("ix_team_member_tenant_id_engagement_id_starts_at"),
        "team_member",
        ["tenant_id", "engagement_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_team_member_tenant_id_person_id"), "team_member", ["tenant_id", "person_id"], unique=False
    )
    op.create_index(
        "uq_team_member_active_lead",
        "team_member",
        ["tenant_id", "engagement_id"],
        unique=True,
        postgresql_where=sa.text("role = 'lead' and ends_at is null"),
    )
    op.create_table(
        "absence",
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "specialist_id"],
            ["specialist.tenant_id", "specialist.id"],
            name=op.f("fk_absence_tenant_id_specialist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_tenant_id_specialist_id_starts_at"),
        "absence",
        ["tenant_id", "specialist_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "busy_time",
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("customer_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("engagement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "specialist_id"],
            ["specialist.tenant_id", "specialist.id"],
            name=op.f("fk_busy_time_tenant_id_specialist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_busy_time")),
        sa.UniqueConstraint("tenant_id", "session_id", name=op.f("uq_busy_time_tenant_id_session_id")),
    )
    op.create_index(
        op.f("ix_busy_time_tenant_id_specialist_id_starts_at"),
        "busy_time",
        ["tenant_id", "specialist_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "certificate",
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("speciality", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("issued_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "specialist_id"],
            ["specialist.tenant_id", "specialist.id"],
            name=op.f("fk_certificate_tenant_id_specialist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_certificate_tenant_id_number")),
    )
    op.create_index(
        op.f("ix_certificate_tenant_id_specialist_id_speciality"),
        "certificate",
        ["tenant_id", "specialist_id", "speciality"],
        unique=False,
    )
    op.create_table(
        "exam_attempt",
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("speciality", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Numeric(precision=7, scale=4), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "specialist_id"],
            ["specialist.tenant_id", "specialist.id"],
            name=op.f("fk_exam_attempt_tenant_id_specialist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exam_attempt")),
    )
    op.create_index(
        op.f("ix_exam_attempt_tenant_id_specialist_id_speciality_created_at"),
        "exam_attempt",
        ["tenant_id", "specialist_id", "speciality", "created_at"],
        unique=False,
    )
    op.create_table(
        "gateway_payment",
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("instalment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("poll_url", sa.LargeBinary(), nullable=True),
        sa.Column("browser_url", sa.LargeBinary(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "instalment_id"],
            ["instalment.tenant_id", "instalment.id"],
            name=op.f("fk_gateway_payment_tenant_id_instalment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["payment_plan.tenant_id", "payment_plan.id"],
            name=op.f("fk_gateway_payment_tenant_id_plan_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_gateway_payment")),
        sa.UniqueConstraint("reference", "tenant_id", name=op.f("uq_gateway_payment_reference_tenant_id")),
    )
    op.create_table(
        "payment",
        sa.Column("plan_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("instalment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("group_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("paid_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("paid_currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=24, scale=10), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("refund_of", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("gateway_payment_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "instalment_id"],
            ["instalment.tenant_id", "instalment.id"],
            name=op.f("fk_payment_tenant_id_instalment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["payment_plan.tenant_id", "payment_plan.id"],
            name=op.f("fk_payment_tenant_id_plan_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "tenant_id",
            "gateway_payment_id",
            "instalment_id",
            "kind",
            name=op.f("uq_payment_tenant_id_gateway_payment_id_instalment_id_kind"),
        ),
    )
    op.create_index(
        op.f("ix_payment_tenant_id_plan_id_received_on"),
        "payment",
        ["tenant_id", "plan_id", "received_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_payment_tenant_id_receipt_number"), "payment", ["tenant_id", "receipt_number"], unique=False
    )
    op.create_table(
        "task_dependency",
        sa.Column("task_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("waits_for_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"],
            ["task.tenant_id", "task.id"],
            name=op.f("fk_task_dependency_tenant_id_task_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "waits_for_id"],
            ["task.tenant_id", "task.id"],
            name=op.f("fk_task_dependency_tenant_id_waits_for_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_dependency")),
        sa.UniqueConstraint(
            "tenant_id",
            "task_id",
            "waits_for_id",
            name=op.f("uq_task_dependency_tenant_id_task_id_waits_for_id"),
        ),
    )
    op.create_table(
        "training_step",
        sa.Column("specialist_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "specialist_id"],
            ["specialist.tenant_id", "specialist.id"],
            name=op.f("fk_training_step_tenant_id_specialist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_training_step")),
        sa.UniqueConstraint(
            "tenant_id", "specialist_id", "step", name=op.f("uq_training_step_tenant_id_specialist_id_step")
        ),
    )
    op.add_column("engagement", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("engagement", sa.Column("migration_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column(
        "engagement", sa.Column("assessment", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column("engagement", sa.Column("submission", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column("engagement", sa.Column("state_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("engagement", sa.Column("state_reason", sa.Text(), nullable=True))
    op.add_column("engagement", sa.Column("resumes_to", sa.Text(), nullable=True))
    op.add_column("engagement", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("engagement", sa.Column("successful", sa.Boolean(), nullable=True))
    op.add_column(
        "engagement", sa.Column("is_generated", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("engagement", "quote_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("engagement", "prospect_id", existing_type=sa.UUID(), nullable=True)
    op.create_unique_constraint(
        op.f("uq_engagement_tenant_id_submission"), "engagement", ["tenant_id", "submission"]
    )
    op.add_column("instalment", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("instalment", sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("instalment", sa.Column("waived_reason", sa.Text(), nullable=True))
    _guard()
    _show()
    for part in (teams, numbers, spans):
        part.upgrade()


def downgrade() -> None:
    for part in (spans, numbers, teams):
        part.downgrade()
    for name in PORTFOLIO:
        op.execute(f"drop view {name}")
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature.partition(' returns')[0]}")
    for table in CHANGED_BY_STAFF:
        if table not in TABLES:
            op.execute(f"drop policy changed_by_staff on {table}")
    op.execute("drop policy added_by_staff on engagement")
    for table in OPERATOR_SCOPES:
        op.execute(f"drop policy own_rows on {table}")
    op.execute(
        "delete from payment_plan where engagement_id in (select e.id from engagement e where e.quote_id is null)"
    )
    op.execute("delete from engagement where quote_id is null")
    op.drop_column("instalment", "waived_reason")
    op.drop_column("instalment", "waived_at")
    op.drop_column("instalment", "text")
    op.drop_constraint(op.f("uq_engagement_tenant_id_submission"), "engagement", type_="unique")
    op.alter_column("engagement", "prospect_id", existing_type=sa.UUID(), nullable=False)
    op.alter_column("engagement", "quote_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("engagement", "is_generated")
    op.drop_column("engagement", "successful")
    op.drop_column("engagement", "completed_at")
    op.drop_column("engagement", "resumes_to")
    op.drop_column("engagement", "state_reason")
    op.drop_column("engagement", "state_since")
    op.drop_column("engagement", "submission")
    op.drop_column("engagement", "assessment")
    op.drop_column("engagement", "migration_id")
    op.drop_column("engagement", "source")
    op.drop_table("training_step")
    op.drop_table("task_dependency")
    op.drop_index(op.f("ix_payment_tenant_id_receipt_number"), table_name="payment")
    op.drop_index(op.f("ix_payment_tenant_id_plan_id_received_on"), table_name="payment")
    op.drop_table("payment")
    op.drop_table("gateway_payment")
    op.drop_index(
        op.f("ix_exam_attempt_tenant_id_specialist_id_speciality_created_at"), table_name="exam_attempt"
    )
    op.drop_table("exam_attempt")
    op.drop_index(op.f("ix_certificate_tenant_id_specialist_id_speciality"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_busy_time_tenant_id_specialist_id_starts_at"), table_name="busy_time")
    op.drop_table("busy_time")
    op.drop_index(op.f("ix_absence_tenant_id_specialist_id_starts_at"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(
        "uq_team_member_active_lead",
        table_name="team_member",
        postgresql_where=sa.text("role = 'lead' and ends_at is null"),
    )
    op.drop_index(op.f("ix_team_member_tenant_id_person_id"), table_name="team_member")
    op.drop_index(op.f("ix_team_member_tenant_id_engagement_id_starts_at"), table_name="team_member")
    op.drop_table("team_member")
    op.drop_index(
        "uq_task_open_finding",
        table_name="task",
        postgresql_where=sa.text("state = 'open' and finding is not null"),
    )
    op.drop_index(op.f("ix_task_tenant_id_engagement_id_state_due_on"), table_name="task")
    op.drop_table("task")
    op.drop_table("specialist")
    op.drop_table("milestone")
    op.drop_index(op.f("ix_guided_session_tenant_id_starts_at"), table_name="guided_session")
    op.drop_index(op.f("ix_guided_session_tenant_id_engagement_id_starts_at"), table_name="guided_session")
    op.drop_table("guided_session")
    op.drop_table("feedback")
    op.drop_index(op.f("ix_escalation_tenant_id_engagement_id_created_at"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_index(
        op.f("ix_engagement_event_tenant_id_engagement_id_created_at"), table_name="engagement_event"
    )
    op.drop_table("engagement_event")
    op.drop_index(op.f("ix_document_tenant_id_engagement_id_created_at"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_communication_tenant_id_engagement_id_happened_at"), table_name="communication")
    op.drop_table("communication")
    op.drop_table("reminder")
    op.drop_table("partner")
    op.drop_index(
        op.f("ix_exchange_rate_tenant_id_currency_quote_currency_valid_on"), table_name="exchange_rate"
    )
    op.drop_table("exchange_rate")
    op.drop_index(op.f("ix_engagement_draft_tenant_id_person_id_updated_at"), table_name="engagement_draft")
    op.drop_table("engagement_draft")
    op.drop_index(op.f("ix_customer_hours_tenant_id_created_at"), table_name="customer_hours")
    op.drop_table("customer_hours")
