"""ROI cases are saved per prospect in versions that never change, filled with what is known, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.sales.figures.rules import Figure
from core.business.sales.prospects.views import history
from core.business.sales.quotes.actions import draft_quote
from core.business.sales.quotes.rules import QuoteTerms
from core.business.sales.quotes.views import quote
from core.business.sales.roi.actions import save_case
from core.business.sales.roi.case import CUSTOMER, DEFAULT, MEASURED, RoiCase, RoiError, default_case
from core.business.sales.roi.comparison import compare
from core.business.sales.roi.editing import with_edits
from core.business.sales.roi.prefill import KnownFacts, prefilled, refreshed
from core.business.sales.roi.rules import compute
from core.business.sales.roi.views import (
    compare_versions,
    newest_case,
    prefilled_case,
    saved_case,
    saved_cases,
)
from core.business.sales.sending import send_quote
from core.business.sales.tables import Quote
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.audit_log import audit_log
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, later
from tests.staff import add_staff, operator


@pytest.fixture(scope="module")
def seller(database: None) -> str:
    return add_staff("sales")


@pytest.fixture
def desk(seller: str) -> Iterator[Context]:
    with enter(seller, operator()) as context:
        yield context


def with_answer(case: RoiCase, key: str, base: int) -> RoiCase:
    number = Decimal(base)
    entry = replace(case.inputs[key], source=CUSTOMER, low=number, base=number, high=number, evidence="Call")
    return case.with_input(entry)


def add_quote(
    context: Context, prospect: str, total: str, *, state: str = "sent", currency: str = "USD"
) -> int:
    number = int(new_id()[-6:], 16)
    context.session.add(
        Quote(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=clock.now(),
            prospect_id=prospect,
            number=number,
            version=2,
            state=state,
            domain="restaurant",
            package="enterprise",
            locations=3,
            currency=currency,
            lines=[],
            discount_percent=Decimal(0),
            subtotal=Decimal(total),
            total=Decimal(total),
            payment_plan="full",
            valid_until=clock.now().date(),
            person_id=context.person,
            updated_at=clock.now(),
        )
    )
    context.session.commit()
    return number


def test_versions_are_numbered_kept_and_read_back_as_they_were_saved(desk):
    prospect = add_prospect(desk, locations=50)
    assert newest_case(desk, prospect) is None
    first = prefilled_case(desk, prospect)
    assert save_case(desk, prospect, first, "  After the  call ", based_on=0) == 1
    second = with_answer(first, "consultant_per_location", 9000)
    assert save_case(desk, prospect, second, based_on=1) == 2
    newest = newest_case(desk, prospect)
    assert (newest.version, newest.case, newest.person, newest.note) == (2, second, desk.name, None)
    before = saved_case(desk, prospect, 1)
    assert (before.case, before.note) == (first, "After the call")
    assert before.computed == compute(first)
    assert Decimal(before.results["saving"]) == compute(first).base.saving
    assert [entry.version for entry in saved_cases(desk, prospect)] == [2, 1]
    assert [entry.kind for entry in history(desk, prospect)][:2] == ["roi_saved", "roi_saved"]
    assert audit_log(desk)[0].action == "roi.save"


def test_a_version_that_somebody_saved_meanwhile_is_not_written_over(desk):
    prospect = add_prospect(desk)
    case = prefilled_case(desk, prospect)
    save_case(desk, prospect, case, based_on=0)
    with pytest.raises(ConflictError, match="Version 1 was saved meanwhile"):
        save_case(desk, prospect, with_answer(case, "days_closed", 1), based_on=0)


def test_a_version_that_differs_in_nothing_is_not_saved(desk):
    prospect = add_prospect(desk)
    case = prefilled_case(desk, prospect)
    save_case(desk, prospect, case)
    with pytest.raises(ConflictError, match="Nothing differs from version 1"):
        save_case(desk, prospect, case)


def test_nonsense_and_another_currency_are_not_saved(desk):
    prospect = add_prospect(desk)
    case = prefilled_case(desk, prospect)
    with pytest.raises(RoiError, match="Locations"):
        save_case(desk, prospect, with_answer(case, "locations", 0))
    with pytest.raises(InvalidInputError, match="in USD"):
        save_case(desk, prospect, replace(case, currency="EUR", inputs=euros(case)))
    assert saved_cases(desk, prospect) == []


def euros(case: RoiCase):
    return {key: replace(entry, currency=entry.currency and "EUR") for key, entry in case.inputs.items()}


def test_two_versions_are_compared_input_by_input_and_the_effects_add_up(desk):
    prospect = add_prospect(desk, locations=50)
    first = prefilled_case(desk, prospect)
    save_case(desk, prospect, first)
    second = with_answer(with_answer(first, "consultant_per_location", 9000), "locations", 60)
    save_case(desk, prospect, second)
    comparison = compare_versions(desk, prospect, 1, 2)
    assert [change.key for change in comparison.changes] == ["locations", "consultant_per_location"]
    assert sum(change.effect for change in comparison.changes) == comparison.difference
    assert comparison.after - comparison.before == comparison.difference
    with pytest.raises(NotFoundError):
        compare_versions(desk, prospect, 1, 9)


def test_cases_of_two_currencies_are_not_compared():
    dollars = default_case("restaurant")
    with pytest.raises(InvalidInputError, match="one currency"):
        compare(dollars, replace(dollars, currency="EUR", inputs=euros(dollars)))


def test_a_case_is_filled_from_discovery_and_the_catalogue(desk):
    case = prefilled_case(desk, add_prospect(desk, locations=5))
    assert (case.inputs["locations"].base, case.inputs["locations"].source) == (5, CUSTOMER)
    price = case.inputs["package_per_location"]
    assert (price.base, price.source, price.evidence) == (400, DEFAULT, "Catalogue price: Professional")


def test_the_newest_open_quote_is_our_price_and_divides_to_the_cent(desk):
    prospect = add_prospect(desk, locations=3)
    number = add_quote(desk, prospect, "2000")
    add_quote(desk, prospect, "9000", state="declined")
    case = prefilled_case(desk, prospect)
    entry = case.inputs["package_per_location"]
    assert (entry.source, entry.evidence) == (CUSTOMER, f"Quote Q-{number:04d} v2, total with discounts")
    package = next(cost for cost in compute(case).costs if cost.key == "package")
    assert package.amount == 2000


def our_price(context: Context, prospect: str) -> tuple[Decimal, str, str]:
    entry = prefilled_case(context, prospect).inputs["package_per_location"]
    return entry.base, entry.source, entry.evidence


@pytest.mark.parametrize("locations", [50, None])
def test_a_quote_for_other_locations_is_not_our_price_and_the_evidence_says_why(desk, locations):
    prospect = add_prospect(desk, locations=locations)
    draft_quote(desk, prospect, "enterprise", QuoteTerms(locations=2))
    price, source, evidence = our_price(desk, prospect)
    assert (price, source) == (2000, DEFAULT)
    assert evidence.endswith(": its locations are 2, here 50")
    draft_quote(later(desk, seconds=1), prospect, "enterprise", QuoteTerms(locations=50))
    assert our_price(desk, prospect)[1] == CUSTOMER


def test_a_school_s_quote_for_other_schools_stays_named_when_the_pupils_are_edited(desk):
    prospect = add_prospect(desk, domain="school", source_system=None, locations=3, volumes={"pupils": 100})
    draft_quote(desk, prospect, "foundation", QuoteTerms(locations=1))
    case = with_edits(prefilled_case(desk, prospect), "pupils", {"base": 801, "high": 801})
    assert case.inputs["package_price"].evidence.endswith("its locations are 1, here 3")


def test_a_draft_whose_discount_waits_for_approval_is_not_our_price(desk):
    prospect = add_prospect(desk, locations=5)
    sent = draft_quote(desk, prospect, "professional")
    send_quote(desk, sent, by_email=False)
    deep = replace(DEEP, discount_percent=Decimal(99))
    draft_quote(later(desk, seconds=1), prospect, "professional", deep)
    assert our_price(desk, prospect) == (
        400,
        CUSTOMER,
        f"Quote {quote(desk, sent).number_text}, total with discounts",
    )


def test_a_quote_that_is_over_is_not_our_price_also_before_the_job_noted_it(desk):
    prospect = add_prospect(desk, locations=5)
    send_quote(desk, draft_quote(desk, prospect, "professional"), by_email=False)
    draft_quote(later(desk, seconds=1), prospect, "professional")
    assert our_price(later(desk, days=60), prospect)[2] == "Catalogue price: Professional"


def test_an_accepted_quote_stays_our_price_after_its_last_day(desk):
    prospect = add_prospect(desk, locations=3)
    add_quote(desk, prospect, "2000", state="accepted")
    assert our_price(later(desk, days=60), prospect)[1] == CUSTOMER


@pytest.mark.parametrize("state", ["declined", "expired", "replaced"])
def test_a_quote_that_no_longer_holds_is_not_our_price(desk, state):
    prospect = add_prospect(desk, locations=3)
    add_quote(desk, prospect, "2000", state=state)
    assert our_price(desk, prospect)[1] == DEFAULT


def test_a_quote_in_another_currency_is_named_and_not_converted(desk):
    prospect = add_prospect(desk, locations=3)
    add_quote(desk, prospect, "2000", currency="GBP")
    with pytest.raises(RoiError, match="is in GBP"):
        compute(prefilled_case(desk, prospect))


def test_a_school_s_price_follows_its_pupils(desk):
    prospect = add_prospect(
        desk, domain="school", source_system="canvas", locations=1, volumes={"pupils": 801}
    )
    entry = prefilled_case(desk, prospect).inputs["package_price"]
    assert (entry.base, entry.evidence) == (15_000, "Catalogue price: Enterprise for 801 pupils")


def figure(measure: str, value: str | None, sample: int, unit: str = "days") -> Figure:
    number = None if value is None else Decimal(value)
    missing = "" if number is not None else f"{sample} of 10 finished migrations needed"
    return Figure(measure, measure, number, number, number, unit, sample, date(2026, 11, 12), missing)


def test_figures_of_enough_migrations_replace_defaults_and_say_sample_and_day():
    figures = {"days_closed": figure("days_closed", "0.5", 31), "training_cost": figure("x", "90", 12, "USD")}
    case = prefilled(KnownFacts("restaurant", "USD", figures=figures))
    entry = case.inputs["aura_days_closed"]
    assert (entry.base, entry.source) == (Decimal("0.5"), MEASURED)
    assert entry.evidence == "Median of 31 finished migrations, p10 to p90, as of 12 Nov 2026"
    assert case.inputs["training_per_location"].currency == "USD"


def test_figures_of_too_few_migrations_leave_the_default_and_say_what_is_missing():
    case = prefilled(KnownFacts("restaurant", "USD", figures={"days_closed": figure("days_closed", None, 4)}))
    entry = case.inputs["aura_days_closed"]
    assert (entry.base, entry.source) == (0, DEFAULT)
    assert entry.evidence.endswith("Our figure: 4 of 10 finished migrations needed")


def test_what_a_person_typed_stays_when_the_records_are_taken_over():
    case = default_case("restaurant")
    typed = case.with_input(
        replace(
            case.inputs["days_closed"], source=CUSTOMER, origin="typed", evidence="Owner", high=Decimal(9)
        )
    )
    facts = with_answer(with_answer(case, "days_closed", 1), "locations", 7)
    result = refreshed(typed, facts)
    assert result.inputs["days_closed"] == typed.inputs["days_closed"]
    assert result.inputs["locations"] == facts.inputs["locations"]


def test_a_prospect_of_another_seller_is_not_there(desk):
    prospect = add_prospect(desk)
    with enter(add_staff("sales"), operator()) as colleague:
        for call in (newest_case, prefilled_case, saved_cases):
            with pytest.raises(NotFoundError):
                call(colleague, prospect)
        with pytest.raises(NotFoundError):
            save_case(colleague, prospect, default_case("restaurant"))


def test_a_saved_version_cannot_be_changed_in_the_database(desk):
    prospect = add_prospect(desk)
    save_case(desk, prospect, prefilled_case(desk, prospect))
    from core.business.sales.tables import RoiCase as Row

    row = desk.session.scalar(select(Row).where(Row.prospect_id == prospect))
    assert row.version == 1
