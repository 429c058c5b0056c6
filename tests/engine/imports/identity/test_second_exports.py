"""A second export changes what changed and nothing else: the same, in another order, one row on top, one row changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.context import Context
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.schema import target_schema
from tests.importer import Importer
from tests.stored import stored_records

ROOT = Path(__file__).resolve().parents[4]
DOCUMENTS = sorted((ROOT / "mock_data").glob("*/*.json"))
SAMPLES = [path for path in DOCUMENTS if not path.name.endswith(".expected.json")]
TABLES = [
    path for source in ("square", "toast") for path in sorted((ROOT / "mock_data" / source).glob("*.csv"))
]
_OURS = {"tenant_id", "id", "source_name", "external_id", "migration_id", "run_id", "row_hash", "stream_id", "source_row",
         "raw", "created_at", "updated_at", "revision"}  # fmt: skip

Target = dict[tuple[str, str], tuple[object, ...]]
Difference = dict[str, tuple[int, int]]
"""Entity -> records that are new, and records that changed."""


@pytest.fixture
def school(people: dict[str, str]) -> Iterator[Context]:
    slug = f"school-{new_id()}"
    create_tenant(people["alice"], slug, "Hill School", domain="school")
    with enter(people["alice"], slug) as context:
        yield context


def read_target(context: Context) -> Target:
    """Read all records of the target: (entity, id) -> content."""
    context.session.rollback()
    records: Target = {}
    for entity in target_schema().domain(context.tenant.domain):
        for record in stored_records(context, entity):
            names = sorted(record.keys() - _OURS)
            records[entity, record["external_id"]] = tuple(repr(record[name]) for name in names)
    return records


def second_import(importer: Importer, first: Path | str, second: Path | str, name: str) -> Difference:
    """Import both; return what the second changed. A record of the first never vanishes."""
    importer.import_file(first, name=name)
    before = read_target(importer.context)
    importer.import_file(second, name=name)
    after = read_target(importer.context)
    assert before.keys() <= after.keys()
    difference: Difference = {}
    for key in after:
        additions, updates = difference.get(key[0], (0, 0))
        difference[key[0]] = (
            additions + (key not in before),
            updates + (key in before and before[key] != after[key]),
        )
    assert before, "nothing was imported"
    return {entity: counts for entity, counts in difference.items() if any(counts)}


def reordered(text: str) -> str:
    """Turn the rows round; a column that counts them counts anew."""
    header, *rows = csv.reader(io.StringIO(text))
    rows = [[str(number), *row[1:]] if header[0] == "#" else row for number, row in enumerate(rows[::-1], 1)]
    return as_csv(header, rows)


def as_csv(header: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_document_that_comes_again_changes_nothing(importer: Importer, path: Path) -> None:
    assert second_import(importer, path, path, path.name) == {}


LINES_OF = {"ItemsDetail_sample.csv": "Transaction ID", "ItemSelectionDetails.csv": "Order Id"}
"""Tables whose rows contradict each other about their order: of each order the first row counts."""


@pytest.mark.parametrize("path", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_table_that_comes_again_in_another_order_changes_nothing(importer: Importer, path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    if key := LINES_OF.get(path.name):
        rows.sort(key=lambda row: row[header.index(key)], reverse=True)
    else:
        rows.reverse()
    assert second_import(importer, text, as_csv(header, rows), path.name) == {}


@dataclass(frozen=True)
class Listing:
    """A table without a column called ID; `new` is a further row, `last` replaces the last one, and what each does."""

    text: str
    new: str
    last: str
    adds: Difference
    changes: Difference
    domain: str = "restaurant"


LISTINGS = {
    "orders by number": Listing(
        "Order No,Date,Status,Sub Total,Tax,Total\n"
        "103,2025-03-03,Closed,30.00,2.40,32.40\n102,2025-03-02,Closed,50.00,4.00,54.00\n101,2025-03-01,Closed,40.00,3.20,43.20\n",
        "104,2025-03-04,Closed,20.00,1.60,21.60",
        "101,2025-03-01,Closed,41.00,3.28,44.28",
        {"order": (1, 0)},
        {"order": (0, 1)},
    ),
    "orders whose refund has the order's number": Listing(
        "Order No,Date,Status,Sub Total,Tax,Total\n"
        "3,2025-03-01 13:20,Closed,30.00,2.40,32.40\n3,2025-03-02 10:00,Refund,-30.00,-2.40,-32.40\n5,2025-03-02 18:30,Closed,80.00,5.76,85.76\n",
        "6,2025-03-04 09:00,Closed,20.00,1.60,21.60",
        "5,2025-03-02 18:30,Closed,81.00,5.83,86.83",
        {"order": (1, 0)},
        {"order": (0, 1)},
    ),
    "items by code": Listing(
        "Item Code,Item Name,Category,Price\nA-1,Soup,Starters,4.00\nA-2,Stew,Mains,9.50\nA-3,Pie,Desserts,5.00\n",
        "A-9,Cake,Desserts,6.00",
        "A-3,Apple Pie,Desserts,5.50",
        {"menu_item": (1, 0)},
        {"menu_item": (0, 1)},
    ),
    "guests by e-mail": Listing(
        "First Name,Last Name,Email,Phone,City\nAda,Lovelace,ada@example.com,212-555-0101,Boston\n"
        "Alan,Turing,alan@example.com,212-555-0102,Salem\nGrace,Hopper,grace@example.com,212-555-0103,Quincy\n",
        "Mary,Shelley,mary@example.com,212-555-0104,Lynn",
        "Grace,Hopper,grace@example.com,212-555-0103,Boston",
        {"customer": (1, 0)},
        {"customer": (0, 1)},
    ),
    "guests that nothing identifies": Listing(
        "#,First Name,Last Name,City,Notes\n1,Ada,Lovelace,Boston,tea\n2,Alan,Turing,Salem,\n3,Ada,Lovelace,Boston,tea\n",
        "0,Mary,Shelley,Lynn,",
        "3,Ada,Lovelace,Quincy,tea",
        {"customer": (1, 0)},
        {"customer": (1, 0)},
    ),
    "pupils by admission number": Listing(
        "Admission No,First Name,Last Name,DOB,Class\n2024/001,Asha,Rao,15/06/2012,VII\n2024/002,Kiran,Rao,03/04/2015,IV\n"
        "2024/003,Dev,Menon,21/11/2013,VI\n",
        "2024/004,Sara,Thomas,19/01/2014,V",
        "2024/003,Dev,Menon,21/11/2013,VII",
        {"student": (1, 0)},
        {"student": (0, 1)},
        "school",
    ),
    "pupils by roll number": Listing(
        "Roll No,First Name,Last Name,Class\n1,John,Johnson,5\n2,Maria,Cruz,5\n3,Ana,Santos,5\n",
        "4,Mary,Lee,5",
        "3,Ana,Santos,6",
        {"student": (1, 0)},
        {"student": (0, 1)},
        "school",
    ),
}


@pytest.fixture(params=LISTINGS)
def listing(request: pytest.FixtureRequest) -> Listing:
    return LISTINGS[request.param]


@pytest.fixture
def again(
    listing: Listing, importer: Importer, request: pytest.FixtureRequest
) -> Callable[[str], Difference]:
    """What an export changes that comes after that of the listing."""
    if listing.domain == "school":
        importer = Importer(request.getfixturevalue("school"), importer.folder)
    return lambda text: second_import(importer, listing.text, text, "list.csv")


def test_a_list_in_another_order_changes_nothing(
    listing: Listing, again: Callable[[str], Difference]
) -> None:
    assert again(reordered(listing.text)) == {}


def test_a_row_on_top_adds_one_record(listing: Listing, again: Callable[[str], Difference]) -> None:
    header, rows = listing.text.split("\n", 1)
    text = reordered(reordered(f"{header}\n{listing.new}\n{rows}"))
    assert again(text) == listing.adds


def test_a_changed_row_changes_one_record(listing: Listing, again: Callable[[str], Difference]) -> None:
    rows = listing.text.strip().split("\n")
    assert again("\n".join([*rows[:-1], listing.last, ""])) == listing.changes


def test_a_list_that_nothing_identifies_says_so_before_it_is_imported(importer: Importer) -> None:
    from core.engine.validation import views
    from core.engine.validation.actions import validate

    migration = importer.prepare(LISTINGS["guests that nothing identifies"].text, name="guests.csv")
    issues = views.issues(importer.context, validate(importer.context, migration).id, code="no_key")
    assert [(issue.row, issue.entity, issue.level) for issue in issues] == [(0, "customer", "warning")]


FAMILIES = (
    "Admission No,First Name,Last Name,Class,Father Name,Father Mobile,Mother Name,Mother Mobile\n"
    "S1,Asha,Rao,VII,Vikram Rao,9845012345,Meera Rao,9845012346\n"
    "S2,Kiran,Rao,IV,Vikram Rao,9845012345,Meera Rao,9845012346\n"
    "S3,Dev,Menon,VI,Suresh Menon,9847098470,Latha Menon,9847098471\n"
)
ONE_GUARDIAN = (
    "Admission No,First Name,Last Name,Class,Guardian Name,Guardian Phone\n"
    "S1,Asha,Rao,VII,Meera Rao,9845012346\nS2,Kiran,Rao,IV,Meera Rao,9845012346\nS3,Dev,Menon,VI,Latha Menon,9847098471\n"
)


@pytest.mark.parametrize("text", [FAMILIES, ONE_GUARDIAN], ids=["two guardians a row", "one guardian a row"])
def test_the_children_of_a_guardian_are_the_same_in_any_order_of_rows(
    school: Context, importer: Importer, text: str
) -> None:
    assert second_import(Importer(school, importer.folder), text, reordered(text), "pupils.csv") == {}


REGISTER = "Admission No,Student Name,Grade,Date,Status\n2041,Mateus Andrade,8,{0},Present\n2055,Leila Mansour,6,{0},Absent\n"
MARKS = "Roll No,Student Name,Email,Exam,Score\n1,Asha Rao,asha@example.org,{0},81\n2,Dev Menon,dev@example.org,{0},64\n"


@pytest.mark.parametrize(
    ("text", "entity", "names"),
    [
        (REGISTER, "attendance", ("2025-04-06", "2025-04-07")),
        (MARKS, "assessment_result", ("Autumn", "Spring")),
    ],
    ids=["attendance", "marks"],
)
def test_the_next_day_or_exam_of_the_same_pupils_is_beside_the_last(
    school: Context, importer: Importer, text: str, entity: str, names: tuple[str, str]
) -> None:
    difference = second_import(
        Importer(school, importer.folder), text.format(names[0]), text.format(names[1]), "list.csv"
    )
    assert difference == {entity: (2, 0)}


def test_parents_without_an_id_are_known_by_name_and_phone(school: Context, importer: Importer) -> None:
    header, first, last = (
        "phone,displayName,studentAdmissionNos",
        "9876543210,Vikram Rao,{}",
        "9876543211,Meera Rao,2024002;2024003",
    )
    texts = [
        "\n".join([header, first.format(children), last, ""]) for children in ("2024001", "2024001;2024003")
    ]
    pupils = "admissionNo,firstName,lastName\n2024001,Asha,Rao\n2024002,Kiran,Rao\n2024003,Dev,Rao\n"
    importer = Importer(school, importer.folder)
    importer.import_file(pupils, name="students.csv")
    difference = second_import(importer, *texts, "parents.csv")
    assert difference == {"guardian": (0, 1)}
