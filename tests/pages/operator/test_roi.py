"""The section ROI of a prospect: figures, edits that wait for evidence, versions, currencies, promise and actual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.business.sales.figures.measures import MEASURES
from core.business.sales.figures.views import finished_migrations
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import CUSTOMER
from core.business.sales.roi.editing import with_edits
from core.business.sales.roi.views import newest_case, prefilled_case, saved_cases
from core.business.sales.tables import FinishedMigration, Promise, Quote
from core.context import Context
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from pages.prospects.roi.tornado import _short, _title
from pages.prospects.roi.values import value_text
from pages.prospects.words import describe_event
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def sam(database: None) -> Staff:
    return add_staff("sales", is_demo=True)


def new_prospect(person: Staff, **fields: object) -> str:
    with enter(person.person, person.operator) as context:
        return add_prospect(context, **({"locations": 50} | fields))


def save(person: Staff, prospect: str, edits: Mapping[str, Mapping[str, object]], note: str = "") -> None:
    with enter(person.person, person.operator) as context:
        newest = newest_case(context, prospect)
        case = newest.case if newest else prefilled_case(context, prospect)
        for key, cells in edits.items():
            case = with_edits(case, key, cells)
        save_case(context, prospect, case, note)


def versions(person: Staff, prospect: str):
    with enter(person.person, person.operator) as context:
        return saved_cases(context, prospect)


def section(person: Staff, prospect: str) -> AppTest:
    return open_screen(person, "prospects", prospect=prospect, section="roi")


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\", "") for metric in app.metric}


def edit(app: AppTest, prospect: str, key: str, **cells: object) -> AppTest:
    """Edit cells as the table does: AppTest cannot type into one."""
    draft = app.session_state["roi_drafts"][prospect]
    app.session_state["roi_drafts"][prospect] = replace(draft, case=with_edits(draft.case, key, cells))
    return app.run()


def says(app: AppTest, words: str) -> bool:
    return words in texts(app).replace("\\", "")


def button(app: AppTest, key: str):
    return next(entry for entry in app.button if entry.key == key)


def keys(app: AppTest) -> set[str]:
    return {str(entry.key) for entry in app.button}


def table(app: AppTest, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def test_a_new_prospect_shows_the_example_with_its_range_and_says_that_it_is_not_saved(sam: Staff) -> None:
    app = section(sam, new_prospect(sam))
    assert not app.exception
    shown = metrics(app)
    assert shown["Traditional migration"] == "$700,000"
    assert shown["Saving"].startswith("$59")
    assert says(app, "range $")
    assert says(app, "Not saved yet")
    assert says(app, "replace this default first")
    assert list(table(app, "Formula")["Amount"])[:3] == ["$375,000", "$300,000", "$25,000"]
    assert list(table(app, "Share")["Case"]) == ["Low", "Base", "High"]


def test_an_edit_of_a_default_counts_at_once_is_unsaved_and_waits_for_its_evidence(sam: Staff) -> None:
    prospect = new_prospect(sam)
    save(sam, prospect, {})
    app = section(sam, prospect)
    app = edit(app, prospect, "consultant_per_location", base=8000)
    assert metrics(app)["Traditional migration"] == "$725,000"
    assert says(app, "Unsaved changes")
    app = app.run()
    assert metrics(app)["Traditional migration"] == "$725,000"
    assert len(versions(sam, prospect)) == 1
    [field] = [box for box in app.text_input if str(box.key).startswith("roi_evidence_consultant")]
    field.set_value("Offer of two integrators").run()
    assert not [box for box in app.text_input if str(box.key).startswith("roi_evidence_")]
    button(app, "roi_save").click().run()
    newest = versions(sam, prospect)[0]
    entry = newest.case.inputs["consultant_per_location"]
    assert (newest.version, entry.base, entry.source, entry.evidence) == (
        2,
        8000,
        CUSTOMER,
        "Offer of two integrators",
    )
    assert not says(app, "Unsaved changes")


def test_an_edit_survives_another_section_and_is_dropped_by_discard(sam: Staff) -> None:
    prospect = new_prospect(sam)
    app = edit(section(sam, prospect), prospect, "days_closed", base=2, evidence="Owner")
    app.session_state["frame_going"] = ("prospects", {"prospect": prospect, "section": "history"})
    app.run()
    app.session_state["frame_going"] = ("prospects", {"prospect": prospect, "section": "roi"})
    app.run()
    assert metrics(app)["Traditional migration"] == "$600,000"
    button(app, "roi_discard").click().run()
    assert metrics(app)["Traditional migration"] == "$700,000"


def test_a_senseless_cell_is_named_and_the_table_stays_to_be_corrected(sam: Staff) -> None:
    prospect = new_prospect(sam)
    app = edit(section(sam, prospect), prospect, "days_closed", low=9, evidence="Owner")
    assert says(app, "Low 9 is above Base 3")
    assert metrics(app) == {}
    app = edit(app, prospect, "days_closed", low=1)
    assert metrics(app)["Traditional migration"] == "$700,000"


def test_a_version_that_a_colleague_saved_meanwhile_is_not_written_over(sam: Staff) -> None:
    prospect = new_prospect(sam)
    save(sam, prospect, {})
    app = edit(section(sam, prospect), prospect, "days_closed", base=2, evidence="Owner")
    save(sam, prospect, {"retraining_per_location": {"base": 400, "evidence": "Manager"}})
    button(app, "roi_save").click().run()
    assert says(app, "Version 2 was saved meanwhile")
    assert len(versions(sam, prospect)) == 2
    button(app, "roi_rebase").click().run()
    button(app, "roi_save").click().run()
    assert [entry.version for entry in versions(sam, prospect)] == [3, 2, 1]


def test_two_versions_are_compared_with_what_each_input_moved(sam: Staff) -> None:
    prospect = new_prospect(sam)
    save(sam, prospect, {}, "First call")
    save(sam, prospect, {"consultant_per_location": {"base": 9000, "evidence": "Offer"}})
    app = section(sam, prospect)
    button(app, "roi_compare").click().run()
    assert metrics(app)["Difference"] == "$75,000"
    changes = table(app, "Before")
    assert list(changes["Input"]) == ["Consultant per location"]
    assert list(changes["Source"]) == ["Default → Customer"]
    assert list(changes["Saving"]) == ["+$75,000"]


def test_what_the_records_say_now_is_offered_and_taken_over(sam: Staff) -> None:
    prospect = new_prospect(sam)
    save(sam, prospect, {})
    with enter(sam.person, sam.operator) as context:
        add_quote(context, prospect, Decimal(90_000))
    app = section(sam, prospect)
    assert button(app, "roi_refresh").label == "Update 1 input"
    button(app, "roi_refresh").click().run()
    assert "roi_refresh" not in keys(app)
    assert says(app, "we charge $1,800")


def test_a_prospect_in_euros_asks_for_a_rate_with_its_date(sam: Staff) -> None:
    prospect = new_prospect(sam, currency="EUR", country="DE")
    app = section(sam, prospect)
    assert metrics(app) == {}
    assert says(app, "Amounts are in USD, this prospect is in EUR")
    next(box for box in app.number_input if box.key == "roi_rate").set_value(0.9).run()
    button(app, "roi_convert").click().run()
    assert metrics(app)["Traditional migration"] == "€630,000"
    button(app, "roi_save").click().run()
    evidence = versions(sam, prospect)[0].case.inputs["consultant_per_location"].evidence
    assert "Converted at 0.9 EUR per USD" in evidence


def test_a_school_is_worded_as_a_school(sam: Staff) -> None:
    prospect = new_prospect(
        sam, domain="school", source_system="canvas", locations=1, volumes={"pupils": 500}
    )
    app = section(sam, prospect)
    assert says(app, "per order; we charge $6,500")
    assert "Manual entry" in list(table(app, "Formula")["Cost"])


def test_promise_and_actual_stand_side_by_side_and_a_report_closes_what_is_open(sam: Staff) -> None:
    prospect = new_prospect(sam)
    with enter(sam.person, sam.operator) as context:
        add_promises(context, prospect, add_quote(context, prospect, Decimal(100_000), state="accepted"))
        finished = add_finished(context, prospect)
    app = section(sam, prospect)
    promised = table(app, "Promise")
    assert list(promised["Actual"]) == ["–", "100%", "–"]
    assert [state for [state] in promised["State"]] == ["Open", "Kept", "Open"]
    assert promised["Measured"][0] == "not reported yet"
    box = next(box for box in app.number_input if box.key == f"roi_report_{finished}_days_closed")
    box.set_value(0.5).run()
    button(app, f"roi_report_{finished}_save").click().run()
    assert says(app, "Source: say who")
    source = next(box for box in app.text_input if box.key == f"roi_report_{finished}_source")
    source.set_value("Owner, by telephone").run()
    button(app, f"roi_report_{finished}_save").click().run()
    promised = table(app, "Promise")
    assert (promised["Actual"][0], promised["Difference"][0], promised["State"][0]) == (
        "0.5 days",
        "+0.5 days",
        ["Missed"],
    )
    assert says(app, "Owner, by telephone")
    with enter(sam.person, sam.operator) as context:
        assert finished_migrations(context, prospect)[0].reports["days_closed"].by == sam.name


def add_quote(context: Context, prospect: str, total: Decimal, *, state: str = "sent") -> str:
    quote = new_id()
    context.session.add(
        Quote(
            tenant_id=context.tenant.id,
            id=quote,
            created_at=clock.now(),
            prospect_id=prospect,
            number=int(new_id()[-6:], 16),
            version=1,
            state=state,
            domain="restaurant",
            package="enterprise",
            locations=50,
            currency="USD",
            lines=[],
            discount_percent=Decimal(0),
            subtotal=total,
            total=total,
            payment_plan="full",
            valid_until=clock.now().date(),
            person_id=context.person,
            updated_at=clock.now(),
        )
    )
    context.session.commit()
    return quote


def add_promises(context: Context, prospect: str, quote: str) -> None:
    for key, measure, target, unit in (
        ("closed", "days_closed", Decimal(0), "days"),
        ("rows", "rows_conserved_percent", Decimal(100), "percent"),
        ("support", None, None, None),
    ):
        context.session.add(
            Promise(
                tenant_id=context.tenant.id,
                id=new_id(),
                created_at=clock.now(),
                prospect_id=prospect,
                quote_id=quote,
                key=key,
                text=key.title(),
                measure=measure,
                target=target,
                unit=unit,
            )
        )
        context.session.flush()
    context.session.commit()


def add_finished(context: Context, prospect: str) -> str:
    finished = new_id()
    context.session.add(
        FinishedMigration(
            tenant_id=context.tenant.id,
            id=finished,
            created_at=clock.now(),
            prospect_id=prospect,
            is_generated=True,
            name="Harbor Grill",
            domain="restaurant",
            source_system="toast",
            package="enterprise",
            locations=50,
            started_at=clock.now(),
            finished_at=clock.now(),
            measured={"rows_conserved_percent": "100"},
            reported={},
        )
    )
    context.session.commit()
    return finished


@pytest.mark.parametrize(
    ("amount", "words"),
    [("495000", "$495k"), ("1250000", "$1.2M"), ("78200", "$78k"), ("-640", "-$640"), ("5750", "$5.8k")],
)
def test_labels_of_the_chart_are_short(amount: str, words: str) -> None:
    assert _short(Decimal(amount), "USD") == words


def test_titles_on_the_axis_are_short() -> None:
    assert _title("Lost revenue per day, location") == "Lost revenue per day"
    assert _title("Consultant per location") == "Consultant"


@pytest.mark.parametrize(
    ("key", "value", "unit", "words"),
    [
        ("elapsed_days", "10.8512", "days", "10.9 days"),
        ("rows_conserved_percent", "99.9999", "percent", "99.99%"),
        ("rows_conserved_percent", "100", "percent", "100%"),
        ("training_cost", "115", "USD", "$115"),
        ("complaints", "2", "complaints", "2 complaints"),
    ],
)
def test_what_came_of_a_promise_has_the_digits_of_its_measure_and_all_means_all(
    key, value, unit, words
) -> None:
    assert value_text(MEASURES[key], Decimal(value), unit) == words


def test_a_saved_version_stands_in_the_history_in_words() -> None:
    assert describe_event("roi_saved", {"version": 2}, {}) == "ROI saved: version 2"
