"""The content of a proposal as it is printed, and how it is shortened so that it fits its two pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Part):
    """A labelled text: a question with its answer, a date, a line of a contact."""

    label: str
    text: str


class CountRow(_Part):
    """A count, and where it comes from."""

    label: str
    value: str
    source: str


class CostRow(_Part):
    """A cost of the ROI with its formula in numbers."""

    title: str
    formula: str
    amount: str


class InputRow(_Part):
    """An assumption of the ROI: value, range, and source tag (Customer, Measured, Default)."""

    title: str
    value: str
    range: str
    source: str


class Roi(_Part):
    """The ROI of the case that the quote names. `costs` are those of today's way, then ours."""

    saving: str
    percent: str
    range: str
    break_even: str
    traditional: Sequence[CostRow]
    traditional_total: str
    ours: Sequence[CostRow]
    ours_total: str
    inputs: Sequence[InputRow]


class PriceRow(_Part):
    """A price line with its explanation; an empty `quantity` is 1."""

    text: str
    explanation: str
    quantity: str
    unit_price: str
    amount: str


class Instalment(_Part):
    """A part of the payment plan: when it is due."""

    due: str
    amount: str


class Proposal(_Part):
    """Everything that stands in a proposal, in words. `more` lines say what a shortened list leaves to the quote.

    `mark` stands on each page of what is no offer that holds ('Draft', 'Withdrawn'): it has no lines to sign on.
    """

    paper: str
    is_demo: bool
    seller: str
    product: str
    number: str
    date: str
    customer: str
    headline: str
    summary: Sequence[Fact]
    asked: Sequence[Fact]
    found: Sequence[CountRow]
    fit: Sequence[str]
    roi: Roi | None
    prices: Sequence[PriceRow]
    reductions: Sequence[PriceRow]
    subtotal: str
    total: str
    plan: str
    instalments: Sequence[Instalment]
    includes: Sequence[str]
    promises: Sequence[str]
    dates: Sequence[Fact]
    contact: Sequence[Fact]
    ours: Sequence[Fact]
    mark: str = ""
    more: dict[str, str] = {}
    size: float = 10


class Limits(NamedTuple):
    """How many rows of each list and how many characters of a text are printed, at which size in points."""

    size: float
    asked: int
    found: int
    inputs: int
    prices: int
    instalments: int
    includes: int
    promises: int
    characters: int


LEVELS = (
    Limits(10.5, 9, 9, 9, 12, 12, 20, 14, 400),
    Limits(10.0, 9, 9, 9, 12, 12, 20, 14, 400),
    Limits(9.5, 9, 9, 9, 12, 12, 20, 14, 300),
    Limits(9.0, 9, 9, 9, 10, 6, 20, 12, 200),
    Limits(9.0, 9, 7, 8, 8, 4, 12, 10, 120),
    Limits(8.5, 6, 6, 6, 7, 3, 8, 8, 90),
    Limits(8.0, 4, 4, 4, 6, 3, 6, 6, 60),
    Limits(7.5, 3, 3, 3, 5, 2, 4, 4, 40),
    Limits(7.0, 2, 2, 2, 3, 1, 2, 2, 30),
)
"""From a proposal in full to the shortest; the first that fits two pages is printed."""


def shortened(proposal: Proposal, limits: Limits) -> Proposal:
    """Return the proposal within limits; each list that is cut says how many rows stand in the quote alone."""
    more: dict[str, str] = {}

    def cut(name: str, rows: Sequence[T], most: int) -> list[T]:
        if len(rows) > most:
            more[name] = f"and {len(rows) - most:,} more, see the quote"
        return list(rows[:most])

    def text(value: str) -> str:
        return _cut_text(value, limits.characters)

    def shorten_row(row: PriceRow) -> PriceRow:
        return row.model_copy(update={"text": text(row.text), "explanation": text(row.explanation)})

    roi = proposal.roi
    if roi is not None:
        roi = roi.model_copy(update={"inputs": cut("inputs", roi.inputs, limits.inputs)})
    prices = [shorten_row(row) for row in cut("prices", proposal.prices, limits.prices)]
    asked = [
        fact.model_copy(update={"text": text(fact.text)})
        for fact in cut("asked", proposal.asked, limits.asked)
    ]
    return proposal.model_copy(
        update={
            "asked": asked,
            "found": cut("found", proposal.found, limits.found),
            "roi": roi,
            "prices": prices,
            "reductions": [shorten_row(row) for row in proposal.reductions],
            "instalments": cut("instalments", proposal.instalments, limits.instalments),
            "includes": [text(entry) for entry in cut("includes", proposal.includes, limits.includes)],
            "headline": text(proposal.headline),
            "contact": [fact.model_copy(update={"text": text(fact.text)}) for fact in proposal.contact],
            "promises": [text(promise) for promise in cut("promises", proposal.promises, limits.promises)],
            "more": more,
            "size": limits.size,
        }
    )


def _cut_text(value: str, most: int) -> str:
    """Cut a long text at a word, with an ellipsis."""
    if len(value) <= most:
        return value
    head = value[: most - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[most // 2 :] else head}…"
