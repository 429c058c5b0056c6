"""Commands of whoever runs the installation: tenants, people, the demo, the worker, the console."""

from __future__ import annotations

from argparse import Namespace

from core.db.migrate import migrate
from core.entry import tenants
from core.entry.cli.answer import Answer
from core.entry.cli.desk import sit_down


def create_tenant(given: Namespace) -> Answer:
    person = sit_down(given.person)
    made = tenants.create_tenant(
        person,
        given.slug,
        given.name,
        domain=given.domain,
        zone=given.zone,
        currency=given.currency,
        country=given.country,
    )
    return Answer(
        {"tenant": made, "slug": given.slug, "manager": given.person},
        f"Tenant {given.slug} is there; {given.person} manages it.",
    )


def create_person(given: Namespace) -> Answer:
    migrate()
    made = tenants.create_person(given.handle, given.name)
    return Answer({"person": made, "handle": given.handle}, f"{given.name} may act as {given.handle}.")


def reset_demo(given: Namespace) -> Answer:
    from core.entry.demo import reset, seed_cast  # noqa: PLC0415  (the other commands need no engine)
    from core.entry.worker import ensure_worker  # noqa: PLC0415

    migrate()
    seed_cast()
    made = reset(given.tenant)
    ensure_worker()
    return Answer({"tenant": given.tenant, "migrations": made}, f"The demo {given.tenant} is ready.")


def work(_given: Namespace) -> Answer:
    from core.entry.worker import main  # noqa: PLC0415

    main()
    return Answer(None, "")


def serve(given: Namespace) -> Answer:
    from core.entry.serve import serve as start  # noqa: PLC0415

    start(demo=given.demo, port=given.port)
    return Answer(None, "")
