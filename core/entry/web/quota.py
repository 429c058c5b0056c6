"""Bound what people upload: files under way at once, uploads an hour, and bytes stored, for a person and for a customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Text, cast, func, select

from core.context import Context
from core.engine.sources import views
from core.engine.sources.tables import Migration, SourceFile
from core.errors import LimitReachedError
from core.kit.wording import counted
from core.platform.access.actions import action, require
from core.platform.audit.actions import record
from core.platform.audit.tables import AuditLine
from core.settings import settings

GIGABYTE = 1024**3
_HOUR = timedelta(hours=1)
_BEGIN = "file.upload"
_at_work: Counter[str] = Counter()
"""Person -> requests of theirs that are taking a body in, in this process."""


@contextmanager
def turn(person: str) -> Iterator[None]:
    """Take one of the requests that a person may have under way; LimitReachedError where all are taken."""
    limit = settings().upload_parallel
    if _at_work[person] >= limit:
        raise LimitReachedError(
            f"{counted(limit, 'upload')} of yours are under way already.",
            hint="Wait until one has ended.",
            limit=limit,
            left=0,
        )
    _at_work[person] += 1
    try:
        yield
    finally:
        _at_work[person] -= 1
        if not _at_work[person]:
            del _at_work[person]


@action("migration.write")
def begin_upload(
    context: Context, migration_id: str, *, size: int, partial: int = 0, creates: bool = False
) -> None:
    """Book the beginning of an upload of `size` bytes; `partial`: bytes of the customer's uploads that are under way.

    LimitReachedError, with what is left, where a quota is used up. NotFoundError where there is no such migration.
    """
    check_target(context, migration_id, creates=creates)
    # Of several at once each counts those before it.
    context.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"upload|{context.tenant.id}"))))
    _check_hour(context)
    check_bytes(context, size=size, partial=partial)
    record(context, _BEGIN, "migration", migration_id, size=size)


def check_target(context: Context, migration_id: str, *, creates: bool) -> None:
    """Raise NotAllowedError where the person may not add files now, NotFoundError where the migration is gone."""
    require(context, "migration.write")
    if not (creates and context.session.get(Migration, (context.tenant.id, migration_id)) is None):
        views.migration(context, migration_id)


def check_bytes(context: Context, *, size: int, partial: int = 0) -> None:
    """Raise LimitReachedError where the customer or the person may not store `size` more bytes."""
    stored = context.session.scalar(select(func.coalesce(func.sum(SourceFile.size), 0))) or 0
    mine = (
        select(cast(AuditLine.object_id, Text))
        .where(AuditLine.action == "file.add", AuditLine.person_id == context.person)
        .scalar_subquery()
    )
    person_bytes = context.session.scalar(
        select(func.coalesce(func.sum(SourceFile.size), 0)).where(cast(SourceFile.id, Text).in_(mine))
    )
    limits = settings()
    _refuse_bytes("You have", int(person_bytes or 0), size, limits.upload_person_gb, "UPLOAD_PERSON_GB")
    _refuse_bytes(
        f"{context.tenant.name} has", int(stored) + partial, size, limits.upload_tenant_gb, "UPLOAD_TENANT_GB"
    )


def _refuse_bytes(subject: str, used: int, size: int, limit_gb: float, setting: str) -> None:
    limit = int(limit_gb * GIGABYTE)
    remaining = max(0, limit - used)
    if size > remaining or not remaining:
        raise LimitReachedError(
            f"{subject} {used / GIGABYTE:,.2f} GB of {limit_gb:,g} GB stored; {remaining / GIGABYTE:,.2f} GB are left and "
            f"this file needs {size / GIGABYTE:,.2f} GB.",
            hint=f"Remove files of migrations that are over, or ask whoever runs the console to raise {setting}.",
            limit=limit,
            used=used,
            left=remaining,
        )


def _check_hour(context: Context) -> None:
    """Raise LimitReachedError where the person or the customer has begun as many uploads within an hour as allowed."""
    query = select(AuditLine.person_id, AuditLine.created_at).where(
        AuditLine.action == _BEGIN, AuditLine.created_at > context.now - _HOUR
    )
    lines = context.session.execute(query.order_by(AuditLine.created_at)).all()
    person_times = [at for person, at in lines if person == context.person]
    limits = settings()
    for subject, times, limit, setting in (
        ("You have", person_times, limits.upload_person_hour, "UPLOAD_PERSON_HOUR"),
        (
            f"{context.tenant.name} has",
            [at for _, at in lines],
            limits.upload_tenant_hour,
            "UPLOAD_TENANT_HOUR",
        ),
    ):
        if len(times) >= limit:
            seconds = max(1, int((times[-limit] + _HOUR - context.now).total_seconds())) if limit else 3600
            raise LimitReachedError(
                f"{subject} begun {counted(len(times), 'upload')} within an hour; {limit:,} are allowed and none is left.",
                hint=f"Try again in {counted(-(-seconds // 60), 'minute')}, or ask whoever runs the console to raise "
                f"{setting}.",
                limit=limit,
                left=0,
                retry_after=seconds,
            )
