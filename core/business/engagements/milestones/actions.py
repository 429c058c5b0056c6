"""Reach milestones, open one again, and change what was promised, in a Context of the customer."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from core.business.engagements.history import add_entry
from core.business.engagements.lookup import day_at, find_order, today_of
from core.business.engagements.milestones.promising import PROMISED, REOPENED, reach
from core.business.engagements.milestones.rules import (
    ONLY_IN_ITS_STATE,
    STATE_OF,
    TITLES,
    MilestoneKey,
)
from core.business.engagements.rules import AT_WORK, FINAL, STATES, WAY, OrderState, TaskState
from core.business.engagements.tables import Engagement, Milestone, Task
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.wording import counted, listed
from core.platform.access.actions import action
from core.platform.audit.actions import record

MAX_REASON = 500
MAX_AHEAD = timedelta(days=1000)


@action("order.work")
def reach_milestone(context: Context, engagement_id: str, key: str, day: date | None = None) -> None:
    """Note that a milestone was reached on a day (default: today at the customer).

    ConflictError where the order is not worked on, where a task blocks the milestone, and where it was reached before;
    InvalidInputError for a day to come, or before the approval.
    """
    milestone = known_key(key)
    order = find_order(context.session, engagement_id, lock=True)
    reached_on = day or today_of(context)
    _check_state(order, milestone)
    _check_day(context, order, reached_on)
    blocking = _blocking_tasks(context, order, milestone)
    if blocking:
        raise ConflictError(
            f"{counted(len(blocking), 'task')} must be done first: {listed(blocking)}.",
            hint="Do these first.",
        )
    if not reach(context, order, milestone, reached_on):
        raise ConflictError(f"{TITLES[milestone]} was reached before.", hint="Reload the page.")
    record(context, "order.milestone", "engagement", order.id, order=order.number, milestone=milestone.value)


@action("order.decide")
def reopen_milestone(context: Context, engagement_id: str, key: str, reason: str) -> None:
    """Open a milestone again that was not reached after all. ConflictError once the order has left its state."""
    milestone, reason = known_key(key), _reason(reason)
    order = find_order(context.session, engagement_id, lock=True)
    state = OrderState(order.resumes_to or order.state)
    if state not in WAY or WAY.index(state) > WAY.index(STATE_OF[milestone]) or order.state not in AT_WORK:
        raise ConflictError(
            f"{TITLES[milestone]} stays as it is: the order is in {STATES[order.state].lower()}.",
            hint="Milestones open again only until their state is left.",
        )
    row = _milestone(context, order, milestone)
    if row.reached_on is None:
        raise ConflictError(f"{TITLES[milestone]} is open.", hint="Reload the page.")
    day = row.reached_on
    row.reached_on, row.reached_by, row.updated_at = None, None, context.now
    add_entry(context, order.id, REOPENED, reason=reason, milestone=milestone.value, day=day.isoformat())
    record(
        context,
        "order.milestone_reopen",
        "engagement",
        order.id,
        order=order.number,
        milestone=milestone.value,
    )


@action("order.decide")
def promise_milestone(context: Context, engagement_id: str, key: str, day: date, reason: str) -> None:
    """Promise another day for an open milestone, with the reason; the first promise is kept beside it.

    InvalidInputError for a day before the approval or years ahead; ConflictError for a milestone that was reached, and
    where the order is over.
    """
    milestone, reason = known_key(key), _reason(reason)
    order = find_order(context.session, engagement_id, lock=True)
    if order.state in FINAL:
        raise ConflictError(
            f"Nothing is promised any more: the order is {STATES[order.state].lower()}.",
            hint="Its milestones stay as they are.",
        )
    row = _milestone(context, order, milestone)
    if row.reached_on is not None:
        raise ConflictError(f"{TITLES[milestone]} was reached before.", hint="Reload the page.")
    start = day_at(context, order.approved_at or context.now)
    if not start <= day <= today_of(context) + MAX_AHEAD:
        raise InvalidInputError(
            "This day cannot be promised.", hint="Choose one after the approval, within three years."
        )
    before = row.promised_on
    if before == day:
        return
    row.promised_on, row.updated_at = day, context.now
    add_entry(
        context,
        order.id,
        PROMISED,
        reason=reason,
        milestone=milestone.value,
        before=before and before.isoformat(),
        after=day.isoformat(),
    )
    record(context, "order.promise", "engagement", order.id, order=order.number, milestone=milestone.value)


def known_key(key: str) -> MilestoneKey:
    """Return the milestone of a name. InvalidInputError for none."""
    try:
        return MilestoneKey(key)
    except ValueError:
        raise InvalidInputError(
            f"There is no milestone {key[:30]!r}.", hint=f"There are {', '.join(MilestoneKey)}."
        ) from None


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInputError("A reason is missing.", hint="Say why in a few words.")
    if len(reason) > MAX_REASON:
        raise InvalidInputError(
            f"The reason has more than {MAX_REASON} characters.", hint="Say it in fewer words."
        )
    return reason


def _check_state(order: Engagement, key: MilestoneKey) -> None:
    state = order.state
    if state not in AT_WORK:
        raise ConflictError(
            f"No milestone is reached while the order is {STATES[state].lower()}.",
            hint="Resume the order first." if state == OrderState.ON_HOLD else "Start the project first.",
            state=state,
        )
    if key in ONLY_IN_ITS_STATE and state != STATE_OF[key]:
        raise ConflictError(f"{TITLES[key]} is reached once the order is live.", hint="Go live first.")


def _check_day(context: Context, order: Engagement, day: date) -> None:
    if day > today_of(context):
        raise InvalidInputError(
            "A milestone is reached today or earlier.", hint="Choose a day that has come."
        )
    if order.approved_at and day < day_at(context, order.approved_at):
        raise InvalidInputError(
            "The order was not approved on this day yet.", hint="Choose a day after the approval."
        )


def _milestone(context: Context, order: Engagement, key: MilestoneKey) -> Milestone:
    query = select(Milestone).where(
        Milestone.tenant_id == order.tenant_id, Milestone.engagement_id == order.id, Milestone.key == key
    )
    row = context.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError("This order has no milestones yet.", hint="Approve the order first.")
    return row


def _blocking_tasks(context: Context, order: Engagement, key: MilestoneKey) -> list[str]:
    query = select(Task.title).where(
        Task.tenant_id == order.tenant_id,
        Task.engagement_id == order.id,
        Task.state == TaskState.OPEN,
        Task.blocks == key.value,
    )
    return list(context.session.scalars(query.order_by(Task.due_on, Task.id)))
