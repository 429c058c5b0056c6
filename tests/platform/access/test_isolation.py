"""Mallory, manager of another tenant, holds every id of Alice's and calls every action and view there is with them.

The functions are found by looking, so a new one is in the suite from its first day; one with a parameter the suite
does not know fails it until ARGUMENTS is told what Mallory would try.
"""

import importlib
import inspect
import pkgutil
import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

import core
from adapters import SOURCES
from core.agents.coach.guidance import guidance
from core.business.engagements.communications.rules import Entry
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.roi.case import default_case
from core.db.migrate import all_metadata
from core.db.session import TenantSession
from core.engine.mapping import actions as mapping
from core.engine.mapping.recipes.actions import save_recipe
from core.engine.mapping.row_rules.rules import Proposal
from core.engine.mapping.views import checklist, contested_rows, mapping_fields
from core.engine.runs import actions as runs
from core.engine.sources import actions as sources
from core.engine.sources.read import ReaderOptions
from core.engine.sources.views import files, streams
from core.engine.validation.actions import validate
from core.entry import demo
from core.entry.tenants import create_tenant
from core.errors import AppError, NotAllowedError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.audit_log import AuditFilter
from core.platform.access.customers.rules import CustomerDetails
from core.platform.access.rules import PERMISSIONS
from core.platform.ai.prompt_log import log_prompt
from core.platform.costs.actions import NewPrice, set_price
from core.platform.costs.budget import CallRequest, reserve, settle
from core.platform.costs.views import ledger
from core.platform.delivery.notifications import notifications
from core.platform.delivery.views import outbox_entries
from core.platform.events.actions import emit
from tests.platform.access.desk_arguments import desk_arguments
from tests.platform.access.payments import payment_arguments
from tests.platform.access.specialist_arguments import specialist_arguments

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
MARKER = "Zanzibarian"  # stands in Alice's data and nowhere else
MAKES_OWN = {"create_migration"}  # makes something of Mallory's own, from nothing of Alice's


def _guarded():
    """Every function with a permission, once, by its full name."""
    functions = {}
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if ".migrations" in module.name or module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for function in vars(loaded).values():
            if callable(function) and getattr(function, "permission", None) in PERMISSIONS:
                functions[f"{function.__module__}.{function.__qualname__}"] = function
    return functions


GUARDED = _guarded()


@pytest.fixture(scope="module")
def stage(people):
    """Alice and Mallory, each in a tenant of her own, for the whole suite: nothing in it may change what is there."""
    with ExitStack() as stack:
        contexts = []
        for handle in ("alice", "mallory"):
            slug = f"{handle}-{new_id()}"
            create_tenant(people[handle], slug, slug, is_demo=True)
            contexts.append(stack.enter_context(enter(people[handle], slug)))
        yield contexts


@pytest.fixture(scope="module")
def alice(stage):
    return stage[0]


@pytest.fixture(scope="module")
def mallory(stage):
    return stage[1]


@pytest.fixture(scope="module")
def world(alice, tmp_path_factory):
    """What Alice has: a migration with a file, a mapping, a validation and a queued run. Parameter name -> her value."""
    return arguments_of(alice, tmp_path_factory.mktemp("world"))


def arguments_of(alice, folder):
    """Make Alice what the suite tries, and return it by the names of parameters."""
    path = folder / "guests.csv"
    path.write_text(f"Guest Id,Name,Email\n1,{MARKER} Jones,jones@example.com\n", encoding="utf-8")
    migration = sources.create_migration(alice, f"{MARKER} move").id
    file = sources.add_file(alice, migration, path, SOURCES).id
    mapping.suggest_mapping(alice, migration, SOURCES)
    [first, *remaining] = mapping_fields(alice, migration)
    by_header = {"Guest Id": "customer.external_id", "Name": "customer.first_name", "Email": "customer.email"}
    batch = mapping.decide_many(
        alice,
        [
            mapping.Decision(field.id, field.version, by_header[field.source_field])
            for field in (first, *remaining)
            if field.slot == 0
        ],
    )
    recipe = save_recipe(alice, migration, f"{MARKER} guests").id
    [advice] = guidance(alice, migration, "test")
    validation = validate(alice, migration)
    run = runs.start(alice, migration, "import").id
    call = reserve(alice, CallRequest("field_mapping", MARKER, "gpt-5-mini", "v1", 500, migration))
    settle(alice, call, outcome="answered", tokens_in=100)
    log_prompt(alice, call, [{"role": "user", "content": MARKER}])
    addition = folder / "more.csv"
    addition.write_text("Guest Id,Name\n2,Nobody\n", encoding="utf-8")
    emit(alice, "import_failed", to=[alice.person], migration=MARKER, migration_id=migration, run_id=run)
    until = clock.now() + timedelta(days=1)
    emit(alice, "invitation", to_address=f"{MARKER}@example.com", link=MARKER, expires_at=until, role=MARKER)
    alice.session.commit()
    message = outbox_entries(alice)[0].id
    arguments = {
        "migration_id": migration,
        "file_id": file,
        "stream_id": streams(alice, migration)[0].id,
        "field_id": first.id,
        "batch": batch,
        "validation_id": validation.id,
        "validation": validation,
        "run_id": run,
        "target_id": run,
        "object_id": migration,
    }
    assert files(alice, migration)
    return arguments | {
        "path": addition,
        "sources": SOURCES,
        "options": ReaderOptions(),
        "name": "Mine now",
        "version": 1,
        "target": None,
        "decisions": [mapping.Decision(first.id, 1, None, status="ignored")],
        "threshold": 0.0,
        "versions": {first.id: 1},
        "choices": {"yes": "true"},
        "ids": {alice.person},
        "amount": Decimal(0),
        "entity": "customer",
        "strategy": "overwrite",
        "location": "",
        "zone": "UTC",
        "close_hour": 4,
        "kind": "import",
        "form": "csv",
        "demo": demo.BELLA,
        "part": "ai",
        "customers": 1,
        "seconds": {"Hook": 30},
        "step": "test",
        "advice_id": advice.id,
        "agent_name": "MigrationCoach",
        "source": "toast",
        "confidence": 0.9,
        "outcomes": (),
        "recipe_id": recipe,
        "other_id": recipe,
        "data": b"{}",
        "fields": 3,
        "selection": [first.id],
        "status": "ignored",
        "mappings": (),
        "calls": ledger(alice),
        "call_id": call,
        "answers": {},
        "package": "starter",
        "price": NewPrice("a-model-of-mallory-s", 1, 1, 1),
        "price_id": set_price(alice, NewPrice("a-model-of-alice-s", 1, 1, 1), "Our own server"),
        "reason": "Mine now",
        "field": first,
        "target_key": "customer.email",
        "stream": streams(alice, migration)[0].name,
        "seqs": [1, 2],
        "proposal": Proposal(
            "k", streams(alice, migration)[0].name, "Guest Id", "1", 1, "", (), is_certain=False
        ),
        "message_id": message,
        "notification_ids": [notice.id for notice in notifications(alice)],
        "by_email": {"import_failed": False},
        "cast": dict.fromkeys(demo.PEOPLE, alice.person),
        "filters": AuditFilter(),
        "names": {alice.person: MARKER},
        "required": checklist(alice, migration),
        "conflicts": contested_rows(alice, migration),
        "size": 1,
        "sign_in_id": new_id(),
        "person": alice.person,
        "present": "not the password",
        "password": "another quiet evening",
        "code": "000000",
        "email": f"{new_id()}@example.com",
        "role": "specialist",
        **dict.fromkeys(("document_id", "entry_id", "feedback_id", "escalation_id"), migration),
        "entry": Entry("phone", "in", alice.now, "Mine now", "Mine now"),
        "score": 5,
        "table": "figures",
        "resolution": "Mine now",
        "invitation_id": new_id(),
        "holds": True,
        "skips": True,
        "key": "menu|role|teacher",
        "customer_id": alice.tenant.id,
        "details": CustomerDetails("Mine now", "mine-now", "restaurant", "UTC", "USD", "US"),
        "person_id": alice.person,
        "assignment_id": migration,
        **desk_arguments(migration, alice.today),
        **specialist_arguments(migration, alice.now),
        "starts_at": alice.now,
        "prospect_id": migration,
        "finished_id": migration,
        "engagement_id": migration,
        "draft_id": migration,
        "number": "+263771234567",
        "case": default_case("restaurant"),
        "other_version": 1,
        "values": {"complaints": Decimal(0)},
        "quote_id": migration,
        "roi_case_id": migration,
        "terms": QuoteTerms(),
        "changes": {"name": MARKER},
        "counts": {"items": 1},
        "evidence": "Mine now",
        "owner_id": alice.person,
        "stage": "lost",
        "text": "Mine now",
        "domain": "restaurant",
        "bands": [],
        "section": "objections",
        "words": MARKER,
        "content": {"title": "Mine now", "answer": "Mine now"},
        "restored": 0,
        **payment_arguments(migration),
        "event": "hold",
        "day": alice.today,
        "task_id": migration,
        "waits_for_id": migration,
        "updated_at": alice.now,
        "session_id": migration,
        "specialist_id": migration,
        "minutes": MARKER,
        "hours": {"mon": [["09:00", "10:00"]]},
    }


@pytest.fixture(scope="module")
def untouched(world, alice):
    alice.session.rollback()
    return _digest(alice.tenant.id)


def _tries(function, world):
    """Keyword arguments with Alice's ids, optional ones included where they are ids."""
    arguments = {}
    parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]
    for parameter in parameters:
        is_id = parameter.name.endswith("_id")
        if parameter.default is inspect.Parameter.empty or is_id:
            if parameter.name not in world:
                pytest.fail(
                    f"{function.__qualname__}({parameter.name}): tell the suite what Mallory would try"
                )
            arguments[parameter.name] = world[parameter.name]
    return arguments


def _digest(tenant):
    """Everything in the tenant's tables, as the database sees it."""
    with TenantSession(tenant, "") as session:
        return {
            table.name: session.execute(
                text(
                    f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from \"{table.name}\" t"
                )
            ).scalar()
            for table in all_metadata().sorted_tables
            if "tenant_id" in table.c
        }


def _text_of(result):
    """All text a result shows, objects of the database and lists of them included."""
    if isinstance(result, bytes):
        return result.decode("utf-8", "replace")
    if isinstance(result, (list, tuple, set, frozenset)):
        return " ".join(_text_of(item) for item in result)
    if isinstance(result, dict):
        return " ".join(_text_of(item) for pair in result.items() for item in pair)
    if hasattr(result, "__table__"):
        return " ".join(str(getattr(result, column.key)) for column in result.__table__.columns)
    return repr(result)


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_with_alice_s_ids_mallory_gets_nothing_and_changes_nothing(name, world, untouched, alice, mallory):
    arguments = _tries(GUARDED[name], world)
    try:
        output = _text_of(
            GUARDED[name](
                mallory, *_positional(GUARDED[name], arguments), **_by_keyword(GUARDED[name], arguments)
            )
        )
    except AppError as refused:
        output = _text_of([refused.message, refused.hint])
    mallory.session.rollback()
    assert MARKER not in output
    assert _digest(alice.tenant.id) == untouched
    if name.rpartition(".")[2] not in MAKES_OWN:
        assert world["migration_id"] not in _rows_of(mallory.tenant.id)


def _kinds(function):
    return inspect.signature(inspect.unwrap(function)).parameters


def _positional(function, arguments):
    return [
        value
        for name, value in arguments.items()
        if _kinds(function)[name].kind is not inspect.Parameter.KEYWORD_ONLY
    ]


def _by_keyword(function, arguments):
    return {
        name: value
        for name, value in arguments.items()
        if _kinds(function)[name].kind is inspect.Parameter.KEYWORD_ONLY
    }


def _rows_of(tenant):
    """Every id that stands in the tenant's tables."""
    with TenantSession(tenant, "") as session:
        rows = [
            session.execute(text(f'select t::text from "{table.name}" t')).scalars().all()
            for table in all_metadata().sorted_tables
            if "tenant_id" in table.c
        ]
    return set(UUID.findall(" ".join(row for table in rows for row in table)))


def test_the_suite_finds_what_there_is():
    assert len(GUARDED) >= 40
    assert {"core.engine.runs.actions.rollback", "core.engine.sources.views.sample"} <= GUARDED.keys()


def test_every_tenant_table_of_alice_s_is_empty_for_mallory(world, alice, mallory):
    for table in all_metadata().sorted_tables:
        if "tenant_id" not in table.c or table.name == "membership":
            continue
        mine = table.c.tenant_id == alice.tenant.id
        assert mallory.session.execute(select(table).where(mine)).first() is None
        raw = text(f'select 1 from "{table.name}" where tenant_id = :tenant limit 1')
        assert mallory.session.execute(raw, {"tenant": alice.tenant.id}).first() is None


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_whoever_may_not_is_refused_before_anything_is_looked_up(name, mallory):
    """Without the permission a call never gets as far as its arguments."""
    function = GUARDED[name]
    needed = [kind for kind in list(_kinds(function).values())[1:] if kind.default is inspect.Parameter.empty]
    arguments = {parameter.name: object() for parameter in needed}
    with pytest.raises(NotAllowedError):
        function(
            replace(mallory, permissions=frozenset()),
            *_positional(function, arguments),
            **_by_keyword(function, arguments),
        )


@pytest.mark.parametrize(
    "name", ["sources.views.sample", "sources.views.migration", "mapping.views.fields.samples_for"]
)
def test_alice_herself_is_shown_what_mallory_is_not(name, world, alice):
    """The suite can fail: the marker is there to be found."""
    function = GUARDED[f"core.engine.{name}"]
    assert MARKER in _text_of(function(alice, *_tries(function, world).values()))
