"""Tables whose rows are not one record each, from file to target: items with variants, orders with lines, guardians."""

from contextlib import ExitStack

import pytest

from core.engine.mapping.views import field_rows
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.stored import stored_records

PRODUCTS = (
    "Handle,Title,Vendor,Tags,Option1 Value,Variant SKU,Variant Price,Image Src\n"
    'tea,Black Tea,Acme,"hot, tea",Small,T-S,3.00,https://x.example/a.jpg\n'
    "tea,,,,Large,T-L,4.00,\n"
    "tea,,,,,,,https://x.example/b.jpg\n"
    "mug,Mug,Pots,merch,Default Title,M-1,9.00,\n"
)
ORDERS = (
    "Name,Email,Financial Status,Paid at,Total,Lineitem quantity,Lineitem name,Lineitem price\n"
    "#1,a@example.com,paid,2025-01-01 10:00:00 -0500,11.00,1,Tea,3.00\n"
    "#1,a@example.com,,,,2,Tea Large,4.00\n"
    "#2,b@example.com,partially_refunded,2025-01-02 10:00:00 -0500,9.00,1,Mug,9.00\n"
)
PUPILS = (
    "Admission No,First Name,Last Name,Father Name,Father Mobile,Mother Name,Mother Mobile\n"
    "2024/1,Asha,Rao,Vikram Rao,+91 98450 12345,Meera Rao,9845012346\n"
    "2024/2,Kiran,Rao,Vikram Rao,+91 98450 12345,Meera Rao,9845012346\n"
)
REGISTER = "Student ID,01/09/2025,02/09/2025,03/09/2025,Present\nS1,P,A,P,2\nS2,L,P,P,3\n"
STUDENTS = "Student ID,First Name,Last Name\nS1,Ada,Bloom\nS2,Ben,Carr\n"


def records(context, entity, *names):
    return sorted(tuple(str(record[name]) for name in names) for record in stored_records(context, entity))


@pytest.fixture
def school(people, importer_of):
    slug = f"school-{new_id()}"
    create_tenant(people["alice"], slug, "Hill School", domain="school", country="IN", currency="INR")
    with ExitStack() as stack:
        yield importer_of(stack.enter_context(enter(people["alice"], slug)))


def test_products_become_items_with_their_variants_and_a_second_import_adds_nothing(importer, alice):
    for text in (PRODUCTS, PRODUCTS + "\n"):
        importer.import_file(text, name="products.csv")
        assert records(alice, "menu_item", "external_id", "name") == [("mug", "Mug"), ("tea", "Black Tea")]
        assert records(alice, "item_variant", "external_id", "name", "sku", "price") == [
            ("mug | Default Title", "Default Title", "M-1", "9.0000"),
            ("tea | Large", "Large", "T-L", "4.0000"),
            ("tea | Small", "Small", "T-S", "3.0000"),
        ]


def test_orders_become_orders_with_their_lines(importer, alice):
    run = importer.import_file(ORDERS, name="orders.csv")
    assert records(alice, "order", "external_id", "state", "total") == [
        ("#1", "completed", "11.0000"),
        ("#2", "completed", "9.0000"),
    ]
    assert records(alice, "order_line", "external_id", "name", "unit_price") == [
        ("#1 | 1", "Tea", "3.0000"),
        ("#1 | 2", "Tea Large", "4.0000"),
        ("#2 | 1", "Mug", "9.0000"),
    ]
    targets = {row.target for row in field_rows(alice, run.migration_id) if row.source_field == "Name"}
    assert "order_line.order_id" in targets


def test_siblings_share_their_guardians(school):
    school.import_file(PUPILS, name="pupils.csv")
    context = school.context
    assert len(records(context, "student", "external_id")) == 2
    target = records(context, "guardian", "first_name", "last_name", "relationship", "phone")
    assert target == [
        ("Meera", "Rao", "mother", "+919845012346"),
        ("Vikram", "Rao", "father", "+919845012345"),
    ]
    assert all(ids.count(",") == 1 for (ids,) in records(context, "guardian", "student_ids"))


def test_a_register_becomes_attendance_a_day(school):
    school.import_file(REGISTER, name="register.csv", more=[("students.csv", STUDENTS)])
    target = records(school.context, "attendance", "external_id", "on", "status")
    assert target == [
        ("S1 | 2025-09-01", "2025-09-01", "present"),
        ("S1 | 2025-09-02", "2025-09-02", "absent"),
        ("S1 | 2025-09-03", "2025-09-03", "present"),
        ("S2 | 2025-09-01", "2025-09-01", "late"),
        ("S2 | 2025-09-02", "2025-09-02", "present"),
        ("S2 | 2025-09-03", "2025-09-03", "present"),
    ]
