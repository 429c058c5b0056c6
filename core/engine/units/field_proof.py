"""Proves whether money is in dollars or in cents, field by field, from the values; documentation is only a witness.

Two kinds of evidence are joined. Relations (see relations) bind fields into groups of one unit, or show that
two differ by a hundred, which settles both. Each group's values then speak: an amount with cents behind the point
can only be dollars; whole numbers of the size of cent prices that end in 95, 99, 50 or 00 are cents. The weights are
log odds for cents; the sum gives the confidence. What stays under 90 % is 'unknown' and left to a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.entity_columns import Columns
from core.engine.units.relations import Relation, relations
from core.kit.money import usual_digits
from core.kit.values import PLAIN, NumberForm, read_number

MAJOR, MINOR, UNKNOWN = "major", "minor", "unknown"

SURE = math.log(0.9 / 0.1)
"""Log odds from which a unit counts as proved: 90 %."""

_GROUPED = r"[0-9][.,'’\s][0-9]{3}(?:[^0-9]|$)"
_ENDINGS = (0, 25, 45, 49, 50, 75, 90, 95, 99)

# What an amount typically is, in dollars, and how far amounts spread around it (standard deviation of the logarithm).
_TYPICAL: dict[str, tuple[float, float]] = {
    "price": (10, 1.0),
    "unit_price": (10, 1.0),
    "price_delta": (2, 1.0),
    "cost": (3, 1.1),
    "tax_total": (3, 1.2),
    "tax_amount": (1, 1.2),
    "tip_total": (5, 1.2),
    "tip_amount": (5, 1.2),
    "discount_total": (4, 1.2),
    "discount_amount": (3, 1.2),
    "processing_fee": (1, 1.0),
    "lifetime_spend": (300, 1.7),
    "balance": (40, 1.2),
    "amount_paid": (200, 1.6),
    "spend_amount": (1.5, 1.2),
    "minimum_amount": (10, 1.0),
}
_USUAL = (25.0, 1.2)
_MENU = frozenset({"price", "unit_price", "price_delta", "cost"})


@dataclass(frozen=True, slots=True)
class MoneyField:
    """A money field before any conversion: a sample of its source text, the documented unit if any, its stream, its form."""

    texts: pl.Series
    hint_unit: str | None = None
    stream: str = ""
    form: NumberForm = PLAIN


@dataclass(frozen=True, slots=True)
class Proof:
    """The unit of a field, how sure (0.5 to 0.999), and why, in sentences with the figures."""

    unit: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    odds: float
    reason: str


def prove_fields(
    fields: Mapping[str, MoneyField], columns: Columns, *, currency: str = "USD"
) -> dict[str, Proof]:
    """Return a Proof for each 'entity.field'.

    `columns` are rows applied without any conversion of units (a sample is enough, of whole orders); relations are
    read from them. A currency without a minor unit needs no proof.
    """
    if usual_digits(currency) == 0:
        return {key: Proof(MAJOR, 0.999, (f"{currency} has no smaller unit in use.",)) for key in fields}
    evidence = {key: list(_evidence(key, field)) for key, field in fields.items()}
    bonds = [bond for bond in relations(columns) if bond.numerator in fields and bond.denominator in fields]
    proofs: dict[str, Proof] = {}
    for group in _groups(list(fields), bonds):
        proofs |= _prove_group(group, evidence, bonds)
    return {key: _by_neighbours(key, fields, evidence, proofs) for key in fields}


# --- a field's own values ---------------------------------------------------------------------------------------


def _evidence(key: str, field: MoneyField) -> Iterator[_Evidence]:
    if field.hint_unit in (MAJOR, MINOR):
        odds = 1.5 if field.hint_unit == MINOR else -1.5
        yield _Evidence(odds, f"documented as {'cents' if field.hint_unit == MINOR else 'dollars'}")
    texts = field.texts.drop_nulls().cast(pl.String)
    numbers = read_number(texts, money=True, form=field.form)
    texts, numbers = texts.filter(numbers.is_not_null()), numbers.drop_nulls()
    charged = numbers.filter(numbers != 0).abs()
    if charged.is_empty():
        return
    fractional = charged.filter(charged != charged.round(0))
    if len(fractional):
        share = len(fractional) / len(charged)
        reason = f"{len(fractional)} of {len(charged)} amounts have cents behind the point, such as {fractional[0].normalize():f}"
        yield _Evidence(-20 if share >= 0.1 else -4, reason)
        return
    formatted = texts.filter(texts.str.contains(r"[.,]\d\d\D*$|[$€£]"))
    if len(formatted) >= 0.9 * len(texts):
        yield _Evidence(-6, "amounts are written with a currency sign or two decimal places")
        return
    if texts.str.contains(_GROUPED).any():
        yield _Evidence(-6, "amounts are written with thousands separators, as people write them")
        return
    yield from _whole_numbers(key, charged)


def _whole_numbers(key: str, charged: pl.Series) -> Iterator[_Evidence]:
    name = key.partition(".")[2]
    distinct = charged.n_unique()
    middle = float(charged.cast(pl.Float64).median() or 0)  # type: ignore[arg-type]
    odds = 0.7 if name in _MENU else 0.8 * min(distinct, 5)
    yield _Evidence(odds, f"all {len(charged)} amounts are whole numbers ({distinct} different)")
    typical, spread = _TYPICAL.get(name, _USUAL)
    as_dollars = (math.log(middle / typical) / spread) ** 2 / 2
    as_cents = (math.log(middle / 100 / typical) / spread) ** 2 / 2
    size = max(-3.5, min(3.5, as_dollars - as_cents))
    likelier = f"{middle / 100:,.2f} dollars are likelier than {middle:,.0f}"
    if size < 0:
        likelier = f"{middle:,.0f} dollars are likelier than {middle / 100:,.2f}"
    yield _Evidence(size, f"the median is {middle:,.0f}: {likelier}")
    if middle >= 100 and name in _MENU:
        ending = charged.cast(pl.Int64) % 100
        usual = int(ending.is_in(_ENDINGS).sum())
        odds = 1.5 if usual >= 0.6 * len(charged) else -0.5
        yield _Evidence(odds, f"{usual} of {len(charged)} end like menu prices in cents (95, 99, 50, 00 …)")


# --- groups of fields -------------------------------------------------------------------------------------------


def _groups(keys: Sequence[str], bonds: Sequence[Relation]) -> Iterator[dict[str, int]]:
    """Fields bound together, each with its power of 100 above the smallest of its group."""
    ungrouped = dict.fromkeys(keys)
    while ungrouped:
        first = next(iter(ungrouped))
        group, pending_keys = {first: 0}, [first]
        while pending_keys:
            key = pending_keys.pop()
            for bond in bonds:
                for member, neighbour, shift in (
                    (bond.numerator, bond.denominator, -bond.shift),
                    (bond.denominator, bond.numerator, bond.shift),
                ):
                    if member == key and neighbour not in group:
                        group[neighbour] = group[key] + shift
                        pending_keys.append(neighbour)
        for key in group:
            ungrouped.pop(key, None)
        lowest = min(group.values())
        yield {key: power - lowest for key, power in group.items()}


def _prove_group(
    group: Mapping[str, int], evidence: Mapping[str, list[_Evidence]], bonds: Sequence[Relation]
) -> dict[str, Proof]:
    sentences = {
        key: tuple(bond.sentence for bond in bonds if key in (bond.numerator, bond.denominator))
        for key in group
    }
    own_odds = {key: sum(item.odds for item in evidence[key]) for key in group}
    if any(power and own_odds[key] <= -SURE for key, power in group.items()):
        # Amounts with cents behind the point are in dollars, however small the tips beside them are.
        return {key: _proof(own_odds[key], (*_reasons(evidence[key]), *sentences[key])) for key in group}
    if max(group.values()) == 1:
        units = {key: MINOR if power else MAJOR for key, power in group.items()}
        return {key: Proof(units[key], 0.99, (*_reasons(evidence[key]), *sentences[key])) for key in group}
    if max(group.values()) > 1:
        return {
            key: Proof(UNKNOWN, 0.5, (*sentences[key], "the relations contradict each other"))
            for key in group
        }
    # Fields of a group repeat each other's evidence, so the strongest counts in full and the others by a third.
    sums = sorted(own_odds.values(), key=abs, reverse=True)
    odds = sums[0] + sum(sums[1:]) / 3
    return {
        key: _proof(odds, (*_reasons(evidence[key]), *sentences[key], *_group_reason(key, group, evidence)))
        for key in group
    }


def _group_reason(
    key: str, group: Mapping[str, int], evidence: Mapping[str, list[_Evidence]]
) -> Iterator[str]:
    """Return the strongest evidence of the fields it is bound to."""
    neighbours = [
        (abs(item.odds), neighbour, item.reason)
        for neighbour in group
        if neighbour != key
        for item in evidence[neighbour]
    ]
    if neighbours:
        _, neighbour, reason = max(neighbours)
        yield f"same unit as {neighbour}, where {reason}"


def _by_neighbours(
    key: str,
    fields: Mapping[str, MoneyField],
    evidence: Mapping[str, list[_Evidence]],
    proofs: Mapping[str, Proof],
) -> Proof:
    """Give a field left open the unit that all proved fields share, unless its own values contradict it."""
    proof = proofs[key]
    if proof.unit != UNKNOWN:
        return proof
    same_stream = [field for field in fields if field != key and fields[field].stream == fields[key].stream]
    for neighbours, weight in ((same_stream, 2.5), ([field for field in fields if field != key], 1.5)):
        units = {proofs[neighbour].unit for neighbour in neighbours} - {UNKNOWN}
        if len(units) == 1:
            unit = units.pop()
            odds = sum(item.odds for item in evidence[key]) + (weight if unit == MINOR else -weight)
            unit_name = "cents" if unit == MINOR else "dollars"
            return _proof(odds, (*proof.reasons, f"every other proved field beside it is in {unit_name}"))
    return proof


def _proof(odds: float, reasons: Sequence[str]) -> Proof:
    unit = UNKNOWN if abs(odds) < SURE else MINOR if odds > 0 else MAJOR
    confidence = 1 / (1 + math.exp(-min(abs(odds), 50)))
    return Proof(unit, round(min(confidence, 0.999), 3), tuple(dict.fromkeys(reasons)))


def _reasons(evidence: Sequence[_Evidence]) -> tuple[str, ...]:
    return tuple(item.reason for item in sorted(evidence, key=lambda item: -abs(item.odds)))
