"""MigrationCoach: analyses a migration, estimates it, and guides a person through each of its steps.

A facade: the matcher suggests, the validation finds, the ledger counts, and the coach puts together what they say.
"""

from __future__ import annotations

from collections.abc import Collection

from core.agents.coach.advice import LOOKS, Advice, Offer
from core.agents.coach.advice_actions import Done
from core.agents.coach.complexity import Complexity, Counts, estimate
from core.agents.coach.guidance import MAX_ADVICE, accept, consequences, guidance
from core.agents.coach.plan import MigrationPlan, analyze, count
from core.agents.coach.state import Health, TokenUsage, health, token_usage
from core.agents.coach.steps import STEPS
from core.agents.coach.suggestions import FieldSuggestion, SourceFields, suggest_among, suggest_fields
from core.context import Context
from core.engine.progress.facts import Facts

__all__ = [
    "LOOKS",
    "MAX_ADVICE",
    "STEPS",
    "Advice",
    "Complexity",
    "Counts",
    "Done",
    "FieldSuggestion",
    "Health",
    "MigrationCoach",
    "MigrationPlan",
    "Offer",
    "TokenUsage",
]


class MigrationCoach:
    """The coach for one person and tenant. It stores nothing: every answer is of this moment."""

    agent_name = "MigrationCoach"
    capabilities = (
        "pos_structure_analysis",
        "field_mapping_suggestion",
        "complexity_estimation",
        "migration_planning",
        "data_quality_assessment",
    )

    def __init__(self, context: Context) -> None:
        self._context = context

    def analyze_pos_structure(self, migration_id: str) -> MigrationPlan:
        """Return the plan of a migration, in every state of it."""
        return analyze(self._context, migration_id)

    analyze_pos_data = analyze_pos_structure

    def suggest_field_mappings(
        self, fields: SourceFields, domain: str | None = None
    ) -> list[FieldSuggestion]:
        """Suggest targets for fields with samples, with reasoning; `domain`: the tenant's by default."""
        return suggest_fields(fields, domain or self._context.tenant.domain)

    def get_rule_based_mapping(self, source_field: str, targets: Collection[str]) -> FieldSuggestion | None:
        """Choose the best of some targets 'entity.field' for a field's name alone; None where none is possible."""
        return suggest_among(source_field, targets, self._context.tenant.domain)

    def estimate_complexity(self, of: str | Counts) -> Complexity:
        """Estimate the complexity of a migration (id), or of counts."""
        return estimate(count(self._context, of) if isinstance(of, str) else of)

    def guidance(
        self, migration_id: str, step: str, journey_facts: Facts | None = None
    ) -> tuple[Advice, ...]:
        """Return at most MAX_ADVICE pieces of advice for a step of STEPS, the journey's next action first.

        `journey_facts`: those that are at hand.
        """
        return guidance(self._context, migration_id, step, journey_facts)

    def consequences(self, migration_id: str, advice_id: str) -> tuple[str, ...]:
        """Return what a piece of advice would change, to be confirmed first; () where nothing is to be asked."""
        return consequences(self._context, migration_id, advice_id)

    def accept(self, migration_id: str, advice_id: str) -> Done:
        """Do what a piece of advice offers; ConflictError where it no longer fits."""
        return accept(self._context, migration_id, advice_id)

    def health_check(self) -> Health:
        """Return healthy, or degraded while no model can be asked: rules, memory and statistics still suggest."""
        return health(self._context, self.agent_name)

    def get_token_usage(self, migration_id: str | None = None) -> TokenUsage:
        """Return the AI usage of one migration, or of all of the tenant's: the sums of the ledger."""
        return token_usage(self._context, migration_id)
