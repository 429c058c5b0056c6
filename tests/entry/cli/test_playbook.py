"""aura playbook: the entries with their claims beside the measured figures, for staff of the operator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from core.entry.cli import main
from core.entry.demo_history import seed_history
from core.platform.access.actions import enter
from tests.operators import Staff, add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def handle(database: None) -> Iterator[str]:
    """A person of sales at the demo's operator, whose finished migrations are the generated ones."""
    manager = add_staff("manager", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        context.session.execute(text("select empty_demo()"))
        context.session.commit()
        seed_history(context, date(2026, 11, 28))
        yield _handle(add_staff("sales", is_demo=True))
        context.session.execute(text("select empty_demo()"))
        context.session.commit()


def _handle(staff: Staff) -> str:
    return staff.name.lower().replace(" ", "-")


def _answer(capsys: pytest.CaptureFixture[str], handle: str, *arguments: str) -> dict:
    assert main(["playbook", *arguments, "--as", handle, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_names_every_entry_with_its_version(capsys, handle):
    entries = _answer(capsys, handle, "list")["entries"]
    assert len(entries) == 66
    assert entries[0] == {
        "entry": "differentiators/migration_coach",
        "section": "differentiators",
        "title": "AI Migration Coach",
        "version": 0,
        "edited_by": None,
        "edited_at": None,
    }
    stories = _answer(capsys, handle, "list", "--section", "stories")["entries"]
    assert [entry["entry"] for entry in stories] == [
        *("stories/bella", "stories/coffee_corner", "stories/pacific_seafood")
    ]


def test_an_entry_is_shown_with_each_claim_beside_its_figure(capsys, handle):
    document = _answer(capsys, handle, "show", "objections/complexity")
    assert document["content"]["title"] == "Our setup is too complex"
    verdicts = {claim["claim"]: claim for claim in document["claims"]}
    measured = verdicts["95% or more of the suggested mappings are right"]
    assert measured["verdict"] == "contradicted"
    assert measured["sample"] == 30
    assert 85 < measured["value"] < 95
    open_claim = verdicts["Menus of 10,000 items and 500 modifiers were moved"]
    assert (open_claim["verdict"], open_claim["value"]) == ("unmeasured", None)
    assert open_claim["measured"] == "Claim, not yet measured"


def test_the_text_says_what_not_to_say(capsys, handle):
    assert main(["playbook", "show", "objections/complexity", "--as", handle]) == 0
    lines = capsys.readouterr().out.splitlines()
    [position] = [index for index, line in enumerate(lines) if line.startswith("- Do not say: 95%")]
    assert lines[position + 1].strip().startswith("Measured: mapping precision")
    assert lines[0] == "Title: Our setup is too complex"


def test_a_search_finds_entries_of_all_sections(capsys, handle):
    entries = _answer(capsys, handle, "search", "rollback", "90")["entries"]
    assert [entry["entry"] for entry in entries] == ["objections/data_risk"]
    assert _answer(capsys, handle, "search", "zeppelin") == {"entries": []}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "objections/weather"], "There is no entry 'weather'."),
        (["show", "weather"], "There is no section 'weather'."),
        (["list", "--section", "weather"], "There is no section 'weather'."),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(capsys, handle, arguments, message):
    assert main(["playbook", *arguments, "--as", handle]) != 0
    assert message in capsys.readouterr().err


def test_who_does_not_sell_is_refused(capsys, handle):
    specialist = _handle(add_staff("specialist", is_demo=True))
    assert main(["playbook", "list", "--as", specialist]) != 0
    assert "Measured" not in capsys.readouterr().out
