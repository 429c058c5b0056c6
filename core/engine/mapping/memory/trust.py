"""How far what is remembered can be trusted: a customer's own decisions, one other customer's, several customers'. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.kit.wording import counted

HINT = 0.80
"""The most that a single other customer's decisions are worth: amber, so that a person looks."""


@dataclass(frozen=True, slots=True)
class Trust:
    """A Beta prior and a ceiling. `right` and `wrong` are what a memory counts before anything was decided.

    The prior says that people who decide about the same columns again nearly always decide alike; where the other
    columns differ it says less, and no number of decisions makes such a match sure.
    """

    right: float
    wrong: float
    most: float

    def confidence(self, stood: int, fell: int) -> float:
        """Return the posterior mean: `stood` say the target is right, `fell` chose another or changed it later."""
        return min(self.most, (self.right + stood) / (self.right + self.wrong + stood + fell))


EXACT, ALIKE = Trust(4.5, 0.5, 0.99), Trust(3.0, 1.0, 0.89)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What one customer decided for one field and target in streams of one set of columns.

    `is_own`: it is the customer who asks; only then `by` names who decided last. `exact`: the columns are the very same.
    """

    target: str
    transform: str | None
    decision_count: int
    overturned: int
    customer: str
    at: datetime
    exact: bool
    is_own: bool
    by: str = ""

    @property
    def upheld_count(self) -> int:
        return max(0, self.decision_count - self.overturned)


@dataclass(frozen=True, slots=True)
class Recollection:
    """What memory says of a field: target (None: exclude it), transform, confidence, and the sentence that says why.

    `exact`: decided in a stream of the very same columns. `own`: by the customer's own people.
    """

    target: str | None
    transform: str | None
    confidence: float
    text: str
    exact: bool
    is_own: bool


def recollect(rows: Sequence[Remembered], *, meaningful: bool = True) -> Recollection | None:
    """Return the memory of one field; None where no decision stands.

    The customer's own decisions on the same columns go before other customers', and those before decisions among
    other columns. A column whose name means nothing (`meaningful` False) learns nothing from other customers.
    """
    relevant = [row for row in rows if row.is_own or meaningful]
    own_rows = [row for row in relevant if row.is_own and row.exact]
    exact = [row for row in relevant if row.exact]
    return (
        _best(own_rows, exact, EXACT, exact=True)
        or _best([row for row in exact if not row.is_own], exact, EXACT, exact=True)
        or _best(relevant, relevant, ALIKE, exact=False)
    )


def _best(
    candidates: Sequence[Remembered], around: Sequence[Remembered], trust: Trust, *, exact: bool
) -> Recollection | None:
    """Return the target that most of `candidates` stand for, weighed against everything `around`."""
    upheld_rows = [row for row in candidates if row.upheld_count]
    if not upheld_rows:
        return None
    targets = {row.target for row in upheld_rows}
    latest = {target: max(row.at for row in upheld_rows if row.target == target) for target in targets}
    best = max(targets, key=lambda target: (_voices(upheld_rows, _is(target)), latest[target]))
    mine = [row for row in upheld_rows if row.target == best]
    is_own = any(row.is_own for row in mine)
    against = [
        row for row in around if row.target != best and row.upheld_count and (row.is_own or not is_own)
    ]
    fell = _voices(against, lambda _: True) + len(
        {
            row.customer
            for row in around
            if row.target == best and row.overturned and (row.is_own or not is_own)
        }
    )
    stood = _voices([row for row in around if row.target == best and row.upheld_count], lambda _: True)
    confidence = trust.confidence(stood, fell)
    customers = {row.customer for row in mine}
    if not is_own and len(customers) < 2:
        confidence = min(HINT, confidence)
    last = max(mine, key=lambda row: row.at)
    text = _sentence(best, [row for row in around if row.target == best and row.decision_count], exact=exact)
    return Recollection(best or None, last.transform, confidence, text, exact, is_own)


def _is(target: str) -> Callable[[Remembered], bool]:
    return lambda row: row.target == target


def _voices(rows: Sequence[Remembered], fits: Callable[[Remembered], bool]) -> int:
    """Own decisions count each; another customer counts once, however often it decided."""
    fitting = [row for row in rows if fits(row)]
    own_voices = sum(row.upheld_count for row in fitting if row.is_own)
    return own_voices + len({row.customer for row in fitting if not row.is_own})


def _sentence(target: str, rows: Sequence[Remembered], *, exact: bool) -> str:
    """'Decided 3 times for 2 customers, last on 12 Nov 2026; never changed.': a name only where all of it is own."""
    deed, where = "Decided" if target else "Excluded", "" if exact else " in files with other columns"
    decision_count, customers = sum(row.decision_count for row in rows), {row.customer for row in rows}
    change_count = sum(row.overturned for row in rows)
    last = max(rows, key=lambda row: row.at)
    if all(row.is_own for row in rows):
        scope, by = "by your team", f" by {last.by}" if last.by else ""
    else:
        scope, by = f"for {counted(len(customers), 'customer')}", ""
    after = f"later changed {_times(change_count)}" if change_count else "never changed"
    return f"{deed} {_times(decision_count)} {scope}{where}, last{by} on {last.at:%-d %b %Y}; {after}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
