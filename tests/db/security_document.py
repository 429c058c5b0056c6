"""Writes the tables of docs/security.md from a migrated database and the program that is served.

`python tests/db/security_document.py` brings them up to date; the tests beside it fail while they are not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
MARKS = {
    name: (f"<!-- {name}: begin (python tests/db/security_document.py) -->", f"<!-- {name}: end -->")
    for name in ("tables", "policies", "functions", "routes")
}

_SHARED_WORDS = (
    "Shared between customers by design: names of columns and counts, never values, and no customer's name."
)
_DELETES = "The program deletes from it, and DELETE includes LOCK TABLE; a lock ends with its transaction."
_PORTFOLIO = "Of the customers that the person at work reaches, run as its owner:"
REASONS: Mapping[str, str] = {
    "public.ai_answer": f"Answers older than a day go. {_DELETES}",
    "public.ai_price": "Prices of models, the same for everybody; managers and admins set them, each change in the audit log.",
    "public.alembic_version": "No grants: only the owner reads and writes it.",
    "public.change": f"Images from before go once they are put back. {_DELETES}",
    "public.confidence_outcome": f"{_SHARED_WORDS} {_DELETES}",
    "public.difference": f"A verification that is repeated replaces its differences. {_DELETES}",
    "public.mapping_field": f"Columns of a file that was read again go. {_DELETES}",
    "public.mapping_memory": f"{_SHARED_WORDS} {_DELETES}",
    "public.migration": f"A migration to which nothing was added can be deleted. {_DELETES}",
    "public.new_records": f"Notes of records that were taken back go. {_DELETES}",
    "public.portfolio_escalation": f"{_PORTFOLIO} Levels and times of escalations; no reason.",
    "public.portfolio_feedback": f"{_PORTFOLIO} Scores and times of feedback; no comment.",
    "public.portfolio_instalment": f"{_PORTFOLIO} Amounts, days and what is paid of instalments; no payer.",
    "public.portfolio_milestone": f"{_PORTFOLIO} Promised and reached days of milestones.",
    "public.portfolio_order": f"{_PORTFOLIO} Orders with state, package, total, days and names of staff; no contact and no reason.",
    "public.portfolio_payment": f"{_PORTFOLIO} Amounts, days, methods and receipt numbers of payments; no payer.",
    "public.portfolio_session": f"{_PORTFOLIO} Times, kinds and states of guided sessions with the name of the specialist; no minutes.",
    "public.portfolio_task": f"{_PORTFOLIO} Kinds, states and days of tasks; no title.",
    "public.portfolio_team": f"{_PORTFOLIO} Names of no people: who is in which team, as ids, with roles and days.",
    "public.portfolio_migration": "Shows the migrations of customers that the person at work reaches: names of customers and"
    " staff, counts, states and times; no guest and no value. It runs as its owner, bound by the policy portfolio.",
    "public.reach": "No grants: who reaches which customer. Functions of its owner answer for the person at work.",
    "public.source_chunk": f"Rows of a removed file go. {_DELETES}",
    "public.source_file": f"A file can be removed. {_DELETES}",
    "public.source_stream": f"A file that is read again gets new streams. {_DELETES}",
    "public.worker_beat": "Which worker lives on which machine: no customer's data, and every process supervises all"
    f" workers. A dead worker's line is deleted. {_DELETES}",
}
"""Table that is open without row-level security, or that the app's role can lock against others -> why."""

_QUEUE = (
    "The queue of the workers, who serve all tenants. Holds ids of tenants, people and runs, and names of entities; no"
    " values, no names of people. DBOS asks it without a tenant."
)
QUEUE_REASONS: Mapping[str, str] = {
    "dbos.dbos_migrations": "Number of the newest migration of DBOS; read only.",
    "dbos.application_versions": "Versions of the program that served the queue; no tenant's data.",
    "dbos.queues": "The definition of the one queue; no tenant's data.",
    "dbos.workflow_status": f"{_QUEUE} What ended long ago is deleted, and DELETE includes LOCK TABLE.",
    "dbos.workflow_input": f"{_QUEUE} What ended long ago is deleted, and DELETE includes LOCK TABLE.",
    "dbos.workflow_output": f"{_QUEUE} What ended long ago is deleted, and DELETE includes LOCK TABLE.",
    "dbos.operation_outputs": f"{_QUEUE} What ended long ago is deleted, and DELETE includes LOCK TABLE.",
    **{
        f"dbos.{name}": "Not used by this program, always empty; DBOS's own loops ask it."
        for name in (
            "event_dispatch_kv",
            "notifications",
            "streams",
            "workflow_events",
            "workflow_events_history",
            "workflow_schedules",
        )
    },
}
ROUTES: Mapping[str, str] = {
    "/auth/sign-in": "Asks for e-mail and password. Open; five attempts a minute for an account, twenty for an address.",
    "/auth/second-step": "Asks who gave the right password within ten minutes for a code.",
    "/auth/second-factor": "Shows a new second factor to whoever gave the right password and needs one, and takes its first code.",
    "/auth/sign-out": "Ends the sign-in session of the browser's cookie.",
    "/auth/reset": "Asks for an e-mail address and sends a link, if there is an account. Three an hour for an account.",
    "/auth/set-up": "Asks for the code that `aura admin create` printed.",
    "/auth/invitation/{token}": "An invitation: GET shows it, POST uses its link up. Whoever has the link, for a week.",
    "/auth/reset/{token}": "A new password: GET shows the form, POST uses the link up. Whoever has the link, for an hour.",
    "/auth/set-up/{token}": "The first admin: GET shows the form, POST uses the code up. Whoever has it, for a day.",
    "/auth/provider": "Sends the browser to the OpenID Connect provider (OIDC_ISSUER); without one the sign-in page.",
    "/auth/callback": "The provider's answer: its code is exchanged, its token checked against state, nonce, issuer and audience.",
    "/q/{token}": "A quote as its prospect reads it. Whoever has the link, until it expires or is withdrawn; sixty looks a minute"
    " for an address. GET changes nothing but the note that it was opened.",
    "/q/{token}/accept": "POST accepts the quote: customer, order and payment plan. Whoever has the link; ten a minute for a link.",
    "/q/{token}/decline": "GET asks for name and reason, POST declines the quote. As above.",
    "/q/{token}/proposal.pdf": "The proposal as a PDF. Whoever has the link, as long as it shows the quote; ten a minute for a link.",
    "/q/{rest:path}": "Every other address under /q: the page of a link that opens nothing.",
    "/pay/paynow": "POST is what the payment gateway tells us. Whoever knows the address: the hash is checked, and nothing is"
    " believed before the gateway was asked itself; thirty a minute for an address.",
    "/pay/paynow/{reference}": "Where a customer comes back to after paying: whether the money arrived, no name and no amount.",
    "/calendar/{token}.ics": "A specialist's sessions for a calendar program. Whoever has the token; its SHA-256 alone is stored.",
    "/calendar/{path:path}": "Every other address under /calendar: answered like a calendar that was closed.",
    "/api/upload": "Takes a file in. A ticket of one hour, signed for one person, customer and migration.",
    "/api/{anything:path}": "Every other address of the API: answered with a refusal.",
    "/healthz": "Whether the database answers. Open, tells nothing else.",
    "/_stcore/health": "Streamlit: whether the server is up. Open, tells nothing else.",
    "/_stcore/metrics": "Streamlit: memory and number of sessions. Open, no names and no values.",
    "/_stcore/host-config": "Streamlit: origins that may embed the console. Open, constants.",
    "/media/{file_id:path}": "Streamlit: a file that a screen offers to its visitor, under an unguessable name, in memory"
    " while the screen is open.",
    "/_stcore/upload_file/{session_id}/{file_id}": "Streamlit: files of up to 50 MB for an open screen; session and file"
    " have unguessable ids that the server gave out.",
    "/component/{path:path}": "Streamlit: scripts of components; constants.",
    "/_stcore/bidi-components/{path:path}": "Streamlit: scripts of components; constants.",
    "/_stcore/stream": "Streamlit: the WebSocket of a screen; origins other than the console's are refused.",
    "/auth/login": "Streamlit: begins a sign-in by OIDC; nothing is configured by default.",
    "/auth/logout": "Streamlit: ends it.",
    "/oauth2callback": "Streamlit: the provider's answer to it.",
    "/_stcore/agent/interact": "Streamlit: switched off (server.enableAgentApi), answers with a refusal.",
    "/_stcore/agent/openapi.json": "Streamlit: describes the above; switched off.",
    "/_stcore/agent/mcp": "Streamlit: as above; switched off.",
    "/": "Streamlit: the console's page and its scripts; constants.",
}
"""Path -> who may ask for it, and for what."""

_TABLES = text(
    """select n.nspname || '.' || c.relname as name, pg_get_userbyid(c.relowner) as owner,
      c.relrowsecurity as guarded, c.relforcerowsecurity as forced,
      coalesce((select array_agg(polname::text order by polname) from pg_policy where polrelid = c.oid), '{}') as policies,
      coalesce((select array_agg(case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end || ': ' || privilege_type
         order by grantee, privilege_type) from aclexplode(c.relacl) where grantee <> c.relowner), '{}') as whole,
      coalesce((select array_agg(case x.grantee when 0 then 'PUBLIC' else pg_get_userbyid(x.grantee) end || ': '
         || x.privilege_type || ' ' || a.attname order by a.attnum)
         from pg_attribute a, aclexplode(a.attacl) x where a.attrelid = c.oid and a.attnum > 0), '{}') as parts,
      (select array_agg(attname::text order by attnum) from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
      c.relkind::text in ('r', 'p') and (has_table_privilege('aura_app', c.oid, 'UPDATE') or has_table_privilege('aura_app', c.oid, 'DELETE')
         or has_table_privilege('aura_app', c.oid, 'TRUNCATE') or has_table_privilege('aura_app', c.oid, 'MAINTAIN')) as locks
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(:schemas) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by n.nspname = 'dbos', 1"""
)
_POLICIES = text(
    """select policyname as name, cmd, roles::text as roles, qual, with_check, count(*) as times,
      min(tablename) as example from pg_policies where schemaname = any(:schemas)
    group by 1, 2, 3, 4, 5 order by min(tablename), 1"""
)
_CHECKS = text(
    """select conname as name, pg_get_constraintdef(oid) as condition, count(*) as times from pg_constraint
    where conname = 'own_tenant' and connamespace = 'public'::regnamespace group by 1, 2"""
)
_FUNCTIONS = text(
    """select p.oid::regprocedure::text as name, prosecdef as definer, pg_get_userbyid(proowner) as owner,
      coalesce(array_to_string(proconfig, '; '), '') as settings,
      (select string_agg(case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end, ', ' order by grantee)
         from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee <> proowner) as execute
    from pg_proc p where pronamespace::regnamespace::text = any(:schemas) order by pronamespace, 1"""
)


def schemas(connection: Connection) -> list[str]:
    """Every schema but PostgreSQL's own that the app's role may use."""
    query = text(
        """select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
        and has_schema_privilege('aura_app', oid, 'usage')"""
    )
    return list(connection.scalars(query))


def document() -> str:
    """docs/security.md as it should be."""
    sys.path.insert(0, str(ROOT))
    from core.db.base import owner_url

    content = DOCUMENT.read_text(encoding="utf-8")
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        parts = {
            "tables": tables(connection),
            "policies": list(policies(connection)),
            "functions": list(functions(connection)),
            "routes": list(routes()),
        }
    engine.dispose()
    for name, (begin, end) in MARKS.items():
        before, _, tail = content.partition(begin)
        _, _, after = tail.partition(end)
        content = f"{before}{begin}\n\n" + "\n".join(parts[name]) + f"\n\n{end}{after}"
    return content


def table_rows(connection: Connection) -> Sequence[Any]:
    """Every table, view and foreign table: name, owner, grants, row-level security, policies, whether it can be locked."""
    return connection.execute(_TABLES, {"schemas": schemas(connection)}).all()


def tables(connection: Connection) -> list[str]:
    lines = [
        "| Table | Owner | Granted to others | Row-level security | Why it is open, or can be locked |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in table_rows(connection):
        guarded = "forced: " + ", ".join(row.policies) if row.forced else ("on" if row.guarded else "none")
        lines.append(f"| {row.name} | {row.owner} | {_grants(row)} | {guarded} | {reason(row)} |")
    return lines


def is_door(row: Any) -> bool:
    """Whether it is a partition of the target, to which the app's role may only add."""
    return bool(row.name.startswith("public.target_") and row.name.endswith("_rows"))


def reason(row: Any) -> str:
    """Why a table has no forced row-level security or can be locked; '' where neither is so or nothing is written."""
    if is_door(row):
        return "Door for COPY: rows can be added, only the tenant's (check own_tenant), and not be read."
    if row.forced and not row.locks:
        return ""
    return REASONS.get(row.name) or QUEUE_REASONS.get(row.name, "")


def _grants(row: Any) -> str:
    parts: dict[str, list[str]] = {}
    for grant in row.parts:
        grantee, verb, column = grant.split()
        parts.setdefault(f"{grantee} {verb}", []).append(column)
    words = [*row.whole]
    for grant, columns in parts.items():
        readonly = [name for name in row.columns if name not in columns]
        short = f"all but {', '.join(readonly)}" if len(readonly) < len(columns) else ", ".join(columns)
        words.append(f"{grant} ({short if readonly else 'each column'})")
    return _joined(words)


def _joined(words: Iterable[str]) -> str:
    by_role: dict[str, list[str]] = {}
    for word in words:
        grantee, _, verb = word.partition(": ")
        by_role.setdefault(grantee, []).append(verb)
    return "; ".join(f"{grantee} {', '.join(verbs)}" for grantee, verbs in by_role.items()) or "nobody"


def policies(connection: Connection) -> Iterator[str]:
    yield "| Policy | For | To | Rows it shows | Rows it lets in | Tables |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in connection.execute(_POLICIES, {"schemas": schemas(connection)}):
        where = row.example if row.times == 1 else f"{row.times} tables, such as {row.example}"
        cells = (row.name, row.cmd, row.roles, row.qual or "", row.with_check or "", where)
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    for row in connection.execute(_CHECKS):
        yield f"| {row.name} (check) | INSERT | everybody | | {_cell(row.condition)} | {row.times} partitions |"


def functions(connection: Connection) -> Iterator[str]:
    yield "| Function | Runs as | Settings | Who may call it |"
    yield "| --- | --- | --- | --- |"
    for row in connection.execute(_FUNCTIONS, {"schemas": schemas(connection)}):
        runs_as = row.owner if row.definer else "its caller"
        yield f"| {_cell(row.name)} | {runs_as} | {_cell(row.settings)} | {row.execute or 'nobody else'} |"


def _cell(content: str) -> str:
    return " ".join(str(content).split()).replace("|", "\\|")


def served() -> list[tuple[str, str]]:
    """(path, methods) of every route of the console, Streamlit's included."""
    sys.path.insert(0, str(ROOT))
    import app

    methods: dict[str, set[str]] = {}
    for route in app.app._build_starlette_app().routes:
        path = getattr(route, "path", "") or "/"
        methods.setdefault(path, set()).update(
            getattr(route, "methods", None) or {"WebSocket" if path != "/" else "GET"}
        )
    return [(path, ", ".join(sorted(verbs))) for path, verbs in methods.items()]


def routes() -> Iterator[str]:
    yield "| Path | Methods | Who may ask, and for what |"
    yield "| --- | --- | --- |"
    for path, methods in served():
        yield f"| {path} | {methods} | {ROUTES.get(path, '')} |"


def _write() -> None:
    """Make the tables from a new, empty installation."""
    import os
    import tempfile

    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="aura-security-") as folder:
        Path(folder).chmod(0o755)
        os.environ["APP_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from core.db import embedded
        from core.db.migrate import migrate

        migrate()
        DOCUMENT.write_text(document(), encoding="utf-8")
        embedded.release()


if __name__ == "__main__":
    _write()
