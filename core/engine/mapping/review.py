"""Decides what a person should look at first, which fields need a second person, and what can be decided together.

Pure: facts about fields in, decisions out. The facts are those of core.engine.mapping.impact and of the matcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from core.engine.mapping.bands import AMBER_FROM, GREEN_ABOVE
from core.schema import target_schema

SUGGESTED = "suggested"
NO_MONEY = Decimal(1)
"""What a column without money counts for, so that rows still order such columns; one unit of the currency."""

EXPOSURE = Decimal("10000.00")
"""Money a price or tax column may touch before it takes two people, in the tenant's currency; a setting."""


class Judged(Protocol):
    """What the rules ask of a field: core.engine.mapping.views.FieldRow has it, and so has the table's row."""

    @property
    def target(self) -> str | None: ...
    @property
    def suggested_target(self) -> str | None: ...
    @property
    def confidence(self) -> float | None: ...
    @property
    def status(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def money(self) -> Decimal: ...
    @property
    def second_by(self) -> str | None: ...
    @property
    def question(self) -> str: ...


def is_set_by_hand(field: Judged) -> bool:
    """Whether the field has a target that a person chose and nobody suggested: its confidence says nothing of it."""
    return field.target is not None and field.target != field.suggested_target


def is_asked(field: Judged) -> bool:
    """Whether the field waits for a person's answer to its question: no bulk action decides it, no plan has it."""
    return field.status == SUGGESTED and (bool(field.question) or is_consent(field.target))


# --- the queue ----------------------------------------------------------------------------------------------------


def expected_loss(confidence: float | None, rows: int, money: Decimal) -> Decimal:
    """(1 - confidence) x rows x money: what deciding a field wrongly would cost on average; only good for ordering.

    Without a suggestion the confidence counts as 0. Money below NO_MONEY counts as that.
    """
    doubt = 1 - Decimal(str(confidence or 0))
    return doubt * rows * max(money, NO_MONEY)


# --- a second person ----------------------------------------------------------------------------------------------


def risk(target: str | None) -> str | None:
    """'price', 'tax', 'loyalty', 'gift card' or 'consent' for targets that one person should not decide alone."""
    if target is None:
        return None
    entity, _, name = target.partition(".")
    words = set(name.split("_"))
    if entity.startswith("loyalty_"):
        return "loyalty"
    if entity == "gift_card":
        return "gift card"
    if "opt" in words or "consent" in words:
        return "consent"
    if entity == "tax_rate" or "tax" in words or "taxable" in words:
        return "tax"
    return "price" if "price" in words else None


def is_consent(target: str | None) -> bool:
    """Whether the target holds a person's consent to marketing: no bulk action decides it."""
    return risk(target) == "consent"


def is_exposed(field: Judged, exposure: Decimal) -> bool:
    """Whether enough hangs on the field: money from `exposure` on, and where no money can be measured any row."""
    if risk(field.target) is None or not field.rows:
        return False
    if risk(field.target) in {"price", "tax"} and target_schema().field(field.target or "").kind == "money":
        return field.money >= exposure
    return True


def needs_second(
    field: Judged, exposure: Decimal, *, by_rule: bool = False, accept_above: float = AMBER_FROM
) -> bool:
    """Whether the field waits for a second person before an import.

    Two judgements are enough: a suggestion above GREEN_ABOVE that stands as it was made has the matcher's, and the
    person's who let it stand. So what waits is what a person chose against the suggestion or accepted below that,
    and what nobody decided but would be imported (from `accept_above` on). `by_rule`: accepted by a threshold set for
    the whole import (--accept-above on the command line), which is an order about all fields and not a word on one.
    """
    if (
        field.target is None
        or field.second_by is not None
        or is_asked(field)
        or not is_exposed(field, exposure)
    ):
        return False
    unchanged = field.status != "edited" and field.target == field.suggested_target
    confidence = field.confidence or 0.0
    if unchanged and (by_rule or confidence > GREEN_ABOVE):
        return False
    return field.status != SUGGESTED or confidence >= accept_above


# --- what can be decided together ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pattern looks at: who suggested, the weights of the evidence by feature, and the kind of the values."""

    target: str | None
    origin: str
    weights: Mapping[str, float]
    kind: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Fields that the same reasons speak for; `status` is what deciding them together means."""

    name: str
    label: str
    about: str
    status: str
    fits: Callable[[Facts], bool]


_VALUES = ("type", "pattern", "options", "identity")
_CLEAR = 1.0  # log odds: one reason alone that makes a target 2.7 times as likely


def weights_of(evidence: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Feature -> weight; above 0 it speaks for the suggestion."""
    return {str(item["feature"]): float(item["weight"]) for item in evidence}


def _unopposed(weights: Mapping[str, float]) -> bool:
    return all(weight > -_CLEAR / 2 for weight in weights.values())


PATTERNS: Sequence[Pattern] = (
    Pattern(
        "documented",
        "The source's documentation says so",
        "What a recognised source documents, and the values bear it out.",
        "accepted",
        lambda facts: bool(facts.target) and facts.weights.get("documented", 0) >= _CLEAR,
    ),
    Pattern(
        "memory",
        "Decided the same before",
        "Suggested from what people decided about the same file of another customer.",
        "accepted",
        lambda facts: bool(facts.target) and facts.origin == "memory",
    ),
    Pattern(
        "name_and_values",
        "A usual name, and the values fit",
        "The name is a usual one for the target, the values have its type or form, and nothing speaks against it.",
        "accepted",
        lambda facts: (
            bool(facts.target)
            and facts.weights.get("name", 0) >= _CLEAR
            and any(facts.weights.get(feature, 0) > 0 for feature in _VALUES)
            and _unopposed(facts.weights)
        ),
    ),
    Pattern(
        "ai",
        "Suggested by AI",
        "The rules were unsure, and the model chose among their candidates.",
        "accepted",
        lambda facts: bool(facts.target) and facts.origin == "ai",
    ),
    Pattern(
        "suggested",
        "Everything that has a suggestion",
        "Whatever the reasons: look through the list first.",
        "accepted",
        lambda facts: bool(facts.target),
    ),
    Pattern(
        "empty",
        "Columns without a value",
        "There is nothing in them that could be imported.",
        "ignored",
        lambda facts: facts.kind == "empty",
    ),
    Pattern(
        "no_place",
        "Nothing in the target fits",
        "No target is suggested: the schema has no place for them.",
        "ignored",
        lambda facts: facts.target is None and facts.kind != "empty",
    ),
)
"""In the order a person would take them."""
