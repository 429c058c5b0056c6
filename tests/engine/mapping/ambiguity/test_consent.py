"""No import raises a guest's consent to marketing unless a person decided the column."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db.target import target_table
from core.engine.mapping.actions import accept_above, decide
from core.engine.mapping.views import current_plan, links_of, mapping_fields
from core.engine.validation.actions import validate
from tests.importer import Importer

HEADERS = [
    "Accepts Marketing", "Do Not Email", "Unsubscribed", "Opted out", "Newsletter", "Email subscription status",
    "Marketing consent", "SMS opt-in", "No marketing", "Suppressed", "Mailing list", "marketing_opt_in",
]  # fmt: skip
VALUES = [
    "yes",
    "no",
    "1",
    "0",
    "true",
    "x",
    "Subscribed",
    "Unsubscribed",
    "2024-01-01",
    "",
    "never",
    "pending",
]


def table(header: str, values: list[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Customer ID", "First Name", "Last Name", "Email", header])
    for number, value in enumerate(values):
        writer.writerow([f"C{number}", "Ada", f"Sample{number}", f"ada{number}@example.com", value])
    return text.getvalue()


@pytest.mark.parametrize("threshold", [0.0, 0.7, 0.9])
@given(header=st.sampled_from(HEADERS), values=st.lists(st.sampled_from(VALUES), min_size=2, max_size=6))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bulk_acceptance_never_takes_consent_from_a_column(importer: Importer, threshold, header, values):
    migration = importer.prepare(table(header, values), name="guests.csv", reviewed=False)
    accept_above(importer.context, migration, threshold)
    plan = current_plan(importer.context, migration, accept_above=threshold)
    assert all(entity.field("marketing_opt_in") is None for entity in plan.entities)


def test_consent_that_is_withheld_stays_withheld_until_a_person_decides(importer: Importer):
    """Import guests who declined, then a file that says they agreed: by bulk acceptance they stay declined."""

    def consents() -> list[bool | None]:
        customer = target_table("customer")
        query = select(customer.c.marketing_opt_in).order_by(customer.c.external_id)
        return list(importer.context.session.scalars(query))

    declined = importer.prepare(table("Do Not Email", ["1", "1"]), name="guests.csv", reviewed=False)
    [field] = [
        field for field in mapping_fields(importer.context, declined) if field.source_field == "Do Not Email"
    ]
    decide(
        importer.context,
        field.id,
        version=field.version,
        target=field.target,
        transform=field.transform,
        status="accepted",
    )
    validate(importer.context, declined)
    importer.run(declined)
    assert consents() == [False, False]
    importer.run(importer.prepare(table("Do Not Email", ["0", "0"]), name="guests.csv", reviewed=False))
    assert consents() == [False, False]


def test_consent_suggested_before_there_were_questions_is_not_accepted_either(importer: Importer):
    migration = importer.prepare(table("Do Not Email", ["1", "0"]), name="guests.csv", reviewed=False)
    for field in mapping_fields(importer.context, migration):
        field.question = ""
    importer.context.session.flush()
    accept_above(importer.context, migration, 0.0)
    plan = current_plan(importer.context, migration, accept_above=0.0)
    assert all(entity.field("marketing_opt_in") is None for entity in plan.entities)
    assert all(link.target != "customer.marketing_opt_in" for link in links_of(importer.context, migration))
