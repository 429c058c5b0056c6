"""Generate statements that the app's role might send to reach rows of a customer: each tries one way, by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

TENANT_FUNCTIONS = ("reached_role('{}')", "reached_role(t.id)::text from tenant t")
ROW_FUNCTIONS = (
    "reachable_tenants()",
    "people_reaching()",
    "known_people()",
    "tenant_is_reached()",
    "operator_tenant()",
)


class Statements:
    """Statements against the tables of a customer (id) that the person should not see.

    `columns` is table -> its columns; a statement returns whole rows as text, so that the customer's id stands in them.
    """

    def __init__(self, random: Random, columns: dict[str, Sequence[str]], foreign: str) -> None:
        self.random = random
        self.columns = columns
        self.foreign = foreign
        self.ways: list[Callable[[], str]] = [
            self.select,
            self.select,
            self.join,
            self.join,
            self.sub_query,
            self.cte,
            self.recursive,
            self.set_operation,
            self.aggregate,
            self.window,
            self.insert_copy,
            self.insert_select,
            self.update,
            self.update_from,
            self.delete,
            self.delete_using,
            self.copy_out,
            self.copy_table,
            self.function,
            self.row_function,
            self.to_xml,
            self.cursor,
            self.prepared,
            self.other_tenant,
            self.block,
            self.statistics,
            self.merge,
            self.lock,
        ]

    def next(self) -> str:
        return self.random.choice(self.ways)()

    def table(self) -> str:
        return f'"{self.random.choice([*self.columns])}"'

    def where(self, alias: str) -> str:
        return self.random.choice(
            (
                "",
                f" where {alias}.tenant_id = '{self.foreign}'",
                f" where {alias}.tenant_id <> '00000000-0000-0000-0000-000000000001'",
                f" where {alias}.tenant_id::text like '{self.foreign[:8]}%'",
                f" where {alias}.tenant_id in (select id from tenant)",
                f" where not {alias}.tenant_id is distinct from '{self.foreign}'",
                f" where {alias}.tenant_id = current_setting('app.tenant', true)::uuid or true",
            )
        )

    def select(self) -> str:
        alias = self.random.choice(("t", '"order"', "x1"))
        what = self.random.choice((f"{alias}::text", f"row_to_json({alias})::text", f"{alias}.*"))
        return f"select {what} from {self.table()} {alias}{self.where(alias)} limit 50"

    def join(self) -> str:
        kind = self.random.choice(("join", "left join", "right join", "full join"))
        on = self.random.choice(("a.tenant_id = b.tenant_id", f"b.tenant_id = '{self.foreign}'"))
        if kind == "full join":
            on = "a.tenant_id = b.tenant_id"
        return f"select a::text, b::text from {self.table()} a {kind} {self.table()} b on {on}{self.where('a')} limit 50"

    def sub_query(self) -> str:
        inner = f"select 1 from {self.table()} b where b.tenant_id = '{self.foreign}'"
        return self.random.choice(
            (
                f"select t::text from tenant t where exists ({inner}) and t.id = '{self.foreign}'",
                f"select (select b::text from {self.table()} b{self.where('b')} limit 1)",
                f"select array(select b::text from {self.table()} b{self.where('b')} limit 5)::text",
                f"select l.r from tenant t cross join lateral (select b::text as r from {self.table()} b{self.where('b')}) l limit 50",
            )
        )

    def cte(self) -> str:
        kept = self.random.choice(("", "materialized ", "not materialized "))
        return f"with c as {kept}(select t::text as r from {self.table()} t{self.where('t')}) select r from c limit 50"

    def recursive(self) -> str:
        return (
            f"with recursive c(n, r) as (select 1, ''::text union all select n + 1, (select max(t::text) from"
            f" {self.table()} t{self.where('t')}) from c where n < 3) select r from c"
        )

    def set_operation(self) -> str:
        word = self.random.choice(("union", "union all", "except", "intersect all"))
        first, second = self.table(), self.table()
        return f"select t::text from {first} t{self.where('t')} {word} select t::text from {second} t{self.where('t')} limit 50"

    def aggregate(self) -> str:
        what = self.random.choice(
            ("string_agg(t::text, ',')", "json_agg(t)::text", "max(t::text)", "min(t.tenant_id::text)")
        )
        return f"select {what} from {self.table()} t{self.where('t')}"

    def window(self) -> str:
        return f"select first_value(t::text) over (partition by t.tenant_id) from {self.table()} t{self.where('t')} limit 50"

    def insert_copy(self) -> str:
        name = self.random.choice([*self.columns])
        listed = ", ".join(f'"{column}"' for column in self.columns[name])
        return f'insert into "{name}" ({listed}) select {listed} from "{name}"{self.where(name)} returning tenant_id::text'

    def insert_select(self) -> str:
        return (
            "insert into migration (tenant_id, id, created_at, name, source, phase, settings, created_by) select"
            f" '{self.foreign}', gen_random_uuid(), now(), 'Mine', 'toast', 'setup', '{{}}', gen_random_uuid() returning"
            " tenant_id::text"
        )

    def update(self) -> str:
        name = self.random.choice([*self.columns])
        column = self.random.choice(self.columns[name])
        return f'update "{name}" t set "{column}" = t."{column}"{self.where("t")} returning t::text'

    def update_from(self) -> str:
        name = self.random.choice([*self.columns])
        column = self.random.choice(self.columns[name])
        return f'update "{name}" t set "{column}" = t."{column}" from {self.table()} b where b.tenant_id = t.tenant_id returning t::text, b::text'

    def delete(self) -> str:
        return f"delete from {self.table()} t{self.where('t')} returning t::text"

    def delete_using(self) -> str:
        return f"delete from {self.table()} t using {self.table()} b where t.tenant_id = b.tenant_id returning b::text"

    def copy_out(self) -> str:
        return f"copy (select t::text from {self.table()} t{self.where('t')} limit 50) to stdout"

    def copy_table(self) -> str:
        return f"copy {self.table()} to stdout"

    def function(self) -> str:
        return f"select {self.random.choice(TENANT_FUNCTIONS).format(self.foreign)}"

    def row_function(self) -> str:
        return f"select f::text from {self.random.choice(ROW_FUNCTIONS)} f"

    def to_xml(self) -> str:
        table = self.table()
        return self.random.choice(
            (
                f"select query_to_xml('select * from {table} limit 20', true, false, '')::text",
                f"select table_to_xml('{table}', true, false, '')::text",
            )
        )

    def cursor(self) -> str:
        return f"declare c{self.random.randrange(10**9)} cursor for select t::text from {self.table()} t{self.where('t')}"

    def prepared(self) -> str:
        name = f"p{self.random.randrange(10**9)}"
        return f"prepare {name} as select t::text from {self.table()} t{self.where('t')} limit 50; execute {name}"

    def other_tenant(self) -> str:
        """Turn to the other customer first: whoever does not reach it finds it empty."""
        return f"select set_config('app.tenant', '{self.foreign}', true); select t::text from {self.table()} t limit 50"

    def block(self) -> str:
        return (
            f"do $$ declare r text; begin select string_agg(t::text, ',') into r from {self.table()} t; if r like"
            f" '%{self.foreign}%' then raise exception 'found {self.foreign}'; end if; end $$"
        )

    def statistics(self) -> str:
        name = self.random.choice([*self.columns])
        return f"select s::text from pg_stats s where tablename = '{name}'"

    def merge(self) -> str:
        return (
            f"merge into migration m using {self.table()} b on m.tenant_id = b.tenant_id when matched then update set name ="
            " m.name"
        )

    def lock(self) -> str:
        return f"select t::text from {self.table()} t{self.where('t')} limit 50 for share nowait"


PORTFOLIO = (
    "select p::text from portfolio_migration p",
    "select p::text from portfolio_migration p where customer_id = '{}'",
    "select p::text, m::text from portfolio_migration p left join migration m on m.id = p.migration_id",
    "select p::text from portfolio_migration p right join tenant t on t.id = p.customer_id",
    "with c as (select * from portfolio_migration) select c::text from c union all select t::text from tenant t",
    "select json_agg(p)::text from portfolio_migration p",
    "select query_to_xml('select * from portfolio_migration', true, false, '')::text",
    "copy (select * from portfolio_migration) to stdout",
    "select p::text from portfolio_migration p, reachable_tenants() r where r.tenant_id <> p.customer_id",
    "select set_config('app.tenant', '{}', true); select p::text from portfolio_migration p",
    "select p.name from portfolio_migration p where (p.customer_id::text || pg_sleep(0)::text) like '{}%'",
)
"""Statements against the portfolio; `{{}}` is the customer that should not be seen."""
