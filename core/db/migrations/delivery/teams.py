"""Teams across customers, and what partners are credited with

portfolio_team shows who is and was in the teams of the customers that the person at work reaches. partner_credits lists
what was paid for orders that a partner's people led or that the partner brought, and partner_assignments those people's
work: both to the partner and to managers, with the order's number and nothing else of the customer. A payment belongs to
the lead of its day, one before there was a lead to the first, a refund to the lead of what it refunds.
"""

from alembic import op

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PERSON = "nullif(current_setting('app.person', true), '')::uuid"
PROGRAM = "(coalesce(current_setting('app.system', true), '') = 'yes')"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
MANAGES = f"(select {PROGRAM} or coalesce(reached_role({TENANT}) in ('manager', 'admin'), false))"
OWN_PARTNER = f"""(select s.partner_id from specialist s where s.tenant_id = {TENANT} and s.person_id = {PERSON}
    and reached_role({TENANT}) is not null)"""
HERE = f"join tenant here on here.id = {TENANT} and here.kind = 'operator' and here.is_demo = c.is_demo"

VIEW = """create view portfolio_team with (security_barrier = true) as
select m.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, e.id as engagement_id, e.number, e.state,
  e.domain, e.package, e.source, e.completed_at, e.is_generated,
  coalesce((select l.promised_on from milestone l where l.tenant_id = e.tenant_id and l.engagement_id = e.id
    and l.key = 'go_live'), e.go_live_on) as go_live_on,
  m.id as member_id, m.person_id, m.role, m.starts_at, m.ends_at, m.ended_reason, m.partner_id
from reachable_tenants() r join tenant t on t.id = r.tenant_id and t.kind = 'customer'
join team_member m on m.tenant_id = t.id join engagement e on e.tenant_id = m.tenant_id and e.id = m.engagement_id
where r.role <> 'customer'"""

FUNCTIONS = {
    "partner_credits() returns table (partner_id uuid, engagement_id uuid, payment_id uuid, order_number text,"
    " credit text, share_percent numeric, kind text, received_on date, currency text, amount numeric)": f"""
        select share.partner_id, e.id, p.id, e.number, share.credit, share.share_percent, p.kind, p.received_on, p.currency, p.amount
        from payment p join payment_plan n on n.tenant_id = p.tenant_id and n.id = p.plan_id
        join engagement e on e.tenant_id = n.tenant_id and e.id = n.engagement_id
        join tenant c on c.id = e.tenant_id {HERE}
        left join payment o on o.tenant_id = p.tenant_id and o.id = p.refund_of
        cross join lateral (
          (select t.partner_id, 'delivery' as credit, t.share_percent from team_member t
            cross join lateral (select t.starts_at < coalesce(o.received_on, p.received_on) + interval '1 day' as is_before) w
            where t.tenant_id = e.tenant_id and t.engagement_id = e.id and t.role = 'lead'
            order by w.is_before desc, case when w.is_before then t.starts_at end desc nulls last, t.starts_at limit 1)
          union all
          (select (v.details ->> 'partner')::uuid, 'referral', (v.details ->> 'percent')::numeric from engagement_event v
            where v.tenant_id = e.tenant_id and v.engagement_id = e.id and v.kind = 'referral'
            order by v.created_at desc, v.id desc limit 1)) share
        where share.partner_id is not null and share.share_percent is not null
        and ({MANAGES} or share.partner_id in {OWN_PARTNER})""",
    "partner_assignments() returns table (partner_id uuid, person_id uuid, name text, order_number text, domain text,"
    " source text, state text, role text, starts_at timestamptz, ends_at timestamptz)": f"""
        select t.partner_id, t.person_id, p.name, e.number, e.domain, e.source, e.state, t.role, t.starts_at, t.ends_at
        from team_member t join engagement e on e.tenant_id = t.tenant_id and e.id = t.engagement_id
        join person p on p.id = t.person_id join tenant c on c.id = e.tenant_id {HERE}
        where t.partner_id is not null and ({MANAGES} or t.partner_id in {OWN_PARTNER})""",
}


def upgrade() -> None:
    op.execute(VIEW)
    for signature, query in FUNCTIONS.items():
        op.execute(f"create function {signature} language sql stable {DEFINER} as $$ {query} $$")
        name = signature.partition(" returns")[0]
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to aura_app")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature.partition(' returns')[0]}")
    op.execute("drop view portfolio_team")
