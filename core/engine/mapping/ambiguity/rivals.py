"""Settle which of several columns of a table feeds one target, or ask: their values are never mixed unseen.

Columns that make one value together by nature are joined by a transform (core.engine.mapping.combining). Of others the
one is taken that the rest clearly is not: a regular price beside a sale price, a name beside the name of an option.
Columns of the same content are no rivals. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.ambiguity.accounts import with_both_flags
from core.engine.mapping.ambiguity.flag_words import YES_NO, bare, spell
from core.engine.mapping.ambiguity.unfit import readable
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.combining import in_order
from core.engine.mapping.match import Evidence
from core.engine.mapping.plans import joins
from core.engine.mapping.proposal import Proposal, without_target
from core.engine.plan import ImportSettings
from core.engine.transforms.texts.person_names import FAMILY_NAME, GIVEN_NAME
from core.kit.masking import is_personal
from core.kit.text import tokens
from core.kit.wording import counted, listed
from core.schema import Field, target_schema

RIVALS = "rivals"
"""The feature of the evidence that says why another column of the same target was taken."""

_CLEARLY_SURER = 0.2
_SHOWN = 3

_OTHER = (
    r"second|secondary|other|alt|alternat\w*|old|previous|former|new|backup|was|compare|vorher\w*|alt\w*|ancien\w*|"
    r"zweit\w*|autre|otro|otra|altro|altra|[2-9]"
)
_OTHER_BY_NAME: Mapping[str, str] = {
    "price": r"sale|special|promo\w*|discount\w*|offer|cost|wholesale|member|staff|employee|delivery|online|take(?:out| ?away)|"
    r"happy|min\w*|max\w*|tax|deposit|competitor|angebot\w*|aktion\w*|sonder\w*|rabatt\w*|streich\w*|einkauf\w*|ek|"
    r"liefer\w*|soldes?|oferta|rebaj\w*|offert\w*|saldo|scont\w*|actie\w*|aanbieding\w*|promoc\w*|costo|achat",
    "name": r"option|attribute|variant|variation|kitchen|short|internal|receipt|group|category|vendor|supplier|parent|"
    r"modifier|size|legal|billing|shipping|company|brand|file|user|screen|kuche\w*|kurz\w*|interne?r?",
    "quantity_on_hand": r"low|reorder|minimum|min|maximum|max|incoming|committed|reserved|sold|alert|threshold|par|included",
    "category_id": r"sub ?categor\w*|unter ?kategorie|sous ?categorie|subcategoria|sottocategoria",
    "is_active": r"sellable|stockable|online|featured",
    "email": r"billing|shipping|parent|guardian|emergency|paypal|invoice",
    "phone": r"sms|fax|emergency|parent|guardian",
    "address": r"billing|shipping|delivery|mailing|e ?mail",
    "barcode": r"included|case|carton",
    "sku": r"included|supplier|vendor",
}
"""Words that say that a column of such a name holds another value than the field does."""

_REGULAR = re.compile(
    r"(?<![a-z0-9])(?:regular|base|list|standard|normal\w*|full|retail|regul\w*|grund\w*|basis\w*)(?![a-z0-9])"
)
_FLAG = re.compile(r"^(?:in|is|has|ist|est|hay|auf)(?![a-z0-9])")


def with_rivals(
    proposals: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings
) -> list[Proposal]:
    """Return the proposals of a stream with one column at most for each target, or a question on each that claims it."""
    adjusted = list(proposals)
    for members in _claims(proposals):
        replaced = _by_number(members, rows, settings) or _settled(members, rows, settings)
        adjusted = [
            further
            for proposal in adjusted
            for further in _with_names(replaced.get(_key(proposal), proposal), proposal, proposals)
        ]
    return adjusted


_SUREST = 0.95
_NAMED: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "customer": (("customer.first_name", GIVEN_NAME), ("customer.last_name", FAMILY_NAME)),
    "employee": (("employee.display_name", None),),
}
"""Entity -> where the name of a person goes that stands beside the person's id, and how."""


def _with_names(settled: Proposal, claim: Proposal, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Return a settled proposal; a person's name that stands beside the id of the same person becomes that person's name."""
    entity = target_schema().field(claim.target).refers_to if claim.target else None
    targets = _NAMED.get(entity or "", ())
    is_named = settled.target is None and claim.target is not None and "name" in tokens(claim.source)
    if not (is_named and targets) or {target for target, _ in targets} & {
        proposal.target for proposal in proposals
    }:
        yield settled
        return
    reason = Evidence(RIVALS, 0.0, f"{claim.source!r} is the name of the person whose id stands beside it.")
    names = {target for target, _ in targets}
    by_name = sum(candidate.confidence for candidate in claim.alternatives if candidate.target in names)
    confidence = min(_SUREST, (claim.confidence or 0.0) + by_name)  # of that person it tells either way
    for number, (target, transform) in enumerate(targets):
        yield replace(
            claim, slot=claim.slot + number, target=target, transform=transform, confidence=confidence,
            evidence=(reason, *claim.evidence), alternatives=settled.alternatives,
        )  # fmt: skip


def _claims(proposals: Sequence[Proposal]) -> Iterator[list[Proposal]]:
    """Return the proposals that claim one target, for every target that takes one and that several claim."""
    by_target: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        if proposal.target and not proposal.question:
            by_target.setdefault(proposal.target, []).append(proposal)
    for target, members in by_target.items():
        field = target_schema().field(target)
        if len(members) < 2 or field.is_list or any(joins(member.transform) for member in members):
            continue
        alike = len({member.transform for member in members}) == 1
        if not (alike and in_order(field, [member.source for member in members])):
            yield members


_Key = tuple[str, int]


def _settled(
    members: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings
) -> dict[_Key, Proposal]:
    """Return what becomes of each that claims the target; those that stay as they are may be absent."""
    field = target_schema().field(members[0].target or "")
    columns = {member.source: readable(rows[member.source], member, settings) for member in members}
    empty = {source for source, column in columns.items() if column.null_count() == len(column)}
    by_confidence = sorted(
        members, key=lambda member: (member.source in empty, -(member.confidence or 0.0), member.position)
    )
    first, *others = by_confidence
    if all(_is_same(columns[first.source], columns[other.source]) for other in others):
        reason = f"{first.source!r} holds the same, and is taken for {field.title}."
        return {_key(other): without_target(other, Evidence(RIVALS, 0.0, reason)) for other in others}
    if winner := _clear_one(field, members, rows, columns):
        reason = f"{winner.source!r} is taken for {field.title}; {{!r}} is another value."
        return {
            _key(member): without_target(member, Evidence(RIVALS, 0.0, reason.format(member.source)))
            for member in members
            if member is not winner
        }
    if field.name == "barcode" and _complement(list(columns.values())):
        evidence = Evidence(RIVALS, 0.0, "No row has two of these codes: the one that is there is taken.")
        return {
            _key(member): replace(member, transform="coalesce", evidence=(*member.evidence, evidence))
            for member in members
            if not any(other.transform for other in members)
        }
    if field.name == "is_active" and (joined := with_both_flags(members, columns)):
        return {_key(member): member for member in joined}
    weak = [
        other
        for other in others
        if (other.confidence or 0.0) < AMBER_FROM
        and (first.confidence or 0.0) - (other.confidence or 0.0) >= _CLEARLY_SURER
    ]
    if len(weak) == len(others) and (first.confidence or 0.0) >= AMBER_FROM:
        question = f"{first.source!r} is taken for {field.title}. Is {{!r}} it instead?"
        return {_key(other): replace(other, question=question.format(other.source)) for other in weak}
    question = _question(field, members, columns)
    return {_key(member): replace(member, question=question) for member in members}


def _key(proposal: Proposal) -> _Key:
    return proposal.source, proposal.slot


def _is_same(first: pl.Series, other: pl.Series) -> bool:
    """Whether the second column says nothing that the first does not say."""
    said = other.is_not_null()
    return bool((first.filter(said) == other.filter(said)).fill_null(value=False).all())


def _complement(columns: Sequence[pl.Series]) -> bool:
    """Whether no row has a value in two of the columns."""
    filled = pl.DataFrame([column.is_not_null().alias(str(number)) for number, column in enumerate(columns)])
    return bool((filled.sum_horizontal() <= 1).all())


def _clear_one(
    field: Field, members: Sequence[Proposal], rows: pl.DataFrame, columns: Mapping[str, pl.Series]
) -> Proposal | None:
    """Return the one column that the others clearly are not; None where that cannot be said."""
    if field.refers_to and (of_ids := _by_id(members, columns)):
        return of_ids
    if field.kind == "id":
        return _by_identity(members, columns)
    plain = [member for member in members if not _holds_another(field, member, rows)]
    if len(plain) == 1:
        return plain[0]
    exact = [member for member in plain if _is_named_after(field, member)]
    return exact[0] if len(exact) == 1 and field.kind == "text" else None


def _holds_another(field: Field, member: Proposal, rows: pl.DataFrame) -> bool:
    """Whether the name of a column, or its values, say that it holds another value than the field does."""
    spelled = spell(member.source)
    if _REGULAR.search(spelled):
        return False
    words = "|".join(filter(None, [_OTHER, _OTHER_BY_NAME.get(field.name)]))
    if re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", spelled):
        return True
    if field.name == "service_charge_total" and _is_deducted(rows[member.source]):
        return True
    if field.kind in {"int", "decimal", "money"} and _FLAG.match(spelled):
        return all(bare(str(value)) in YES_NO for value in rows[member.source].drop_nulls().unique())
    return False


def _is_deducted(texts: pl.Series) -> bool:
    """Whether every amount is negative or nothing: fees that the processor keeps, which no guest pays."""
    charged = texts.drop_nulls().filter(texts.drop_nulls().str.contains("[1-9]"))
    return bool(len(charged)) and bool(charged.str.contains(r"^[^0-9]*[-(−]|-$").all())


def _is_named_after(field: Field, member: Proposal) -> bool:
    """Whether a column has the very name of the field, the entity's name aside."""
    entity = set(tokens(field.entity))
    return set(tokens(member.source)) - entity == set(tokens(field.name)) - entity


def _by_id(members: Sequence[Proposal], columns: Mapping[str, pl.Series]) -> Proposal | None:
    """Return the column of ids beside columns of names, where it is filled wherever they are."""
    with_id = [member for member in members if "id" in tokens(member.source)]
    if len(with_id) != 1:
        return None
    ids = columns[with_id[0].source].is_not_null()
    filled = all(not (columns[member.source].is_not_null() & ~ids).any() for member in members)
    return with_id[0] if filled else None


def _by_number(
    members: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings
) -> dict[_Key, Proposal]:
    """Settle for the one column of pupils' numbers beside columns of their names: pupils are known by ids, never by name."""
    if target_schema().field(members[0].target or "").refers_to != "student":
        return {}
    columns = {member.source: readable(rows[member.source], member, settings) for member in members}
    has_digits = {source: column.str.contains(r"\d") for source, column in columns.items()}
    numbered = [member for member in members if has_digits[member.source].fill_null(value=False).all()]
    named = [member for member in members if not has_digits[member.source].any()]
    if len(numbered) != 1 or len(named) != len(members) - 1:
        return {}
    (number,) = numbered
    reasons = {
        member.source: Evidence(
            RIVALS,
            0.0,
            f"{number.source!r} holds numbers of pupils, {member.source!r} the names beside them.",
        )
        for member in named
    }
    surer = min(_SUREST, sum(member.confidence or 0.0 for member in members))  # both tell of one pupil
    taken = replace(number, confidence=surer, evidence=(*reasons.values(), *number.evidence))
    return {_key(number): taken} | {
        _key(member): without_target(member, reasons[member.source]) for member in named
    }


def _by_identity(members: Sequence[Proposal], columns: Mapping[str, pl.Series]) -> Proposal | None:
    """Return the column that tells every row from every other, one called an id before others; None where none does."""
    unique = [
        member
        for member in members
        if not columns[member.source].null_count() and columns[member.source].is_unique().all()
    ]
    unique.sort(key=lambda member: ("id" not in tokens(member.source), -(member.confidence or 0.0)))
    return unique[0] if unique else None


def _question(field: Field, members: Sequence[Proposal], columns: Mapping[str, pl.Series]) -> str:
    """Ask which of the columns feeds the target, with values in which they differ."""
    names = [member.source for member in members]
    frame = pl.DataFrame([columns[name].alias(str(number)) for number, name in enumerate(names)])
    first = pl.col("0")
    differing = frame.filter(
        pl.any_horizontal(~first.eq_missing(pl.col(str(number))) for number in range(1, len(names)))
    )
    examples = ""
    if not is_personal(field.entity, field.name):
        pairs = [" / ".join(str(value)[:30] if value is not None else "empty" for value in row)
                 for row in differing.head(_SHOWN).iter_rows()]  # fmt: skip
        examples = f" ({'; '.join(pairs)})" if pairs else ""
    return (
        f"Which of {listed([repr(name) for name in names])} is {field.title}? "
        f"They differ in {counted(len(differing), 'row')}{examples}."
    )
