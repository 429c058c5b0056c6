"""Tell whether a total has the tip inside, and whether a subtotal still has the discount inside, by the sums of the rows.

The target keeps tips apart from totals, and subtotals after discounts. What a file has otherwise is taken off by a
visible expression over both columns. Where the rows contradict each other, or nothing in the file tells, a person is
asked. Pure.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from core.engine import transforms
from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.ambiguity.sums import (
    CHARGES,
    Column,
    Sum,
    amount_columns,
    best_sum,
    round_percentages,
)
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, without_target
from core.engine.plan import ImportSettings
from core.engine.transforms.expressions import field_name
from core.kit.wording import counted

SUMS = "sums"
"""The feature of the evidence that says what the sums of the rows show."""

_TIP = re.compile(
    r"(?<![a-z])(?:tips?|gratuit\w*|trinkgeld\w*|pourboires?|propinas?|mance|mancia|fooi\w*|gorjetas?)(?![a-z])|チップ"
)
_INSIDE = re.compile(
    r"(?<![a-z])(?:incl\w*|with|plus|inkl\w*|mit|avec|con|compris\w*|met|com|inclu\w*)(?![a-z])"
)
_APART = re.compile(
    r"(?<![a-z])(?:excl\w*|without|before|less|ohne|exkl\w*|hors|sans|sin|senza|zonder|sem|net of)(?![a-z])"
)
_PARTS: Mapping[str, re.Pattern[str]] = {
    "order.tax_total": re.compile(r"(?<![a-z])(?:tax|vat|gst|hst|pst|qst|mwst|ust|tva|iva|btw)(?![a-z])"),
    "order.service_charge_total": CHARGES,
}
"""Targets that several columns may make together -> the words of a column that is one of them."""

_AMOUNT = re.compile(r"(?:payment )?amount|betrag|montant|importe|importo|bedrag|valor")
_FEW = 2

_LESS = "{} - coalesce({}, 0)"

_TIPPED: Mapping[str, str] = {"order.total": "order.tip_total", "payment.amount": "payment.tip_amount"}
"""Targets without the tip -> where the tip goes."""


def with_sums(proposals: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings) -> list[Proposal]:
    """Return the proposals of a stream with tips taken off totals, discounts off subtotals, and what is open asked."""
    columns = list(amount_columns(proposals, rows, settings))
    adjusted = list(proposals)
    for target, tip_target in _TIPPED.items():
        tips = [column for column in columns if column.proposal.target == tip_target or _is_tip(column)]
        totals = [column for column in columns if column.proposal.target == target and column not in tips]
        if totals and not any(column.proposal.origin == "documentation" for column in totals):
            adjusted = _settled(adjusted, columns, totals, tips)
    return adjusted


def _is_tip(column: Column) -> bool:
    spelled = spell(column.name)
    return bool(_TIP.search(spelled)) and not (_INSIDE.search(spelled) or _APART.search(spelled))


def _settled(
    proposals: list[Proposal], columns: Sequence[Column], totals: Sequence[Column], tips: Sequence[Column]
) -> list[Proposal]:
    """Settle the totals of one target among `totals`, with the tip columns there are."""
    tip = max(tips, key=lambda column: int((column.amounts != 0).sum()), default=None)
    sums = {column.name: best for column in totals if (best := best_sum(column, columns, totals, tip))}
    explained = [column for column in totals if column.name in sums]
    apart = [column for column in explained if sums[column.name].is_apart]
    inside = [column for column in explained if sums[column.name].is_inside]
    untipped = [column for column in explained if not sums[column.name].tipped]
    chosen = next(iter([*apart, *inside, *untipped]), None)
    if chosen is None:
        if tip is None or not (tip.amounts != 0).any():
            return _worded(proposals, totals)
        return _asked(proposals, totals, tip, sums)
    best = sums[chosen.name]
    if best.is_inside and best.subtotal in totals:  # of two totals, the one without the tip is there
        reason = f"{chosen.name!r} is {best.subtotal.name!r} with {tip.name if tip else ''!r}."
        return _given_up(proposals, chosen, reason)
    if tip is not None and best.is_inside:
        proposals = _taken_off(proposals, chosen, tip, _sentence(best, chosen, tip))
    proposals = _without_rivals(proposals, chosen, totals, best, tip)
    proposals = _added_up(proposals, best, chosen)
    return _with_subtotal(proposals, columns, best, chosen)


# --- what follows -------------------------------------------------------------------------------------------------


def _taken_off(
    proposals: Sequence[Proposal],
    total: Column,
    other: Column,
    reason: str,
    *,
    formula: str = _LESS,
) -> list[Proposal]:
    """Return the proposals with the amount of another column taken off the total by an expression over both."""
    names = field_name(total.name), field_name(other.name)
    before = total.proposal.transform
    same_reading = np.array_equal(other.read(before), other.amounts)
    evidence = Evidence(SUMS, 0.0, reason)
    if not formula or names[0] == names[1] or any(map(keyword.iskeyword, names)) or not same_reading:
        question = f"{reason} Take it off in the file, or exclude the column."
        return [
            replace(proposal, question=question) if _is_of(proposal, total) else proposal
            for proposal in proposals
        ]
    call = transforms.Call("expression", (formula.format(*names),))
    transform = " | ".join(filter(None, [before, str(call)]))
    question = " ".join(dict.fromkeys(filter(None, (total.proposal.question, other.proposal.question))))
    slot = max(proposal.slot for proposal in proposals if proposal.source == other.name)
    second = replace(
        other.proposal,
        slot=slot + 1,
        target=total.proposal.target,
        transform=transform,
        confidence=total.proposal.confidence,
        evidence=(evidence,),
        alternatives=(),
        question=question,
        origin=total.proposal.origin,
    )
    adjusted: list[Proposal] = []
    for proposal in proposals:
        if _is_of(proposal, total):
            reasons = (*proposal.evidence, evidence)
            adjusted.append(replace(proposal, transform=transform, evidence=reasons, question=question))
        else:
            adjusted.append(proposal)
        if (proposal.source, proposal.slot) == (other.name, slot):
            adjusted.append(second)
    return adjusted


def _is_of(proposal: Proposal, column: Column) -> bool:
    return proposal.source == column.name and proposal.target == column.proposal.target


def _added_up(proposals: Sequence[Proposal], best: Sum, total: Column) -> list[Proposal]:
    """Return the proposals with several taxes, or several charges, added up where the total has all of them inside."""
    adjusted = list(proposals)
    for target, words in _PARTS.items():
        mapped = [part for part in best.parts if part.proposal.target == target]
        unmapped = [
            part for part in best.parts if part.proposal.target is None and words.search(spell(part.name))
        ]
        readings = {part.proposal.transform for part in mapped}
        if not mapped or len(mapped) + len(unmapped) < 2 or len(readings) > 1:
            continue
        transform = " | ".join(filter(None, [*readings, "sum"]))
        names = [part.name for part in (*mapped, *unmapped)]
        reason = Evidence(SUMS, 0.0, f"{' + '.join(names)} are all inside {total.name!r}, and are added up.")
        adjusted = [
            replace(
                proposal,
                target=target,
                transform=transform,
                confidence=proposal.confidence or mapped[0].proposal.confidence,
                evidence=(*proposal.evidence, reason),
            )
            if proposal.source in names and proposal.target in {target, None}
            else proposal
            for proposal in adjusted
        ]
    return adjusted


def _with_subtotal(
    proposals: list[Proposal], columns: Sequence[Column], best: Sum, total: Column
) -> list[Proposal]:
    """Keep the subtotal that makes the total, without the discount that is still in it."""
    rivals = [column for column in columns if column.proposal.target == "order.subtotal"]
    if best.subtotal not in rivals:
        return proposals
    for rival in rivals:
        if rival is not best.subtotal:
            reason = (
                f"{best.subtotal.name!r} makes {total.name!r} with the other amounts, this column does not."
            )
            proposals = _given_up(proposals, rival, reason)
    if not best.has_discount:
        return proposals
    discount = best.parts[-1]
    if not (discount.amounts != 0).any():
        return proposals
    reason = (
        f"{best.subtotal.name!r} is before discounts: {total.name!r} is less by {discount.name!r}. "
        "The discount is taken off."
    )
    return _taken_off(
        proposals, best.subtotal, discount, reason, formula=_discounted(best.subtotal, discount)
    )


def _discounted(subtotal: Column, discount: Column) -> str:
    """Return the formula that takes the discount off in every row, whichever sign the file writes it with."""
    expected = subtotal.amounts - np.where(subtotal.amounts < 0, -1, 1) * np.abs(discount.amounts)
    formulas = {
        _LESS: subtotal.amounts - discount.amounts,
        "{} + coalesce({}, 0)": subtotal.amounts + discount.amounts,
        "{} - abs(coalesce({}, 0))": subtotal.amounts - np.abs(discount.amounts),
    }
    usable = subtotal.filled
    return next(
        (formula for formula, result in formulas.items() if bool((result == expected)[usable].all())), ""
    )


def _without_rivals(
    proposals: list[Proposal], chosen: Column, totals: Sequence[Column], best: Sum, tip: Column | None
) -> list[Proposal]:
    for rival in totals:
        if rival is not chosen:
            reason = f"{_sentence(best, chosen, tip)} {rival.name!r} is another amount."
            proposals = _given_up(proposals, rival, reason)
    return proposals


def _given_up(proposals: Sequence[Proposal], column: Column, reason: str) -> list[Proposal]:
    """Return the proposals without a target for the column, as the reason says."""
    return [
        without_target(proposal, Evidence(SUMS, 0.0, reason)) if _is_of(proposal, column) else proposal
        for proposal in proposals
    ]


def _sentence(best: Sum, total: Column, tip: Column | None) -> str:
    """Say which columns make the total."""
    discount = best.parts[-1] if best.has_discount else None
    parts = [best.subtotal.name, *(f"{'-' if part is discount else '+'} {part.name}" for part in best.parts)]
    if tip is not None and best.is_inside:
        parts.append(f"+ {tip.name}")
        return (
            f"{' '.join(parts)} = {total.name} in {counted(best.inside, 'row')} with a tip: "
            "the tip is inside, and is taken off."
        )
    return f"{' '.join(parts)} = {total.name} in {counted(best.matched, 'row')}."


def _asked(
    proposals: list[Proposal], totals: Sequence[Column], tip: Column, sums: Mapping[str, Sum]
) -> list[Proposal]:
    """Ask about each total whether the tip is inside, unless its name says it."""
    for total in totals:
        best, spelled = sums.get(total.name), spell(total.name)
        says_so = _TIP.search(spelled) and _INSIDE.search(spelled)
        if not best and (says_so or (_INSIDE.search(spell(tip.name)) and not _apart_by_figures(total, tip))):
            reason = f"By its name {tip.name!r} is inside {total.name!r}; it is taken off."
            proposals = _taken_off(proposals, total, tip, reason)
            continue
        if not best and _TIP.search(spelled) and _APART.search(spelled):
            continue
        if best and best.is_contradicted:
            question = f"Is {tip.name!r} inside {total.name!r}? {_contradiction(best)}"
        elif not (question := _open_question(total, tip)):
            continue
        proposals = _with_question(proposals, total, question)
    return proposals


def _contradiction(best: Sum) -> str:
    """Say in how many rows the tip is inside and in how many it is not, or that the amounts add up both ways."""
    if best.inside + best.apart > best.tipped:
        return f"The amounts add up with it and without it in {counted(min(best.inside, best.apart), 'row')}."
    return f"It is in {counted(best.inside, 'row')}, and is not in {counted(best.apart, 'row')}."


def _open_question(total: Column, tip: Column) -> str:
    """Ask whether the tip is inside where no sum tells; '' where the usual percentages of tips say that it is apart.

    A payment's 'Amount' beside its tip is without the tip by convention, unless the percentages say otherwise.
    """
    inside, apart = round_percentages(total, tip)
    tipped = int((tip.amounts != 0).sum())
    is_amount = bool(_AMOUNT.fullmatch(spell(total.name)))
    if not inside and (is_amount or apart >= max(_FEW, tipped / 2)):
        return ""
    figures = f"; {inside} of the tips would be a round percentage of what remains" if inside > apart else ""
    return (
        f"Is {tip.name!r} inside {total.name!r}? {counted(tipped, 'row')} "
        f"{'has' if tipped == 1 else 'have'} a tip, and the other columns do not tell{figures}."
    )


def _apart_by_figures(total: Column, tip: Column) -> bool:
    """Whether more tips are a usual percentage of the total itself than of what remains without the tip."""
    inside, apart = round_percentages(total, tip)
    return apart > inside


def _worded(proposals: list[Proposal], totals: Sequence[Column]) -> list[Proposal]:
    """Ask about a total that says it has a tip inside where no column says how much."""
    for total in totals:
        spelled = spell(total.name)
        if _TIP.search(spelled) and _INSIDE.search(spelled):
            question = (
                f"{total.name!r} has the tip inside, and no column holds the tip. Import it with the tip?"
            )
            proposals = _with_question(proposals, total, question)
    return proposals


def _with_question(proposals: Sequence[Proposal], column: Column, question: str) -> list[Proposal]:
    return [
        replace(proposal, question=question) if _is_of(proposal, column) else proposal
        for proposal in proposals
    ]
