"""Append lines to a tenant's audit log, at the end of the transaction that they belong to.

The database decides who (app.person and the role held here), when (its clock) and the number; the program signs with
a key that the database does not have. From audit_open to the end of the transaction the log's head is locked, so that
lines of one tenant follow each other; the lines therefore wait in the session until everything else is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import event, text
from sqlalchemy.orm import Session, SessionTransaction

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.kit.chain import AUDIT, as_json, derive, sign, signed_content
from core.kit.ids import new_id
from core.platform.audit.processing import processing_facts

_PENDING = "audit_lines"
_OPEN = text("select seq, mac, at, person, role from audit_open(:as_worker)")
_APPEND = text("select audit_append(:as_worker, cast(:lines as jsonb), :macs)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that waits for the end of its transaction. `facts` is JSON; `inside` the savepoint it was recorded in."""

    id: str
    tenant: str
    action: str
    object_type: str
    object_id: str
    reason: str | None
    facts: str
    as_worker: bool
    inside: SessionTransaction | None


def audit_key(session: TenantSession) -> bytes:
    """Ask for the key that signs the log of the session's tenant, derived from the tenant's data key."""
    return derive(tenant_key(session), AUDIT)


def append_later(
    session: TenantSession,
    action: str,
    object_type: str,
    object_id: str,
    *,
    reason: str | None,
    facts: dict[str, object],
    as_worker: bool = False,
) -> None:
    """Have a line appended to the log of the session's tenant when the open transaction commits.

    It is dropped with its transaction or savepoint.

    Its facts tell the purpose besides, the categories of data, the legal basis and the days of retention.
    """
    if not session.in_transaction():
        session.begin()  # so that a rollback drops the line although nothing else was asked
    entry = Entry(
        new_id(),
        session.tenant,
        action,
        object_type,
        object_id.replace("\x00", "\ufffd"),
        reason and reason.replace("\x00", "\ufffd"),
        as_json(processing_facts(action, facts)),
        as_worker,
        session.get_nested_transaction(),
    )
    session.info.setdefault(_PENDING, []).append(entry)


def count_pending(session: TenantSession) -> int:
    """Count the lines that wait for the end of the open transaction."""
    return len(session.info.get(_PENDING, ()))


def drop_pending_from(session: TenantSession, position: int) -> None:
    """Drop the lines that wait, from that position on."""
    del session.info.get(_PENDING, [])[position:]


@event.listens_for(TenantSession, "before_commit")
def _append_pending(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    assert isinstance(session, TenantSession)  # noqa: S101  (the listener is registered for it)
    session.flush()  # what waits for others' locks waits before the log's head is locked
    pending: list[Entry] = session.info.pop(_PENDING)
    for tenant in sorted(
        {entry.tenant for entry in pending}
    ):  # in one order: no two wait for each other's heads
        lines = [entry for entry in pending if entry.tenant == tenant]
        if tenant == session.tenant:
            _append_lines(session, lines)
        else:
            with session.working_in(tenant):
                _append_lines(session, lines)


def _append_lines(session: TenantSession, pending: Sequence[Entry]) -> None:
    """Append the lines of the session's tenant to its log."""
    for as_worker in (False, True):
        if entries := [entry for entry in pending if entry.as_worker is as_worker]:
            _append(session, entries, as_worker=as_worker)


def _append(session: TenantSession, entries: Sequence[Entry], *, as_worker: bool) -> None:
    key = audit_key(session)  # before the head is locked: it may have to be made
    head = session.execute(_OPEN, {"as_worker": as_worker}).one()
    macs: list[bytes] = []
    before = bytes(head.mac)
    for seq, entry in enumerate(entries, head.seq + 1):
        words = (entry.action, entry.object_type, entry.object_id, entry.reason, entry.facts)
        content = signed_content(session.tenant, seq, entry.id, head.at, str(head.person), head.role, words)
        before = sign(key, before, content)
        macs.append(before)
    names = ("id", "action", "object_type", "object_id", "reason")
    lines = ",".join(
        as_json({name: getattr(entry, name) for name in names})[:-1] + f',"facts":{entry.facts}}}'
        for entry in entries
    )
    session.execute(_APPEND, {"as_worker": as_worker, "lines": f"[{lines}]", "macs": macs})


@event.listens_for(TenantSession, "after_soft_rollback")
def _drop_pending(session: Session, transaction: SessionTransaction) -> None:
    """Drop the lines recorded inside what was rolled back: a savepoint, or all of them with the transaction."""
    if transaction.parent is None:
        session.info.pop(_PENDING, None)
    elif transaction.nested and _PENDING in session.info:
        pending: list[Entry] = session.info[_PENDING]
        session.info[_PENDING] = [entry for entry in pending if not _is_inside(entry.inside, transaction)]


@event.listens_for(TenantSession, "after_transaction_end")
def _forget_pending(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_PENDING, None)


def _is_inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False
