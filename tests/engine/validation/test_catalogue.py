"""Each code of the catalogue is raised by a small export, with its row, field, value, amount, level and remedy.

An export goes the way of a real one: the files are identified and read, the rows are transformed and checked, and the
whole files are checked. A code without a case fails the guard at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from core.engine.batch import ISSUE_SCHEMA, ROW, hash_columns
from core.engine.faults.in_schools import FAULTS_IN_SCHOOLS
from core.engine.issues import CATALOGUE, Fix, Level
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.sources.currencies.notes import note_currency
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.transforms.apply import transform_rows
from core.engine.validation.duplicates import CONTENT
from core.engine.validation.rules import CHECKS, check_file, check_rows
from core.schema import target_schema

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """An export and the first issue of the code in it: `files` are entity -> text of its CSV, or cells of a workbook.

    The columns of a file are called like the fields they feed; others feed none.
    """

    files: Mapping[str, str | bytes | list[list[object]]]
    entity: str
    row: int
    target: str = ""
    value: str | None = None
    source_field: str = ""
    money: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    transforms: Mapping[str, str] = field(default_factory=dict)


def menu(*lines: str, columns: str = "external_id,name,price") -> dict[str, str]:
    return {"menu_item": "\n".join([columns, *lines]) + "\n"}


def order(orders: str, lines: str = "", payments: str = "") -> dict[str, str]:
    """An export of orders; the first line of each text names its columns."""
    texts = {"order": orders, "order_line": lines, "payment": payments}
    return {entity: text.replace(" ", "\n") + "\n" for entity, text in texts.items() if text}


PRICES = [f"i{number},Dish {number},{9 + number / 4:.2f}" for number in range(10)]

CASES: dict[str, Case] = {
    "missing_required": Case(menu("i1,Soup,4.00", "i2,,5.00"), "menu_item", 3, "name", None, "name"),
    "bad_number": Case(
        {"order_line": "external_id,order_id,quantity\nl1,o1,two\n"}, "order_line", 2, "quantity", "two", "quantity"
    ),
    "bad_money": Case(menu("i1,Soup,cheap"), "menu_item", 2, "price", "cheap", "price"),
    "bad_date": Case(
        {"order": "external_id,business_date\no1,31/31/2025\n"}, "order", 2, "business_date", "31/31/2025", "business_date"
    ),
    "bad_datetime": Case(
        {"order": "external_id,opened_at\no1,at noon\n"}, "order", 2, "opened_at", "at noon", "opened_at"
    ),
    "time_skipped": Case(
        {"order": "external_id,opened_at\no1,2025-03-09 02:30\n"},
        "order", 2, "opened_at", "2025-03-09 02:30", "opened_at",
        settings={"zone": "America/New_York"},
    ),
    "time_twice": Case(
        {"order": "external_id,opened_at\no1,2025-11-02 01:30\n"},
        "order", 2, "opened_at", "2025-11-02 01:30", "opened_at",
        settings={"zone": "America/New_York"},
    ),
    "bad_bool": Case(
        {"tax_rate": "external_id,name,rate,is_inclusive\nt1,VAT,20,perhaps\n"},
        "tax_rate", 2, "is_inclusive", "perhaps", "is_inclusive",
    ),
    "bad_enum": Case({"order": "external_id,state\no1,vanished\n"}, "order", 2, "state", "vanished", "state"),
    "bad_email": Case(
        {"customer": "external_id,first_name,email\nc1,Ada,ada.example.com\n"},
        "customer", 2, "email", "a***", "email",
    ),
    "bad_phone": Case(
        {"location": "external_id,name,phone\ns1,Harbour,12\n"}, "location", 2, "phone", "12", "phone"
    ),
    "bad_url": Case(
        menu("i1,Soup,soup.png", columns="external_id,name,image_url"), "menu_item", 2, "image_url", "soup.png", "image_url"
    ),
    "out_of_range": Case(
        {"order_line": "external_id,order_id,quantity\nl1,o1,1000000\n"}, "order_line", 2, "quantity", "1000000"
    ),
    "too_many_decimals": Case(menu("i1,Soup,8.955"), "menu_item", 2, "price", "$8.955", money="8.9550"),
    "duplicate_in_file": Case(menu("i1,Soup,4.00", "i1,Stew,9.00"), "menu_item", 2, "external_id", "i1"),
    "repeated_row": Case(menu("i1,Soup,4.00", "i1,Soup,4.00"), "menu_item", 3, "external_id", "i1"),
    "missing_reference": Case(
        {"order": "external_id,number\no1,1\n", "order_line": "external_id,order_id\nl1,o1\nl2,o9\n"},
        "order_line", 3, "order_id", "o9",
    ),
    "optional_reference_missing": Case(
        menu("i1,Soup,Starters", columns="external_id,name,category_id") | {"category": "external_id,name\nk1,Drinks\n"},
        "menu_item", 2, "category_id", "Starters",
    ),
    "ambiguous_reference": Case(
        menu("i1,Soup,Drinks", columns="external_id,name,category_id")
        | {"category": "external_id,name\nk1,Drinks\nk2,Drinks\n"},
        "menu_item", 2, "category_id", "Drinks",
    ),
    "circular_reference": Case(
        {"category": "external_id,name,parent_id\nk1,Food,k2\nk2,Hot,k1\n"}, "category", 2, "parent_id", "k2"
    ),
    "modifier_min_over_max": Case(
        {"modifier_group": "external_id,name,min_selections,max_selections\ng1,Size,3,2\n"},
        "modifier_group", 2, "min_selections", "3",
    ),
    "modifier_required_without_min": Case(
        {"modifier_group": "external_id,name,min_selections,is_required\ng1,Size,0,yes\n"},
        "modifier_group", 2, "min_selections", "0",
    ),
    "modifier_optional_with_min": Case(
        {"modifier_group": "external_id,name,min_selections,is_required\ng1,Size,1,no\n"},
        "modifier_group", 2, "min_selections", "1",
    ),
    "modifier_group_empty": Case(
        {"modifier_group": "external_id,name\ng1,Size\ng2,Milk\n", "modifier": "external_id,group_id,name\nm1,g1,Small\n"},
        "modifier_group", 3, "", "g2",
    ),
    "modifier_min_over_options": Case(
        {
            "modifier_group": "external_id,name,min_selections\ng1,Size,2\n",
            "modifier": "external_id,group_id,name\nm1,g1,Small\n",
        },
        "modifier_group", 2, "min_selections", "2",
    ),
    "price_scale": Case(
        menu("i1,Soup,0.09", "i2,Stew,0.12", "i3,Cake,0.07"), "menu_item", 2, "price", "$0.09", money="0.0900"
    ),
    "missing_price": Case(menu("i1,Soup,4.00", "i2,Stew,"), "menu_item", 3, "price", "Stew"),
    "zero_price": Case(menu("i1,Soup,0"), "menu_item", 2, "price", "$0.00", money="0.0000"),
    "comped_price": Case(menu("i1,Soup (comp),0"), "menu_item", 2, "price", "$0.00", money="0.0000"),
    "negative_price": Case(menu("i1,Soup,-4.00"), "menu_item", 2, "price", "-$4.00", money="-4.0000"),
    "negative_modifier": Case(
        {"modifier": "external_id,group_id,name,price_delta\nm1,g1,No cheese,-0.50\n"},
        "modifier", 2, "price_delta", "-$0.50", money="-0.5000",
    ),
    "price_outlier": Case(menu(*PRICES, "i10,Wagyu,90.00"), "menu_item", 12, "price", "Wagyu", money="90.0000"),
    "cents_dollars_mix": Case(
        menu(*PRICES, "i10,Lasagne,1095.00"), "menu_item", 12, "price", "Lasagne", money="1095.0000"
    ),
    "same_name_other_price": Case(
        menu("i1,Soup,4.00", "i2,soup,5.00"), "menu_item", 3, "price", "soup", money="5.0000"
    ),
    "line_amount_differs": Case(
        order("external_id o1", "external_id,order_id,quantity,unit_price,gross_amount l1,o1,2,4.00,9.00"),
        "order_line", 2, "gross_amount", "9.0000", money="1.0000",
    ),
    "order_lines_differ": Case(
        order("external_id,subtotal o1,10.00", "external_id,order_id,net_amount l1,o1,8.00"),
        "order", 2, "subtotal", "10.0000", money="-2.0000",
    ),
    "order_total_differs": Case(
        order("external_id,subtotal,tax_total,total o1,10.00,1.00,12.50"), "order", 2, "total", "12.5000", money="1.5000"
    ),
    "payment_differs": Case(
        order("external_id,total o1,10.00", payments="external_id,order_id,amount p1,o1,7.00"),
        "order", 2, "total", "10.0000", money="-3.0000",
    ),
    "order_without_payment": Case(
        order("external_id,total o1,10.00 o2,5.00", payments="external_id,order_id,amount p1,o1,10.00"),
        "order", 3, "total", "5.0000", money="5.0000",
    ),
    "empty_word": Case(
        {"customer": "external_id,last_name,company\nc1,Ode,Acme\nc2,King,NULL\n"}, "customer", 3, "company", "NULL", "company",
        transforms={"company": "empty_if('NULL')"},
    ),
    "name_title": Case(
        {"customer": "external_id,first_name\nc1,Ada King\nc2,Dr. Paul Smith\n"}, "customer", 3, "first_name", "Dr.", "first_name",
        transforms={"first_name": "given_name"},
    ),
    "several_amounts": Case(
        menu("i1,Soup,4.00", "i2,Stew,8 / 12"), "menu_item", 3, "price", "8 / 12", "price", transforms={"price": "single_amount"}
    ),
    "open_price": Case(menu("i1,Soup,4.00", "i2,Lobster,market"), "menu_item", 3, source_field="price"),
    "single_name": Case(
        {"student": "external_id,first_name,last_name\ns1,Ada King,Ada King\ns2,Cher,Cher\n"}, "student", 3, "last_name", "C***", "last_name",
        transforms={"first_name": "given_name", "last_name": "family_name(single=True)"},
    ),
    "phone_extension": Case(
        {"customer": "external_id,first_name,phone\nc1,Ada,(617) 555-0142\nc2,Ben,(617) 555-0143 ext. 22\n"},
        "customer", 3, "phone", "ext. 22", "phone",
    ),
    "id_derived": Case(menu("i1,Soup,4.00", ",Stew,5.00"), "menu_item", 3, "external_id", "name:stew", "external_id"),
    "missing_email": Case({"customer": "external_id,first_name,email\nc1,Ada,\n"}, "customer", 2, "email"),
    "row_shape": Case(menu("i1,Soup,4.00", "i2,Stew,5.00,6.00"), "menu_item", 3),
    "unreadable_character": Case(
        {"menu_item": b"external_id,name\ni1,Caf\xc3\xa9\ni2,Th\xe9 vert\n"}, "menu_item", 3, source_field="name"
    ),
    "encoding_unsure": Case(
        {"menu_item": "external_id,name\ni1,Žižek\n".encode("cp1250")}, "menu_item", 2, source_field="name"
    ),
    "garbled_text": Case(menu("i1,CafÃ© crème,4.00"), "menu_item", 2, source_field="name"),
    "hidden_character": Case(menu("i1,So\u200bup,4.00"), "menu_item", 2, source_field="name"),
    "unclosed_quote": Case(menu("i1,Soup,4.00", 'i2,"Stew,5.00', "i3,Tea,2.00"), "menu_item", 3, source_field="name"),
    "rows_in_quotes": Case(
        menu("i1,Soup,4.00", 'i2,"Stew,5.00', 'i3,Tea 12",2.00'), "menu_item", 3, source_field="name"
    ),
    "other_currency": Case(
        menu("i1,Soup,4.00,USD", "i2,Stew,5.00,EUR", columns="external_id,name,price,Currency"),
        "menu_item", 3, source_field="Currency",
    ),
    "number_shortened": Case(
        menu("i1,Cola,5.449E+12", columns="external_id,name,barcode"), "menu_item", 2, "barcode", "5.449E+12", "barcode"
    ),
    "digits_lost": Case(
        menu("i1,Cola,12345678901234500", "i2,Tea,98765432109876500", columns="external_id,name,sku"),
        "menu_item", 2, "sku", "12345678901234500", "sku",
    ),
    "text_became_date": Case(
        menu("i1,Cola,2-Mar", "i2,Tea,T-1", columns="external_id,name,sku"), "menu_item", 2, "sku", "2-Mar", "sku"
    ),
    "leading_zero_lost": Case(
        menu("i1,Cola,12345678905", "i2,Tea,4006381333931", columns="external_id,name,barcode"),
        "menu_item", 2, "barcode", "12345678905", "barcode",
    ),
    "check_digit_wrong": Case(
        menu("i1,Cola,5012345678901", columns="external_id,name,barcode"), "menu_item", 2, "barcode", "5012345678901", "barcode"
    ),
    "number_rounded": Case(
        {"menu_item": [["external_id", "name"], [1234567890123456789, "Soup"]]}, "menu_item", 2, source_field="external_id"
    ),
    "hidden_row": Case(
        {"menu_item": [["external_id", "name"], ["i1", "Soup"], ["i2", "Stew"]]}, "menu_item", 3, hidden_rows=(2,)
    ),
    "card_number_removed": Case(
        {"payment": "external_id,order_id,card_number\np1,o1,4111111111111111\n"}, "payment", 2, source_field="card_number"
    ),
    "card_code_removed": Case(
        {"payment": "external_id,order_id,cvv\np1,o1,123\n"}, "payment", 2, source_field="cvv"
    ),
}  # fmt: skip


def write_file(
    folder: Path, entity: str, content: str | bytes | list[list[object]], hidden_rows: tuple[int, ...]
) -> Path:
    if isinstance(content, list):
        path = folder / f"{entity}.xlsx"
        with xlsxwriter.Workbook(str(path)) as workbook:
            sheet = workbook.add_worksheet(entity)
            for number, row in enumerate(content):
                sheet.write_row(number, 0, row)
            for number in hidden_rows:
                sheet.set_row(number, options={"hidden": True})
        return path
    path = folder / f"{entity}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def issues_of(case: Case, folder: Path) -> pl.DataFrame:
    """All issues of the case's export: entity, then ISSUE_SCHEMA."""
    frames: dict[str, pl.DataFrame] = {}
    for entity, content in case.files.items():
        path = write_file(folder, entity, content, case.hidden_rows)
        ((_, frame),) = read(path, identify(path, [], ReaderOptions(header_row=1)))
        frames[entity] = note_currency(frame, "USD")
    plans = tuple(
        EntityPlan(
            entity,
            entity,
            tuple(
                FieldPlan(name, (name,), case.transforms.get(name))
                for name in frame.columns
                if name in target_schema().entity(entity).fields
            ),
        )
        for entity, frame in frames.items()
    )
    plan = Plan("restaurant", "test", plans, **case.settings)
    columns: dict[str, pl.DataFrame] = {}
    issues = [pl.DataFrame(schema={"entity": pl.String, **ISSUE_SCHEMA})]
    for entity_plan in plans:
        entity = entity_plan.entity
        batch = check_rows(plan, transform_rows(plan, entity_plan, frames[entity]), NOW)
        content = [
            pl.col(name).list.join("|") if kind == pl.List(pl.String) else pl.col(name)
            for name, kind in batch.frame.schema.items()
            if name != ROW
        ]
        columns[entity] = batch.frame.with_columns(hash_columns(content).alias(CONTENT))
        issues.append(batch.issues.select(pl.lit(entity).alias("entity"), *ISSUE_SCHEMA))
    for entity, findings in check_file(plan, columns, {}).items():
        issues.append(findings.select(pl.lit(entity).alias("entity"), *ISSUE_SCHEMA))
    return pl.concat(issues)


@pytest.mark.parametrize("code", CASES)
def test_a_code_is_raised_with_row_field_value_amount_and_level(tmp_path, code):
    case = CASES[code]
    issue = issues_of(case, tmp_path).filter(pl.col("code") == code).row(0, named=True)
    assert (issue["entity"], issue[ROW], issue["field"], issue["value"], issue["source_field"]) == (
        case.entity,
        case.row,
        case.target,
        case.value,
        case.source_field,
    )
    assert issue["money"] == (None if case.money is None else Decimal(case.money))
    assert issue["level"] == CATALOGUE[code].level
    assert issue["detail"]


def test_every_code_of_the_catalogue_has_a_case():
    of_tables = {"unit_unproved", "no_key", "ids_differ", "record_not_made", "row_kind_unknown"}
    of_schools = {fault.code for fault in FAULTS_IN_SCHOOLS}  # schools/test_school_checks
    of_times = {"bad_time_zone", "zone_assumed"}
    assert {
        *CASES,
        *of_tables,
        *of_schools,
        *of_times,
        "total_differs",
        "switched_off",
        "look_up_missing",
    } == set(CATALOGUE)


SOUND = Case(
    menu(
        "i1,Soup,k1,4.00,4.00,open,https://example.com/soup.png",
        "i2,Stew,Mains,9.50,2.125,fixed,",
        columns="external_id,name,category_id,price,cost,pricing_strategy,image_url",
    )
    | {
        "category": "external_id,name,parent_id\nk1,Starters,\nk2,Mains,k1\n",
        "customer": "external_id,first_name,email\nc1,Ada,ada@example.com\n",
        "location": "external_id,name,phone\ns1,Harbour,(212) 555-0123\n",
        "modifier_group": "external_id,name,min_selections,max_selections,is_required\ng1,Size,1,2,yes\n",
        "modifier": "external_id,group_id,name,price_delta\nm1,g1,Small,0\nm2,Size,Large,1.50\n",
    }
    | order(
        "external_id,opened_at,state,customer_id,subtotal,tax_total,total"
        " o1,2025-06-01T12:00:00Z,completed,c1,17.50,1.40,18.90",
        "external_id,order_id,item_id,quantity,unit_price,gross_amount,net_amount"
        " l1,o1,i1,2,4.00,8.00,8.00 l2,o1,Stew,1,9.50,9.50,9.50",
        "external_id,order_id,last4,amount,tip_amount p1,o1,1111,18.90,0",
    ),
    "",
    0,
)


def test_a_sound_export_raises_nothing(tmp_path):
    assert issues_of(SOUND, tmp_path).is_empty()


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_says_what_is_wrong_where_it_is_mended_and_what_an_import_does(code):
    fault = CATALOGUE[code]
    assert fault.code == code
    assert fault.title
    assert not fault.title.endswith(".")
    assert fault.remedy.endswith(".")
    assert fault.outcome
    assert fault.fix in Fix
    assert fault.level in Level


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_of_rows_names_the_codes_it_raises(name):
    check = CHECKS[name]
    assert set(check.codes) <= set(CATALOGUE)
    assert all(check.fits(entity) for entity in check.entities if entity != "*")
