"""Counts how suggestions fared, in the transaction of the decision that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, delete, func
from sqlalchemy.dialects.postgresql import insert

from core.context import Context
from core.engine.mapping.calibration.rules import Outcome
from core.engine.mapping.learning_scope import scope_of
from core.engine.mapping.tables import ConfidenceOutcome


def score(context: Context, outcomes: Iterable[Outcome]) -> None:
    """Add hits and misses over all customers; no count falls below 0, and what counts nothing is removed."""
    counts: defaultdict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        counts[outcome.source, outcome.origin, outcome.bin][0] += outcome.hits
        counts[outcome.source, outcome.origin, outcome.bin][1] += outcome.misses
    rows = [
        {"at_source": key[0], "at_origin": key[1], "at_bin": key[2], "by_hits": hits, "by_misses": misses}
        for key, (hits, misses) in sorted(counts.items())
        if hits or misses
    ]
    if not rows:
        return
    table = ConfidenceOutcome
    statement = insert(table).values(
        domain=scope_of(context),
        source=bindparam("at_source"),
        origin=bindparam("at_origin"),
        bin=bindparam("at_bin"),
        hits=func.greatest(0, bindparam("by_hits", type_=table.hits.type)),
        misses=func.greatest(0, bindparam("by_misses", type_=table.misses.type)),
    )
    context.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=list(table.__table__.primary_key),
            set_={
                "hits": func.greatest(0, table.hits + bindparam("by_hits")),
                "misses": func.greatest(0, table.misses + bindparam("by_misses")),
            },
        ),
        rows,
    )
    is_empty = (table.domain == scope_of(context), table.hits == 0, table.misses == 0)
    if any(min(by) < 0 for by in counts.values()):
        context.session.execute(delete(table).where(*is_empty).execution_options(synchronize_session=False))
