"""The coach on the command line: the plan of a migration, advice for each step, and following it."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.agents.coach import STEPS, Advice, Health, MigrationCoach, MigrationPlan
from core.agents.coach.complexity import UNKNOWN
from core.context import Context
from core.engine.sources import views as sources
from core.entry.cli.answer import Answer, share, table, write_data
from core.entry.cli.session import resolve_migration, tenant_session
from core.entry.worker import ensure_worker
from core.errors import NotFoundError
from core.kit.wording import counted


def advise(args: Namespace) -> Answer:
    """Plan, advice, health and token usage; with --accept what was done instead."""
    with tenant_session(args) as context:
        coach = MigrationCoach(context)
        migration = resolve_migration(context, args.migration) if args.migration else _newest(context)
        if args.accept:
            return _follow(coach, migration, args.accept, args.out)
        steps = [args.step] if args.step else list(STEPS)
        advice = [piece for step in steps for piece in coach.guidance(migration, step)]
        plan = coach.analyze_pos_structure(migration)
        document = {
            "plan": plan.as_dict(),
            "guidance": [_document(piece) for piece in advice],
            "health": _health_document(coach.health_check()),
            "token_usage": coach.get_token_usage(migration),
        }
    return Answer(document, f"{_planned(plan)}\n\n{_advised(advice)}")


def _document(advice: Advice) -> dict[str, Any]:
    """Write a piece of advice as JSON; the public key of its offer's action is "deed"."""
    document = {"id": advice.id, **asdict(advice)}
    if advice.offer is not None:
        offer = asdict(advice.offer)
        document["offer"] = {"deed": offer.pop("action"), **offer}
    return document


def _health_document(health: Health) -> dict[str, Any]:
    """Write the coach's health as JSON; the public key of a dependency's message is "said"."""
    document = asdict(health)
    for dependency in document["dependencies"].values():
        dependency["said"] = dependency.pop("message")
    return document


def _follow(coach: MigrationCoach, migration: str, advice: str, out: Path | None) -> Answer:
    done = coach.accept(migration, advice)
    ensure_worker()  # for what waits in the queue now
    document: dict[str, Any] = {"advice": advice, "done": done.message}
    if done.file is None:
        return Answer(document, done.message)
    if out is None:
        write_data(done.file)
        return Answer(None, "")
    out.write_bytes(done.file)
    return Answer({**document, "file": str(out)}, f"{out}: {len(done.file):,} bytes")


def _newest(context: Context) -> str:
    migrations = sources.migrations(context)
    if not migrations:
        raise NotFoundError(
            "This customer has no migration yet.", hint="Make one: aura import, or the console."
        )
    return migrations[0].id


def _planned(plan: MigrationPlan) -> str:
    complexity = plan.complexity_details
    judged = f"{complexity.complexity} by {complexity.method} (score {complexity.complexity_score:,})"
    if complexity.method == UNKNOWN:
        judged = "not known yet"
    risks = [(risk.level, risk.title, risk.mitigation) for risk in plan.risk_factors]
    findings = [(issue.level, issue.title, issue.rows) for issue in plan.data_quality_issues]
    return "\n\n".join(
        (
            f"Complexity {judged}, allow {complexity.estimated_hours} hours",
            f"{counted(len(plan.field_mappings), 'mapping')}, confidence {share(plan.confidence_score)}",
            table(("risk", "what may go wrong", "what helps"), risks, widest=90),
            table(("level", "finding", "rows"), findings),
            "\n".join(f"- {text}" for text in plan.recommendations),
        )
    )


def _advised(advice: list[Advice]) -> str:
    rows = [(piece.step, piece.title, piece.id if piece.offer else piece.screen) for piece in advice]
    return table(("step", "next", "--accept, or where"), rows, widest=90)
