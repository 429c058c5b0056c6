"""Whatever hands out a personal value leaves a line; whatever changes something leaves one too.

Actions and views are found by looking, so a new one is in the suite from its first day. Each is called on a customer
whose personal values stand nowhere else: where one of them comes out, the log must tell of the reading.
"""

import inspect
import json
from contextlib import ExitStack
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.agents.coach.guidance import guidance
from core.db.target import target_table
from core.engine.mapping.actions import Decision, decide, set_record_type, suggest_mapping
from core.engine.mapping.recipes.actions import export_recipe, save_recipe
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import checklist, contested_rows, current_plan, decisions, mapping_fields
from core.engine.runs.actions import pause
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.views import files, streams
from core.engine.validation.views import issues, latest
from core.entry.tenants import add_member, create_tenant
from core.errors import AppError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.actions import forget_looks
from core.platform.audit.processing import READING, reading_purposes
from core.platform.audit.writing import count_pending
from tests.importer import MENU
from tests.platform.access.test_isolation import GUARDED, arguments_of
from tests.platform.audit.canaries import canaries, import_people

ELSEWHERE = {
    **{
        f"core.business.engagements.ordering.actions.{name}": "a contact's alone: business/engagements/ordering"
        for name in ("discard_draft", "save_draft", "submit_order")
    },
    **{
        f"core.business.engagements.{name}": "a contact's alone: business/engagements"
        for name in (
            "ordering.offers.ask_for_offer",
            "sessions.own.book_own_session",
            "sessions.own.move_own_session",
            "tasks.own.finish_own_task",
        )
    },
    "core.business.engagements.actions.approve_order": "nothing is ordered here: tests/business/engagements",
    **{
        f"core.business.engagements.team.actions.{name}": "nothing is ordered here: tests/business/engagements/team"
        for name in (
            "assign_lead",
            "assign_reserve",
            "assign_reviewer",
            "take_over_lead",
            "end_member",
            "credit_referral",
        )
    },
    "core.entry.demo_delivery.loading.seed_delivery": "of a demo's operator only: entry/demo_delivery/test_loading.py",
    "core.entry.demo_delivery.roster.seed_roster": "of a demo's operator only: entry/demo_delivery/test_roster.py",
    "core.entry.demo_history.seed_history": "of a demo's operator only: entry/test_demo_history.py",
    "core.engine.mapping.ai_review.actions.review_with_ai": "asks nobody here: mapping/ai_review/test_review_with_ai.py",
    "core.engine.mapping.memory.forget.forget": "nothing is learned here: mapping/memory/test_forget.py",
    "core.platform.delivery.actions.retry_message": "no message has failed here: platform/delivery",
    "core.platform.delivery.notifications.mark_read": "nothing changes but what the person has seen",
    **{
        f"core.platform.signin.actions.{name}": "its line is in the installation's log: platform/signin"
        for name in (
            "change_password",
            "confirm_second_factor",
            "end_other_sign_ins",
            "end_sign_in",
            "enrol_second_factor",
            "new_recovery_codes",
            "remove_second_factor",
        )
    },
    **{
        f"core.platform.signin.actions.{name}": "needs an account or a role of the operator: platform/signin"
        for name in (
            "invite",
            "resend_invitation",
            "withdraw_invitation",
            "reset_second_factor",
            "end_sign_ins_of",
        )
    },
    **{
        f"core.business.engagements.sessions.actions.{name}": "nothing is ordered here: engagements/sessions"
        for name in ("book_session", "move_session", "cancel_session", "hold_session", "refresh_agenda")
    },
    **{
        f"core.business.engagements.{name}": "nothing is ordered here: tests/business/engagements"
        for name in (
            "milestones.actions.promise_milestone",
            "milestones.actions.reach_milestone",
            "milestones.actions.reopen_milestone",
            "payments.actions.record_payment",
            "payments.actions.refund_payment",
            "payments.online.begin_online_payment",
            "payments.online.note_begun",
            "states.moving.cancel_order",
            "states.moving.go_live_with_statement",
            "states.moving.move_order",
            "tasks.actions.add_task",
            "tasks.actions.cancel_task",
            "tasks.actions.edit_task",
            "tasks.actions.finish_task",
            "tasks.actions.wait_for",
            "tasks.actions.wait_no_more",
            "tasks.findings.sync_tasks",
            "tasks.migrations.name_migration",
        )
    },
    "core.business.billing.rates.actions.add_rate": "rates are the operator's: business/billing/rates",
    "core.business.billing.rates.actions.import_rates": "rates are the operator's: business/billing/rates",
    "core.engine.runs.rollback_requests.ask_rollback": "no import is completed: engine/runs/test_second_person.py",
    "core.engine.runs.rollback_requests.confirm_rollback": "nobody has asked: engine/runs/test_second_person.py",
    "core.engine.runs.rollback_requests.withdraw_rollback": "nobody has asked: engine/runs/test_second_person.py",
    "core.platform.access.demo_outages.break_part": "refuses a customer that is no demo: platform/access/test_demo_outages.py",
    "core.platform.access.demo_outages.mend": "refuses a customer that is no demo: platform/access/test_demo_outages.py",
    "core.entry.demo_sales._begin_again": "refuses all but the demo's operator: entry/test_demo_sales.py",
    "core.entry.demo_rehearsal.record_rehearsal": "refuses a customer that is no demo: pages/demo/test_screen.py",
    "core.entry.demo._put_back": "refuses a customer that is no demo: entry/test_demo_copy.py",
    "core.entry.demo._rebuild": "refuses a customer that is no demo: entry/test_demo.py",
}
"""Actions whose line another test asks for, and why not this one."""

OPERATORS = (
    "core.business.insights.",
    "core.business.sales.",
    "core.business.specialists.",
    "core.platform.access.customers.",
    "core.platform.access.people.",
    "core.platform.signin.",
)
"""Rooms whose actions write into another log, the operator's, the customer's or the installation's."""

OPERATOR_PURPOSES = {
    "contact of a partner",
    "contact of a prospect",
    "signer of an order",
    "minutes of a session",
    "absences of a specialist",
    "certificate of a specialist",
}
"""Purposes of readings of the operator's own data and of orders, see tests/business."""

RESUME = "core.engine.runs.actions.resume"
"""Needs a run that is paused."""

PERSONAL = frozenset({"personal.read", "export.personal"})


ORDERS = tuple(
    f"core.business.engagements.{room}."
    for room in ("communications", "documents", "escalations", "feedback")
)
"""Rooms whose actions need an order, and nothing is ordered here: tests/business/engagements asks for their lines."""

ORDER_PURPOSES = {
    *("documents of an order", "communication log of an order", "feedback on an order"),
    "escalations of an order",
}
"""Purposes of readings of what is written about orders, see tests/business/engagements."""


class Each(tuple):
    """Values of a parameter that are all tried."""

    __slots__ = ()


@pytest.fixture(scope="module")
def cast(people):
    """Alice, manager of a customer, and Bob, her specialist."""
    with ExitStack() as stack:
        slug = f"alice-{new_id()}"
        tenant = create_tenant(people["alice"], slug, slug)
        add_member(tenant, people["bob"], "specialist")
        yield [stack.enter_context(enter(people[handle], slug)) for handle in ("alice", "bob")]


@pytest.fixture(scope="module")
def alice(cast):
    return cast[0]


@pytest.fixture(scope="module")
def world(cast, tmp_path_factory):
    """Parameter name -> what is tried: as in the suite of the tenants' isolation, and more where a value decides."""
    alice, bob = cast
    folder = tmp_path_factory.mktemp("people")
    guests, dry_run, run = import_people(alice, folder)
    menus = _menus(alice, folder)
    fields = [field for migration in (guests, menus[0]) for field in mapping_fields(alice, migration)]
    [asked] = [field for field in mapping_fields(alice, menus[0]) if field.source_field == "Price"]
    decide(bob, asked.id, version=asked.version, target="menu_item.price")
    [batch] = {row.batch for row in decisions(alice, menus[0], field_id=asked.id)}
    validation = latest(alice, guests)
    recipe = save_recipe(alice, guests, "Guests").id
    plan = current_plan(alice, guests)
    arguments = arguments_of(alice, tmp_path_factory.mktemp("world"))
    return arguments | {
        "migration_id": Each((guests, *menus, create_migration(alice, "Empty").id)),
        "file_id": Each(file.id for file in files(alice, guests)),
        "stream_id": Each(stream.id for stream in streams(alice, guests)),
        "field_id": Each(field.id for field in fields),
        "validation_id": validation.id,
        "validation": validation,
        "run_id": Each((dry_run.id, run.id, arguments["run_id"])),
        "target_id": Each(alice.session.scalars(select(target_table("customer").c.id))),
        "entity": Each(("customer", "order")),
        "batch": batch,
        "seqs": [issue.seq for issue in issues(alice, validation.id, limit=None)],
        "version": Each((0, 1)),
        "target": "customer.notes",
        "decisions": [Decision(fields[0].id, fields[0].version, "customer.notes")],
        "versions": {asked.id: asked.version + 1},
        "form": Each(("csv", "xlsx", "json", "parquet", "yaml")),
        "step": Each(("connect", "preview", "map", "rules", "test", "live")),
        "advice_id": Each(
            advice.id for step in ("map", "test", "live") for advice in guidance(alice, guests, step)
        ),
        "recipe_id": recipe,
        "other_id": recipe,
        "data": export_recipe(alice, recipe, "json").replace(b'"Guests"', b'"Others"'),
        "field": fields[0],
        "stream": Each(("guests", "menu0")),
        "required": checklist(alice, guests),
        "conflicts": contested_rows(alice, guests),
        "key": "orders|_mark|total",
        "proposal": Each(row_rules(alice, guests, plan)),
    }


def _menus(alice, folder):
    """A migration of a menu, undecided, with a record type that a person chose."""
    undecided = create_migration(alice, "Undecided").id
    add_file(alice, undecided, _file(folder, "menu0.csv", MENU), SOURCES)
    suggest_mapping(alice, undecided, SOURCES)
    set_record_type(alice, undecided, "menu0", "menu_item", SOURCES)
    return (undecided,)


def _file(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def calls(function, world):
    """Yield the arguments of every call that is tried, positional and by keyword."""
    parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())[1:]
    needed = [
        parameter
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty or parameter.name.endswith("_id")
    ]
    for parameter in needed:
        if parameter.name not in world:
            pytest.fail(f"{function.__qualname__}({parameter.name}): tell the suite what to try")
    values = [world[parameter.name] for parameter in needed]
    for choice in product(*(value if isinstance(value, Each) else (value,) for value in values)):
        pairs = list(zip(needed, choice, strict=True))
        yield (
            [value for parameter, value in pairs if parameter.kind is not inspect.Parameter.KEYWORD_ONLY],
            {
                parameter.name: value
                for parameter, value in pairs
                if parameter.kind is inspect.Parameter.KEYWORD_ONLY
            },
        )


def probe(function, context, world):
    """Yield what each call hands out and the lines it wrote (of a refusal none); everything is rolled back."""
    context.session.rollback()
    for arguments, options in calls(function, world):
        forget_looks()
        context.session.info["acting"] = True  # as inside an action that is given up
        try:
            if function is GUARDED[RESUME]:
                pause(context, arguments[0])
            before = count_pending(context.session)
            result = function(context, *arguments, **options)
            lines = list(context.session.info.get("audit_lines", ()))[before:]
        except AppError as error:
            result, lines = [error.message, error.hint, error.facts], []
        finally:
            context.session.rollback()
            context.session.info.pop("acting", None)
        yield result, lines


def tells_of_people(line):
    """Tell whether the line names a category of people's data."""
    return bool(set(json.loads(line.facts)["data_categories"]) - {"business records", "accounts"})


PURPOSES = set()
"""Purposes of all readings that were noted."""


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_a_personal_value_never_comes_out_without_a_line(name, world, alice):
    for result, lines in probe(GUARDED[name], alice, world):
        PURPOSES.update(json.loads(line.facts)["purpose"] for line in lines if line.action == READING)
        if values := canaries(result):
            assert any(tells_of_people(line) for line in lines), (
                sorted(values),
                [line.action for line in lines],
            )


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_a_personal_value_never_comes_out_without_the_permission(name, world, alice):
    masked = replace(alice, permissions=alice.permissions - PERSONAL)
    for result, lines in probe(GUARDED[name], masked, world):
        assert canaries(result) == set()
        assert READING not in [line.action for line in lines]


ACTIONS = sorted(
    name
    for name, function in GUARDED.items()
    if function.commits and not name.startswith((*OPERATORS, *ORDERS))
)


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - ELSEWHERE.keys()))
def test_an_action_leaves_a_line(name, world, alice):
    outcomes = list(probe(GUARDED[name], alice, world))
    assert any(lines for _, lines in outcomes), [result for result, _ in outcomes]


def test_the_suite_finds_readings_of_every_purpose():
    assert reading_purposes() == PURPOSES | OPERATOR_PURPOSES | ORDER_PURPOSES
    assert len(ACTIONS) > 35
    assert set(ELSEWHERE) <= {name for name, function in GUARDED.items() if function.commits}
