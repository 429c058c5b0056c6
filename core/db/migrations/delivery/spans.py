"""How long orders took from one milestone to another, and which orders are worked on

milestone_spans numbers the orders, so that days of one belong together, and tells nothing else of them. orders_at_work tells the program whose tasks it brings up to date, and in whose name: that of who approved.
"""

from alembic import op

TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
PROGRAM = "(coalesce(current_setting('app.system', true), '') = 'yes')"
DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"
SPANS = f"""create function milestone_spans(line_of_business text) returns table (finished bigint, key text, days integer)
language sql stable {DEFINER} as $$
  select dense_rank() over (order by e.approved_at, e.id), m.key, m.reached_on - (e.approved_at at time zone c.zone)::date
  from milestone m join engagement e on e.tenant_id = m.tenant_id and e.id = m.engagement_id
  join tenant c on c.id = e.tenant_id join tenant here on here.id = {TENANT} and here.is_demo = c.is_demo
  where e.domain = line_of_business and m.reached_on is not null and e.approved_at is not null
  and ({PROGRAM} or coalesce(reached_role({TENANT}) is not null, false)) $$"""

AT_WORK = f"""create function orders_at_work() returns table (tenant_id uuid, engagement_id uuid, person_id uuid)
language sql stable {DEFINER} as $$
  select e.tenant_id, e.id, e.approved_by from engagement e join tenant c on c.id = e.tenant_id and c.archived_at is null
  where {PROGRAM} and not e.is_generated and e.approved_by is not null and e.state in
    ('in_progress', 'data_migration', 'system_setup', 'training', 'testing', 'go_live') order by e.tenant_id, e.id $$"""
SIGNATURES = ("milestone_spans(text)", "orders_at_work()")


def upgrade() -> None:
    op.execute(SPANS)
    op.execute(AT_WORK)
    for signature in SIGNATURES:
        op.execute(f"revoke all on function {signature} from public")
        op.execute(f"grant execute on function {signature} to aura_app")


def downgrade() -> None:
    for signature in SIGNATURES:
        op.execute(f"drop function {signature}")
