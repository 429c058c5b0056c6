"""Edit entries of the playbook and restore old versions; each edit is a new version, in a Context of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from core.business.sales.playbook.content import as_document, check_entry, differences
from core.business.sales.playbook.models import Entry
from core.business.sales.playbook.views import KIND, PlaybookEntry, entry_history, playbook_entry
from core.business.sales.tables import ContentVersion
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import action
from core.platform.access.customers.actions import require_operator
from core.platform.audit.actions import record


class EditConflictError(ConflictError):
    """Somebody saved the entry meanwhile: `newest` is what holds now, `mine` what was not saved."""

    def __init__(self, newest: PlaybookEntry, mine: Entry) -> None:
        super().__init__(
            f"{newest.by or 'Somebody'} saved this entry meanwhile.",
            hint="Compare both, then save yours as the next version or keep theirs.",
            version=newest.version,
        )
        self.newest, self.mine = newest, mine


@action("playbook.edit")
def save_entry(context: Context, section: str, key: str, content: Mapping[str, Any], version: int) -> int:
    """Save the next version of an entry; return its number. `version` is the one that was edited.

    EntryError names wrong fields, EditConflictError holds both texts where another version was saved meanwhile,
    InvalidInputError where nothing differs.
    """
    require_operator(context)
    playbook_entry(context, section, key)
    entry = check_entry(section, content)
    _lock(context, section, key)
    newest = playbook_entry(context, section, key)
    if newest.version != version:
        raise EditConflictError(newest, entry)
    return _store(context, newest, entry, "playbook.edit")


@action("playbook.edit")
def restore_entry(context: Context, section: str, key: str, restored: int, version: int) -> int:
    """Save an old version (0: the one that ships) as the next one; return its number.

    NotFoundError for a version that does not exist, else as `save_entry`.
    """
    require_operator(context)
    versions = {entry.version: entry.content for entry in entry_history(context, section, key)}
    entry = versions.get(restored)
    if entry is None:
        raise NotFoundError(f"Version {restored} cannot be restored.", hint="Choose another version.")
    _lock(context, section, key)
    newest = playbook_entry(context, section, key)
    if newest.version != version:
        raise EditConflictError(newest, entry)
    return _store(context, newest, entry, "playbook.restore")


def _lock(context: Context, section: str, key: str) -> None:
    """Wait for others who save the entry: the second of two finds the first one's version."""
    name = f"playbook|{context.tenant.id}|{section}/{key}"
    context.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _store(context: Context, newest: PlaybookEntry, entry: Entry, verb: str) -> int:
    changes = differences(newest.content, entry)
    if not changes and not newest.is_unreadable:
        raise InvalidInputError("Nothing differs from the version that holds.", hint="Change a field first.")
    number = newest.version + 1
    name = f"{newest.section}/{newest.key}"
    context.session.add(
        ContentVersion(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            kind=KIND,
            key=name,
            version=number,
            content=as_document(entry),
            person_id=context.person,
        )
    )
    context.session.flush()
    record(context, verb, "playbook", name, version=number, fields=[label for label, _, _ in changes])
    return number
