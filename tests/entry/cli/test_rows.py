"""Rows that are not records are listed on the command line, and a decision about them is taken and taken back."""

from __future__ import annotations

import json

import pytest

from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id

SALES = (
    "Order #,Opened,Server,Subtotal,Tax,Total\n"
    "501,2025-03-01 12:05,Kim,40.00,3.20,43.20\n"
    "502,2025-03-01 12:40,Lee,15.50,1.24,16.74\n"
    "Total,,,55.50,4.44,59.94\n"
)


MENU = "Dish,Cost,Stock Code\nSoup,$4.50,S1\nStew,$12.00,S2\n"


@pytest.fixture
def aura(capsys):
    """Runs a command with --json; returns its exit code and its document, or what it printed on stderr."""

    def run(*arguments):
        code = main([*(str(argument) for argument in arguments), "--json"])
        output = capsys.readouterr()
        return code, json.loads(output.out) if output.out.startswith(("{", "[")) else output.err

    return run


@pytest.fixture
def access(people):
    """A tenant of Alice's, as arguments."""
    slug = f"cli-{new_id()}"
    tenants.create_tenant(people["alice"], slug, slug, is_demo=True)
    return ("--tenant", slug, "--as", "alice")


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    return path


def test_validation_lists_the_rules_and_a_decision_is_taken_and_taken_back(aura, access, sales):
    code, validated = aura("validate", sales, *access)
    assert code == 0
    (rule,) = validated["row_rules"]
    assert (rule["table"], rule["rule"], rule["rows"]) == ("sales", "Total", 1)
    assert (rule["outcome"], rule["decision"]) == ("Skipped", None)
    migration = validated["migration"]
    for option, outcome, decision in (
        ("--import", "Imported as records", "import"),
        ("--skip", "Skipped", "skip"),
        ("--undo", "Skipped", None),
    ):
        code, (decided,) = aura("rows", migration, option, rule["key"], *access)
        assert code == 0
        assert (decided["outcome"], decided["decision"], decided["first_rows"]) == (outcome, decision, [4])


def test_a_rule_that_is_not_there_is_refused_with_those_that_are(aura, access, sales):
    _, validated = aura("validate", sales, *access)
    code, message = aura("rows", validated["migration"], "--import", "sales|x|y", *access)
    assert code != 0
    assert validated["row_rules"][0]["key"] in message


def test_a_migration_whose_rows_are_all_records_says_so(aura, access, tmp_path, capsys):
    menu = tmp_path / "menu.csv"
    menu.write_text(MENU, encoding="utf-8")
    _, validated = aura("validate", menu, *access)
    assert main(["rows", validated["migration"], *access]) == 0
    assert capsys.readouterr().out.strip() == "Every row is a record."
