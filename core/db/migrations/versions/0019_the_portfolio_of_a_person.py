"""Migrations of all customers that a person reaches, in one view without names of guests and without values

portfolio_migration runs as its owner, who sees of the tables behind it the rows of customers that the person at work
reaches, and nothing else of them but what tenant_only shows. The app's role may read the view.
people_reaching lists who else reaches the tenant of the session, for words about who could do something there.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

PEOPLE = """create function people_reaching() returns table (person_id uuid, name text, role text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select r.person_id, p.name, r.role from reach r join person p on p.id = r.person_id
  where r.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid and tenant_is_reached() $$"""
TABLES = (
    "migration",
    "source_file",
    "source_stream",
    "mapping_field",
    "mapping_decision",
    "validation",
    "run",
    "audit_line",
)
"""Tables of customers that the view counts."""

OUTCOMES = """(select coalesce(sum((document -> 'outcomes' ->> outcome)::bigint), 0) from
    jsonb_array_elements(newest.totals -> 'tables') document, unnest(array[%s]) outcome)"""

VIEW = f"""create view portfolio_migration with (security_barrier = true) as
select m.tenant_id as customer_id, t.name as customer, t.slug, t.is_demo, t.archived_at, r.role,
  m.id as migration_id, m.name, m.source, m.phase, m.created_at,
  t.owner_id, (select p.name from person p where p.id = t.owner_id) as owner,
  array(select distinct p.name from assignment a join person p on p.id = a.person_id and p.active
    where a.tenant_id = t.id and a.starts_at <= now() and (a.ends_at is null or a.ends_at > now()) order by 1) as assigned,
  files.files, streams.rows, columns.columns, fields.fields, fields.reviewed, fields.weak, fields.planned, fields.firsts,
  checked.created_at as validated_at,
  (select coalesce(jsonb_object_agg(kind, states), '{{}}') from (select kind, jsonb_object_agg(state, number) as states
    from (select s.kind, s.state, count(*) as number from run s where s.tenant_id = m.tenant_id
      and s.migration_id = m.id group by 1, 2) counted group by 1) kinds) as runs,
  newest.id as import_id, newest.state as import_state, newest.updated_at as import_at, newest.rows_total as import_rows,
  {OUTCOMES % "'imported'"} as imported, {OUTCOMES % "'held', 'failed'"} as held,
  {OUTCOMES % "'not_mapped'"} as not_mapped,
  coalesce(newest.validation_id = checked.id and checked.streams = streams.ids and not later.changed
    and coalesce(decided.at < checked.created_at, true), false) as is_settled,
  greatest(m.created_at, files.at, fields.at, decided.at, checked.created_at, latest.at) as changed_at
from reachable_tenants() r
join tenant t on t.id = r.tenant_id and t.kind = 'customer'
join migration m on m.tenant_id = t.id
cross join lateral (select count(*) as files, max(f.created_at) as at from source_file f
  where f.tenant_id = m.tenant_id and f.migration_id = m.id) files
cross join lateral (select coalesce(sum(s.rows), 0)::bigint as rows,
  jsonb_agg(s.id::text order by s.id::text collate "C") as ids from source_stream s
  where s.tenant_id = m.tenant_id and s.migration_id = m.id) streams
cross join lateral (select count(distinct (s.name, header)) as columns from source_stream s,
  jsonb_array_elements_text(s.columns) header where s.tenant_id = m.tenant_id and s.migration_id = m.id) columns
cross join lateral (select count(*) as fields, count(*) filter (where f.status <> 'suggested') as reviewed,
  count(*) filter (where f.status = 'suggested' and (f.confidence is null or f.confidence < 0.7 or f.question <> '')) as weak,
  count(*) filter (where f.target is not null and f.status not in ('suggested', 'ignored')) as planned,
  count(*) filter (where f.slot = 0) as firsts, max(f.created_at) as at from mapping_field f
  where f.tenant_id = m.tenant_id and f.migration_id = m.id and exists (select from source_stream s
    where s.tenant_id = m.tenant_id and s.migration_id = m.id and s.name = f.stream and s.columns ? f.source_field)) fields
cross join lateral (select max(d.created_at) as at from mapping_decision d
  where d.tenant_id = m.tenant_id and d.migration_id = m.id) decided
cross join lateral (select max(s.updated_at) as at from run s
  where s.tenant_id = m.tenant_id and s.migration_id = m.id) latest
left join lateral (select v.id, v.created_at, v.totals -> 'streams' as streams from validation v
  where v.tenant_id = m.tenant_id and v.migration_id = m.id order by v.created_at desc, v.id desc limit 1) checked on true
cross join lateral (select exists (select from audit_line l where l.tenant_id = m.tenant_id
  and l.created_at >= checked.created_at and (l.action = 'mapping.row_rule' or l.object_id = m.id::text
    and (l.action like 'mapping.%' or l.action = 'ai.ask'))) as changed) later
left join lateral (select s.id, s.state, s.updated_at, s.rows_total, s.validation_id, s.totals from run s
  where s.tenant_id = m.tenant_id and s.migration_id = m.id and s.kind = 'import'
  order by s.created_at desc, s.id desc limit 1) newest on true"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"create policy portfolio on {table} for select to current_user"
            " using (tenant_id in (select tenant_id from reachable_tenants()))"
        )
    op.execute(VIEW)
    op.execute(PEOPLE)
    op.execute("revoke all on function people_reaching() from public")
    op.execute("grant execute on function people_reaching() to aura_app")


def downgrade() -> None:
    op.execute("drop function people_reaching()")
    op.execute("drop view portfolio_migration")
    for table in TABLES:
        op.execute(f"drop policy portfolio on {table}")
