"""aura coach: the plan, the advice with its ids, and following it."""

import json

import pytest

from core.agents.coach import STEPS
from core.agents.coach.advice_actions import ADVICE_ACTIONS
from core.engine.sources.actions import create_migration
from core.entry import tenants
from core.entry.cli import main
from core.entry.cli.arguments import STEPS as NAMED
from core.entry.cli.session import sign_in
from core.kit.ids import new_id
from core.platform.access.actions import enter

MENU = "Item ID,Item Name,Price\ni1,Margherita,14.50\ni2,Diavola,16.00\n"


@pytest.fixture
def aura(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


@pytest.fixture
def menu(people, tmp_path, monkeypatch):
    """A tenant with a migration of one file that nothing is suggested for yet; its slug."""
    from adapters import SOURCES
    from core.engine.sources.actions import add_file

    monkeypatch.setattr("core.entry.cli.coaching.ensure_worker", lambda: None)
    slug = f"coached-{new_id()}"
    person = sign_in("alice")
    tenants.create_tenant(person, slug, "Coached")
    path = tmp_path / "menu.csv"
    path.write_text(MENU, encoding="utf-8")
    with enter(person, slug) as context:
        add_file(context, create_migration(context, "Menu").id, path, SOURCES)
    return slug


def test_the_argument_s_steps_are_the_coach_s():
    assert tuple(STEPS) == NAMED


def test_the_document_has_plan_advice_health_and_usage(aura, menu):
    code, out, err = aura("coach", "--tenant", menu, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["plan"]["complexity"] == "unknown"
    assert document["health"]["status"] == "degraded"
    assert document["token_usage"]["cost_usd"] == "0.000000"
    assert {piece["step"] for piece in document["guidance"]} == set(STEPS)


def test_the_keys_of_an_offer_and_of_a_dependency_are_those_scripts_read(aura, menu):
    code, out, err = aura("coach", "--tenant", menu, "--json")
    assert code == 0, err
    document = json.loads(out)
    offers = [advice["offer"] for advice in document["guidance"] if advice["offer"]]
    assert offers
    assert {tuple(offer) for offer in offers} == {("deed", "label", "arguments", "warns")}
    assert {offer["deed"] for offer in offers} <= ADVICE_ACTIONS.keys()
    dependencies = document["health"]["dependencies"]
    assert {frozenset(dependency) for dependency in dependencies.values()} == {frozenset({"state", "said"})}
    assert all(dependency["said"] for dependency in dependencies.values())


def test_advice_is_followed_by_its_id_and_only_once(aura, menu):
    _, out, _ = aura("coach", "Menu", "--tenant", menu, "--step", "map", "--json")
    (advice,) = json.loads(out)["guidance"]
    assert aura("coach", "Menu", "--tenant", menu, "--accept", advice["id"])[:2] == (
        0,
        "3 fields suggested.\n",
    )
    code, _, err = aura("coach", "Menu", "--tenant", menu, "--accept", advice["id"])
    assert code == 1
    assert "no longer fits" in err
    assert "simple by item count (score 2), allow 2 hours" in aura("coach", "--tenant", menu)[1]


def test_people_read_it_as_text(aura, menu):
    code, out, _ = aura("coach", "--tenant", menu)
    assert code == 0
    assert "Complexity not known yet, allow 8 hours" in out
    assert "Suggest mappings for 3 columns" in out


def test_without_a_migration_it_says_how_to_make_one(aura, people):
    slug = f"empty-{new_id()}"
    tenants.create_tenant(sign_in("alice"), slug, "Empty")
    code, _, err = aura("coach", "--tenant", slug)
    assert code == 1
    assert "no migration yet" in err
