"""Commands about runs: list, steer, take back, and hand out what is in a tenant."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from adapters.oneroster_export import ENTITIES, bundle_of
from adapters.oneroster_left_out import WITHOUT_FILE, left_out
from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs import rollback_requests as requests
from core.engine.runs.export import count_records, export_entity
from core.engine.runs.views import RollbackReport, RunView
from core.entry.cli.answer import Answer, table, write_data
from core.entry.cli.session import moment_of, sign_in, tenant_session
from core.entry.cli.watching import watch
from core.entry.worker import ensure_worker
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.printable import printable_lines
from core.kit.wording import as_words
from core.platform.access.actions import enter
from core.platform.access.views import tenants_of
from core.schema import entity_label

LATEST = "latest"
"""In place of a run's id: the newest run; for a rollback the newest import that is not rolled back."""


def show(args: Namespace) -> Answer:
    """List the runs of one tenant, or of every tenant the person may enter, and why a run does not go on."""
    document: list[dict[str, Any]] = []
    start_times: dict[str, str] = {}
    for context in _tenants(args):
        for run in views.runs(context):
            document.append({"tenant": context.tenant.slug, **asdict(run)})
            start_times[run.id] = moment_of(context, run.created_at)
    document.sort(key=lambda run: run["created_at"], reverse=True)
    rows = [
        (
            run["id"],
            run["tenant"],
            as_words(run["kind"]),
            as_words(run["state"]),
            run["file_rows"],
            run["imported"],
            run["records"],
            run["errors"],
            start_times[run["id"]],
        )
        for run in document
    ]
    header = ("run", "tenant", "kind", "state", "rows", "imported", "records", "held", "started")
    notices = [f"Run {run['id']}: {run['standstill']}" for run in document if run["standstill"]]
    return Answer(document, "\n\n".join((table(header, rows, empty="No runs yet"), *notices)))


def pause(args: Namespace) -> Answer:
    return _steer(args, actions.pause)


def resume(args: Namespace) -> Answer:
    answer = _steer(args, actions.resume)
    ensure_worker()
    return answer


def cancel(args: Namespace) -> Answer:
    return _steer(args, actions.cancel)


def approve(args: Namespace) -> Answer:
    return _steer(args, actions.approve)


def rollback(args: Namespace) -> Answer:
    """Roll a run back and prove it: checksums before and after, and the records kept as edited later.

    A completed import takes two people: the first call asks, with --reason, and the call of another person confirms.
    """
    with _run(args, of=_is_imported) as (context, imported):
        if args.withdraw:
            requests.withdraw_rollback(context, imported.id)
            return Answer(
                {"run": imported.id, "state": "rollback_withdrawn"}, f"Run {imported.id}: request withdrawn."
            )
        if "ask_rollback" in imported.can and not _confirm(context, imported.id):
            return _ask(context, imported.id, args.reason)
        if "ask_rollback" not in imported.can:
            actions.rollback(context, imported.id)
        ensure_worker()
        run = watch(context, imported.id, until=frozenset({"rolled_back", "failed"}))
        if run.state == "failed":
            raise ConflictError(
                f"The rollback failed: {run.error}.", hint="It can be tried again.", run=run.id
            )
        report = views.rollback_report(context, run.id)
    return _proof(run, report)


def _confirm(context: Context, run_id: str) -> bool:
    """Confirm the open request of somebody else; False where there is none to be confirmed by this person."""
    request = requests.open_request(context, run_id)
    if request is None or request.mine:
        return False
    requests.confirm_rollback(context, run_id)
    return True


def _ask(context: Context, run_id: str, reason: str) -> Answer:
    request = requests.ask_rollback(context, run_id, reason=reason)
    until = moment_of(context, request.expires_at)
    document = {"run": run_id, "state": "rollback_asked", "expires_at": request.expires_at}
    return Answer(
        document,
        f"Asked for the rollback of run {run_id}. Another person confirms it until {until}: aura rollback {run_id} --as …",
    )


def _proof(run: RunView, report: RollbackReport) -> Answer:
    document = {"run": run.id, "state": run.state, "equal": report.equal, **asdict(report)}
    rows = [
        (entity_label(entity), count, report.before.get(entity), report.after.get(entity))
        for entity, count in report.undone.items()
    ]
    edited = [(entity_label(item[0]), item[1], item[3]) for item in report.kept]
    parts = [
        f"Run {run.id} is rolled back; the checksums are {'equal' if report.equal else 'different'}.",
        table(("entity", "records restored", "checksum before", "checksum after"), rows, widest=20),
    ]
    if edited:
        parts += ["Not restored, because they were edited since:", table(("entity", "record", "why"), edited)]
    return Answer(document, "\n\n".join(parts))


def export(args: Namespace) -> Answer:
    """Write a tenant's records of one entity, or a school's as a OneRoster bundle, to a file or to stdout.

    The answer goes to stdout only where the records do not; what a bundle leaves out, and why, goes to stderr then.
    """
    with tenant_session(args) as context:
        data, missing = _exported(context, args)
    summary = "\n".join(("Not in the bundle:", *(f"- {sentence}" for sentence in missing))) if missing else ""
    if args.out is None:
        if args.json and args.format != "json":
            raise InvalidInputError(
                "--json needs --out here, or --format json.", hint="Say where it should go."
            )
        write_data(data, is_text=args.format in {"csv", "json"})
        if summary:
            sys.stderr.write(printable_lines(summary) + "\n")
        return Answer(None, "")
    args.out.write_bytes(data)
    document = {"entity": args.entity, "format": args.format, "file": str(args.out), "bytes": len(data)}
    if summary:
        document["left_out"] = missing
    return Answer(document, "\n".join(filter(None, (f"{args.out}: {len(data):,} bytes", summary))))


def _exported(context: Context, args: Namespace) -> tuple[bytes, list[str]]:
    """Return the file, and of a bundle what is not in it, in sentences."""
    _, _, version = args.format.partition("-")
    if not version and args.entity:
        return export_entity(context, args.entity, args.format), []
    if not version or args.entity or context.tenant.domain != "school":
        raise InvalidInputError(
            "An export is of one entity, or of a school's whole bundle.",
            hint="Name an --entity, or for a school --format oneroster-1.1 alone.",
        )
    records = {entity: json.loads(export_entity(context, entity, "json")) for entity in ENTITIES}
    counts = {entity: count_records(context, entity) for entity in WITHOUT_FILE}
    return bundle_of(records, version), left_out(records, version, counts)


def _steer(args: Namespace, act: Callable[[Context, str], None]) -> Answer:
    with _run(args) as (context, before):
        act(context, before.id)
        run = views.run(context, before.id)
    return Answer(asdict(run), f"Run {run.id}: {as_words(run.state)}")


def _tenants(args: Namespace) -> Iterator[Context]:
    """Enter --tenant, or each tenant of the person, one after the other."""
    if args.tenant:
        with tenant_session(args) as context:
            yield context
        return
    person = sign_in(args.person)
    for access in tenants_of(person):
        with enter(person, access.tenant_id) as context:
            yield context


@contextmanager
def _run(
    args: Namespace, *, of: Callable[[RunView], bool] = lambda _run: True
) -> Iterator[tuple[Context, RunView]]:
    """Enter the tenant of the run that RUN names: by the beginning of its id, or LATEST among the runs `of` accepts."""
    runs = [(context.tenant.id, run) for context in _tenants(args) for run in views.runs(context)]
    if args.run == LATEST:
        matches = sorted((pair for pair in runs if of(pair[1])), key=lambda pair: pair[1].created_at)[-1:]
    else:
        matches = [pair for pair in runs if pair[1].id.startswith(args.run)]
    if not matches:
        wording = "such run" if args.run == LATEST else f"run {args.run}"
        raise NotFoundError(f"There is no {wording}.", hint="`aura runs` lists them.")
    if len(matches) > 1:
        raise InvalidInputError(f"{len(matches)} runs begin with {args.run}.", hint="Give more of the id.")
    [(tenant, run)] = matches
    with enter(sign_in(args.person), tenant) as context:
        yield context, run


def _is_imported(run: RunView) -> bool:
    return run.kind == "import" and run.state not in {"rolling_back", "rolled_back"}
