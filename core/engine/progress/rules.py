"""Derive the journey of a migration from facts: six steps, one status, one next action. Pure.

The wizard's bar, the coach, badges, buttons and Today all show parts of one Journey, so they cannot contradict
each other. A stage is the first condition of `_stage` that holds; it names the open step, the status and the actions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.engine.progress.facts import BLOCKED, CURRENT, DONE, NOT_VALIDATED, OPEN, SKIPPED, STEPS, Facts
from core.engine.runs.rules import ACTIVE, HALTED, RunState
from core.kit.wording import agree, counted
from core.platform.access.refusals import refusal

RECONCILIATION = "reconciliation"
"""The path of the screen that compares source and target."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of STEPS. `state`: DONE, OPEN, BLOCKED (an earlier step is open) or SKIPPED (the import went without it).

    `reason` is what it waits for in one sentence, '' where it is done; a skipped step says what was skipped.
    """

    step: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """The migration's one badge. `colour` is a name of the theme; `phase` one of the seven of a migration."""

    label: str
    colour: str
    phase: str


@dataclass(frozen=True, slots=True)
class Action:
    """The next thing to do. `screen` is the path where it is done; `reason` says why it is not `enabled`."""

    key: str
    label: str
    screen: str
    permission: str
    enabled: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """`steps` in the order of STEPS; `action` is the first one this person may do, else the next one, disabled."""

    steps: tuple[StepView, ...]
    status: Status
    action: Action

    def step(self, name: str) -> StepView:
        return self.steps[STEPS.index(name)]

    @property
    def current(self) -> str:
        """The step that is open now; the last one where all are behind."""
        return next((view.step for view in self.steps if view.state == OPEN), STEPS[-1])


@dataclass(frozen=True, slots=True)
class _Stage:
    """`past`: an import has begun, so that earlier steps are behind, done or skipped. `is_over`: nothing is open."""

    step: str
    status: Status
    reason: str
    actions: tuple[Action, ...]
    past: bool = False
    is_over: bool = False


def journey(facts: Facts, may: Collection[str]) -> Journey:
    """Derive the journey of a migration for a person with the permissions `may`."""
    stage = _stage(facts)
    return Journey(tuple(_steps(facts, stage)), stage.status, _first_allowed(stage.actions, may))


def _first_allowed(actions: tuple[Action, ...], may: Collection[str]) -> Action:
    allowed = next((action for action in actions if action.permission in may), None)
    if allowed is not None:
        return allowed
    first = actions[0]
    return Action(first.key, first.label, first.screen, first.permission, False, refusal(first.permission))


def _steps(facts: Facts, stage: _Stage) -> list[StepView]:
    at = STEPS.index(stage.step)
    views = []
    for number, step in enumerate(STEPS):
        if number < at or stage.is_over:
            skipped = _skipped(facts, step) if stage.past else ""
            views.append(StepView(step, SKIPPED if skipped else DONE, skipped))
        else:
            views.append(StepView(step, OPEN if number == at else BLOCKED, stage.reason))
    return views


def _skipped(facts: Facts, step: str) -> str:
    if step == "map" and facts.to_review:
        return f"{counted(facts.to_review, 'field')} went into the import without review."
    dry = facts.dry_run
    if step == "test" and not (dry and dry.current and dry.state == "completed"):
        return "The import was started without a dry run."
    return ""


def _stage(facts: Facts) -> _Stage:
    last = facts.imported
    if last is not None:
        dry = _dry_run_in_progress(facts)
        if last.state in ACTIVE or last.state in _HALTED:
            stage = _import_stage(facts)
            if dry is None:
                return stage
            label = f"{stage.status.label}, {dry.status.label[0].lower()}{dry.status.label[1:]}"
            return _past(Status(label, stage.status.colour, stage.status.phase), stage.reason, *stage.actions)
        if dry is not None:
            return _before_import(facts)
        if last.state == "completed" and last.current:
            return _imported(facts)
        if last.state == "cancelled" and last.has_records:
            return _past(
                Status("Import cancelled", "orange", "import"),
                "The cancelled import left records in the target: roll it back, or start again.",
                Action("roll_back", "Roll back", "runs", last.undo_permission),
                _view("import"),
            )
    return _before_import(facts)


# --- before an import -------------------------------------------------------------------------------------------------


def _before_import(facts: Facts) -> _Stage:
    stage = _files(facts) or _mapping(facts) or _test(facts) or _ready(facts)
    dry = _dry_run_in_progress(facts)
    if dry is not None:  # the step stays open, but nothing else can be started
        step = stage.step if STEPS.index(stage.step) < STEPS.index(dry.step) else dry.step
        phase = stage.status.phase if step != dry.step else dry.status.phase
        return _Stage(step, Status(dry.status.label, dry.status.colour, phase), dry.reason, dry.actions)
    last = facts.imported
    if last is None or last.state != "rolled_back" or not last.current:
        return stage
    label = "Rolled back in part" if last.partial else "Rolled back"
    label += f", {last.records_left:,} kept" if last.records_left else ""
    reason = stage.reason if stage.step != "live" or facts.second else "Rolled back: start again or close."
    return _Stage(stage.step, Status(label, "violet", stage.status.phase), reason, stage.actions)


def _files(facts: Facts) -> _Stage | None:
    if not facts.files:
        return _Stage(
            "connect",
            Status("Needs files", "gray", "setup"),
            "Upload at least one export.",
            (Action("upload", "Upload export", "connect", "migration.write"),),
        )
    if not facts.rows:
        return _Stage(
            "preview",
            Status("No rows read", "orange", "analysis"),
            "No rows could be read; check the reader options.",
            (Action("check_files", "Check reader options", "connect", "migration.write"),),
        )
    if not facts.fields and not facts.unsuggested:
        return _Stage(
            "preview",
            Status("No columns read", "orange", "analysis"),
            "No columns could be read; check the reader options.",
            (Action("check_files", "Check reader options", "connect", "migration.write"),),
        )
    return None


def _mapping(facts: Facts) -> _Stage | None:
    if facts.unsuggested:
        columns = counted(facts.unsuggested, "column")
        return _Stage(
            "map",
            Status(f"Mapping: {columns} to map", "blue", "analysis"),
            f"{columns} without a suggestion: suggest mappings first.",
            (Action("suggest", f"Suggest mappings for {columns}", "mapping", "mapping.edit"),),
        )
    if facts.to_review:
        fields = counted(facts.to_review, "field")
        weak = (
            f", {facts.weak:,} of them below 70%, without a suggestion or with a question"
            if facts.weak
            else ""
        )
        return _Stage(
            "map",
            Status(f"Mapping: {fields} to review", "blue", "mapping"),
            f"{fields} to review{weak}.",
            (Action("review", f"Review {fields}", "mapping", "mapping.edit"),),
        )
    if not facts.planned:
        return _Stage(
            "map",
            Status("Mapping: nothing to import", "orange", "mapping"),
            "Every field is excluded: map at least one.",
            (Action("map", "Map a field", "mapping", "mapping.edit"),),
        )
    return None


def _dry_run_in_progress(facts: Facts) -> _Stage | None:
    """Derive the stage of a dry run that has not ended: no other run can start, whatever the mapping says."""
    dry = facts.dry_run
    view = Action("view_dry_run", "View dry run", "dry_run", "run.read")
    if dry and dry.state in ACTIVE:
        queued = dry.state == "queued"
        return _Stage(
            "test",
            Status("Dry run queued" if queued else f"Dry run {dry.percent}%", "blue", "validation"),
            _unattended("dry run")
            if not facts.has_worker
            else "The dry run waits for a worker."
            if queued
            else "The dry run is running.",
            (_watched(facts, view),),
        )
    if dry and dry.state == "paused":
        resume = Action("resume_dry_run", "Resume dry run", "dry_run", "run.control")
        end = Action("end_dry_run", "Resume or cancel dry run", "dry_run", "run.control")
        reason = f"The dry run is paused at {dry.percent}%."
        if not dry.current:
            reason += " Mapping or files changed since: cancel it to start another."
        return _Stage(
            "test",
            Status("Dry run paused", "orange", "validation"),
            reason,
            (resume if dry.current else end, view),
        )
    return None


def _test(facts: Facts) -> _Stage | None:
    if facts.validation == NOT_VALIDATED:
        return _Stage(
            "test",
            Status("Ready to validate", "blue", "mapping"),
            "Validate the data.",
            (Action("validate", f"Validate {counted(facts.rows, 'row')}", "validation", "validation.run"),),
        )
    if facts.validation != CURRENT:
        return _Stage(
            "test",
            Status("Validation outdated", "orange", "validation"),
            "The mapping, the rules or the files changed since the last validation; validate again.",
            (Action("validate_again", "Validate again", "validation", "validation.run"),),
        )
    dry = facts.dry_run
    if dry and dry.current and dry.state == "completed":
        return None
    if dry and dry.current and dry.state == "failed":
        return _Stage(
            "test",
            Status("Dry run failed", "red", "validation"),
            "The dry run failed.",
            (Action("resume_dry_run", "Resume dry run", "dry_run", "run.control"),),
        )
    return _Stage(
        "test",
        Status("Ready for dry run", "blue", "validation"),
        "Do a dry run.",
        (Action("dry_run", "Start dry run", "dry_run", "run.dry"),),
    )


def _ready(facts: Facts) -> _Stage:
    if facts.second:
        fields = counted(facts.second, "field")
        need = agree(facts.second, "need")
        mine = Action(
            "approve_fields", f"Approve {counted(facts.second_mine, 'field')}", "mapping", "mapping.edit"
        )
        view = Action("view_second", f"View {fields} to approve", "mapping", "migration.read")
        return _Stage(
            "live",
            Status(f"Needs second approval: {fields}", "orange", "validation"),
            f"{fields} {need} approval by a second person.",
            (mine, view) if facts.second_mine else (view,),
        )
    label = "Start import again" if facts.imported else "Start import"
    return _Stage(
        "live",
        Status("Ready to import", "blue", "validation"),
        "Start the import.",
        (Action("start", label, "runs", "run.start"),),
    )


# --- from the start of an import on ------------------------------------------------------------------------------------

_HALTED = HALTED | {RunState.AWAITING_APPROVAL}


def _past(status: Status, reason: str, *actions: Action) -> _Stage:
    return _Stage("live", status, reason, actions, past=True)


def _view(kind: str) -> Action:
    return Action(f"view_{kind}", f"View {kind}", "runs", "run.read")


def _unattended(kind: str) -> str:
    return f"No worker is online to carry out the {kind}. It goes on when one starts."


def _watched(facts: Facts, view: Action) -> Action:
    if not facts.has_worker:
        return Action("no_worker", "View workers", "operations", "run.read")
    return view


def _import_stage(facts: Facts) -> _Stage:
    """Derive the stage of an import that is at work or halted."""
    last = facts.imported
    state, percent = (last.state, last.percent) if last else ("", 0)
    if state == "awaiting_approval":
        return _awaiting_approval(facts)
    label, colour, phase, reason = {
        "queued": ("Import queued", "gray", "import", "The import waits for a worker."),
        "running": (f"Importing {percent}%", "blue", "import", f"The import is running: {percent}%."),
        "verifying": (
            "Verifying import",
            "blue",
            "verification",
            "The import is loaded; source and target are compared.",
        ),
        "rolling_back": ("Rolling back", "blue", "import", "The import is being rolled back."),
        "paused": (
            f"Import paused at {percent}%",
            "orange",
            "import",
            f"The import is paused at {percent}%.",
        ),
        "failed": ("Import failed", "red", "import", "The import failed: resume it, or roll it back."),
    }[state]
    view = _view("rollback" if state == "rolling_back" else "import")
    resume = Action("resume", "Resume import", "runs", "run.control")
    actions = (resume, view) if state in _HALTED else (_watched(facts, view),)
    if state in ACTIVE and not facts.has_worker:
        reason = _unattended("rollback" if state == "rolling_back" else "import")
    return _past(Status(label, colour, phase), reason, *actions)


def _awaiting_approval(facts: Facts) -> _Stage:
    held = facts.imported.held if facts.imported else 0
    need = agree(held, "need")
    return _past(
        Status("Awaiting approval", "orange", "verification"),
        f"{counted(held, 'held row')} {need} a manager's approval."
        if held
        else "Open differences need a manager's approval.",
        Action("approve", "Review and approve", "runs", "run.approve"),
        *_after(facts),
    )


def _imported(facts: Facts) -> _Stage:
    last = facts.imported
    held = f", {last.held:,} held" if last and last.held else ""
    return _Stage(
        "live",
        Status(f"Imported{held}", "orange" if held else "green", "completion"),
        "",
        _after(facts),
        past=True,
        is_over=True,
    )


def _after(facts: Facts) -> tuple[Action, ...]:
    """Derive what remains to do with an import that has ended."""
    held = facts.imported.held if facts.imported else 0
    unmapped = facts.imported.not_mapped if facts.imported else 0
    compare = Action("compare", "View reconciliation", RECONCILIATION, "run.read")
    correct = Action("correct", f"Correct {counted(held, 'held row')}", "runs", "personal.read")
    decide = Action(
        "decide_rows", f"Decide about {counted(unmapped, 'row')} not mapped", "mapping", "mapping.edit"
    )
    return (*((correct,) if held else ()), *((decide,) if unmapped else ()), compare)
