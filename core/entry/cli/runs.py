"""Commands about runs: list, steer, take back, and hand out what is in a tenant."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs.export import export_entity
from core.engine.runs.views import RunView
from core.entry.cli.answer import Answer, table, write_data
from core.entry.cli.session import moment_of, sign_in, tenant_session
from core.entry.cli.watching import watch
from core.entry.worker import ensure_worker
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.wording import as_words
from core.platform.access.actions import enter
from core.platform.access.views import places
from core.schema import entity_label

LATEST = "latest"
"""In place of a run's id: the newest run; for a rollback the newest import that is not rolled back."""


def show(given: Namespace) -> Answer:
    """The runs of one tenant, or of every tenant the person may enter; below them why a run does not go on."""
    document: list[dict[str, Any]] = []
    started: dict[str, str] = {}
    for context in _tenants(given):
        for run in views.runs(context):
            document.append({"tenant": context.tenant.slug, **asdict(run)})
            started[run.id] = moment_of(context, run.created_at)
    document.sort(key=lambda run: run["created_at"], reverse=True)
    rows = [
        (
            one["id"],
            one["tenant"],
            as_words(one["kind"]),
            as_words(one["state"]),
            one["file_rows"],
            one["imported"],
            one["records"],
            one["errors"],
            started[one["id"]],
        )
        for one in document
    ]
    header = ("run", "tenant", "kind", "state", "rows", "imported", "records", "held", "started")
    notices = [f"Run {one['id']}: {one['standstill']}" for one in document if one["standstill"]]
    return Answer(document, "\n\n".join((table(header, rows, empty="No runs yet"), *notices)))


def pause(given: Namespace) -> Answer:
    return _steer(given, actions.pause)


def resume(given: Namespace) -> Answer:
    answer = _steer(given, actions.resume)
    ensure_worker()
    return answer


def cancel(given: Namespace) -> Answer:
    return _steer(given, actions.cancel)


def approve(given: Namespace) -> Answer:
    return _steer(given, actions.approve)


def rollback(given: Namespace) -> Answer:
    """Puts a run's changes back and proves it: checksums before and after, and the records kept as edited later."""
    with _run(given, of=_is_imported) as (context, found):
        actions.rollback(context, found.id)
        ensure_worker()
        run = watch(context, found.id, until=frozenset({"rolled_back", "failed"}))
        if run.state == "failed":
            raise ConflictError(
                f"The rollback failed: {run.error}.", hint="It can be tried again.", run=run.id
            )
        report = views.rollback_report(context, run.id)
    document = {"run": run.id, "state": run.state, "equal": report.equal, **asdict(report)}
    rows = [
        (entity_label(entity), count, report.before.get(entity), report.after.get(entity))
        for entity, count in report.undone.items()
    ]
    kept = [(entity_label(item[0]), item[1], item[3]) for item in report.kept]
    parts = [
        f"Run {run.id} is rolled back; the checksums are {'equal' if report.equal else 'different'}.",
        table(("entity", "records restored", "checksum before", "checksum after"), rows, widest=20),
    ]
    if kept:
        parts += ["Not restored, because they were edited since:", table(("entity", "record", "why"), kept)]
    return Answer(document, "\n\n".join(parts))


def export(given: Namespace) -> Answer:
    """Writes a tenant's records of one entity; the answer goes to stdout only where the file does not."""
    with tenant_session(given) as context:
        data = export_entity(context, given.entity, given.format)
    if given.out is None:
        if given.json and given.format != "json":
            raise InvalidInputError(
                "--json needs --out here, or --format json.", hint="Say where it should go."
            )
        write_data(data, is_text=given.format in {"csv", "json"})
        return Answer(None, "")
    given.out.write_bytes(data)
    document = {"entity": given.entity, "format": given.format, "file": str(given.out), "bytes": len(data)}
    return Answer(document, f"{given.out}: {len(data):,} bytes")


def _steer(given: Namespace, act: Callable[[Context, str], None]) -> Answer:
    with _run(given) as (context, found):
        act(context, found.id)
        run = views.run(context, found.id)
    return Answer(asdict(run), f"Run {run.id}: {as_words(run.state)}")


def _tenants(given: Namespace) -> Iterator[Context]:
    """A Context in --tenant, or in each tenant of the person, one after the other."""
    if given.tenant:
        with tenant_session(given) as context:
            yield context
        return
    person = sign_in(given.person)
    for place in places(person):
        with enter(person, place.tenant_id) as context:
            yield context


@contextmanager
def _run(
    given: Namespace, *, of: Callable[[RunView], bool] = lambda _run: True
) -> Iterator[tuple[Context, RunView]]:
    """The run that RUN names, in the tenant it belongs to: by the beginning of its id, or LATEST among those of `of`."""
    runs = [(context.tenant.id, run) for context in _tenants(given) for run in views.runs(context)]
    if given.run == LATEST:
        matches = sorted((pair for pair in runs if of(pair[1])), key=lambda pair: pair[1].created_at)[-1:]
    else:
        matches = [pair for pair in runs if pair[1].id.startswith(given.run)]
    if not matches:
        what = "such run" if given.run == LATEST else f"run {given.run}"
        raise NotFoundError(f"There is no {what}.", hint="`aura runs` lists them.")
    if len(matches) > 1:
        raise InvalidInputError(f"{len(matches)} runs begin with {given.run}.", hint="Give more of the id.")
    [(tenant, run)] = matches
    with enter(sign_in(given.person), tenant) as context:
        yield context, run


def _is_imported(run: RunView) -> bool:
    return run.kind == "import" and run.state not in {"rolling_back", "rolled_back"}
