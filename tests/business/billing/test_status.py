"""What is paid, due, overdue and not yet due of a payment plan: the five sums are its total at any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.business.billing.plans import EXTENDED, FULL, GO_LIVE, SPLIT, instalments
from core.business.billing.status import Part, PlanStatus, Standing, allocate, plan_status

SIGNED = date(2026, 1, 31)
ZERO = Decimal(0)
plans = st.one_of(
    st.sampled_from([(FULL, None), (SPLIT, None)]), st.integers(3, 12).map(lambda months: (EXTENDED, months))
)
cents = st.integers(0, 10**9).map(lambda units: Decimal(units).scaleb(-2))
shares = st.integers(0, 300).map(lambda percent: Decimal(percent) / 100)


def parts_of(total: Decimal, kind: str, months: int | None = None, go_live: date | None = None) -> list[Part]:
    return [
        Part(
            str(part.number),
            part.number,
            part.amount,
            go_live if part.due_event == GO_LIVE else part.due_on,
            part.due_event,
        )
        for part in instalments(total, kind, months, "USD", SIGNED)
    ]


def paid(parts: list[Part], amount: int) -> list[Part]:
    """The parts after a payment."""
    got = {part.id: share for part, share in allocate(plan_status(parts, SIGNED).parts, Decimal(amount))}
    return [replace(part, received=part.received + got.get(part.id, ZERO)) for part in parts]


def sums(status: PlanStatus) -> Decimal:
    return status.paid + status.due + status.overdue + status.not_yet_due + status.no_longer_due


@given(
    cents,
    plans,
    st.lists(st.tuples(shares, shares, st.integers(0, 1)), min_size=12, max_size=12),
    st.integers(-10, 500),
    st.one_of(st.none(), st.integers(0, 300)),
)
def test_paid_due_overdue_and_not_yet_due_are_the_total_at_any_moment(
    total: Decimal,
    plan: tuple[str, int | None],
    fates: list[tuple[Decimal, Decimal, int]],
    day: int,
    go_live: int | None,
) -> None:
    today = SIGNED + timedelta(days=day)
    planned = parts_of(
        total, *plan, go_live=SIGNED + timedelta(days=go_live) if go_live is not None else None
    )
    parts = []
    for part, (got, back, waived) in zip(planned, fates, strict=False):
        received = round(part.amount * got, 2)
        refunded = min(round(part.amount * back, 2), received)
        parts.append(replace(part, received=received, refunded=refunded, is_waived=bool(waived)))
    status = plan_status(parts, today)
    assert sums(status) == total == status.total
    assert status.paid + status.held == sum(part.received - part.refunded for part in parts)
    assert (
        sum(part.open for part in status.parts)
        == status.remaining
        == total - status.paid - status.no_longer_due
    )
    for part in status.parts:
        assert ZERO <= part.paid <= part.part.amount
        assert part.standing is not Standing.OVERDUE or (part.part.due_on or today) < today


@given(cents, plans, cents)
def test_a_payment_is_divided_oldest_first_and_never_beyond_what_is_open(
    total: Decimal, plan: tuple[str, int | None], amount: Decimal
) -> None:
    statuses = plan_status(parts_of(total, *plan), SIGNED).parts
    divided = allocate(statuses, amount)
    assert sum(share for _, share in divided) == min(amount, total)
    assert [part.number for part, _ in divided] == sorted(part.number for part, _ in divided)
    assert all(share == part.amount for part, share in divided[:-1])


def test_an_instalment_is_due_on_its_day_and_overdue_from_the_next() -> None:
    parts = parts_of(Decimal(300), EXTENDED, 3)
    days = {
        date(2026, 1, 30): ["Not yet due", "Not yet due", "Not yet due"],
        date(2026, 1, 31): ["Due", "Not yet due", "Not yet due"],
        date(2026, 2, 1): ["Overdue", "Not yet due", "Not yet due"],
        date(2026, 2, 28): ["Overdue", "Due", "Not yet due"],
        date(2026, 4, 1): ["Overdue", "Overdue", "Overdue"],
    }
    for today, states in days.items():
        assert [part.state for part in plan_status(parts, today).parts] == states


def test_a_payment_settles_the_oldest_and_what_it_does_not_fill_is_part_paid() -> None:
    status = plan_status(paid(parts_of(Decimal(300), EXTENDED, 3), 150), date(2026, 2, 20))
    assert [part.state for part in status.parts] == ["Paid", "Part paid, not yet due", "Not yet due"]
    assert (status.paid, status.overdue, status.not_yet_due) == (Decimal(150), ZERO, Decimal(150))
    assert status.next_part is not None
    assert (status.next_part.part.number, status.next_part.remaining) == (2, Decimal(50))


def test_what_was_refunded_is_due_again() -> None:
    [first, *later] = paid(parts_of(Decimal(300), EXTENDED, 3), 200)
    status = plan_status([replace(first, refunded=Decimal(20)), *later], date(2026, 2, 20))
    assert [part.state for part in status.parts] == ["Part paid, overdue", "Paid", "Not yet due"]
    assert (status.paid, status.refunded, status.overdue) == (Decimal(180), Decimal(20), Decimal(20))
    assert [part.number for part, _ in allocate(status.parts, Decimal(30))] == [1, 3]


def test_go_live_is_not_yet_due_until_it_was_reached() -> None:
    before = plan_status(paid(parts_of(Decimal(100), SPLIT), 50), date(2027, 1, 1))
    assert [part.due for part in before.parts] == ["31 Jan 2026", "At go-live"]
    assert before.not_yet_due == Decimal(50)
    reached = paid(parts_of(Decimal(100), SPLIT, go_live=date(2026, 6, 1)), 50)
    assert plan_status(reached, date(2026, 6, 2)).overdue == Decimal(50)


def test_nothing_more_is_due_of_what_was_waived() -> None:
    parts = [replace(part, is_waived=True) for part in paid(parts_of(Decimal(300), EXTENDED, 3), 150)]
    status = plan_status(parts, date(2027, 1, 1))
    assert [part.state for part in status.parts] == ["Paid", "Part paid, no longer due", "No longer due"]
    assert (status.paid, status.no_longer_due, status.remaining) == (Decimal(150), Decimal(150), ZERO)
    assert status.next_part is None
    assert not allocate(status.parts, Decimal(10))


def test_what_was_paid_beyond_the_total_is_held_and_not_counted_as_paid() -> None:
    [part] = parts_of(Decimal(100), FULL)
    status = plan_status([replace(part, received=Decimal(130))], SIGNED)
    assert (status.paid, status.held, sums(status)) == (Decimal(100), Decimal(30), Decimal(100))
