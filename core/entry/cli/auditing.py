"""Commands of the audit log: verify its chains, note their heads outside the database, check exported files against it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from core.db.session import TenantSession
from core.entry.cli.answer import Answer
from core.entry.cli.session import sign_in
from core.errors import InvalidInputError, NotFoundError
from core.kit.wording import counted
from core.platform.access.views import operator_of, tenants_of
from core.platform.audit.labels import action_label
from core.platform.audit.reports import ReportCheck, check_report, find_export, find_heads
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.verifying import Verdict, anchor_file, note_head, read_anchors, verify


def verify_logs(args: Namespace) -> Answer:
    """Verify the log of one customer, or of all the person may enter and of the installation."""
    person = sign_in(args.person)
    anchors = read_anchors(*args.anchors)
    verdicts: dict[str, Verdict] = {}
    for name, session in _logs(person, args.tenant):
        verdicts[name] = verify(session, anchors)
    lines = [line for name, verdict in verdicts.items() for line in _words(name, verdict)]
    unsound = [name for name, verdict in verdicts.items() if not verdict.is_sound]
    refusal = f"The audit log was tampered with: {', '.join(unsound)}." if unsound else ""
    document = {name: asdict(verdict) | {"is_sound": verdict.is_sound} for name, verdict in verdicts.items()}
    return Answer(document, "\n".join(lines), refusal)


def check(args: Namespace) -> Answer:
    """Check an exported file against the log of its customer: the one it names, else the one that knows the file."""
    if not args.file.is_file():
        raise InvalidInputError(f"There is no file {args.file}.", hint="Check the name and the folder.")
    file = args.file.read_bytes()
    person = sign_in(args.person)
    anchors = read_anchors(*args.anchors)
    tenants = {head.tenant for head in find_heads(file)}
    for name, session in _logs(person, args.tenant):
        if session.tenant in tenants or (not tenants and find_export(session, file)):
            return _check_answer(args.file, name, check_report(session, file, anchors))
    raise NotFoundError(
        "No log of yours knows this file.",
        hint="It was changed since its export, its lines are missing, or it is another customer's.",
    )


def _check_answer(path: Path, name: str, outcome: ReportCheck) -> Answer:
    document = {
        "file": str(path),
        "log": name,
        "head": outcome.head and asdict(outcome.head),
        "export": outcome.export and asdict(outcome.export),
        "is_sound": not outcome.faults,
        "faults": outcome.faults,
    }
    refusal = f"The file and the audit log of {name} do not agree." if outcome.faults else ""
    return Answer(document, "\n".join(_check_words(name, outcome)), refusal)


def _check_words(name: str, outcome: ReportCheck) -> Iterator[str]:
    if outcome.export is not None:
        at = outcome.export.at.isoformat(timespec="seconds")
        yield f"{name}: {action_label(outcome.export.action)} on {at}, line {outcome.export.seq}"
    if outcome.head is not None:
        yield f"{name}: made when the log ended at line {outcome.head.seq}"
    yield from (f"  {fault}" for fault in outcome.faults)


def anchor(args: Namespace) -> Answer:
    """Note the heads of the logs in APP_DATA_DIR/audit/anchors.jsonl."""
    person = sign_in(args.person)
    noted = {name: head for name, session in _logs(person, args.tenant) if (head := note_head(session))}
    lines = [f"{name}: line {head.seq}" for name, head in noted.items()]
    document = {"file": str(anchor_file()), "anchors": {name: asdict(head) for name, head in noted.items()}}
    return Answer(document, "\n".join([*lines, f"Noted in {anchor_file()}. Keep a copy on another machine."]))


def _logs(person: str, tenant: str | None) -> Iterator[tuple[str, TenantSession]]:
    """List (name, session) of the logs: one tenant's, or all the person may enter, then the installation's."""
    operator = operator_of(person)
    tenants = tenants_of(person) + ([operator] if operator else [])
    matches = [access for access in tenants if tenant is None or tenant in {access.slug, access.tenant_id}]
    if tenant is not None and not matches:
        raise NotFoundError(f"There is no tenant {tenant!r} for you.", hint="Choose one of your tenants.")
    names = [(access.slug, access.tenant_id) for access in matches]
    if tenant is None:
        names.append(("installation", INSTALLATION))
    for name, tenant_id in names:
        with TenantSession(tenant_id, person) as session:
            yield name, session


def _words(name: str, verdict: Verdict) -> Iterator[str]:
    against = (
        f", {counted(verdict.anchors, 'anchor')} compared" if verdict.anchors else ", no anchor to compare"
    )
    before = f", {verdict.before_chain} from before the chain" if verdict.before_chain else ""
    outcome = "sound" if verdict.is_sound else counted(len(verdict.faults), "fault")
    yield f"{name}: {outcome} ({counted(verdict.lines, 'line')}{before}{against})"
    yield from (f"  {fault}" for fault in verdict.faults)
