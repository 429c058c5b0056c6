"""Write SQL of the schema `demo`: the prepared copy of each demo tenant's rows, and which parts of a demo are broken.

The app's role reaches it by functions only, and each works in the tenant of the transaction and refuses one that is no
demo. The tables are made anew with the grants, so a copy never outlives the revision whose columns it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import MetaData

STAYS_IN_DEMO = frozenset(
    {
        "membership",
        "assignment",
        "one_time_link",
        "tenant_key",
        "audit_line",
        "audit_head",
        "ai_call",
        "ai_prompt",
        "ai_budget",
    }
)
"""Tables of a tenant that resetting a demo leaves as they are; of ai_budget the budgets of migrations begin as copied."""

NEVER_COPIED = frozenset({"outbox_message"})
"""Tables that a reset only empties: a message that was handed over is not handed over again."""

PARTS = ("ai", "source", "network")
"""Parts of a demo that can be broken on purpose."""

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_EMPTYING = 'delete from public."$table" where tenant_id = chosen;'
_KEEPING = """delete from demo."$table" where tenant_id = chosen;
    insert into demo."$table" select * from public."$table" where tenant_id = chosen;"""
_PUTTING_BACK = 'insert into public."$table" select * from demo."$table" where tenant_id = chosen;'
_KEEPING_BUDGETS = """delete from demo.ai_budget where tenant_id = chosen;
    insert into demo.ai_budget select * from public.ai_budget where scope = 'migration' and tenant_id = chosen;
    delete from demo._stamp where tenant_id = chosen; insert into demo._stamp values (chosen, wanted, now());"""
_PUTTING_BACK_BUDGETS = """delete from public.ai_budget where scope = 'migration' and tenant_id = chosen;
    insert into public.ai_budget select * from demo.ai_budget where tenant_id = chosen; return true;"""
_WHERE_CURRENT = """if not exists (select from demo._stamp s where s.tenant_id = chosen and s.stamp = wanted)
    then return false; end if; perform empty_demo();"""
_MENDING = "delete from demo._broken where tenant_id = chosen;"
_BREAKING = "insert into demo._broken values (chosen, wanted, now()) on conflict do nothing;"
_COPY = "select s.stamp, s.kept_at from demo._stamp s where s.tenant_id = $tenant"
_BROKEN = """select b.part, b.since from demo._broken b join tenant t on t.id = b.tenant_id and t.is_demo
    where b.tenant_id = $tenant order by 1"""


def statements(metadata: MetaData) -> Iterator[str]:
    """Yield the statements, for the owner of the tables."""
    names = [
        table.name
        for table in metadata.sorted_tables
        if "tenant_id" in table.c and table.name not in STAYS_IN_DEMO
    ]
    copy_names = [name for name in names if name not in NEVER_COPIED]
    yield "drop schema if exists demo cascade"
    yield "create schema demo"
    for name in [*copy_names, "ai_budget"]:
        yield f'create table demo."{name}" (like public."{name}")'
    yield "create table demo._stamp (tenant_id uuid primary key, stamp text not null, kept_at timestamptz not null)"
    yield f"""create table demo._broken (tenant_id uuid, part text check (part in {PARTS}), since timestamptz not null,
        primary key (tenant_id, part))"""
    yield _action("empty_demo()", "void", _repeat(_EMPTYING, reversed(names)) + _MENDING)
    yield _action("keep_demo(wanted text)", "void", _repeat(_KEEPING, copy_names) + _KEEPING_BUDGETS)
    putting_back = _WHERE_CURRENT + _repeat(_PUTTING_BACK, copy_names) + _PUTTING_BACK_BUDGETS
    yield _action("put_back_demo(wanted text)", "boolean", putting_back)
    yield _action("break_demo(wanted text)", "void", _BREAKING)
    yield _action("mend_demo()", "void", _MENDING)
    yield _view("demo_copied() returns table (stamp text, kept_at timestamptz)", _COPY)
    yield _view("demo_broken() returns table (part text, since timestamptz)", _BROKEN)


def _repeat(statement: str, names: Iterable[str]) -> str:
    return " ".join(statement.replace("$table", name) for name in names)


def _action(signature: str, returned: str, body: str) -> str:
    """Write a function of a demo: it deletes and adds what the app's role could not in any other tenant."""
    return f"""create or replace function {signature} returns {returned} language plpgsql security definer as $$
        declare chosen uuid := {_TENANT}; begin
        if not exists (select from tenant where id = chosen and is_demo) then
          raise exception 'only a demo can be emptied' using errcode = 'insufficient_privilege';
        end if; {body} end $$"""


def _view(signature: str, query: str) -> str:
    body = query.replace("$tenant", _TENANT)
    return f"create or replace function {signature} language sql stable security definer as $$ {body} $$"
