"""The checks of a school's records: each code on a small export, what is sound raises nothing, and whom they leave alone."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.faults.in_schools import FAULTS_IN_SCHOOLS
from core.engine.issues import CATALOGUE
from tests.engine.validation.test_catalogue import Case, issues_of

PUPILS = "external_id,first_name,last_name,birth_date\ns1,Rudo,Moyo,2012-03-04\ns2,Sipho,Dube,2011-05-06\n"
FEES = "external_id,student_id,amount,amount_paid,currency,status\n"
OF_PUPILS = {"student": PUPILS}
LISTS = {"student_ids": "split(',')"}

CASES: dict[str, Case] = {
    "pupil_without_class": Case(
        {"student": PUPILS, "enrollment": "external_id,person_id,class_id,role\ne1,s1,k1,student\n"},
        "student", 3, "external_id", "s2",
    ),
    "duplicate_pupil": Case(
        {"student": PUPILS + "s9, rudo,MOYO,2012-03-04\n"}, "student", 4, "last_name", "s9"
    ),
    "enrollment_without_person": Case(
        OF_PUPILS
        | {
            "staff": "external_id,first_name,last_name\nt1,Joy,Mpofu\n",
            "enrollment": "external_id,person_id,class_id,role\ne1,s1,k1,student\ne2,t1,k1,teacher\ne3,s2,k1,student\ne4,x9,k1,student\n",
        },
        "enrollment", 5, "person_id", "x***",
    ),
    "guardian_without_pupil": Case(
        OF_PUPILS | {"guardian": "external_id,first_name,student_ids\ng1,Ada,s1\ng2,Joy,\n"},
        "guardian", 3, "student_ids", "g2", transforms=LISTS,
    ),
    "siblings": Case(
        OF_PUPILS | {"guardian": 'external_id,first_name,student_ids\ng1,Ada,"s1,s2"\n'},
        "guardian", 2, "external_id", "g1", transforms=LISTS,
    ),
    "mark_out_of_range": Case(
        OF_PUPILS | {"assessment_result": "external_id,student_id,score,max_score\nm1,s1,20,20\nm2,s1,21,20\n"},
        "assessment_result", 3, "score", "21",
    ),
    "fee_not_covered": Case(
        OF_PUPILS | {"fee": f"{FEES}f1,s1,450,450,USD,Paid\nf2,s2,450,400,USD,Paid\n"},
        "fee", 3, "status", "f2", money="50",
    ),
    "fee_overpaid": Case(
        OF_PUPILS | {"fee": f"{FEES}f1,s1,450,450,USD,\nf2,s1,50,80,USD,\n"}, "fee", 3, "amount_paid", "f2", money="-30"
    ),
}  # fmt: skip


def raised(folder, files: dict[str, str], **transforms: str) -> list[tuple[str, int]]:
    """Code and row of all issues of an export."""
    issues = issues_of(Case(files, "", 0, transforms=transforms), folder)
    return [(code, row) for code, row in issues.select("code", ROW).rows()]


@pytest.mark.parametrize("code", CASES)
def test_a_fault_of_a_school_is_raised_with_row_field_value_and_amount(tmp_path, code):
    case = CASES[code]
    issues = issues_of(case, tmp_path).filter(pl.col("code") == code)
    assert issues.height == 1
    issue = issues.row(0, named=True)
    assert (issue["entity"], issue[ROW], issue["field"], issue["value"]) == (
        case.entity,
        case.row,
        case.target,
        case.value,
    )
    assert issue["money"] == (None if case.money is None else Decimal(case.money))
    assert issue["level"] == CATALOGUE[code].level
    assert issue["detail"].endswith(".")


def test_every_fault_of_a_school_has_a_case():
    assert set(CASES) == {fault.code for fault in FAULTS_IN_SCHOOLS}


def test_sound_records_of_a_school_raise_nothing(tmp_path):
    files = {
        "student": PUPILS,
        "class_section": "external_id,name\nk1,Form 1A\n",
        "enrollment": "external_id,person_id,class_id,role\ne1,s1,k1,student\ne2,s2,k1,student\ne3,t1,k1,teacher\n",
        "guardian": "external_id,first_name,student_ids\ng1,Ada,s1\n",
        "assessment_result": "external_id,student_id,score,max_score\nm1,s1,0,20\nm2,s2,,20\nm3,s2,20,\n",
        "fee": f"{FEES}f1,s1,450,450,USD,Paid\nf2,s1,450,,USD,Unpaid\nf3,s2,90,20,ZWG,Part paid\n",
    }
    assert raised(tmp_path, files, student_ids="split(',')") == []


def test_a_mark_below_nothing_is_raised_where_no_highest_is_known(tmp_path):
    files = OF_PUPILS | {"assessment_result": "external_id,student_id,score\nm1,s1,-3\n"}
    assert raised(tmp_path, files) == [("mark_out_of_range", 2)]


def test_pupils_are_without_a_class_only_where_the_import_has_classes_of_pupils(tmp_path):
    teachers_alone = {"enrollment": "external_id,person_id,class_id,role\ne1,t1,k1,teacher\n"}
    classes = {"class_section": "external_id,name\nk1,Form 1A\n"}
    assert raised(tmp_path, OF_PUPILS) == []
    assert raised(tmp_path, OF_PUPILS | classes | teachers_alone) == []


def test_twins_and_pupils_without_a_birth_date_are_no_duplicates(tmp_path):
    twins = PUPILS + "s3,Chipo,Moyo,2012-03-04\ns4,Rudo,Moyo,\ns5,Rudo,Moyo,\n"
    assert raised(tmp_path, {"student": twins}) == []


def test_guardians_whose_table_says_nothing_of_pupils_are_left_alone(tmp_path):
    assert raised(tmp_path, OF_PUPILS | {"guardian": "external_id,first_name\ng1,Ada\n"}) == []


def test_receipts_in_rows_of_their_own_count_for_what_is_marked_as_paid(tmp_path):
    ledger = f"{FEES}f1,s1,450,,USD,Paid\nf2,s2,450,,USD,Paid\nr1,s1,,300,USD,\nr2,s1,,150,USD,\nr3,s2,,449.99,USD,\n"
    issues = issues_of(Case(OF_PUPILS | {"fee": ledger}, "", 0), tmp_path)
    assert issues.select("code", ROW, "money").rows() == [("fee_not_covered", 3, Decimal("0.01"))]


def test_receipts_of_another_currency_pay_nothing(tmp_path):
    ledger = f"{FEES}f1,s1,450,,USD,Paid\nr1,s1,,450,ZWG,\n"
    issues = issues_of(Case(OF_PUPILS | {"fee": ledger}, "", 0), tmp_path)
    assert [code for code in issues["code"] if code.startswith("fee_")] == []
    more = f"{FEES}f1,s1,450,,USD,Paid\nr1,s1,,400,ZWG,\nr2,s1,,440,usd,\n"
    found = issues_of(Case(OF_PUPILS | {"fee": more}, "", 0), tmp_path)
    assert found.filter(pl.col("code") == "fee_not_covered")["money"].to_list() == [Decimal(10)]


def test_a_charge_that_cannot_be_read_makes_no_credit_of_what_was_paid(tmp_path):
    ledger = f"{FEES}f1,s1,450,450,USD,Paid\nf2,s2,45O.00,450,USD,Paid\n"
    assert raised(tmp_path, OF_PUPILS | {"fee": ledger}) == [("bad_money", 3)]
