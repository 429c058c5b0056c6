"""A real worker whose pipeline only keeps the ledger, at a pace and with faults that the run's plan names.

plan: {"chunks": n, "seconds": per chunk, "fault": None | "app" | "foreign" | "away" | "disk", "faults": how often}
"""

import time

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from core.engine.runs import rollback
from core.engine.runs.gate import hold
from core.engine.runs.states import change_state
from core.engine.runs.tables import Run, RunChunk
from core.engine.runs.worker import queue, steps
from core.errors import InvalidInputError
from core.kit import clock
from core.platform.access.actions import enter_as_worker

queue.MAX_STEPS = 20  # few, so that a test can go beyond them
queue.TASKS_PER_STEP = 64
raised = {}


def begin(tenant, person, run_id, attempt):
    with enter_as_worker(tenant, person) as context:
        hold(context, run_id, attempt, "queued", "running")
        run = context.session.get(Run, (tenant, run_id))
        if run.state == "queued":
            change_state(context.session, run_id, "running", was="queued", now=context.now)
        context.session.commit()
        return [[0, run_id, number] for number in range(run.plan["chunks"])]


def load(tenant, person, run_id, tasks, attempt):
    with enter_as_worker(tenant, person) as context:
        plan = context.session.get(Run, (tenant, run_id)).plan
        fail(plan, run_id)
        fill_the_disk(context, plan, run_id)
        for step_no, stream, number in tasks:
            steps.gate(context, run_id, attempt=attempt)
            line = {
                "tenant_id": tenant,
                "run_id": run_id,
                "step_no": step_no,
                "stream_id": stream,
                "chunk_no": number,
                "entity": "order",
                "rows": 1,
                "changed": 1,
                "fates": {},
                "loaded_at": clock.now(),
            }
            chunk_row = context.session.execute(
                insert(RunChunk).values(line).on_conflict_do_nothing().returning(RunChunk.chunk_no)
            ).first()
            if chunk_row:
                time.sleep(plan["seconds"])
            context.session.commit()
    return len(tasks)


def fill_the_disk(context, plan, run_id):
    """Raise PostgreSQL's error of a full disk, though it is not full."""
    if plan.get("fault") == "disk" and raised[run_id] <= plan.get("faults", 1):
        raised[run_id] += 1
        context.session.execute(
            text("do $$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$")
        )


def fail(plan, run_id):
    count = raised[run_id] = raised.get(run_id, 0) + 1
    if not plan.get("fault") or count > plan.get("faults", 1):
        return
    if plan["fault"] == "disk":
        return
    if plan["fault"] == "app":
        raise InvalidInputError("The file is not what it was.", hint="Upload it again.")
    if plan["fault"] == "away":
        raise OperationalError("select", {}, Exception("server closed the connection"))
    raise KeyError("guest@example.com")


def finish(tenant, person, run_id, attempt):
    with enter_as_worker(tenant, person) as context:
        hold(context, run_id, attempt, "running")
        for state in ("verifying", "completed"):
            change_state(context.session, run_id, state, now=clock.now())
        context.session.commit()


def roll_back(tenant, person, run_id, entities, discard_edits_of, attempt):
    with enter_as_worker(tenant, person) as context:
        change_state(
            context.session,
            run_id,
            "rolled_back",
            now=clock.now(),
            totals={"asked": [entities, discard_edits_of]},
        )
        context.session.commit()


steps.begin, steps.load, steps.finish, rollback.roll_back = begin, load, finish, roll_back
