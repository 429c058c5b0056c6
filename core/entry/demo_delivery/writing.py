"""Make the rows of a generated order: the order with its lines, plan, milestones, history, team, payments and sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from core.business.billing.plans import SPLIT, instalments
from core.business.billing.tables import Instalment, Payment, PaymentPlan
from core.business.engagements.milestones.rules import STATE_OF, MilestoneKey
from core.business.engagements.rules import OrderState
from core.business.engagements.tables import (
    Engagement,
    EngagementEvent,
    EngagementLine,
    Milestone,
    Task,
    TeamMember,
)
from core.db.base import Table
from core.entry.demo_delivery.shapes import OrderShape
from core.entry.demo_delivery.tasks import CUSTOMER, TaskShape, tasks_of
from core.entry.demo_delivery.teams import Team
from core.platform.access.tables import Assignment

CURRENCY = "USD"
_TRANSITIONS = {
    OrderState.IN_PROGRESS: "start",
    OrderState.DATA_MIGRATION: "migrate_data",
    OrderState.SYSTEM_SETUP: "set_up",
    OrderState.TRAINING: "train",
    OrderState.TESTING: "test",
    OrderState.GO_LIVE: "go_live",
}
_WAY = (OrderState.APPROVED, *_TRANSITIONS)


class OrderWriter:
    """Makes the rows of one order; ids are those of its key, so that a second writing makes the same rows.

    `signer` is the encrypted name of who ordered, `team` who leads and reviews the order.
    """

    def __init__(
        self, tenant: str, shape: OrderShape, number: str, zone: str, manager: str, team: Team
    ) -> None:
        self._tenant = tenant
        self._shape = shape
        self._number = number
        self._zone = ZoneInfo(zone)
        self._manager = manager
        self.team = team if shape.approved_on and self.state != OrderState.APPROVED else Team()
        self.lead = self.team.lead
        self.id = self._id("order")

    @property
    def state(self) -> OrderState:
        """The state that its milestones put the order in."""
        shape = self._shape
        if shape.approved_on is None:
            return OrderState.PENDING
        if shape.ending is not None:
            return OrderState(shape.ending)
        if shape.on_hold:
            return OrderState.ON_HOLD
        return self._state_at_work()

    def order(self, signer: bytes) -> Engagement:
        shape = self._shape
        since = shape.ended_on or self._newest_day()
        return Engagement(
            **self._row("order", shape.ordered_on),
            number=self._number,
            state=self.state.value,
            domain=shape.domain,
            package=shape.package,
            locations=shape.locations,
            currency=CURRENCY,
            total=shape.total,
            ordered_at=self._moment(shape.ordered_on),
            ordered_by=signer,
            approved_at=shape.approved_on and self._moment(shape.approved_on, 10),
            approved_by=self._manager if shape.approved_on else None,
            go_live_on=shape.milestones[MilestoneKey.GO_LIVE][0] if shape.milestones else None,
            source=shape.source,
            state_since=self._moment(since, 11),
            state_reason=self._reason(),
            resumes_to=self._state_at_work().value if shape.on_hold else None,
            completed_at=self._moment(since, 11) if shape.ending == "completed" else None,
            successful=shape.ending == "completed" if shape.ending else None,
            is_generated=True,
        )

    def details(self) -> Iterator[Table]:
        """Make the rows that hang on the order itself, those that others hang on first."""
        shape = self._shape
        yield EngagementLine(
            **self._row("line", shape.ordered_on),
            engagement_id=self.id,
            position=1,
            item=shape.package,
            text=f"{shape.package.title()} package",
            quantity=Decimal(1),
            unit_price=shape.total,
            amount=shape.total,
        )
        yield PaymentPlan(
            **self._row("plan", shape.ordered_on),
            engagement_id=self.id,
            kind=SPLIT,
            currency=CURRENCY,
            total=shape.total,
        )
        for position, (key, (promised, reached)) in enumerate(shape.milestones.items(), 1):
            yield Milestone(
                **self._row(f"milestone {key.value}", shape.ordered_on),
                engagement_id=self.id,
                key=key.value,
                position=position,
                promised_on=promised,
                first_promised_on=promised,
                reached_on=reached,
                reached_by=self.lead if reached else None,
                updated_at=self._moment(reached or shape.ordered_on),
            )
        yield from self._events()
        yield from self._team()

    def plan_parts(self) -> Iterator[Instalment]:
        """Make the instalments; the one of go-live is due on the day of it, or waived where the order was cancelled."""
        shape = self._shape
        for part in instalments(shape.total, SPLIT, None, CURRENCY, shape.approved_on):
            at_go_live = part.due_event == "go_live"
            cancelled = at_go_live and shape.ending == "cancelled"
            yield Instalment(
                **self._row(f"instalment {part.number}", shape.ordered_on),
                plan_id=self._id("plan"),
                number=part.number,
                amount=part.amount,
                due_on=shape.live_on if at_go_live and not cancelled else part.due_on,
                due_event=part.due_event,
                waived_at=self._moment(shape.ended_on) if cancelled and shape.ended_on else None,
                waived_reason="The order was cancelled." if cancelled else None,
            )

    def payments(self) -> Iterator[Payment]:
        """Make the payments: each instalment is paid on the day that it is due."""
        parts = [part for part in self.plan_parts() if part.due_on and part.waived_at is None]
        for count, part in enumerate(parts, 1):
            if part.due_on is None:
                continue
            yield Payment(
                **self._row(f"payment {part.number}", part.due_on),
                plan_id=part.plan_id,
                instalment_id=part.id,
                group_id=self._id(f"group {part.number}"),
                kind="payment",
                amount=part.amount,
                currency=CURRENCY,
                paid_amount=part.amount,
                paid_currency=CURRENCY,
                method="bank_transfer",
                received_on=part.due_on,
                receipt_number=f"{self._number}-R{count}",
                person_id=self._manager,
            )

    def _events(self) -> Iterator[EngagementEvent]:
        shape = self._shape
        if shape.approved_on is None:
            return
        previous = OrderState.PENDING
        yield self._event("approve", previous, OrderState.APPROVED, shape.approved_on, self._manager)
        previous, day = OrderState.APPROVED, shape.approved_on
        last = self._state_at_work()
        for state in _WAY[1 : _WAY.index(last) + 1]:
            yield self._event(_TRANSITIONS[state], previous, state, day, self.lead)
            reached = [
                reach for key, (_, reach) in shape.milestones.items() if reach and STATE_OF[key] == state
            ]
            previous, day = state, max([day, *reached])
        if shape.on_hold:
            yield self._event("hold", previous, OrderState.ON_HOLD, self._newest_day(), self._manager)
        if shape.ending and shape.ended_on:
            kind = "complete" if shape.ending == "completed" else "cancel"
            yield self._event(kind, previous, OrderState(shape.ending), shape.ended_on, self._manager)

    def _event(
        self, kind: str, before: OrderState, after: OrderState, day: date, person: str | None
    ) -> EngagementEvent:
        return EngagementEvent(
            **self._row(f"event {kind}", day),
            engagement_id=self.id,
            kind=kind,
            from_state=before.value,
            to_state=after.value,
            reason=self._reason() if kind in {"hold", "cancel"} else None,
            person_id=person,
            details={},
        )

    def _team(self) -> Iterator[Table]:
        for role, person in (("lead", self.team.lead), ("reviewer", self.team.reviewer)):
            if person is not None and self._shape.approved_on is not None:
                yield from self._member(role, person, self._shape.approved_on)

    def _member(self, role: str, person: str, approved_on: date) -> Iterator[Table]:
        shape = self._shape
        access = "assignment" if role == "lead" else f"assignment {role}"
        starts = self._moment(approved_on, 12)
        ends = self._moment(shape.ended_on, 12) if shape.ended_on else None
        yield Assignment(**self._row(access, approved_on), person_id=person, starts_at=starts, ends_at=ends)
        yield TeamMember(
            **self._row(role, approved_on),
            engagement_id=self.id,
            person_id=person,
            role=role,
            assignment_id=self._id(access),
            starts_at=starts,
            ends_at=ends,
            ended_reason="The order ended." if ends else None,
            assigned_by=self._manager,
            reasons=[],
        )

    def tasks(self, anchor: date) -> Iterator[Task]:
        """Make the tasks of an order that is worked on; `anchor` is the day that their days are counted from."""
        for task in tasks_of(self.state.value) if self.lead else ():
            yield self._task(task, anchor)

    def _task(self, task: TaskShape, anchor: date) -> Task:
        since = self._newest_day()
        done_at = self._moment(since, 15) if task.due_in is None else None
        return Task(
            **self._row(f"task {task.kind}", since),
            engagement_id=self.id,
            title=task.title,
            kind=task.kind,
            side=task.side,
            state="open" if done_at is None else "done",
            owner_id=None if task.side == CUSTOMER else self.lead,
            due_on=None if task.due_in is None else anchor + timedelta(days=task.due_in),
            details={},
            person_id=self.lead,
            closed_at=done_at,
            closed_by=self.lead if done_at else None,
            updated_at=self._moment(since, 15),
        )

    def _state_at_work(self) -> OrderState:
        """Return the state of the first milestone that is open; approved while no milestone is reached."""
        reached = [key for key, (_, day) in self._shape.milestones.items() if day]
        if not reached:
            return OrderState.APPROVED
        open_states = [STATE_OF[key] for key in self._shape.milestones if key not in reached]
        return min(open_states, key=_WAY.index, default=OrderState.GO_LIVE)

    def _newest_day(self) -> date:
        days = [reached for _, reached in self._shape.milestones.values() if reached]
        return max([self._shape.ordered_on, self._shape.approved_on or self._shape.ordered_on, *days])

    def _reason(self) -> str | None:
        if self._shape.on_hold:
            return "The school waits for its term to end."
        return "The customer was sold." if self._shape.ending == "cancelled" else None

    def _moment(self, day: date, hour: int = 9) -> datetime:
        return datetime.combine(day, time(hour), self._zone).astimezone(ZoneInfo("UTC"))

    def _id(self, *key: object) -> str:
        return str(uuid5(NAMESPACE_OID, "|".join(map(str, (self._tenant, self._shape.key, *key)))))

    def _row(self, key: str, day: date) -> dict[str, Any]:
        return {"tenant_id": self._tenant, "id": self._id(key), "created_at": self._moment(day)}
