"""Payments and refunds of an order as people record them: the plan's sums hold, and nothing is recorded twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.business.billing.payments.recording import go_live_reached, waive_open
from core.business.billing.rates.actions import add_rate
from core.business.engagements.lookup import today_of
from core.business.engagements.payments.actions import record_payment, refund_payment
from core.business.engagements.payments.views import OrderPayments, order_payments, receipt
from core.context import Context
from core.errors import AppError, ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.payments.orders import add_order, paid, refunded
from tests.operators import add_staff

NOON = datetime(2026, 12, 10, 17, tzinfo=UTC)
DAY = date(2026, 12, 10)
ZERO = Decimal(0)


@pytest.fixture
def manager(alice: Context) -> Context:
    """Alice on 10 Dec 2026."""
    return replace(alice, now=NOON)


def states(view: OrderPayments) -> list[str]:
    return [part.state for part in view.status.parts]


def test_a_payment_settles_the_oldest_instalment_and_has_a_numbered_receipt(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    assert states(order_payments(manager, order_id)) == ["Overdue", "Not yet due"]
    assert record_payment(manager, order_id, paid("200", DAY, reference="B-1")) == "OC-0007-R1"
    assert record_payment(manager, order_id, paid("400", DAY, reference="B-2")) == "OC-0007-R2"
    view = order_payments(manager, order_id)
    assert states(view) == ["Paid", "Part paid, not yet due"]
    assert (view.status.paid, view.status.not_yet_due) == (Decimal(600), Decimal(400))
    assert [(row.number, row.amount, row.reference, row.method) for row in view.receipts] == [
        ("OC-0007-R2", Decimal(400), "B-2", "Bank transfer"),
        ("OC-0007-R1", Decimal(200), "B-1", "Bank transfer"),
    ]
    assert (view.gateway, view.plan) == (None, "50% at signing, 50% at go-live")


def test_a_receipt_is_the_same_file_whatever_is_paid_later(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    number = record_payment(manager, order_id, paid("200", DAY))
    first = receipt(manager, order_id, number)
    record_payment(manager, order_id, paid("300", DAY))
    assert receipt(manager, order_id, number) == first


def test_more_than_is_open_is_refused_in_words_and_changes_nothing(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    with pytest.raises(ConflictError, match=r"\$1,000\.01 is more than the \$1,000\.00 that is open"):
        record_payment(manager, order_id, paid("1000.01", DAY))
    assert not order_payments(manager, order_id).receipts
    record_payment(manager, order_id, paid("1000", DAY))
    with pytest.raises(ConflictError, match="Nothing is open"):
        record_payment(manager, order_id, paid("0.01", DAY))


def test_the_same_submission_and_the_same_reference_are_recorded_once(manager: Context) -> None:
    order_id, group = add_order(manager, 1000), new_id()
    payment = paid("100", DAY, reference="B-1", group_id=group)
    assert {record_payment(manager, order_id, payment) for _ in range(3)} == {"OC-0007-R1"}
    with pytest.raises(ConflictError, match="B-1 is recorded already, as OC-0007-R1"):
        record_payment(manager, order_id, paid("50", DAY, reference=" B-1 "))
    assert order_payments(manager, order_id).status.paid == Decimal(100)


@pytest.mark.parametrize(
    "changes",
    [
        {"received_on": date(2026, 12, 11)},
        {"received_on": date(1, 1, 3), "currency": "ZWG"},
        {"amount": Decimal("1E+40")},
        {"method": "gold"},
        {"currency": "EUR"},
        {"currency": "ZWL"},
        {"amount": Decimal("1.001")},
        {"reference": "x" * 101},
        {"reference": "a\x1bb"},
    ],
)
def test_what_is_no_payment_is_refused(manager: Context, changes: dict) -> None:
    order_id = add_order(manager)
    with pytest.raises(InvalidInputError):
        record_payment(manager, order_id, replace(paid("100", DAY), **changes))


def test_a_refund_gives_back_at_most_what_was_paid_and_makes_it_due_again(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    number = record_payment(manager, order_id, paid("1000", DAY))
    group = new_id()
    first = refunded(number, "600", DAY, group)
    assert (
        refund_payment(manager, order_id, first) == refund_payment(manager, order_id, first) == "OC-0007-R2"
    )
    view = order_payments(manager, order_id)
    assert states(view) == ["Part paid, overdue", "Not yet due"]
    assert (view.status.paid, view.status.refunded, view.status.overdue) == (
        Decimal(400),
        Decimal(600),
        Decimal(100),
    )
    assert [(row.number, row.is_refund, row.refundable) for row in view.receipts] == [
        ("OC-0007-R2", True, ZERO),
        ("OC-0007-R1", False, Decimal(400)),
    ]
    with pytest.raises(ConflictError, match=r"more than the \$400\.00 that can go back of OC-0007-R1"):
        refund_payment(manager, order_id, refunded(number, "400.01", DAY))
    for unknown in ("OC-0007-R2", "OC-0007-R9"):
        with pytest.raises(NotFoundError):
            refund_payment(manager, order_id, refunded(unknown, "1", DAY))
    with pytest.raises(InvalidInputError):
        refund_payment(manager, order_id, replace(refunded(number, "1", DAY), reason=" "))


def test_the_instalment_of_go_live_is_due_on_the_day_it_was_reached(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    assert go_live_reached(manager.session, order_id, date(2026, 12, 9))
    assert not go_live_reached(manager.session, order_id, date(2026, 12, 20))
    view = order_payments(manager, order_id)
    assert (states(view)[1], view.status.parts[1].due) == ("Overdue", "9 Dec 2026")


def test_nothing_more_is_due_of_a_cancelled_order_and_what_was_paid_can_go_back(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    number = record_payment(manager, order_id, paid("600", DAY))
    assert waive_open(manager.session, order_id, manager.now, "Cancelled") == Decimal(400)
    assert waive_open(manager.session, order_id, manager.now, "Cancelled") == ZERO
    manager.session.commit()
    view = order_payments(manager, order_id)
    assert states(view) == ["Paid", "Part paid, no longer due"]
    with pytest.raises(ConflictError, match="Nothing is open"):
        record_payment(manager, order_id, paid("1", DAY))
    refund_payment(manager, order_id, refunded(number, "100", DAY))
    status = order_payments(manager, order_id).status
    assert (status.paid, status.no_longer_due, status.remaining) == (Decimal(500), Decimal(500), ZERO)


@pytest.fixture
def rates() -> None:
    """What a US dollar was worth in December, entered by a manager of the operator; last year's in ZWL."""
    staff = add_staff("manager")
    with enter(staff.person, staff.operator) as context:
        later = replace(context, now=NOON)
        for day, rate in ((date(2026, 12, 1), "26"), (date(2026, 12, 8), "26.4")):
            try:
                add_rate(later, "USD", "ZWG", day, Decimal(rate), "RBZ")
            except ConflictError:
                continue  # of a test before


@pytest.mark.usefixtures("rates")
def test_what_was_paid_in_another_currency_keeps_amount_rate_day_and_source(manager: Context) -> None:
    order_id = add_order(manager, 1000)
    number = record_payment(manager, order_id, paid("15840", DAY, "ZWG"))
    [row] = order_payments(manager, order_id).receipts
    assert (row.amount, row.currency, row.paid_amount, row.paid_currency) == (
        Decimal(600),
        "USD",
        Decimal(15840),
        "ZWG",
    )
    assert row.rate_note == "26.4 ZWG for 1 USD, RBZ, 8 Dec 2026"
    assert row.amount_text == "ZiG 15,840.00 ($600.00)"
    refund_payment(manager, order_id, refunded(number, "600", DAY))
    back = order_payments(manager, order_id).receipts[0]
    assert (back.amount, back.paid_amount, back.rate_note) == (Decimal(600), Decimal(15840), row.rate_note)
    with pytest.raises(ConflictError, match=r"at most ZiG 26,400\.00 \(\$1,000\.00\)"):
        record_payment(manager, order_id, paid("26401", DAY, "ZWG"))
    with pytest.raises(ConflictError, match="There is no exchange rate between ZWG and USD for 1 Jun 2025"):
        record_payment(manager, order_id, paid("100", date(2025, 6, 1), "ZWG"))


AMOUNTS = st.integers(1, 60_000).map(lambda units: Decimal(units).scaleb(-2))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from([("full", None), ("split", None), ("extended", 7)]),
    st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=6),
)
def test_whatever_is_recorded_and_given_back_the_sums_are_the_total(
    manager: Context, plan: tuple[str, int | None], steps: list[tuple[Decimal, bool]]
) -> None:
    order_id = add_order(manager, 1000, *plan)
    for amount, is_refund in steps:
        receipts = [row for row in order_payments(manager, order_id).receipts if not row.is_refund]
        try:
            if is_refund and receipts:
                refund_payment(manager, order_id, refunded(receipts[0].number, str(amount), DAY))
            else:
                record_payment(manager, order_id, paid(str(amount), DAY))
        except ConflictError:
            continue
    view = order_payments(manager, order_id)
    status = view.status
    assert status.paid + status.due + status.overdue + status.not_yet_due == status.total == Decimal(1000)
    signed = [-row.amount if row.is_refund else row.amount for row in view.receipts]
    assert sum(signed, ZERO) == status.paid
    assert status.held == ZERO
    numbers = [row.number for row in view.receipts]
    assert len(set(numbers)) == len(numbers)


def test_of_many_payments_at_once_no_cent_too_much_is_taken(
    manager: Context, people: dict[str, str], tenants: dict[str, str]
) -> None:
    order_id = add_order(manager, 100)

    def pay(_: int) -> bool:
        with enter(people["alice"], tenants["bella"]) as context:
            try:
                record_payment(replace(context, now=NOON), order_id, paid("30", DAY))
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(24))) == 3
    view = order_payments(manager, order_id)
    assert (view.status.paid, len({row.number for row in view.receipts})) == (Decimal(90), 3)


def test_payments_are_never_changed_nor_deleted(manager: Context) -> None:
    order_id = add_order(manager)
    record_payment(manager, order_id, paid("10", DAY))
    for statement in ("update payment set amount = 1", "delete from payment"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            manager.session.execute(text(statement))
        manager.session.rollback()


def test_others_see_the_payments_and_record_none(manager: Context, bob: Context, sam: Context) -> None:
    order_id = add_order(manager)
    number = record_payment(manager, order_id, paid("10", DAY))
    for context in (bob, sam):
        assert [row.number for row in order_payments(context, order_id).receipts] == [number]
        assert receipt(context, order_id, number).startswith(b"%PDF")
        for call in (
            lambda context=context: record_payment(context, order_id, paid("10", DAY)),
            lambda context=context: refund_payment(context, order_id, refunded(number, "1", DAY)),
        ):
            with pytest.raises(NotAllowedError):
                call()


def test_another_customer_has_no_such_order(manager: Context, mallory: Context) -> None:
    order_id = add_order(manager)
    number = record_payment(manager, order_id, paid("10", DAY))
    calls = (
        lambda: order_payments(mallory, order_id),
        lambda: receipt(mallory, order_id, number),
        lambda: record_payment(mallory, order_id, paid("10", today_of(mallory))),
        lambda: refund_payment(mallory, order_id, refunded(number, "10", today_of(mallory))),
        lambda: order_payments(mallory, "no id"),
    )
    for call in calls:
        with pytest.raises(AppError) as refusal:
            call()
        assert isinstance(refusal.value, NotFoundError)
