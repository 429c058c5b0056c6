"""The life of a quote: drafted, approved, sent, withdrawn, expired, in numbered versions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from threading import Barrier

import pytest
from sqlalchemy import select, update

from core.business.sales.prospects.rules import ContactDetails
from core.business.sales.quotes.actions import draft_quote, edit_draft, new_version
from core.business.sales.quotes.approval import approve_discount, refuse_discount, request_approval
from core.business.sales.quotes.listing import NEEDS_APPROVAL, QuoteFilter, quote_rows
from core.business.sales.quotes.rules import QuoteTerms, TermsError
from core.business.sales.quotes.views import history, links, quote, versions
from core.business.sales.sending import renew_link, send_quote, withdraw_quote
from core.business.sales.tables import Prospect, Quote
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.access.audit_log import AuditFilter, audit_log
from core.platform.events.actions import open_secret
from core.platform.events.tables import OutboxEvent, OutboxMessage
from tests.business.sales.factories import add_prospect
from tests.business.sales.quotes.desk import DEEP, later, notices, send_new
from tests.operators import add_staff

pytestmark = pytest.mark.usefixtures("database")


def messages(context, quote_id):
    """List the mails that took a link of the quote along."""
    events = select(OutboxEvent.id).where(
        OutboxEvent.kind == "quote_sent", OutboxEvent.facts["quote_id"].astext == quote_id
    )
    return context.session.scalars(select(OutboxMessage).where(OutboxMessage.event_id.in_(events))).all()


def test_a_quote_is_drafted_with_the_prospect_s_locations_at_list_prices_for_thirty_days(seller, prospect):
    row = quote(seller, draft_quote(seller, prospect, "professional"))
    assert (row.state, row.version, row.locations) == ("draft", 1, 5)
    assert (row.subtotal, row.total, row.currency) == (Decimal(2000), Decimal(2000), "USD")
    assert row.days_remaining == 30
    assert row.number_text == f"Q-{row.number:04d} v1"
    assert [line.item for line in row.lines] == ["professional"]
    assert not row.awaits_approval


def test_locations_that_nobody_knows_are_asked_for_and_not_guessed(seller):
    unknown = add_prospect(seller, locations=None)
    with pytest.raises(TermsError, match="number of locations"):
        draft_quote(seller, unknown, "professional")
    assert quote(seller, draft_quote(seller, unknown, "professional", QuoteTerms(locations=2))).locations == 2


def test_numbers_follow_each_other_whoever_writes_and_a_refused_draft_takes_none(seller, staff, prospect):
    first = quote(seller, draft_quote(seller, prospect, "professional")).number
    with pytest.raises(TermsError):
        draft_quote(seller, prospect, "professional", QuoteTerms(discount_percent=Decimal(101)))
    colleague = staff("sales")
    second = draft_quote(colleague, add_prospect(colleague), "professional")
    assert quote(colleague, second).number == first + 1
    assert (
        quote(seller, draft_quote(seller, prospect, "starter", QuoteTerms(locations=1))).number == first + 2
    )


def test_four_who_draft_at_once_get_numbers_without_a_gap_or_a_double():
    people = [add_staff("sales") for _ in range(4)]
    barrier = Barrier(len(people), timeout=60)

    def draft_three(person):
        with enter(person.person, person.operator) as context:
            prospect, numbers = add_prospect(context), []
            for _ in range(3):
                barrier.wait()
                numbers.append(quote(context, draft_quote(context, prospect, "professional")).number)
            return numbers

    with ThreadPoolExecutor(len(people)) as pool:
        numbers = sorted(chain.from_iterable(pool.map(draft_three, people)))
    assert numbers == list(range(numbers[0], numbers[0] + 12))


def test_two_drafts_in_one_transaction_have_two_numbers(seller, prospect):
    seller.session.info["acting"] = True
    numbers = [quote(seller, draft_quote(seller, prospect, "professional")).number for _ in range(2)]
    seller.session.info.pop("acting")
    seller.session.rollback()
    assert numbers[1] == numbers[0] + 1


def test_who_sells_does_not_see_the_quotes_of_a_colleague_s_prospect(seller, staff, manager, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    colleague = staff("sales")
    for call in (quote, versions, links, history):
        with pytest.raises(NotFoundError):
            call(colleague, quote_id)
    with pytest.raises(NotFoundError):
        send_quote(colleague, quote_id)
    assert quote_rows(colleague, QuoteFilter(prospect_id=prospect)).rows == []
    assert quote(manager, quote_id).id == quote_id


def test_a_specialist_may_not_read_and_an_administrator_not_write_quotes(seller, staff, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    with pytest.raises(NotAllowedError):
        quote(staff("specialist"), quote_id)
    admin = staff("admin")
    assert quote(admin, quote_id).id == quote_id
    with pytest.raises(NotAllowedError):
        draft_quote(admin, prospect, "professional")


def test_a_discount_of_ten_percent_is_sent_without_asking(seller, prospect):
    quote_id = send_new(seller, prospect, terms=QuoteTerms(discount_percent=Decimal(10)))
    assert (quote(seller, quote_id).state, quote(seller, quote_id).total) == ("sent", Decimal(1800))


def test_a_discount_above_the_limit_waits_for_a_manager_who_is_named(seller, manager, prospect):
    quote_id = draft_quote(seller, prospect, "professional", DEEP)
    assert quote(seller, quote_id).awaits_approval
    with pytest.raises(NotAllowedError, match=r"15% needs the approval of a manager.*\(manager\)"):
        send_quote(seller, quote_id)
    request_approval(seller, quote_id)
    [notice] = notices(manager, "quote_approval_wanted")
    assert "15%" in notice.text
    with pytest.raises(NotAllowedError):
        approve_discount(seller, quote_id)
    approve_discount(manager, quote_id)
    [decision] = notices(seller, "quote_discount_decided")
    assert "approved" in decision.text
    assert quote(seller, quote_id).approved_by == manager.person
    send_quote(seller, quote_id)


def test_a_price_below_the_list_is_a_discount_to_approve_too(seller, prospect):
    terms = QuoteTerms(locations=20, unit_price=Decimal(1700), price_note="Franchise pilot")
    row = quote(seller, draft_quote(seller, prospect, "enterprise", terms))
    assert (row.total_discount, row.awaits_approval, row.lines[0].note) == (
        Decimal(15),
        True,
        "Franchise pilot",
    )
    assert quote_rows(seller, QuoteFilter(state=NEEDS_APPROVAL)).rows[0].id == row.id


@pytest.mark.parametrize(
    ("package", "change", "is_void"),
    [
        ("professional", {"valid_until": 3}, False),
        ("professional", {"discount_reason": "Two sites by spring"}, True),
        ("professional", {"discount_percent": Decimal(16)}, True),
        ("professional", {"discount_percent": Decimal(14)}, True),
        ("enterprise", {}, True),
        ("professional", {"locations": 6}, True),
    ],
)
def test_an_edit_of_price_lines_or_discount_voids_an_approval(
    seller, manager, prospect, package, change, is_void
):
    quote_id = draft_quote(seller, prospect, "professional", DEEP)
    request_approval(seller, quote_id)
    approve_discount(manager, quote_id)
    day = quote(seller, quote_id).valid_until
    change = {
        name: day - timedelta(days=value) if name == "valid_until" else value
        for name, value in change.items()
    }
    edit_draft(later(seller, seconds=1), quote_id, package, replace(quote(seller, quote_id).terms, **change))
    assert quote(seller, quote_id).awaits_approval is is_void


def test_a_refused_discount_tells_its_reason_and_may_be_asked_for_again(seller, manager, prospect):
    quote_id = draft_quote(seller, prospect, "professional", DEEP)
    request_approval(seller, quote_id)
    with pytest.raises(InvalidInputError):
        refuse_discount(manager, quote_id, "  ")
    refuse_discount(manager, quote_id, "No volume behind it")
    [entry] = [entry for entry in history(seller, quote_id) if entry.kind == "quote_discount_refused"]
    assert (entry.note, entry.person_name) == ("No volume behind it", manager.name)
    with pytest.raises(NotAllowedError):
        send_quote(seller, quote_id)
    request_approval(seller, quote_id)
    with pytest.raises(ConflictError):
        request_approval(seller, quote_id)


def test_a_manager_s_draft_counts_as_approved_by_them_and_is_recorded(manager, seller, prospect):
    quote_id = draft_quote(manager, prospect, "professional", DEEP)
    row = quote(manager, quote_id)
    assert (row.approved_by, row.awaits_approval) == (manager.person, False)
    lines = [
        line for line in audit_log(manager, AuditFilter(action="quote.approve")) if line.object_id == quote_id
    ]
    assert len(lines) == 1
    edit_draft(
        later(seller, seconds=1), quote_id, "professional", replace(DEEP, discount_percent=Decimal(20))
    )
    assert quote(seller, quote_id).awaits_approval


def test_a_discount_within_the_limit_needs_no_approval(manager, seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    for call in (request_approval, approve_discount):
        with pytest.raises(ConflictError, match="needs no approval"):
            call(manager, quote_id)


def test_sending_moves_the_prospect_mails_the_link_and_tells_it_once(seller):
    prospect = add_prospect(seller, contact=ContactDetails("Rosa", "rosa@example.com", ""), stage="demo")
    quote_id = draft_quote(seller, prospect, "professional")
    link = send_quote(seller, quote_id)
    assert "/q/" in link
    seller.session.expire_all()
    assert seller.session.get(Prospect, (seller.tenant.id, prospect)).stage == "quoted"
    [event] = seller.session.scalars(
        select(OutboxEvent).where(
            OutboxEvent.kind == "quote_sent", OutboxEvent.facts["quote_id"].astext == quote_id
        )
    ).all()
    [message] = seller.session.scalars(select(OutboxMessage).where(OutboxMessage.event_id == event.id)).all()
    assert open_secret(seller.session, message.id, "address", message.address) == "rosa@example.com"
    assert open_secret(seller.session, message.id, "secret", message.secret) == link
    assert link.rpartition("/")[2] not in str(event.facts)
    [stored] = links(seller, quote_id)
    assert (stored.opened_at, stored.withdrawn_at) == (None, None)
    assert history(seller, quote_id)[0].kind == "quote_sent"


def test_without_an_address_or_where_the_person_mails_it_nothing_is_mailed(seller, prospect):
    silent = add_prospect(seller, contact=ContactDetails("Rosa", "", "+1 555 0100"))
    quote_ids = [draft_quote(seller, silent, "professional"), draft_quote(seller, prospect, "professional")]
    send_quote(seller, quote_ids[0])
    send_quote(seller, quote_ids[1], by_email=False)
    kinds = select(OutboxEvent).where(OutboxEvent.facts["quote_id"].astext.in_(quote_ids))
    assert seller.session.scalars(kinds).all() == []


def test_only_a_draft_is_edited_and_sent(seller, prospect):
    quote_id = send_new(seller, prospect)
    with pytest.raises(ConflictError, match="cannot be edited"):
        edit_draft(seller, quote_id, "professional", QuoteTerms())
    with pytest.raises(ConflictError, match="cannot be sent"):
        send_quote(seller, quote_id)


def test_a_change_of_somebody_else_is_not_written_over(seller, manager, prospect):
    quote_id = draft_quote(seller, prospect, "professional", DEEP)
    read = quote(manager, quote_id).updated_at
    edit_draft(
        later(seller, seconds=1),
        quote_id,
        "professional",
        replace(DEEP, discount_percent=Decimal(90)),
        updated_at=read,
    )
    for call in (
        lambda: approve_discount(manager, quote_id, updated_at=read),
        lambda: edit_draft(manager, quote_id, "professional", DEEP, updated_at=read),
        lambda: send_quote(manager, quote_id, updated_at=read),
    ):
        with pytest.raises(ConflictError, match="changed by somebody else"):
            call()
    assert quote(seller, quote_id).discount_percent == 90


def test_the_sent_version_holds_until_the_next_one_is_sent_and_is_then_replaced(seller, prospect):
    first = send_new(seller, prospect)
    second = new_version(seller, first)
    assert (quote(seller, first).state, quote(seller, second).state) == ("sent", "draft")
    assert quote(seller, second).number_text == f"Q-{quote(seller, first).number:04d} v2"
    with pytest.raises(ConflictError, match="is newer"):
        new_version(seller, first)
    send_quote(seller, second)
    assert [row.state for row in versions(seller, first)] == ["sent", "replaced"]
    assert links(seller, first)[0].withdrawn_at is not None
    with pytest.raises(ConflictError):
        new_version(seller, first)


def test_a_new_version_takes_over_the_terms_with_a_new_validity(seller, manager, prospect):
    terms = QuoteTerms(
        locations=20, unit_price=Decimal(1950), price_note="Pilot", payment_plan="extended", months=6
    )
    first = send_new(seller, prospect, "enterprise", terms)
    withdraw_quote(seller, first, "Wrong number of sites")
    second = quote(seller, new_version(seller, first))
    assert second.terms == replace(terms, valid_until=second.valid_until, roi_case_id=None)
    assert second.total == quote(seller, first).total == Decimal(39_000)
    assert [part.amount for part in second.instalments] == [Decimal(6500)] * 6


def test_an_accepted_quote_has_no_next_version_and_a_later_draft_is_not_sent(seller, prospect):
    first = send_new(seller, prospect)
    draft = new_version(seller, first)
    seller.session.execute(update(Quote).where(Quote.id == first).values(state="accepted"))
    seller.session.commit()
    with pytest.raises(ConflictError):
        new_version(seller, first)
    with pytest.raises(ConflictError, match="was accepted"):
        send_quote(seller, draft)


def test_a_withdrawn_quote_has_no_open_link_and_is_not_sent_again(seller, prospect):
    quote_id = send_new(seller, prospect)
    withdraw_quote(seller, quote_id, "Wrong price")
    row = quote(seller, quote_id)
    assert (row.state, row.is_withdrawn) == ("expired", True)
    assert all(link.withdrawn_at for link in links(seller, quote_id))
    for call in (withdraw_quote, renew_link, send_quote):
        with pytest.raises(ConflictError):
            call(seller, quote_id)


def test_a_new_link_withdraws_the_one_before(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    assert send_quote(seller, quote_id) != renew_link(later(seller, seconds=1), quote_id)
    assert [link.withdrawn_at is None for link in links(seller, quote_id)] == [True, False]


@pytest.mark.parametrize("state", ["waiting", "failed"])
@pytest.mark.parametrize("change", ["withdrawn", "renewed", "replaced"])
def test_a_mail_that_waits_with_a_link_that_opens_no_longer_is_not_sent(seller, prospect, change, state):
    quote_id = send_new(seller, prospect)
    [message] = messages(seller, quote_id)
    message.state = state
    seller.session.flush()
    if change == "withdrawn":
        withdraw_quote(seller, quote_id)
    elif change == "renewed":
        renew_link(seller, quote_id, by_email=True)
    else:
        send_quote(seller, new_version(seller, quote_id))
    seller.session.commit()
    seller.session.expire_all()
    states = sorted((row.state, row.secret is None, row.error) for row in messages(seller, quote_id))
    reason = "The link was withdrawn before this was sent."
    expected = [("dead", True, reason), *([("waiting", False, None)] if change == "renewed" else [])]
    assert states == expected


def test_a_mail_that_is_being_handed_over_is_not_tried_again_with_a_withdrawn_link(seller, prospect):
    quote_id = send_new(seller, prospect)
    [message] = messages(seller, quote_id)
    message.state, message.handing_over = "sending", True
    seller.session.flush()
    withdraw_quote(seller, quote_id)
    seller.session.refresh(message)
    assert (message.state, message.expires_at) == ("sending", seller.now)


def test_a_draft_whose_last_day_is_over_is_not_sent(seller, prospect):
    quote_id = draft_quote(seller, prospect, "professional")
    with pytest.raises(InvalidInputError, match="last day"):
        send_quote(later(seller, days=32), quote_id)


def test_an_roi_version_of_another_prospect_is_not_attached(seller, prospect):
    with pytest.raises(TermsError, match="ROI version of this prospect"):
        draft_quote(seller, prospect, "professional", QuoteTerms(roi_case_id=prospect))


def test_a_version_that_somebody_adds_meanwhile_refuses_the_next_one(seller, prospect):
    quote_id = send_new(seller, prospect)
    seller.session.commit()
    barrier = Barrier(3)

    def revise():
        with enter(seller.person, seller.tenant.id) as context:
            barrier.wait()
            try:
                return new_version(context, quote_id)
            except ConflictError as error:
                return error

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda _: revise(), range(3)))
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    seller.session.expire_all()
    assert [row.version for row in versions(seller, quote_id)] == [2, 1]
