"""Calculate the figures of sales: pipeline by stage, win rate, average deal size, cycle length; each with its sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.business.sales.quotes.locking import operator_zone
from core.business.sales.quotes.rules import MIN_DECIDED, today
from core.business.sales.tables import Prospect, Quote
from core.context import Context
from core.kit.money import ZERO, minor_digits
from core.platform.access.actions import view
from core.platform.access.customers.actions import require_operator

OPEN_STAGES = ("new", "discovery", "demo", "quoted")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StageValue:
    """Open prospects of a stage, and the total of their drafts and sent quotes, if valid, in the operator's currency."""

    stage: str
    prospects: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class SalesFigure:
    """A figure with its sample; `value` None below the minimum, where `missing` says '4 of 10 decided quotes needed'."""

    value: Decimal | None
    sample: int
    missing: str = ""


@dataclass(frozen=True, slots=True)
class SalesFigures:
    """Figures over what the person sees; amounts in `currency`, `other_currencies` quotes are left out of them.

    `win_rate`: accepted of accepted and declined quotes, in percent. `deal_size`: mean total of accepted quotes.
    `cycle_days`: median days from the first entry of a won prospect to the day it was won.
    """

    currency: str
    pipeline: Sequence[StageValue]
    win_rate: SalesFigure
    deal_size: SalesFigure
    cycle_days: SalesFigure
    other_currencies: int

    @property
    def pipeline_value(self) -> Decimal:
        return sum((stage.value for stage in self.pipeline), ZERO)


@view("quote.read")
def sales_figures(context: Context) -> SalesFigures:
    """Return the figures of the prospects and quotes that the person sees; of a quote its newest version counts."""
    require_operator(context)
    quotes = context.session.execute(_newest_quotes()).all()
    currency = context.tenant.currency
    same = [quote for quote in quotes if quote.currency == currency]
    counts = dict(_pairs(context))
    day = today(operator_zone(context.session), context.now)
    pending = [quote for quote in same if quote.state in ("draft", "sent") and quote.valid_until >= day]
    values = {
        stage: sum((quote.total for quote in pending if quote.stage == stage), ZERO) for stage in OPEN_STAGES
    }
    return SalesFigures(
        currency,
        [StageValue(stage, counts.get(stage, 0), values[stage]) for stage in OPEN_STAGES],
        _win_rate([quote.state for quote in quotes]),
        _deal_size([quote.total for quote in same if quote.state == "accepted"], currency),
        _cycle(context),
        len(quotes) - len(same),
    )


def _newest_quotes() -> Select[int, str, Decimal, str, date, str]:
    """Select each quote once: its accepted version, else its newest one that was not replaced; with the prospect's stage."""
    return (
        select(Quote.number, Quote.state, Quote.total, Quote.currency, Quote.valid_until, Prospect.stage)
        .join(Prospect, and_(Prospect.tenant_id == Quote.tenant_id, Prospect.id == Quote.prospect_id))
        .where(Quote.state != "replaced")
        .order_by(Quote.number, (Quote.state == "accepted").desc(), Quote.version.desc())
        .ext(distinct_on(Quote.number))
    )


def _pairs(context: Context) -> list[tuple[str, int]]:
    query = select(Prospect.stage, func.count()).group_by(Prospect.stage)
    return [(stage, count) for stage, count in context.session.execute(query)]


def _win_rate(states: Sequence[str]) -> SalesFigure:
    accepted = states.count("accepted")
    decided = accepted + states.count("declined")
    if decided < MIN_DECIDED:
        return SalesFigure(None, decided, _missing(decided, "decided quotes"))
    return SalesFigure(_rounded(100 * Decimal(accepted) / decided, 0), decided)


def _deal_size(totals: Sequence[Decimal], currency: str) -> SalesFigure:
    count = len(totals)
    if count < MIN_DECIDED:
        return SalesFigure(None, count, _missing(count, "accepted quotes"))
    return SalesFigure(_rounded(sum(totals, ZERO) / count, minor_digits(currency)), count)


def _cycle(context: Context) -> SalesFigure:
    query = select(Prospect.created_at, Prospect.stage_since).where(Prospect.stage == "won")
    days = [(row.stage_since - row.created_at) / _DAY for row in context.session.execute(query)]
    if len(days) < MIN_DECIDED:
        return SalesFigure(None, len(days), _missing(len(days), "won prospects"))
    return SalesFigure(_rounded(Decimal(median(days)), 0), len(days))


def _missing(count: int, nouns: str) -> str:
    return f"{count} of {MIN_DECIDED} {nouns} needed"


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
