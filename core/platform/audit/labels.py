"""The words of the audit log: what was done, to what, and the details, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from core.kit.wording import as_words, counted, listed
from core.platform.audit.processing import NO_ENTITY, split_facts
from core.schema import entity_label, target_title

ACTIONS: Mapping[str, str] = {
    "absence.add": "Absence added",
    "absence.cancel": "Absence cancelled",
    "access.refused": "Access refused",
    "ai.ask": "AI asked for suggestions",
    "ai.hour_alert": "AI tokens of an hour above the alert",
    "ai.limit_near": "AI limit nearly used",
    "ai.price_end": "AI price ended",
    "ai.price_set": "AI price set",
    "assignment.create": "Person assigned",
    "assignment.end": "Assignment ended",
    "audit.begin": "Audit log signed",
    "audit.check": "Exported file checked",
    "audit.verify": "Audit log verified",
    "certificate.grant": "Certificate granted",
    "certificate.issue": "Certificate issued",
    "certificate.revoke": "Certificate revoked",
    "demo.break": "Part of a demo switched off",
    "demo.mend": "Demo switched on",
    "demo.rehearse": "Demo given",
    "demo.reset": "Demo reset",
    "exam.begin": "Exam begun",
    "exam.finish": "Exam finished",
    "export.audit": "Audit log exported",
    "export.decisions": "Decisions exported",
    "export.entity": "Records exported",
    "export.findings": "Findings exported",
    "export.held_rows": "Held rows exported",
    "export.personal": "Personal data exported",
    "export.recipe": "Recipe exported",
    "export.report": "Report exported",
    "figures.collect": "Figures of a finished migration collected",
    "figures.report": "Figures after go-live reported",
    "file.add": "File added",
    "file.remove": "File removed",
    "file.reread": "File read again",
    "file.upload": "Upload started",
    "guided_session.agenda": "Agenda of a session filled anew",
    "guided_session.book": "Session booked",
    "guided_session.cancel": "Session cancelled",
    "guided_session.feed": "Calendar address changed",
    "guided_session.hold": "Minutes of a session written",
    "guided_session.hours": "Hours of a customer set",
    "guided_session.move": "Session moved",
    "invitation.accept": "Invitation accepted",
    "invitation.resend": "Invitation sent again",
    "invitation.send": "Invitation sent",
    "invitation.withdraw": "Invitation withdrawn",
    "mapping.confirm_second": "Second approval given",
    "mapping.business_day": "Business day of a location changed",
    "mapping.conflict": "Rule for existing records changed",
    "mapping.row_rule": "Rule for rows that are not records changed",
    "mapping.record_type": "Record type of a table changed",
    "mapping.strict": "Rule for unreadable values changed",
    "mapping.decide": "Mapping decided",
    "mapping.exposure": "Threshold for second approval changed",
    "mapping.suggest": "Mappings suggested",
    "mapping.undo": "Mapping decision undone",
    "membership.end": "Access removed",
    "membership.set": "Role given",
    "memory.forget": "Remembered decision forgotten",
    "migration.create": "Migration created",
    "migration.delete": "Migration deleted",
    "migration.package": "Package changed",
    "migration.rename": "Migration renamed",
    "notification.choose": "Notification choices changed",
    "notification.phone": "Phone number for text messages changed",
    "order.draft": "Order drafted",
    "order.discard": "Draft of an order discarded",
    "outbox.retry": "Message sent again",
    "outbox.reveal": "Recipient and link of a message shown",
    "order.approve": "Order approved",
    "order.assign": "Specialist assigned to an order",
    "order.refer": "Partner that brought an order noted",
    "order.release": "Specialist released from an order",
    "partner.add": "Partner added",
    "partner.edit": "Partner changed",
    "partner.end": "Work with a partner ended",
    "partner.people": "Partner of a specialist chosen",
    "partner.resume": "Work with a partner resumed",
    "order.cancel": "Order cancelled",
    "order.create": "Order created",
    "payment.begin": "Online payment begun",
    "payment.online": "Online payment changed at the gateway",
    "payment.record": "Payment recorded",
    "payment.refund": "Payment refunded",
    "order.milestone": "Milestone reached",
    "order.milestone_reopen": "Milestone opened again",
    "order.move": "Order moved on",
    "order.offer_wanted": "Quote asked for",
    "order.promise": "Promised day of a milestone changed",
    "order.migration": "Migration of an order named",
    "order.task_add": "Task added",
    "order.task_cancel": "Task cancelled",
    "order.task_done": "Task done",
    "order.task_edit": "Task changed",
    "person.create": "Person created",
    "person.deactivate": "Person deactivated",
    "person.edit": "Profile changed",
    "person.reactivate": "Person reactivated",
    "personal.read": "Personal values shown",
    "password.change": "Password changed",
    "password.ask": "Password reset requested",
    "password.reset": "Password reset",
    "prospect.answer": "Discovery answered",
    "prospect.assign": "Owner of a prospect chosen",
    "playbook.edit": "Playbook edited",
    "playbook.restore": "Version of the playbook restored",
    "prospect.create": "Prospect created",
    "prospect.edit": "Prospect changed",
    "prospect.import": "Prospect list imported",
    "prospect.next_step": "Next step of a prospect planned",
    "prospect.note": "Note on a prospect added",
    "prospect.stage": "Stage of a prospect changed",
    "price.location_discounts": "Location discounts changed",
    "quote.approval_ask": "Approval of a discount asked for",
    "quote.approve": "Discount approved",
    "quote.draft": "Quote drafted",
    "quote.edit": "Quote changed",
    "quote.expire": "Quote expired",
    "quote.link": "Link of a quote renewed",
    "quote.refuse": "Discount refused",
    "quote.send": "Quote sent",
    "quote.withdraw": "Quote withdrawn",
    "quote.accept": "Quote accepted",
    "quote.decline": "Quote declined",
    "rate.add": "Exchange rate entered",
    "rate.correct": "Exchange rate corrected",
    "rate.import": "Exchange rates imported",
    "recipe.apply": "Recipe applied",
    "recipe.save": "Recipe saved",
    "roi.save": "ROI saved",
    "run.approve": "Import approved",
    "run.cancel": "Run cancelled",
    "run.chunk": "Rows imported",
    "run.pause": "Run paused",
    "run.resume": "Run resumed",
    "run.rollback": "Rollback started",
    "run.rollback_ask": "Rollback asked for",
    "run.rollback_withdraw": "Request for a rollback withdrawn",
    "run.rolled_back": "Import rolled back",
    "run.start": "Run started",
    "communication.correct": "Entry of the communication log corrected",
    "communication.log": "Entry of the communication log written",
    "document.download": "Document downloaded",
    "document.remove": "Document removed",
    "document.upload": "Document uploaded",
    "escalation.open": "Escalation opened",
    "escalation.overdue": "Overdue escalation raised to managers",
    "escalation.raise": "Escalation handed over to the next level",
    "escalation.resolve": "Escalation resolved",
    "escalation.take": "Escalation taken",
    "feedback.answer": "Feedback given",
    "feedback.ask": "Feedback asked for",
    "second_factor.on": "Second factor turned on",
    "second_factor.off": "Second factor turned off",
    "second_factor.recovery": "Recovery code used",
    "second_factor.codes": "Recovery codes replaced",
    "second_factor.reset": "Second factor reset",
    "sign_in.done": "Signed in",
    "sign_in.end": "Sign-in session ended",
    "sign_in.end_all": "Sign-in sessions ended",
    "sign_in.failed": "Sign-in failed",
    "sign_in.limited": "Sign-in attempts limited",
    "sign_in.out": "Signed out",
    "specialist.add": "Specialist added",
    "specialist.edit": "Entry of a specialist changed",
    "specialist.end": "Work of a specialist ended",
    "specialist.photo": "Photo of a specialist changed",
    "tenant.archive": "Customer archived",
    "tenant.create": "Customer created",
    "tenant.edit": "Customer changed",
    "tenant.restore": "Customer restored",
    "upload.link": "Upload link created",
    "upload.refused": "Upload refused",
    "validation.run": "Data validated",
    "training.confirm": "Step of the training confirmed",
    "training.tick": "Step of the training ticked",
}
"""Every action that is recorded -> its label."""

OBJECTS: Mapping[str, str] = {
    "specialist": "Specialist",
    "exam": "Exam",
    "mapping_field": "Column",
    "source_file": "File",
    "tenant": "Customer",
    "engagement": "Order",
    "ai_price": "AI price",
    "outbox_message": "Message",
    "entity": "Table",
    "source_stream": "File table",
}
"""Types of objects whose label says something else than their name -> the label."""
_COUNTS: Mapping[str, str] = {
    "rows": "row",
    "fields": "field",
    "migrations": "migration",
    "calls": "AI call",
    "columns": "column",
    "lines": "line",
    "faults": "fault",
    "anchors": "anchor",
}
_LEVELS = ("error", "warning", "info")
_LABELS: Mapping[str, str] = {
    "answered": "answered",
    "changed": "changed",
    "kept": "unchanged",
    "undone": "rolled back",
    "was": "before",
    "now": "after",
    "form": "format",
    "size": "bytes",
    "also_edited": "edited later",
    "source_field": "column",
    "input_micro": "input price",
    "cached_micro": "cached input price",
    "output_micro": "output price",
}
_KINDS: Mapping[str, str] = {"import": "import", "dry_run": "dry run"}


def action_label(action: str) -> str:
    """Label an action: 'Mapping decided' for mapping.decide; the name in words where it has no label."""
    return ACTIONS.get(action) or as_words(action.replace(".", " ")).capitalize()


def object_label(object_type: str) -> str:
    """Label a type of object: 'Column' for mapping_field, 'Run' for run, 'Guest' for a record of a customer."""
    return OBJECTS.get(object_type) or entity_label(object_type)


def details(facts: Mapping[str, object]) -> str:
    """Describe a line's facts in words: '32 rows, 6 errors', 'column price, maps to Menu item › Price, accepted'.

    Purpose, categories, legal basis and retention are not among them: they have columns of their own.
    """
    facts, _ = split_facts(facts)
    if "holds" in facts and "target" in facts:
        effect = "holds the row" if facts["holds"] else "is left empty with a warning"
        return f"{target_title(str(facts['target']))}: an unreadable value {effect}"
    if "skips" in facts and str(facts.get("rule")).count("|") > 1:
        return _row_rule(str(facts["rule"]), facts["skips"])
    return ", ".join(filter(None, (_fact(name, value) for name, value in facts.items())))


def _row_rule(key: str, skips: object) -> str:
    """Describe a choice about rows: 'sales: total, rows imported', 'users: role “teacher”, rows skipped'."""
    table, column, value = key.split("|", 2)
    effect = "choice undone" if skips is None else "rows skipped" if skips else "rows imported"
    rule = f"{table}: {value}" if column.startswith("_") else f"{table}: {column} “{value}”"
    return f"{rule}, {effect}"


def _fact(name: str, value: object) -> str:  # noqa: PLR0911  (each is one kind of fact)
    if name in {"chunk", "file_digest"}:  # of the machinery
        return ""
    if value is None or value in ("", [], {}):
        return "not mapped" if name == "target" else ""
    if name in _COUNTS and isinstance(value, int):
        return counted(value, _COUNTS[name])
    if name == "levels" and isinstance(value, Mapping):
        return ", ".join(counted(value[level], level) for level in _LEVELS if value.get(level))
    if name == "target":
        return f"maps to {target_title(str(value))}"
    if name in {"entity", "data"}:
        return ", ".join(entity_label(part) for part in str(value).split(", ") if part not in NO_ENTITY)
    if name in {"entities", "rows", "undone"} and isinstance(value, Mapping):
        return ", ".join(f"{entity_label(str(key))} {number:,}" for key, number in value.items())
    if name in {"kind", "status", "strategy"}:
        return _KINDS.get(str(value)) or as_words(str(value))
    return f"{_LABELS.get(name) or as_words(name)} {_plain(value)}"


def _plain(value: object) -> str:
    """Write a value without the marks of a programming language."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        return listed([f"{key} {_plain(part)}" for key, part in value.items()])
    if isinstance(value, (list, tuple)):
        return listed([_plain(part) for part in value])
    return str(value)
