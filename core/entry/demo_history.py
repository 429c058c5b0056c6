"""Write the generated sales history into the demo's operator: prospects, quotes, finished moves, all invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select

from core.business.catalog.discounts import default_bands
from core.business.sales.prospects.contacts import contact_prints, encrypt_contact
from core.business.sales.prospects.rules import ContactDetails, name_key
from core.business.sales.quotes.pricing import PricedTerms, as_documents, price_terms
from core.business.sales.quotes.rules import QuoteTerms, number_text
from core.business.sales.roi.case import inputs_to_json
from core.business.sales.roi.prefill import OurPrice, quote_price, with_quote
from core.business.sales.roi.results_json import results_to_json
from core.business.sales.roi.rules import compute
from core.business.sales.tables import (
    DiscoveryAnswer,
    FinishedMigration,
    Prospect,
    ProspectEvent,
    Quote,
    RoiCase,
)
from core.context import Context
from core.db.base import Table
from core.entry import demo, demo_ai
from core.entry.demo_delivery.loading import seed_delivery
from core.entry.demo_delivery.roster import seed_roster, seed_roster_people
from core.entry.demo_roi import demo_case
from core.entry.paynow_emulator import demo as demo_payments
from core.errors import NotFoundError
from core.platform.access.actions import action, enter
from core.platform.access.tables import TenantRecord
from core.platform.access.views import person_by_handle
from core.platform.audit.actions import record
from mock_data.sales_history import sales_history
from mock_data.sales_shapes import MigrationShape, ProspectShape, QuoteShape, RoiShape


def load_demo(tell: Callable[[str], None]) -> None:
    """Load what is missing of the demo: its people, each customer's story, sales and orders; `tell` reports progress."""
    manager = demo.seed_cast()[next(iter(demo.STAFF))]
    demo_ai.choose()
    demo_payments.choose()
    with demo_ai.run_emulator():
        for slug, tenant in demo.TENANTS.items():
            if not demo.is_loaded(slug):
                tell(f"Loading the demo of {tenant.name}")
            demo.load(slug)
    seed_roster_people()
    with enter(manager, demo.OPERATOR) as context:
        seed_history(context)
        seed_roster(context)
        seed_delivery(context)  # its orders are led by the roster


@action("demo.reset")
def seed_history(context: Context, anchor: date | None = None) -> int:
    """Write the sales history that ends on `anchor` (today by default); return how many rows were added.

    The context is a manager's or the program's: who sells does not see all prospects. Nothing is added where the
    history is already. NotFoundError in any tenant but the operator of a demo.
    """
    if not (context.tenant.is_demo and context.tenant.kind == "operator"):
        raise NotFoundError(f"{context.tenant.name} is not the operator of a demo.")
    query = select(FinishedMigration.id).where(FinishedMigration.is_generated).limit(1)
    if context.session.scalar(query) is not None:
        return 0
    history = sales_history(anchor or context.today)
    writer = _Writer(context)
    levels: list[list[Table]] = [[], []]
    for prospect in history.prospects:
        levels[0].append(writer.prospect(prospect))
        levels[1] += writer.children(prospect)
    levels[1] += [writer.migration(index, move) for index, move in enumerate(history.migrations)]
    for rows in levels:
        context.session.add_all(rows)
        context.session.flush()
    count = sum(map(len, levels))
    record(context, "demo.reset", "tenant", context.tenant.id, prospects=len(history.prospects), rows=count)
    return count


class _Writer:
    """Make rows of the history's shapes; ids are those of the keys, so that a second history is no second copy."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._people = {handle: person_by_handle(handle) for handle in ("alice", "sam")}
        customers = context.session.scalars(select(TenantRecord).where(TenantRecord.is_demo))
        self._customers = {customer.slug: customer.id for customer in customers}

    def _id(self, *key: object) -> str:
        return str(uuid5(NAMESPACE_OID, "|".join(map(str, (self._context.tenant.id, *key)))))

    def _row(self, *key: object) -> dict[str, str]:
        return {"tenant_id": self._context.tenant.id, "id": self._id(*key)}

    def _person(self, handle: str) -> str:
        return self._people[handle] or self._context.person

    def prospect(self, shape: ProspectShape) -> Prospect:
        contact = ContactDetails(shape.contact.name, shape.contact.email, shape.contact.phone)
        session = self._context.session
        return Prospect(
            **self._row(shape.key),
            created_at=shape.created_at,
            domain=shape.domain,
            name=shape.name,
            name_key=name_key(shape.name),
            stage=shape.stage,
            stage_since=shape.stage_since,
            lost_reason=shape.lost_reason,
            owner_id=shape.owner and self._person(shape.owner),
            source_system=shape.source_system,
            locations=shape.locations,
            currency="USD",
            country="US",
            contact=encrypt_contact(session, self._id(shape.key), contact),
            contact_index=contact_prints(session, contact),
            volumes={measure: asdict(count) for measure, count in shape.volumes.items()},
            next_step=shape.next_step,
            next_step_on=shape.next_step_on,
            customer_id=self._customers.get(shape.slug or ""),
            updated_at=max(event.at for event in shape.events),
        )

    def children(self, shape: ProspectShape) -> Iterator[Table]:
        """Make the rows that hang on a prospect."""
        prospect = self._id(shape.key)
        for number, event in enumerate(shape.events):
            yield ProspectEvent(
                **self._row(shape.key, "event", number),
                created_at=event.at,
                prospect_id=prospect,
                kind=event.kind,
                person_id=self._person(event.person),
                details=dict(event.details),
                note=event.note,
            )
        for question, answer in shape.answers.items():
            yield DiscoveryAnswer(
                **self._row(shape.key, "answer", question),
                created_at=shape.created_at,
                prospect_id=prospect,
                question=question,
                answer=answer,
                person_id=self._person(shape.owner or "sam"),
                answered_at=shape.stage_since,
            )
        for entry in shape.roi:
            yield self._roi(shape, entry)
        for quote in shape.quotes:
            if case := self._roi_of_quote(shape, quote):
                yield case
            yield self._quote(shape, quote)

    def _roi_of_quote(self, shape: ProspectShape, quote: QuoteShape) -> RoiCase | None:
        """Make the ROI that is attached to a quote: the newest case with the quote's price; None without a case."""
        if not shape.roi:
            return None
        total = _priced(shape.domain, quote).total
        price = quote_price(number_text(quote.number, quote.version), total, "USD", quote.locations)
        entry = replace(
            shape.roi[-1],
            version=_roi_version(shape, quote),
            at=max(shape.roi[-1].at, quote.created_at),
            note=f"With the price of {number_text(quote.number, quote.version)}",
        )
        return self._roi(shape, entry, price)

    def _roi(self, shape: ProspectShape, entry: RoiShape, price: OurPrice | None = None) -> RoiCase:
        case = demo_case(shape.domain, shape.locations, entry.inputs)
        if price is not None:
            case = with_quote(case, price)
        return RoiCase(
            **self._row(shape.key, "roi", entry.version),
            created_at=entry.at,
            prospect_id=self._id(shape.key),
            version=entry.version,
            currency=case.currency,
            inputs=inputs_to_json(case),
            results=results_to_json(compute(case)),
            note=entry.note,
            person_id=self._person(entry.person),
        )

    def _quote(self, shape: ProspectShape, quote: QuoteShape) -> Quote:
        priced = _priced(shape.domain, quote)
        return Quote(
            **self._row(shape.key, "quote", quote.version),
            created_at=quote.created_at,
            prospect_id=self._id(shape.key),
            number=quote.number,
            version=quote.version,
            state=quote.state,
            domain=shape.domain,
            package=quote.package,
            locations=quote.locations,
            currency=priced.currency,
            lines=as_documents(priced),
            discount_percent=quote.discount_percent,
            discount_reason=quote.discount_reason,
            subtotal=priced.subtotal,
            total=priced.total,
            payment_plan=quote.payment_plan,
            months=quote.months,
            valid_until=quote.valid_until,
            go_live_on=quote.go_live_on,
            roi_case_id=self._id(shape.key, "roi", _roi_version(shape, quote)) if shape.roi else None,
            person_id=self._person(quote.person),
            approval_asked_at=quote.approval_asked_at,
            approved_by=self._person("alice") if quote.approved_at else None,
            approved_at=quote.approved_at,
            sent_at=quote.sent_at,
            decided_at=quote.decided_at,
            decline_reason=quote.decline_reason,
            customer_id=self._customers.get(shape.slug or "") if quote.state == "accepted" else None,
            updated_at=quote.decided_at or quote.sent_at or quote.created_at,
        )

    def migration(self, index: int, shape: MigrationShape) -> FinishedMigration:
        report = {"source": "Customer's report", "person": self._person("alice")}
        return FinishedMigration(
            **self._row("migration", index),
            created_at=shape.finished_at,
            prospect_id=self._id(shape.prospect) if shape.prospect else None,
            is_generated=True,
            name=shape.name,
            domain=shape.domain,
            source_system=shape.source_system,
            package=shape.package,
            locations=shape.locations,
            started_at=shape.started_at,
            finished_at=shape.finished_at,
            measured=dict(shape.measured),
            reported={
                measure: {"value": value, **report, "at": shape.finished_at.isoformat()}
                for measure, value in shape.reported.items()
            },
        )


def _roi_version(shape: ProspectShape, quote: QuoteShape) -> int:
    """Return the version of the ROI that is attached to a quote: they follow those that were saved without one."""
    return shape.roi[-1].version + 1 + shape.quotes.index(quote)


def _priced(domain: str, quote: QuoteShape) -> PricedTerms:
    terms = QuoteTerms(
        quote.locations,
        quote.add_ons,
        discount_percent=quote.discount_percent,
        discount_reason=quote.discount_reason or "",
        payment_plan=quote.payment_plan,
        months=quote.months,
    )
    return price_terms(domain, quote.package, terms, quote.locations, default_bands(domain))
