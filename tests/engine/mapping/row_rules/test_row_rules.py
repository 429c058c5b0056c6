"""Row rules are proposed from all rows, decided by a person, remembered for the customer's next file, and imported by."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.batch import ROW
from core.engine.issues import CATALOGUE
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.row_rules.actions import decide_row_rule, forget_row_rule
from core.engine.mapping.row_rules.rules import Proposal, key_of, propose, with_rules
from core.engine.mapping.row_rules.views import example_rows, row_rules
from core.engine.mapping.views import current_plan
from core.engine.plan import EntityPlan, FieldPlan, LeftOut, Plan
from core.engine.runs.reconciliation.accounting import account
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.non_data.facts import RowFacts
from core.engine.transforms import transform_rows
from core.engine.validation import actions, views

MENU = "Item ID,Item Name,Price\ni1,Soup,4.00\n,Mains,\ni2,Stew,5.00\n"
SALES = (
    "Order #,Opened,Server,Subtotal,Tax,Total\n"
    "501,2025-03-01 12:05,Kim,40.00,3.20,43.20\n"
    "502,2025-03-01 12:40,Lee,15.50,1.24,16.74\n"
    "Total,,,55.50,4.44,59.94\n"
)


def migration_of(context: Context, folder: Path, text: str, name: str = "menu.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    migration = create_migration(context, name).id
    add_file(context, migration, path, SOURCES)
    suggest_mapping(context, migration, SOURCES)
    return migration


def rules_of(context: Context, migration: str) -> list[Proposal]:
    return row_rules(context, migration, current_plan(context, migration))


def issues_of(context: Context, migration: str) -> list[tuple[str, int]]:
    validation = actions.validate(context, migration)
    return [(issue.code, issue.row) for issue in views.issues(context, validation.id, level="error")]


def test_a_row_that_may_be_a_heading_is_held_until_a_person_decides(alice, tmp_path):
    migration = migration_of(alice, tmp_path, MENU)
    (finding,) = views.issues(alice, actions.validate(alice, migration).id, code="row_kind_unknown")
    assert (finding.entity, finding.row, finding.level) == ("menu_item", 3, "error")
    assert finding.remedy == CATALOGUE["row_kind_unknown"].remedy
    (rule,) = rules_of(alice, migration)
    assert (rule.rows, rule.is_certain, rule.outcome) == (1, False, "Held until you decide")
    assert [(row.row, row.cells) for row in example_rows(alice, migration, rule)] == [
        (3, {"Item Name": "Mains"})
    ]


def test_a_person_skips_the_rows_of_a_rule_imports_them_or_takes_the_decision_back(alice, tmp_path):
    migration = migration_of(alice, tmp_path, MENU)
    (rule,) = rules_of(alice, migration)
    decide_row_rule(alice, migration, rule.key, skips=True)
    assert issues_of(alice, migration) == []
    assert [rule.outcome for rule in rules_of(alice, migration)] == ["Skipped"]
    decide_row_rule(alice, migration, rule.key, skips=False)
    assert [rule.outcome for rule in rules_of(alice, migration)] == ["Imported as records"]
    assert ("row_kind_unknown", 3) not in issues_of(alice, migration)
    forget_row_rule(alice, migration, rule.key)
    assert ("row_kind_unknown", 3) in issues_of(alice, migration)


def test_a_decision_holds_for_the_customers_next_file_of_the_kind(alice, tmp_path):
    first = migration_of(alice, tmp_path, MENU, "menu 2025-03.csv")
    decide_row_rule(alice, first, rules_of(alice, first)[0].key, skips=True)
    second = migration_of(alice, tmp_path, MENU.replace("Soup", "Broth"), "menu 2025-04.csv")
    assert [rule.outcome for rule in rules_of(alice, second)] == ["Skipped"]


def test_a_total_that_was_imported_once_is_no_example_for_the_next_file(alice, tmp_path):
    first = migration_of(alice, tmp_path, SALES, "sales.csv")
    second = migration_of(alice, tmp_path, SALES.replace("Kim", "Ida"), "sales.csv")
    (rule,) = [rule for rule in rules_of(alice, first) if rule.value == "total"]
    decide_row_rule(alice, first, rule.key, skips=False)
    assert [rule.outcome for rule in rules_of(alice, first) if rule.value == "total"] == [
        "Imported as records"
    ]
    assert [rule.outcome for rule in rules_of(alice, second) if rule.value == "total"] == ["Skipped"]


def test_totals_are_skipped_by_a_rule_that_the_account_names(alice, importer):
    run = importer.import_file(SALES, name="sales.csv")
    (table,) = account(alice, run.id).tables
    assert dict(table.outcomes) == {"imported": 2, "skipped": 1}
    assert dict(table.skip_rules) == {"Total": 1}
    assert table.unaccounted == 0


USERS = (
    "sourcedId,status,role,givenName,familyName,email,agentSourcedIds\n"
    "s1,active,student,Ada,Bloom,ada@example.org,p1\n"
    "s2,tobedeleted,student,Ben,Carr,ben@example.org,\n"
    "t1,active,teacher,Cy,Dunn,cy@example.org,\n"
    "p1,active,parent,Dee,Bloom,dee@example.org,s1\n"
    "x1,active,proctor,Eve,Flint,eve@example.org,\n"
)


def test_teachers_and_parents_in_a_table_of_pupils_become_what_they_are(tmp_path):
    rows = pl.read_csv(USERS.encode(), infer_schema=False)
    rows = rows.insert_column(0, pl.Series(ROW, range(2, len(rows) + 2), pl.Int64))
    columns = {
        "external_id": "sourcedId",
        "first_name": "givenName",
        "last_name": "familyName",
        "email": "email",
    }
    fields = tuple(FieldPlan(target, (source,)) for target, source in columns.items())
    plan = Plan("school", "spreadsheet", (EntityPlan("users", "student", fields),))
    facts = RowFacts()
    facts.add(rows)
    plan = with_rules(plan, propose(plan, {"users": facts}, {}))
    ids = {
        part.entity: transform_rows(plan, part, rows).frame["external_id"].to_list() for part in plan.entities
    }
    assert ids == {"student": ["s1"], "guardian": ["p1"], "staff": ["t1"]}


def test_what_is_mapped_to_another_kind_of_people_is_part_of_its_records():
    fields = tuple(FieldPlan(target, (target,)) for target in ("external_id", "first_name", "last_name"))
    wards = FieldPlan("student_ids", ("children",), "split(';')")
    phones = FieldPlan("phone", ("phone",))
    left_out = (LeftOut("t", "guardian", ("children",), ("external_id",), (wards, phones)),)
    plan = Plan("school", "spreadsheet", (EntityPlan("t", "student", fields),), left_out=left_out)
    facts = {"t": RowFacts(words={"role": Counter({"student": 4, "parent": 2})})}
    ruled = with_rules(plan, propose(plan, facts, {}))
    (guardians,) = ruled.of("guardian")
    assert guardians.field("student_ids") == wards
    assert guardians.field("phone") == phones
    assert ruled.left_out == ()


# --- evidence -----------------------------------------------------------------------------------------------------


def proposals_of(entity: str, column: str, domain: str = "school", **counts: int) -> dict[str, Proposal]:
    plan = Plan(domain, "spreadsheet", (EntityPlan("t", entity, (FieldPlan("external_id", ("id",)),)),))
    words = {word.replace("_", " "): count for word, count in counts.items()}
    facts = {"t": RowFacts(words={column: Counter(words)})}
    return {proposal.value: proposal for proposal in propose(plan, facts, {})}


def test_words_that_name_other_kinds_are_skipped_and_unknown_ones_held():
    rules = proposals_of("student", "role", student=40, lehrer=3, padre=2, porter=1)
    assert {word: (rule.is_certain, rule.kind) for word, rule in rules.items()} == {
        "lehrer": (True, "staff"),
        "padre": (True, "guardian"),
        "porter": (False, ""),
    }


@pytest.mark.parametrize("counts", [{"student": 40}, {"Manager": 3, "Server": 5}, {"A": 3, "B": 5}])
def test_a_column_of_one_kind_or_of_other_words_gives_no_rule(counts):
    assert proposals_of("student", "role", **counts) == {}


@pytest.mark.parametrize("counts", [{"product": 3}, {"item": 3, "image": 1}])
def test_the_category_of_an_item_is_told_by_the_rows_of_items(counts):
    item = EntityPlan("t", "menu_item", (FieldPlan("external_id", ("id",)),))
    category = EntityPlan("t", "category", (FieldPlan("external_id", ("group",)),), primary=False)
    facts = {"t": RowFacts(words={"type": Counter(counts)})}
    rules = propose(Plan("restaurant", "spreadsheet", (category, item)), facts, {})
    assert [rule.value for rule in rules if "category" in rule.entities] == [
        word for word in counts if word == "image"
    ]


def test_suppliers_among_customers_are_no_customers():
    rules = proposals_of("customer", "Type", "restaurant", Customer=40, Vendor=3)
    assert [(rule.value, rule.is_certain) for rule in rules.values()] == [("Vendor", True)]


@pytest.mark.parametrize(
    "word", ["FAIL", "Declined", "VOIDED", "Abgelehnt", "Refusé", "Rechazada", "отклонен"]
)
def test_a_payment_that_took_no_money_is_held_until_a_person_decides(word):
    rules = proposals_of("payment", "Result", "restaurant", SUCCESS=40, **{word: 3})
    assert [(rule.value, rule.is_certain, rule.decision) for rule in rules.values()] == [(word, False, None)]


def test_a_payment_of_any_other_state_is_one():
    assert proposals_of("payment", "Status", "restaurant", Paid=40, Settled=3) == {}


def test_a_cancelled_order_is_an_order():
    assert proposals_of("order", "Status", "restaurant", Paid=40, Voided=3) == {}


def test_a_flag_that_says_deleted_skips_its_rows_and_no_others():
    assert set(proposals_of("customer", "Is deleted", "restaurant", false=40, true=3)) == {"true"}
    assert set(proposals_of("customer", "Is active", "restaurant", false=40, true=3)) == set()


def test_files_that_differ_in_digits_share_their_rules():
    assert key_of("Sales 2025-03", "role", "Teacher") == key_of("sales 2025-04", "role", "teacher ")
    assert key_of("Sales", "role", "teacher") != key_of("Menu", "role", "teacher")
