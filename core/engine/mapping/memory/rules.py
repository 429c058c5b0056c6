"""What is remembered of a decision, and how far a memory can be trusted. Pure.

Memory crosses customers, so nothing of a customer may enter it. A column's name is kept in plain only where every word
of it belongs to the trade; any other name is kept as a fingerprint, which still matches and cannot be read. The place
or choice that a name carries ('Current Quantity DOWNTOWN') is cut off, and a name that looks like a value or a person
is not kept at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from core.engine.mapping import transforms
from core.engine.mapping.match.lexicon import lexicon
from core.errors import InvalidInputError
from core.kit.text import split_qualifier, tokens

LEFT_OUT = ""
"""The target of a field that people leave out."""

PLACE = "*"
"""Stands for the place or choice that was cut off a name."""

_DYNAMIC = ("current quantity", "new quantity", "stock alert enabled", "stock alert count", "enabled", "modifier set", "tax")  # fmt: skip
"""Beginnings that exports continue with the name of a place, a list of choices or a tax."""

_VALUE = re.compile(r"[@€£]|^\W*\d|\d{4}|\d[-/.:]\d|^(?:https?:|www\.)|[\r\n\t]")
_LONGEST = 60


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
        """The posterior mean: `stood` decisions for the target stand, `fell` were overturned or chose another."""
        return min(self.most, (self.right + stood) / (self.right + self.wrong + stood + fell))


EXACT, ALIKE = Trust(4.5, 0.5, 0.99), Trust(3.0, 1.0, 0.89)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One target people chose for a field, summed up over the streams it was found in. `by` is a person's name."""

    target: str
    transform: str | None
    decided: int
    overturned: int
    by: str
    at: datetime

    @property
    def standing(self) -> int:
        return max(0, self.decided - self.overturned)


@dataclass(frozen=True, slots=True)
class Recollection:
    """What memory says of a field: target (None: leave it out), transform, confidence, and the sentence that says why.

    `exact`: it was decided in a stream of the very same columns.
    """

    target: str | None
    transform: str | None
    confidence: float
    text: str
    exact: bool


@lru_cache(maxsize=65536)
def kept_name(column: str, domain: str) -> str | None:
    """The column's name as memory keeps it, or None where it looks like a value or a person and is not kept."""
    bare = column.strip()
    if not bare or len(bare) > _LONGEST or _VALUE.search(bare):
        return None
    known = lexicon(domain).known
    name = _without_place(bare, known)
    words = name.removesuffix(f" {PLACE}").split()
    if not words:
        return None
    strange = [word for word in words if word not in known and not word.isdigit()]
    if not strange:
        return name
    if len(strange) == len(words) and " " in bare and bare.istitle():
        return None  # 'Maria Gonzalez'
    return "#" + hashlib.blake2b(f"{domain}|{name}".encode(), digest_size=10).hexdigest()


def _without_place(column: str, known: frozenset[str]) -> str:
    head, tail = split_qualifier(column)
    name, words = " ".join(tokens(head)), tokens(tail)
    if tail and (
        column.rstrip().endswith("]") or name in _DYNAMIC or any(word not in known for word in words)
    ):
        return f"{name} {PLACE}"
    name = " ".join((*tokens(head), *words))
    return next((f"{start} {PLACE}" for start in _DYNAMIC if name.startswith(f"{start} ")), name)


def signature(columns: Iterable[str], domain: str) -> str:
    """The fingerprint of a stream's columns: equal for exports alike, whatever their order, spelling and places."""
    names = sorted({name for column in columns if (name := kept_name(column, domain))})
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def kept_transform(transform: str | None) -> str | None:
    """The transform where none of its calls has a text of its own, which may be a customer's value, or joins columns,

    which another file may lack. None also for calls that there are no more.
    """
    try:
        chain = transforms.parse(transform)
    except InvalidInputError:
        return None
    given = [value for call in chain for value in (*call.arguments, *call.named.values())]
    spoken = any(isinstance(one, str | dict) for one in given)
    joined = any(transforms.TRANSFORMS[call.name].joins for call in chain)
    return transforms.show(chain) if chain and not spoken and not joined else None


def changes(
    before: Mapping[str, object], after: Mapping[str, object], origin: str, *, taken_back: bool
) -> list[tuple[str, int, int]]:
    """(target, decided, overturned) to be added for one decision; `before` and `after` as in MappingDecision.

    Choosing otherwise overturns what stood before, a suggestion too. What is taken back counts as never decided.
    """
    if taken_back:
        return [
            (target, -decided, -fell)
            for target, decided, fell in changes(after, before, origin, taken_back=False)
        ]
    if after["status"] == "suggested":
        return []
    old, new = str(before["target"] or LEFT_OUT), str(after["target"] or LEFT_OUT)
    if before["status"] == "suggested":
        stood = old != LEFT_OUT or origin == "memory"
    else:
        stood = True
        if old == new:
            return []
    return [(new, 1, 0), *([(old, 0, 1)] if stood and old != new else [])]


def recollect(found: Sequence[Remembered], *, exact: bool) -> Recollection | None:
    """What the most trusted of a field's remembered targets says; None where no decision stands."""
    standing = [one for one in found if one.standing]
    if not standing:
        return None
    best = max(standing, key=lambda one: (one.standing, one.at))
    fell = best.overturned + sum(one.decided for one in found if one is not best)
    confidence = (EXACT if exact else ALIKE).confidence(best.standing, fell)
    return Recollection(best.target or None, best.transform, confidence, _sentence(best, exact=exact), exact)


def _sentence(best: Remembered, *, exact: bool) -> str:
    where = "for files with the same columns" if exact else "for this field in other files of the source"
    deed = (
        f"Decided {_times(best.decided)} {where}"
        if best.target
        else f"Left out {_times(best.decided)} {where}"
    )
    fate = f"later overturned {_times(best.overturned)}" if best.overturned else "never overturned"
    return f"{deed}, last by {best.by} on {best.at:%-d %b %Y}; {fate}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
