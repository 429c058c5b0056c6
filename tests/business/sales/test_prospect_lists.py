"""Lists of prospects: real-world files are read, every row has one fate, and what exists is never changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.business.sales.prospects.actions import create_prospect
from core.business.sales.prospects.duplicates import SimilarProspectError
from core.business.sales.prospects.importing.actions import import_prospects, preview_import, write_unadded
from core.business.sales.prospects.importing.columns import recognise
from core.business.sales.prospects.importing.planning import Fate
from core.business.sales.prospects.listing import ProspectFilter, prospect_rows
from core.business.sales.prospects.rules import ContactDetails, ProspectFields
from core.business.sales.prospects.views import history, prospect
from core.context import Context
from core.errors import InvalidInputError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.sales.factories import add_prospect
from tests.operators import add_staff


@pytest.fixture(scope="module")
def sam(database: None) -> Iterator[Context]:
    person = add_staff("sales")
    with enter(person.person, person.operator) as context:
        yield context


def listed(folder: Path, text: str | bytes) -> Path:
    path = folder / f"list-{new_id()[-12:]}.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def fates(plan) -> list[tuple[int, str]]:
    return [(outcome.row, str(outcome.fate)) for outcome in plan.outcomes]


def found(context: Context, text: str) -> list:
    return prospect_rows(context, ProspectFilter(text=text), order="name", limit=200).rows


def test_each_row_is_added_a_duplicate_or_refused_with_field_value_and_remedy(sam, tmp_path):
    key = new_id()[-12:]
    add_prospect(sam, name=f"Bella {key}, LLC", locations=3)
    path = listed(
        tmp_path,
        "Account name,POS,# of locations,Email,Phone\n"
        f"BELLA {key},Toast,99,,\n"
        f'Coffee {key},Square POS,"1,200",c{key}@example.com,555-0100\n'
        f"Coffee Two {key},Square,2,C{key}@EXAMPLE.com,\n"
        f"Pacific {key},Clover,about 5,,\n"
        f"Harbour {key},Clover,5,nobody,\n"
        ",Clover,5,,\n"
        ",,,,\n"
        f"Ragged {key},Toast\n",
    )
    plan = preview_import(sam, path, "restaurant")
    assert len(found(sam, key)) == 1
    result = import_prospects(sam, path, "restaurant")
    assert (
        fates(result)
        == fates(plan)
        == [
            (2, "duplicate"),
            (3, "added"),
            (4, "duplicate"),
            (5, "refused"),
            (6, "refused"),
            (7, "refused"),
            (9, "refused"),
        ]
    )
    by_row = {outcome.row: outcome for outcome in result.outcomes}
    assert (by_row[5].field, by_row[5].value) == ("Locations", "about 5")
    assert (by_row[6].field, by_row[6].value) == ("E-mail", "nobody")
    assert by_row[2].remedy.startswith(f"Bella {key}, LLC (owner ")
    assert by_row[4].remedy == "Row 3 of the list"
    assert all(outcome.remedy for outcome in result.outcomes if outcome.fate != "added")
    [bella, coffee] = found(sam, key)
    assert (bella.locations, coffee.locations, coffee.source_system) == (3, 1200, "square")
    assert prospect(sam, coffee.id).contact == ContactDetails("", f"c{key}@example.com", "555-0100")
    assert history(sam, coffee.id)[0].details == {"file": path.name}


def test_importing_a_list_again_adds_nothing(sam, tmp_path):
    path = listed(tmp_path, f"Company\nOne {new_id()}\nTwo {new_id()}\n")
    assert import_prospects(sam, path, "restaurant").counts == {"added": 2, "duplicate": 0, "refused": 0}
    assert import_prospects(sam, path, "restaurant").counts == {"added": 0, "duplicate": 2, "refused": 0}
    assert import_prospects(sam, path, "restaurant", add_duplicates=True).counts["added"] == 2


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace(",", ";").replace("\n", "\r\n").encode("cp1252"),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: ("Prospects of the fair\n\n" + text).encode(),
    ],
    ids=["utf8", "bom", "utf16", "cp1252", "semicolons", "tabs", "title above"],
)
def test_delimiter_encoding_and_titles_above_make_no_difference(sam, tmp_path, encode):
    key = new_id()[-12:]
    text = f"Company name,Current POS,Number of locations\nCaf\u00e9 {key},Toast,4\nBr\u00e4u {key},Aloha,2\n"
    assert import_prospects(sam, listed(tmp_path, encode(text)), "restaurant").counts["added"] == 2
    rows = [(row.name, row.source_system, row.locations) for row in found(sam, key)]
    assert rows == [(f"Br\u00e4u {key}", "Aloha", 2), (f"Caf\u00e9 {key}", "toast", 4)]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Company", "Name"], ["name", "contact_name"]),
        (["Name", "E-Mail"], ["name", "contact_email"]),
        (["Organization - Name", "Person - Email - Work"], ["name", "contact_email"]),
        (["Account Name", "First Name", "Last Name"], ["name", "contact_first_name", "contact_last_name"]),
        (["Company", "Favourite colour"], ["name", None]),
    ],
)
def test_headers_of_crm_systems_are_recognised(headers, fields):
    assert [column.field for column in recognise(headers)] == fields


def test_two_columns_for_one_field_are_asked_about_and_nothing_is_imported(sam, tmp_path):
    key = new_id()[-12:]
    path = listed(tmp_path, f"Company,Account name\n{key},Other {key}\n")
    assert [column.rivals for column in preview_import(sam, path, "restaurant").columns] == [
        ("Company", "Account name")
    ] * 2
    with pytest.raises(InvalidInputError):
        import_prospects(sam, path, "restaurant")
    assert found(sam, key) == []
    choices = {"Company": "name", "Account name": ""}
    assert import_prospects(sam, path, "restaurant", choices=choices).counts["added"] == 1


def test_a_list_without_names_is_refused(sam, tmp_path):
    with pytest.raises(InvalidInputError):
        preview_import(sam, listed(tmp_path, "Colour,Size\nred,3\n"), "restaurant")


def test_the_rows_that_were_not_added_are_written_and_can_be_imported_once_corrected(sam, tmp_path):
    key = new_id()[-12:]
    path = listed(tmp_path, f"Company,Locations,Phone\nOne {key},x,+1 555 0100\nTwo {key},2,\n")
    plan = import_prospects(sam, path, "restaurant")
    data = write_unadded(plan)
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["Row"], row["Outcome"], row["Field"], row["Value"]) == ("2", "refused", "Locations", "x")
    corrected = listed(tmp_path, data.decode("utf-8-sig").replace('"x"', '"7"'))
    # other tests have prospects of the same invented number
    assert import_prospects(sam, corrected, "restaurant", add_duplicates=True).counts["added"] == 1
    [one, _] = found(sam, key)
    assert prospect(sam, one.id).contact.phone == "+1 555 0100"


def test_a_fault_while_writing_leaves_nothing(sam, tmp_path, monkeypatch):
    key = new_id()[-12:]
    path = listed(tmp_path, f"Company,Note\nOne {key},\nTwo {key},stop\n")

    def fail(*_args: object, **_details: object) -> None:
        raise InvalidInputError("stopped")

    monkeypatch.setattr("core.business.sales.prospects.importing.actions.record", fail)
    with pytest.raises(InvalidInputError):
        import_prospects(sam, path, "restaurant")
    assert found(sam, key) == []


CELL = st.sampled_from(
    ["", "Toast", "3", "1.200", "x@example.com", "Bella", "Zia, Rosa", '5" pipe', "-", "Total", "=1+1"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=12))
def test_the_fates_add_up_to_the_rows_of_the_file(sam, tmp_path_factory, rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["Company", "POS", "Locations", "Email"])
    writer.writerows(rows)
    path = listed(tmp_path_factory.mktemp("lists"), buffer.getvalue())
    expected = [number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    try:
        plan = preview_import(sam, path, "restaurant")
    except InvalidInputError:
        assert not expected  # a list without a row
        return
    assert [outcome.row for outcome in plan.outcomes] == expected
    assert sum(plan.counts.values()) == len(expected)
    assert len(plan.additions) == plan.counts["added"]


def test_of_an_import_and_a_person_who_add_the_same_company_at_once_the_second_finds_the_first(sam, tmp_path):
    sam.session.commit()
    for _ in range(4):
        name = f"Race {new_id()[-12:]}"
        path = listed(tmp_path, f"Company\n{name}\n")
        start = Barrier(2)

        def bring(path=path, start=start):
            with enter(sam.person, sam.tenant.id) as context:
                start.wait()
                import_prospects(context, path, "restaurant")

        def create(name=name, start=start):
            with enter(sam.person, sam.tenant.id) as context, suppress(SimilarProspectError):
                start.wait()
                create_prospect(context, ProspectFields(name, "restaurant"))

        with ThreadPoolExecutor(2) as pool:
            for task in [pool.submit(bring), pool.submit(create)]:
                task.result()
        sam.session.rollback()
        assert len(found(sam, name)) == 1


def test_what_the_reader_doubts_is_told_in_sentences(sam, tmp_path):
    key = new_id()[-12:]
    path = listed(tmp_path, f"Company,Note\nab\u202ecd {key},Caf\u00c3\u00a9\n")
    plan = preview_import(sam, path, "restaurant")
    [outcome] = plan.outcomes
    assert (outcome.fate, outcome.remedy.count("Column ")) == (Fate.REFUSED, 2)
    assert outcome.remedy.isprintable()
    assert ".." not in outcome.remedy
    assert "\x1f" not in write_unadded(plan).decode("utf-8-sig")


@pytest.mark.parametrize(
    "headers", ["Company,Phone,Phone", "Company,Company,Phone", "Company,Note,Note,Note"]
)
def test_two_columns_of_the_same_name_are_asked_about(sam, tmp_path, headers):
    values = ",".join(f"{new_id()[-12:]}" for _ in headers.split(","))
    path = listed(tmp_path, f"{headers}\n{values}\n")
    assert len(preview_import(sam, path, "restaurant").undecided) >= 2
    with pytest.raises(InvalidInputError):
        import_prospects(sam, path, "restaurant")


def test_a_first_and_last_name_beside_another_contact_is_told(sam, tmp_path):
    key = new_id()[-12:]
    head = "Company,Contact,First name,Last name\n"
    path = listed(tmp_path, f"{head}One {key},Boss,Ana,Ng\nTwo {key},Ana Ng,Ana,Ng\nThree {key},,Ana,Ng\n")
    plan = preview_import(sam, path, "restaurant")
    assert [outcome.remedy for outcome in plan.outcomes] == [
        "The contact is Boss; Ana Ng is not imported.",
        "",
        "",
    ]
    assert [entry.fields.contact.name for entry in plan.additions] == ["Boss", "Ana Ng", "Ana Ng"]
