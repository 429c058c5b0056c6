"""Measures the server time of each page for sales with 2,000 prospects and 5,000 quotes: median and p95.

A page is opened by a new session each time, as after a click on a link: the whole script, without the browser. The first
visit of each page is not counted. Run: python benchmarks/pages.py [rounds]
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
PROSPECTS, QUOTES = 2_000, 5_000
LIMIT = 1.0  # seconds
SYSTEMS = ("toast", "square", "clover", "Aloha")
_ADVANCE = """
update prospect p set stage = (array['new','discovery','demo','quoted','won','lost'])[1 + n.i % 6],
  lost_reason = case when n.i % 6 = 5 then 'Price' end, next_step = 'Call',
  next_step_on = current_date + (n.i % 40 - 10)::int, updated_at = now() - n.i * interval '1 minute'
from (select id, row_number() over (order by id) as i from prospect) n where n.id = p.id
"""
_COPY_QUOTE = """
insert into quote select (jsonb_populate_record(q, jsonb_build_object(
  'id', gen_random_uuid(), 'prospect_id', p.id, 'number', 1000 + s.i, 'version', 1,
  'state', (array['draft','sent','sent','accepted','declined','expired'])[1 + s.i % 6],
  'valid_until', current_date + (s.i % 60), 'total', 500 + s.i, 'subtotal', 500 + s.i,
  'updated_at', now() - s.i * interval '1 minute'))).*
from quote q cross join generate_series(1, :quotes) as s(i)
join (select id, row_number() over (order by id) as n from prospect) p on p.n = 1 + s.i % :prospects
where q.id = :sample
"""


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    sys.path.insert(0, str(ROOT))
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="aura-pages-") as folder:
        os.environ["APP_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from core.db import embedded

        try:
            return _measure(rounds)
        finally:
            embedded.release()


def _measure(rounds: int) -> int:
    people, samples = _fill()
    print(f"{PROSPECTS:,} prospects, {QUOTES:,} quotes, {rounds} visits of each page")
    print(f"{'page':42} {'who':8} {'median':>8} {'p95':>8}")
    slow = []
    for role, person in people.items():
        for name, (path, query) in _pages(samples, role).items():
            times = [_visit(person, path, query) for _ in range(rounds + 1)][1:]
            p95 = quantiles(times, n=20, method="inclusive")[-1]
            print(f"{name:42} {role:8} {median(times):7.3f}s {p95:7.3f}s", flush=True)
            slow += [name] if p95 > LIMIT else []
    print(f"over {LIMIT} s: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


def _pages(samples: dict[str, str], role: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Name -> path and query of each page."""
    from pages.prospects.sections import SECTIONS

    record = {"prospect": samples[f"prospect_{role}"]}
    pages = {
        "Today": ("today", {}),
        "Prospects": ("prospects", {}),
        "Prospects, searched": ("prospects", {"find": "kitchen 1"}),
        "Prospects by quote": ("prospects", {"order": "By quote"}),
        "Quotes": ("quotes", {}),
        "Quote": ("quotes", {"quote": samples["quote"]}),
        "Playbook": ("playbook", {}),
        "Demo": ("demo", {}),
    }
    return pages | {
        f"Prospect, {label.lower()}": ("prospects", record | {"section": key})
        for key, (label, _) in SECTIONS.items()
    }


def _visit(person: str, path: str, query: dict[str, str]) -> float:
    """Open a page in a new session; return the seconds that the script took."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "pages" / "console.py"), default_timeout=60)
    app.session_state["person"] = person
    app.session_state["frame_going"] = (path, query)
    start = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - start
    if app.exception:
        raise RuntimeError(f"{path} {query}: {app.exception[0].value}")
    return seconds


def _fill() -> tuple[dict[str, str], dict[str, str]]:
    """Make an operator with its people, prospects and quotes; return role -> person, and ids of samples."""
    from sqlalchemy import text

    from core.business.sales.prospects.records import add_records
    from core.business.sales.prospects.rules import ContactDetails, ProspectFields
    from core.business.sales.quotes.actions import draft_quote
    from core.db.migrate import migrate
    from core.entry.tenants import add_member, create_person, create_tenant
    from core.platform.access.actions import enter

    migrate()
    manager = create_person("pages-manager", "Mona Manager", is_demo=True)
    sales = create_person("pages-sales", "Sam Seller", is_demo=True)
    operator = create_tenant(manager, "pages", "Pages", kind="operator", role="manager", is_demo=True)
    add_member(operator, sales, "sales")
    with enter(manager, operator) as context:
        fields = [
            ProspectFields(
                f"Kitchen {number}",
                "restaurant" if number % 5 else "school",
                SYSTEMS[number % 4],
                1 + number % 60,
                contact=ContactDetails("Rosa Bianchi", f"rosa{number}@example.com", ""),
                next_step_on=None,
            )
            for number in range(PROSPECTS)
        ]
        mine = add_records(context, [(entry, "") for entry in fields[::2]], sales)
        theirs = add_records(context, [(entry, "") for entry in fields[1::2]], manager)
        context.session.commit()
        quote = draft_quote(context, mine[1], "professional")
        context.session.execute(text(_ADVANCE))
        context.session.execute(
            text(_COPY_QUOTE), {"quotes": QUOTES, "prospects": PROSPECTS, "sample": quote}
        )
        context.session.commit()
    _analyze()
    samples = {"prospect_sales": mine[7], "prospect_manager": theirs[7], "quote": quote}
    return {"sales": sales, "manager": manager}, samples


def _analyze() -> None:
    """Have the server know its tables, as its autovacuum does within a minute of such a load."""
    from sqlalchemy import create_engine, text

    from core.db.base import owner_url

    with create_engine(owner_url()).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))


if __name__ == "__main__":
    sys.exit(main())
