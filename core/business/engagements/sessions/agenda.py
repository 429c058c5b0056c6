"""Fill the agenda of a guided session: its fixed items, then the open questions of this migration.

Questions are counts and names of fields and checks, never a value of a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.business.engagements.sessions.kinds import SessionKind
from core.context import Context
from core.engine.mapping.views.checklist import checklist
from core.engine.mapping.views.fields import UNDECIDED, field_rows
from core.engine.progress.facts import CURRENT, Facts
from core.engine.progress.views import all_facts
from core.engine.runs.held import held_causes
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.runs.rules import LOADED
from core.engine.validation.views import issue_counts, latest
from core.kit.wording import agree, counted, listed
from core.schema import entity_label, target_title

FIELDS, ROWS, CHECKS = "fields", "rows", "checks"
PLAN = "plan"
MOST = 6
"""Questions of one topic on an agenda; the others are counted on its last line."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of an agenda. `topic` is PLAN for what every session of the kind has, else what the question is about."""

    text: str
    topic: str = PLAN


def agenda(kind: SessionKind, domain: str, questions: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Compose an agenda: the fixed items, then the questions that are this session's, at most MOST of a topic."""
    items = [AgendaItem(text) for text in kind.items(domain)]
    all_questions = list(questions)
    for topic in kind.questions:
        of_topic = [question for question in all_questions if question.topic == topic]
        items += of_topic[: MOST if len(of_topic) <= MOST else MOST - 1]
        if len(of_topic) > MOST:
            items.append(AgendaItem(f"{len(of_topic) - MOST + 1:,} more of {topic}", topic))
    return items


def to_json(items: Iterable[AgendaItem]) -> list[dict[str, str]]:
    return [{"text": item.text, "topic": item.topic} for item in items]


def from_json(document: Iterable[Mapping[str, str]]) -> list[AgendaItem]:
    return [AgendaItem(line["text"], line.get("topic", PLAN)) for line in document]


def open_questions(context: Context, migration_id: str | None) -> list[AgendaItem]:
    """List what is open in a migration of the customer, by default the newest; nothing where there is none.

    Who may not read migrations is told nothing of them.
    """
    if not (context.may("migration.read") and context.may("run.read")):
        return []
    facts_by_id = all_facts(context)
    choice = migration_id if migration_id in facts_by_id else next(iter(facts_by_id), None)
    if choice is None:
        return []
    facts = facts_by_id[choice][1]
    return [*_fields(context, choice, facts), *_rows(context, facts), *_checks(context, choice, facts)]


def _fields(context: Context, migration_id: str, facts: Facts) -> list[AgendaItem]:
    by_table: dict[str, list[str]] = {}
    for row in field_rows(context, migration_id, UNDECIDED):
        by_table.setdefault(row.stream, []).append(row.source_field)
    texts = [
        f"Decide {counted(len(names), 'field')} of {table}: {listed(names)}"
        for table, names in sorted(by_table.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    if facts.second:
        verb = agree(facts.second, "need")
        texts.append(f"{counted(facts.second, 'field')} {verb} a second approval")
    if facts.fields and (unmapped := checklist(context, migration_id).unmapped):
        names = [target_title(key) for key in unmapped]
        texts.append(f"Required without a source: {listed(names)}")
    return [AgendaItem(text, FIELDS) for text in texts]


def _rows(context: Context, facts: Facts) -> list[AgendaItem]:
    """List why rows are held in the newest run, the import where there is one."""
    run = facts.imported or facts.dry_run
    causes = held_causes(context, run.id) if run else []
    return [
        AgendaItem(f"{counted(cause.rows, 'row')} of {entity_label(cause.entity)} held: {cause.title}", ROWS)
        for cause in causes
    ]


def _checks(context: Context, migration_id: str, facts: Facts) -> list[AgendaItem]:
    texts: list[str] = []
    newest = latest(context, migration_id) if facts.validation == CURRENT else None
    if newest is not None:
        texts += [
            f"Check failed, {counted(count.rows, 'row')}: {count.title}"
            for count in issue_counts(context, newest.id)
            if count.level == "error"
        ]
    run = facts.imported
    if run is not None and run.state in LOADED and not reconciliation(context, run.id).settled:
        texts.append("Reconciliation has open differences")
    return [AgendaItem(text, CHECKS) for text in texts]


def plain_text(items: Sequence[AgendaItem]) -> str:
    """Write an agenda as lines, for a calendar."""
    return "\n".join(f"- {item.text}" for item in items)
