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
        """The posterior mean: `stood` say the target is right, `fell` chose another or changed it later."""
        return min(self.most, (self.right + stood) / (self.right + self.wrong + stood + fell))


EXACT, ALIKE = Trust(4.5, 0.5, 0.99), Trust(3.0, 1.0, 0.89)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What one customer decided for one field and target in streams of one set of columns.

    `own`: it is the customer who asks; only then `by` names who decided last. `exact`: the columns are the very same.
    """

    target: str
    transform: str | None
    decided: int
    overturned: int
    customer: str
    at: datetime
    exact: bool
    own: bool
    by: str = ""

    @property
    def standing(self) -> int:
        return max(0, self.decided - self.overturned)


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
    own: bool


def recollect(rows: Sequence[Remembered], *, meaningful: bool = True) -> Recollection | None:
    """What memory says of one field; None where no decision stands.

    The customer's own decisions on the same columns go before other customers', and those before decisions among
    other columns. A column whose name means nothing (`meaningful` False) learns nothing from other customers.
    """
    known = [row for row in rows if row.own or meaningful]
    own = [one for one in known if one.own and one.exact]
    exact = [one for one in known if one.exact]
    return (
        _best(own, exact, EXACT, exact=True)
        or _best([one for one in exact if not one.own], exact, EXACT, exact=True)
        or _best(known, known, ALIKE, exact=False)
    )


def _best(
    chosen: Sequence[Remembered], around: Sequence[Remembered], trust: Trust, *, exact: bool
) -> Recollection | None:
    """The target that most of `chosen` stand for, weighed against everything `around`."""
    standing = [one for one in chosen if one.standing]
    if not standing:
        return None
    targets = {one.target for one in standing}
    latest = {target: max(one.at for one in standing if one.target == target) for target in targets}
    best = max(targets, key=lambda target: (_voices(standing, _is(target)), latest[target]))
    mine = [one for one in standing if one.target == best]
    is_own = any(one.own for one in mine)
    against = [one for one in around if one.target != best and one.standing and (one.own or not is_own)]
    fell = _voices(against, lambda _: True) + len(
        {one.customer for one in around if one.target == best and one.overturned and (one.own or not is_own)}
    )
    stood = _voices([one for one in around if one.target == best and one.standing], lambda _: True)
    confidence = trust.confidence(stood, fell)
    customers = {one.customer for one in mine}
    if not is_own and len(customers) < 2:
        confidence = min(HINT, confidence)
    last = max(mine, key=lambda one: one.at)
    text = _sentence(best, [one for one in around if one.target == best and one.decided], exact=exact)
    return Recollection(best or None, last.transform, confidence, text, exact, is_own)


def _is(target: str) -> Callable[[Remembered], bool]:
    return lambda one: one.target == target


def _voices(rows: Sequence[Remembered], fits: Callable[[Remembered], bool]) -> int:
    """Own decisions count each; another customer counts once, however often it decided."""
    fitting = [row for row in rows if fits(row)]
    own = sum(one.standing for one in fitting if one.own)
    return own + len({one.customer for one in fitting if not one.own})


def _sentence(target: str, rows: Sequence[Remembered], *, exact: bool) -> str:
    """'Decided 3 times for 2 customers, last on 12 Nov 2026; never changed.': a name only where all of it is own."""
    deed, where = "Decided" if target else "Excluded", "" if exact else " in files with other columns"
    decided, customers = sum(row.decided for row in rows), {row.customer for row in rows}
    changed = sum(row.overturned for row in rows)
    last = max(rows, key=lambda row: row.at)
    if all(row.own for row in rows):
        who, by = "by your team", f" by {last.by}" if last.by else ""
    else:
        who, by = f"for {counted(len(customers), 'customer')}", ""
    after = f"later changed {_times(changed)}" if changed else "never changed"
    return f"{deed} {_times(decided)} {who}{where}, last{by} on {last.at:%-d %b %Y}; {after}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
