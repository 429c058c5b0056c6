"""The demo tells the same story on every machine, to the people of the cast, and to nobody else."""

import pytest
from sqlalchemy import func, select

from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration
from core.engine.validation import views as validations
from core.entry import demo
from core.errors import ConflictError, NotFoundError
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import places

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cast(people):
    return demo.seed_cast()


@pytest.fixture
def loaded(cast):
    """Bella's demo, loaded once; its queued import is taken out of the way, for no worker runs here."""
    if not demo.is_loaded("bella"):
        demo.reset("bella")
    return cast


def _cancel_runs(person):
    from core.engine.runs.actions import cancel

    with enter(person, "bella") as context:
        for run in context.session.scalars(select(Run.id).where(Run.state == "queued")).all():
            cancel(context, run)


def test_the_cast_is_seeded_once(cast):
    assert demo.seed_cast() == cast
    assert set(cast) == {"alice", "bob", "sam", "mallory", "ada"}


def test_everybody_has_the_role_of_the_story(cast):
    def roles(handle):
        return {place.slug: place.role for place in places(cast[handle]) if place.slug in demo.TENANTS}

    assert roles("alice") == {"bella": "manager"}
    assert roles("mallory") == {"coffee-corner": "manager"}
    assert roles("sam") == {"bella": "sales", "coffee-corner": "sales"}


def test_every_role_of_the_story_may_be_given(cast):
    assert {role for tenant in demo.TENANTS.values() for role in tenant.roles.values()} <= ROLES.keys()


def test_bella_stands_at_the_mapping_with_a_first_import_behind_her(loaded):
    with enter(loaded["alice"], "bella") as context:
        assert context.tenant.is_demo
        names = context.session.scalars(
            select(Migration.name).order_by(Migration.created_at, Migration.id)
        ).all()
        [kind] = context.session.scalars(select(Run.kind)).all()
    assert sorted(names) == ["Guests first", "Toast to AuraConnect"]
    assert kind == "import"


def test_the_payment_that_is_short_is_found_in_the_demo(loaded):
    with enter(loaded["alice"], "bella") as context:
        migration = context.session.scalar(
            select(Migration.id).where(Migration.name == "Toast to AuraConnect")
        )
        latest = validations.latest(context, migration)
        counts = {count.code: count for count in validations.issue_counts(context, latest.id)}
    assert str(counts["payment_differs"].money) == "-4.2300"
    assert counts["missing_email"].rows == 47


def test_a_demo_at_work_is_not_reset(loaded):
    with pytest.raises(ConflictError, match="at work"):
        demo.reset("bella")


def test_a_reset_puts_everything_anew_and_nothing_twice(loaded):
    _cancel_runs(loaded["alice"])
    made = demo.reset("bella", person=loaded["sam"])
    with enter(loaded["alice"], "bella") as context:
        assert context.session.scalar(select(func.count()).select_from(Migration)) == len(made) == 2
    _cancel_runs(loaded["alice"])


def test_mallory_cannot_reset_bella(cast):
    with pytest.raises(NotFoundError):
        demo.reset("bella", person=cast["mallory"])


def test_a_tenant_that_is_no_demo_cannot_be_reset(cast):
    with pytest.raises(NotFoundError, match="bella and coffee-corner"):
        demo.reset("a-customer")
