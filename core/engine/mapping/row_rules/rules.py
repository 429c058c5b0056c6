"""Propose row rules from counts over all rows, and add them to a plan. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.engine.batch import MARK
from core.engine.mapping.row_rules import words
from core.engine.mapping.row_rules.entities import derived_plans
from core.engine.plan import EntityPlan, Plan, RowRule
from core.engine.sources.non_data.facts import RowFacts
from core.engine.sources.non_data.marks import SUMS, TITLES, UNSURE, Mark
from core.schema import entity_label, target_schema

_DELETED_COLUMN = re.compile(
    r"delet|gelöscht|geloescht|supprim|elimin|borrad|verwijder|usuni|удал|削除|删除", re.IGNORECASE
)
_OF_OTHERS = re.compile(r"contact|relation|guardian|emergency", re.IGNORECASE)
"""Names of columns that say of which kind another person than the row's is."""

_MIN_KNOWN = 0.5
"""Share of a column's rows whose words must be known for the others to be asked about."""

_UNKNOWN_SOURCE = "spreadsheet"
"""What a recognised source means by the state of a payment is documented; elsewhere it is asked."""

Decisions = Mapping[str, bool]
"""Key of a rule -> whether a person said that its rows are skipped (True) or are records (False)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule about the rows of a stream whose `column` holds `value`.

    key         names the rule in decisions, also for the customer's next file of the same kind
    kind        the entity the rows are, NO_ENTITY for none, DELETED, or '' with is_certain False where nobody knows
    entities    entities of the plan that the rows are not; empty for every entity of the stream
    is_certain  skipped without a question; otherwise the rows are held until a person decides
    decision    what a person said, None for nothing
    """

    key: str
    stream: str
    column: str
    value: str
    rows: int
    kind: str
    entities: tuple[str, ...]
    is_certain: bool
    decision: bool | None = None

    @property
    def title(self) -> str:
        """Say which rows these are."""
        return TITLES[self.value] if self.column == MARK else f"{self.column} is “{self.value}”"

    @property
    def outcome(self) -> str:
        """Say what an import does with the rows."""
        if self.decision is False:
            return "Imported as records"
        if self.decision is None and not self.is_certain:
            return "Held until you decide"
        if self.entities and self.kind:
            return f"Imported as {entity_label(self.kind).lower()}"
        if self.kind == words.DELETED:
            return "Skipped; a record that is there becomes inactive"
        return "Skipped"

    def rule(self) -> RowRule | None:
        """Return the rule as a plan has it; None where the rows are records."""
        if self.decision is False:
            return None
        if self.decision or self.is_certain:
            return RowRule(self.column, (self.value,), self.title, ends=self.kind == words.DELETED)
        detail = "may not be a record: say under Rules whether such rows are imported."
        return RowRule(self.column, (self.value,), f"{self.title}: this row {detail}", holds=True)


def key_of(stream: str, column: str, value: str) -> str:
    """Name a rule; streams whose names differ in digits only share their rules."""
    return "|".join(words.folded(part) for part in (re.sub(r"\d+", "#", stream), column, value))


def is_of_sums(key: str) -> bool:
    """Tell whether the rule of the key is about rows of sums that the reader recognised: totals, counts, averages."""
    _, column, value = key.rsplit("|", 2) if key.count("|") > 1 else ("", "", "")
    return column == MARK and value in {*SUMS, Mark.LIKELY_TOTAL}


def propose(plan: Plan, facts: Mapping[str, RowFacts], decisions: Decisions) -> list[Proposal]:
    """Propose rules for the streams of a plan by the facts about their rows."""
    proposals: list[Proposal] = []
    for stream in dict.fromkeys(entity_plan.stream for entity_plan in plan.entities):
        if stream not in facts:
            continue
        of_stream = [entity_plan for entity_plan in plan.entities if entity_plan.stream == stream]
        stream_facts = facts[stream]
        proposals += _of_marks(stream, stream_facts)
        for column, counts in stream_facts.words.items():
            if counts and not _OF_OTHERS.search(column):
                proposals += _of_words(of_stream, column, counts)
                if plan.source == _UNKNOWN_SOURCE:
                    proposals += _of_payments(of_stream, column, counts)
    return [replace(proposal, decision=decisions.get(proposal.key)) for proposal in proposals]


def with_rules(plan: Plan, proposals: Sequence[Proposal]) -> Plan:
    """Return the plan with the rules that hold, and with entities that rows of other kinds become."""
    if not proposals:
        return plan
    entities = [_with_rules(entity_plan, proposals) for entity_plan in plan.entities]
    left_out = list(plan.left_out)
    for stream in dict.fromkeys(proposal.stream for proposal in proposals):
        of_stream = [entity_plan for entity_plan in entities if entity_plan.stream == stream]
        active = [proposal for proposal in proposals if proposal.stream == stream and proposal.rule()]
        kinds = {proposal.kind: proposal.column for proposal in active if proposal.entities}
        mapped = {part.entity: part.fields for part in plan.left_out if part.stream == stream}
        further = {
            derived.entity: replace(derived, rules=_rules_of_kind(derived.entity, active))
            for derived in derived_plans(of_stream, kinds, mapped)
        }
        entities += further.values()
        left_out = [part for part in left_out if part.stream != stream or part.entity not in further]
    order = list(target_schema().domain(plan.domain))
    entities.sort(key=lambda entity_plan: (order.index(entity_plan.entity), not entity_plan.primary))
    return replace(plan, entities=tuple(entities), left_out=tuple(left_out))


def _with_rules(entity_plan: EntityPlan, proposals: Sequence[Proposal]) -> EntityPlan:
    rules = [
        rule
        for proposal in proposals
        if proposal.stream == entity_plan.stream
        and (not proposal.entities or entity_plan.entity in proposal.entities)
        and (rule := proposal.rule())
    ]
    return replace(entity_plan, rules=_joined(rules))


def _rules_of_kind(entity: str, proposals: Sequence[Proposal]) -> tuple[RowRule, ...]:
    """Return the rules of an entity that only rows of its kind become."""
    of_kind = [proposal for proposal in proposals if proposal.kind == entity and proposal.entities]
    rules = [rule for proposal in proposals if proposal not in of_kind and (rule := proposal.rule())]
    for column in dict.fromkeys(proposal.column for proposal in of_kind):
        values = tuple(sorted(proposal.value for proposal in of_kind if proposal.column == column))
        rules.append(RowRule(column, values, f"no {entity} in this row", only=True))
    return _joined(rules)


def _joined(rules: Sequence[RowRule]) -> tuple[RowRule, ...]:
    return tuple(dict.fromkeys(rules))


# --- evidence ---------------------------------------------------------------------------------------------------


def _of_marks(stream: str, facts: RowFacts) -> Iterator[Proposal]:
    for mark, rows in sorted(facts.marks.items()):
        yield Proposal(
            key_of(stream, MARK, mark),
            stream,
            MARK,
            mark,
            rows,
            words.NO_ENTITY,
            (),
            is_certain=mark not in UNSURE,
        )


def _of_words(plans: Sequence[EntityPlan], column: str, counts: Counter[str]) -> Iterator[Proposal]:
    stream = plans[0].stream
    deleted = _deleted_words(column, counts)
    for word in deleted:
        yield Proposal(
            key_of(stream, column, word),
            stream,
            column,
            word,
            counts[word],
            words.DELETED,
            (),
            is_certain=True,
        )
    remaining = Counter({word: rows for word, rows in counts.items() if word not in deleted})
    for family in words.FAMILIES:
        entities = [plan.entity for plan in plans if plan.entity in family]
        if not entities:
            continue
        kinds = {word: words.kinds_of(family, word) for word in remaining}
        if not _is_mixed(kinds, entities):
            continue
        known_rows = sum(rows for word, rows in remaining.items() if kinds[word] is not None)
        if known_rows < _MIN_KNOWN * remaining.total():
            continue
        for word, kind in kinds.items():
            told_of = _told_of(plans, kind)
            excluded_entities = tuple(
                entity for entity in dict.fromkeys(entities) if entity != kind and entity not in told_of
            )
            if excluded_entities:
                yield Proposal(
                    key_of(stream, column, word),
                    stream,
                    column,
                    word,
                    remaining[word],
                    kind or words.NO_ENTITY,
                    excluded_entities,
                    is_certain=kind is not None,
                )
        return


def _told_of(plans: Sequence[EntityPlan], kind: str | None) -> set[str]:
    """Return the entities that rows of a kind tell of besides it, because it refers to them: the category of an item."""
    if not kind:
        return set()
    referred = {reference.refers_to for reference in target_schema().entity(kind).references}
    return {plan.entity for plan in plans if not plan.primary and plan.entity in referred}


def _of_payments(plans: Sequence[EntityPlan], column: str, counts: Counter[str]) -> Iterator[Proposal]:
    """Yield rules for payments that failed or were voided: they took no money, and would be counted as if they had."""
    if not any(plan.entity == "payment" and plan.primary for plan in plans):
        return
    void = [word for word in counts if words.folded(word) in words.FAILED_WORDS | words.VOID_WORDS]
    if len(void) == len(counts):
        return
    for word in void:
        yield Proposal(
            key_of(plans[0].stream, column, word),
            plans[0].stream,
            column,
            word,
            counts[word],
            words.NO_ENTITY,
            ("payment",),
            is_certain=False,
        )


def _is_mixed(kinds: Mapping[str, str | None], entities: Sequence[str]) -> bool:
    """Tell whether a column names entities, and others than the one all rows are mapped to."""
    entities_named = {kind for kind in kinds.values() if kind}
    return bool(entities_named) and bool(
        {kind for kind in kinds.values() if kind is not None} - set(entities[:1])
    )


def _deleted_words(column: str, counts: Counter[str]) -> list[str]:
    """List the words that say that a row was deleted."""
    if _DELETED_COLUMN.search(column):
        yes = words.YES_WORDS | words.DELETED_WORDS
        return [word for word in counts if words.folded(word) in yes]
    return [word for word in counts if words.folded(word) in words.DELETED_WORDS]
