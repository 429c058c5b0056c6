"""Look up what a token costs: prices set by hand, then the dated price book, then the library genai-prices.

A price is always that of a moment, so that yesterday's calls keep yesterday's cost. A model nobody knows a price for,
or that its provider has shut down, is refused: a call at $0 would be a hole in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.metadata import version

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import or_, select

from core.context import Context
from core.errors import InvalidInputError
from core.platform.costs.tables import AiPrice
from core.settings import ROOT

PRICE_BOOK = ROOT / "data" / "prices.yaml"
MILLION = 1_000_000
SET_BY_HAND = "set by hand"


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-dollars per million tokens: 2_500_000 is $2.50. `effective_from` None: for as long as it is known.

    `effective_to` is the first moment it no longer holds, None while no end is known.
    """

    input_micro: int
    cached_micro: int
    output_micro: int
    effective_from: datetime | None
    effective_to: datetime | None
    source: str

    def holds(self, at: datetime) -> bool:
        has_begun = self.effective_from is None or self.effective_from <= at
        return has_begun and (self.effective_to is None or at < self.effective_to)


class DatedPrice(BaseModel):
    """One price of the book, in dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date = Field(alias="from")
    input: Decimal = Field(gt=0)
    cached: Decimal | None = Field(None, gt=0)
    output: Decimal = Field(gt=0)
    source: str


class BookEntry(BaseModel):
    """A model's history in the book, the oldest price first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retired: date | None = None
    prices: tuple[DatedPrice, ...] = ()


def price_of(context: Context, model: str, at: datetime) -> Price:
    """Look up the price of a model at a moment. InvalidInputError, naming the model, where it is unknown or shut down."""
    name = normal_name(model)
    if price := _set_by_hand(context, name, at):
        return price
    canonical, listed = _from_library(name, at)
    entry = price_book().get(name) or price_book().get(canonical, BookEntry())
    if entry.retired and at >= _midnight(entry.retired):
        raise InvalidInputError(
            f"The model {model!r} was shut down on {entry.retired:%-d %b %Y}.",
            hint="Choose another model.",
            model=model,
        )
    price = next((book_price for book_price in book_prices(entry) if book_price.holds(at)), listed)
    if price is None:
        raise InvalidInputError(
            f"There is no price for the model {model!r}, so it is not asked.",
            hint="Set its price on AI costs, or choose another model.",
            model=model,
        )
    return price


def cost_micro(price: Price, tokens_in: int, tokens_cached: int, tokens_out: int) -> int:
    """Calculate the cost of a call in micro-dollars, exact and then rounded half up. `tokens_cached` are part of `tokens_in`."""
    exact = (
        (tokens_in - tokens_cached) * price.input_micro
        + tokens_cached * price.cached_micro
        + tokens_out * price.output_micro
    )
    return (exact + MILLION // 2) // MILLION


def normal_name(model: str) -> str:
    """Normalise a model's name for looking up its price."""
    return model.strip().lower()


def micro(dollars: Decimal) -> int:
    """Convert dollars to whole micro-dollars, rounded half up."""
    return int((dollars * MILLION).to_integral_value(ROUND_HALF_UP))


def by_hand(row: AiPrice) -> Price:
    """Convert a row that a person wrote to its price."""
    return Price(
        row.input_micro,
        row.cached_micro,
        row.output_micro,
        row.effective_from,
        row.effective_to,
        SET_BY_HAND,
    )


@cache
def price_book() -> dict[str, BookEntry]:
    """Read data/prices.yaml: model -> its history."""
    with PRICE_BOOK.open(encoding="utf-8") as file:
        return TypeAdapter(dict[str, BookEntry]).validate_python(yaml.safe_load(file))


def _set_by_hand(context: Context, name: str, at: datetime) -> Price | None:
    row = context.session.scalar(
        select(AiPrice)
        .where(AiPrice.model == name, AiPrice.effective_from <= at)
        .where(or_(AiPrice.effective_to.is_(None), AiPrice.effective_to > at))
        .order_by(AiPrice.effective_from.desc(), AiPrice.id.desc())
        .limit(1)
    )
    return by_hand(row) if row else None


def book_prices(entry: BookEntry) -> list[Price]:
    """List all prices a model ever had in the book, the oldest first."""
    starts = [_midnight(price.first) for price in entry.prices]
    ends = [*starts[1:], _midnight(entry.retired) if entry.retired else None]
    return [
        Price(
            micro(price.input),
            micro(price.input if price.cached is None else price.cached),
            micro(price.output),
            start,
            end,
            price.source,
        )
        for price, start, end in zip(entry.prices, starts, ends, strict=False)
    ]


def _from_library(name: str, at: datetime) -> tuple[str, Price | None]:
    """Look a model up in the library: (its own name, its price); ('', None) for an unknown one.

    Prices in steps of the prompt's length count at their first step, which reaches to 200,000 tokens and more:
    no call of ours is that long. A price of nothing is no price.
    """
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415  (perf 9: only where AI is used)
    from genai_prices.types import StartDateConstraint, TieredPrices  # noqa: PLC0415  (as above)

    try:
        _, model = get_snapshot().find_provider_model(name, None, None, None)
    except LookupError:
        return "", None
    prices = model.get_prices(at).__dict__

    def listed(unit: str) -> Decimal | None:
        price = prices.get(unit)
        return price.base if isinstance(price, TieredPrices) else price

    paid, output_price = listed("input_mtok"), listed("output_mtok")
    if not paid or not output_price:
        return model.id, None
    cached = listed("cache_read_mtok")
    starts = [
        _midnight(price.constraint.start_date)
        for price in (model.prices if isinstance(model.prices, list) else [])
        if isinstance(price.constraint, StartDateConstraint)
    ]
    return model.id, Price(
        micro(paid),
        micro(paid if cached is None else cached),
        micro(output_price),
        max((start for start in starts if start <= at), default=None),
        min((start for start in starts if start > at), default=None),
        f"genai-prices {version('genai-prices')}",
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
