"""What the command line answers: its exit codes, its documents, and what it leaves behind."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters import SOURCES
from benchmarks.cases import CORPUS, documents
from core.db.session import TenantSession
from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id

MOCK = Path(__file__).resolve().parents[3] / "mock_data"
TOAST, SQUARE = str(MOCK / "toast" / "toast_sample.json"), str(MOCK / "square" / "square_sample.json")
CASE = """
id: {id}
domain: restaurant
system: toast
kind: csv
fields:
  - {{source: "Menu Item", target: {target}, samples: ["Caesar Salad", "Pad Thai"]}}
  - {{source: "Gross Price", target: {target}, samples: ["9.50", "23.00"]}}
"""


@pytest.fixture
def aura(capsys):
    """Runs a command; returns its exit code, what it printed and what it said on stderr."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as wrong:
            code = wrong.code
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


@pytest.fixture
def run_json(aura):
    """The document that a command answers with --json."""

    def run(*arguments):
        code, out, err = aura(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture
def guests(tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text("Guest Id,First Name,Email\n1,Ann,ann@example.com\n2,Ben,\n", encoding="utf-8")
    return path


@pytest.fixture
def tenant(people):
    slug = f"cli-{new_id()}"
    tenants.create_tenant(people["alice"], slug, "For the command line")
    return slug


def test_an_export_is_identified_with_its_streams_and_reasons(run_json):
    toast, square = run_json("identify", TOAST, SQUARE)
    assert (toast["source"], square["source"]) == ("toast", "square")
    assert toast["confidence"] >= 0.9
    assert toast["reasons"]
    assert {stream["entity"] for stream in toast["streams"]} >= {"menu_item", "customer", "order", "payment"}
    assert toast["rows"] == sum(stream["rows"] for stream in toast["streams"])


def test_every_field_is_suggested_with_evidence_and_the_unit_it_is_in(run_json):
    fields = run_json("suggest", TOAST)
    assert {sum(odds["percent"] for odds in field["odds"]) for field in fields} == {100}
    price = next(field for field in fields if (field["stream"], field["source"]) == ("menu_items", "price"))
    assert price["target"] == "menu_item.price"
    assert price["transform"] == "divide(100)"
    assert 0 < price["confidence"] <= 1
    assert all(field["evidence"] for field in fields)


def test_a_table_nobody_knows_is_given_the_domain_it_fits(run_json, tmp_path):
    path = tmp_path / "pupils.csv"
    path.write_text(
        "Pupil No,Forename,Surname,Year Group,Date of Birth\n7,Ann,Lee,8,2012-04-01\n", encoding="utf-8"
    )
    targets = {row["target"] for row in run_json("suggest", path)}
    assert {"student.first_name", "student.last_name", "student.birth_date"} <= targets


def test_suggestions_for_cases_do_not_depend_on_their_answers(run_json, tmp_path):
    answers = []
    for target in ("menu_item.name", "null"):
        path = tmp_path / "case.yaml"
        path.write_text(CASE.format(id="one", target=target), encoding="utf-8")
        answers.append(run_json("suggest-case", path))
    assert answers[0] == answers[1]
    assert [set(answer) for answer in answers[0]] == [
        {"case", "source", "target", "confidence", "alternatives"}
    ] * 2


def test_the_system_of_a_case_counts_only_where_it_is_trusted(run_json, tmp_path):
    for name in ("toast", "unheard-of"):
        (tmp_path / f"{name}.yaml").write_text(
            CASE.format(id="case", target="null").replace("system: toast", f"system: {name}"),
            encoding="utf-8",
        )
    toast_answers, unknown = (
        run_json("suggest-case", tmp_path / "toast.yaml"),
        run_json("suggest-case", tmp_path / "unheard-of.yaml"),
    )
    assert toast_answers == unknown
    trusted = run_json("suggest-case", tmp_path / "toast.yaml", "--trust-system")
    assert [answer["confidence"] for answer in trusted] != [answer["confidence"] for answer in toast_answers]


def test_what_is_known_of_a_system_makes_no_case_worse(run_json):
    """Right answers of each labelled case of a declared system, with what its declaration says and without."""
    cases = [
        (path, document)
        for folder in ("mapping", "holdout/dev", "holdout/final")
        for path, document in zip(sorted((CORPUS / folder).glob("*.yaml")), documents(folder), strict=True)
        if document["system"] in SOURCES
    ]
    assert len({document["system"] for _, document in cases}) >= 6
    paths = [path for path, _ in cases]
    alone, trusted = run_json("suggest-case", *paths), run_json("suggest-case", *paths, "--trust-system")
    for _, document in cases:
        assert right_answers(document, trusted) >= right_answers(document, alone), document["id"]


def right_answers(document, answers) -> int:
    targets = {answer["source"]: answer["target"] for answer in answers if answer["case"] == document["id"]}
    return sum(
        targets[field["source"]] in {field.get("target"), *(field.get("alternatives") or [])}
        for field in document["fields"]
    )


@pytest.mark.parametrize(
    ("sample", "code", "money"), [(TOAST, "payment_differs", "-4.23"), (SQUARE, "order_lines_differ", "1.00")]
)
def test_validating_a_sample_finds_its_one_difference_of_money(database, run_json, sample, code, money):
    counts = {count["code"]: count for count in run_json("validate", sample)["counts"]}
    assert Decimal(counts[code]["money"]) == Decimal(money)
    assert not counts.keys() & {
        "order_total_differs",
        "line_amount_differs",
        "unit_unproved",
        "cents_dollars_mix",
    }


def test_validating_without_a_tenant_leaves_nothing_behind(database, aura, guests):
    def remaining():
        with TenantSession("", "") as session:
            tables = session.execute(
                text("select relname, n_tup_ins - n_tup_del from pg_stat_user_tables")
            ).all()
            committed = session.execute(text("select count(*) from person")).scalar()
        return committed, {name for name, rows in tables if rows and name.startswith("target_")}

    before = remaining()
    code, out, _ = aura("validate", guests)
    assert code == 0
    assert "2 rows checked" in out
    assert remaining() == before


def test_a_file_that_is_not_there_is_refused_with_a_reason(aura):
    code, out, err = aura("identify", "nowhere.csv")
    assert (code, out) == (1, "")
    assert "nowhere.csv" in err


def test_a_tenant_that_is_not_there_is_refused_with_how_to_make_it(people, aura, guests):
    code, _, err = aura("import", guests, "--tenant", "nowhere")
    assert code == 1
    assert "aura tenant create nowhere" in err


def test_mallory_cannot_import_into_alice_s_tenant(people, aura, guests, tenant):
    code, _, err = aura("import", guests, "--tenant", tenant, "--as", "mallory")
    assert code == 1
    assert "no tenant" in err


def test_a_person_who_is_not_there_is_refused(people, aura):
    code, _, err = aura("runs", "--as", "nobody-at-all")
    assert code == 1
    assert "aura person create nobody-at-all" in err


@pytest.mark.parametrize(
    "wrong",
    [
        ["dance"],
        [],
        ["identify"],
        ["import", "x.csv"],
        ["validate", "x.csv", "--accept-above", "7"],
        ["validate", "x.csv", "--set", "nothing"],
        ["export", "--tenant", "x", "--entity", "order", "--format", "doc"],
    ],
)
def test_wrong_usage_ends_with_two(aura, wrong):
    assert aura(*wrong)[0] == 2


def test_a_tenant_is_made_once(people, aura):
    slug = f"new-{new_id()[-12:]}"
    assert aura("tenant", "create", slug, "--name", "New")[0] == 0
    code, _, err = aura("tenant", "create", slug, "--name", "Again")
    assert code == 1
    assert "already" in err


@pytest.mark.parametrize("slug", ["Über Uns", "../etc", "a" * 64, "-x-"])
def test_a_slug_that_is_no_slug_is_refused(people, aura, slug):
    code, _, err = aura("tenant", "create", "--name", "Odd", "--", slug)
    assert code == 1
    assert "slug" in err


def test_a_mapping_set_by_hand_overrules_the_suggestion(people, run_json, guests):
    document = run_json("validate", guests, "--set", "Email=customer.notes", "--set", "guests:First Name=")
    causes = {issue["code"] for issue in document["issues"]}
    assert "missing_email" not in causes


def test_setting_a_field_that_is_not_there_is_refused(database, aura, guests):
    code, _, err = aura("validate", guests, "--set", "Shoe Size=customer.notes")
    assert code == 1
    assert "Shoe Size" in err


def test_money_is_text_in_a_document(database, run_json):
    [finding] = [
        issue for issue in run_json("validate", TOAST)["issues"] if issue["code"] == "payment_differs"
    ]
    assert isinstance(finding["money"], str)


@pytest.mark.parametrize("form", ["csv", "oneroster-1.1"])
def test_an_export_of_nothing_named_is_refused_in_words(aura, alice, form):
    code, out, err = aura("export", "--tenant", alice.tenant.slug, "--format", form)
    assert (code != 0, out) == (True, "")
    assert "An export is of one entity, or of a school's whole bundle." in err
