"""Decides how a column of people's names is split into given, middle and family names.

A header, commas and the order of common given names say which name stands first; the tenant's country says whether people
have two family names. Where a country writes the family name first and nothing in the column shows the order, it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import polars as pl

from core.engine.mapping.match import Candidate, Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.plan import ImportSettings
from core.engine.sources.profile import FieldProfile
from core.engine.transforms import Call, parse, show
from core.engine.transforms.texts.person_names import FAMILY_NAME, GIVEN_NAME
from core.kit.person_names import is_eastern, stands_family_first
from core.kit.text import tokens
from core.kit.wording import counted
from core.schema import Field, target_schema

PERSON_NAMES = "person_names"
"""The feature of the evidence that says how names are split."""

_FIRST, _MIDDLE, _LAST = "first_name", "middle_name", "last_name"
_PRINTED = "display_name"
_GIVEN_WORDS_TEXT = "first given fore forename vor vorname prenom prénom nombre nombres nome voornaam förnamn fornavn imię imie"
_GIVEN_WORDS = frozenset(_GIVEN_WORDS_TEXT.split())
_FAMILY_WORDS_TEXT = (
    "last family surname nachname familienname zuname nom apellido apellidos cognome sobrenome apelido"
    " achternaam efternamn efternavn nazwisko"
)
_FAMILY_WORDS = frozenset(_FAMILY_WORDS_TEXT.split())
_WHOLE_WORDS = frozenset(
    ["full", "whole", "complete", "complet", "completo", "completa", "volledige", "vollständiger", "voller"]
)
_TWO_FAMILIES_TEXT = "ES PT BR MX AR CO PE CL VE EC GT CU BO DO HN PY SV NI CR PR PA UY AO MZ GQ"
_TWO_FAMILIES = frozenset(_TWO_FAMILIES_TEXT.split())
_FAMILY_FIRST_TEXT = "HU VN CN TW HK KR KP JP KH MN SG MO"
_FAMILY_FIRST = frozenset(_FAMILY_FIRST_TEXT.split())
_PLANNED = 0.5
_COMMAS = 0.8
_WORDS_OF_WHOLE = 1.5
"""Words per value from which a column may hold whole names."""
_LOOKED_AT = 500


def name_transform(profile: FieldProfile, field: Field) -> str | None:
    """Return the transform of a column that is mapped to a given or family name and holds whole names; None where not."""
    words = set(tokens(profile.source))
    is_whole = bool(words & _WHOLE_WORDS) or bool(words & _GIVEN_WORDS and words & _FAMILY_WORDS)
    if is_whole and profile.words >= _WORDS_OF_WHOLE and field.name in {_FIRST, _LAST}:
        return GIVEN_NAME if field.name == _FIRST else FAMILY_NAME
    if words & _FAMILY_WORDS and not words & _GIVEN_WORDS and field.name == _FIRST:
        return None
    if field.name == _FIRST and profile.words >= _WORDS_OF_WHOLE and not words & _GIVEN_WORDS:
        return GIVEN_NAME
    return FAMILY_NAME if field.name == _LAST and _have_commas(profile) else None


def _have_commas(profile: FieldProfile) -> bool:
    """Tell whether practically all names are written as "Last, First"."""
    commas = sum(", " in value for value in profile.samples)
    return commas > 0 and commas >= _COMMAS * len(profile.samples)


def further_names(first: Proposal, used_targets: set[str | None]) -> Iterator[tuple[str, str]]:
    """Yield the other targets of a column of whole names, each with its transform, where no column feeds them."""
    entity, _, name = (first.target or "").partition(".")
    if first.transform == FAMILY_NAME and name == _LAST and f"{entity}.{_FIRST}" not in used_targets:
        yield f"{entity}.{_FIRST}", GIVEN_NAME
    if name == _PRINTED and first.origin == "rules" and _have_commas(first.profile):
        parts = ((f"{entity}.{_FIRST}", GIVEN_NAME), (f"{entity}.{_LAST}", FAMILY_NAME))
        yield from parts if not used_targets & {target for target, _ in parts} else ()
    if first.transform == "first_word" and name == _FIRST and f"{entity}.{_LAST}" not in used_targets:
        yield f"{entity}.{_LAST}", "last_words"
    if first.transform != GIVEN_NAME or name != _FIRST:
        return
    if f"{entity}.{_LAST}" not in used_targets:
        yield f"{entity}.{_LAST}", FAMILY_NAME
    middle = f"{entity}.{_MIDDLE}"
    if _MIDDLE in target_schema().entity(entity).fields and middle not in used_targets:
        yield middle, f"{GIVEN_NAME} | last_words"


def without_repeated_names(firsts: Sequence[Proposal]) -> tuple[list[Proposal], set[str | None]]:
    """Return the proposals without a doubtful family name whose column holds whole names as a surer column does.

    'Sortable name' beside 'full name' says the same again. Also return the targets that are free for it.
    """
    whole = {
        (first.target or "").partition(".")[0]: first
        for first in firsts
        if first.transform == GIVEN_NAME and (first.confidence or 0.0) >= _PLANNED
    }
    whole_names = {
        first.source: whole[entity]
        for first in firsts
        if first.transform == FAMILY_NAME
        and first.origin == "rules"
        and (first.confidence or 0.0) < _PLANNED
        and (entity := (first.target or "").partition(".")[0]) in whole
    }
    targets = {first.target for first in firsts if first.source in whole_names}
    return [
        _given_up(first, whole_names[first.source]) if first.source in whole_names else first
        for first in firsts
    ], targets


def _given_up(first: Proposal, other: Proposal) -> Proposal:
    reason = Evidence(PERSON_NAMES, -1.0, f"Holds whole names, as '{other.source}' does.")
    behind = Candidate(first.target or "", first.confidence or 0.0, first.evidence)
    return replace(
        first,
        target=None,
        transform=None,
        confidence=None,
        evidence=(reason, *first.evidence),
        alternatives=(behind, *first.alternatives),
    )


def with_person_names(
    proposals: Sequence[Proposal], samples: Sequence[StreamSample], settings: ImportSettings
) -> list[Proposal]:
    """Return the proposals whose names are split as their columns and the tenant's country write them."""
    rows = {sample.name: sample.rows for sample in samples}
    return [_split(proposal, proposals, rows, settings) for proposal in proposals]


def _split(
    proposal: Proposal,
    proposals: Sequence[Proposal],
    rows: Mapping[str, pl.DataFrame],
    settings: ImportSettings,
) -> Proposal:
    chain = parse(proposal.transform)
    if not any(call.name in {GIVEN_NAME, FAMILY_NAME} and not call.arguments for call in chain):
        return proposal
    if _has_rest_elsewhere(proposal, proposals):
        return replace(proposal, transform=None)
    country = settings.country.upper()
    names = rows[proposal.stream][proposal.source].drop_nulls().unique(maintain_order=True).head(_LOOKED_AT)
    families = 2 if country in _TWO_FAMILIES else 1
    family_first, reason, question = _order(proposal.source, names.to_list(), country)
    calls = [
        Call(
            call.name,
            (Decimal(families),) if families > 1 else (),
            {"family_first": True} if family_first else {},
        )
        if call.name in {GIVEN_NAME, FAMILY_NAME}
        else call
        for call in chain
    ]
    if len(chain) == 1 and chain[0].name == GIVEN_NAME and _has_middle(proposal, proposals):
        calls.append(Call("first_word"))
    singles = _single_names(rows[proposal.stream][proposal.source]) if _needs_both(proposal) else 0
    if singles:
        calls = [
            replace(call, keywords={**call.keywords, "single": True})
            if call.name in {GIVEN_NAME, FAMILY_NAME}
            else call
            for call in calls
        ]
        reason = f"{reason} {counted(singles, 'name')} of one word: entered as first and last name, with a warning.".strip()
    if families > 1:
        reason = f"{reason} People in {country} have two family names.".strip()
    return replace(
        proposal,
        transform=show(tuple(calls)),
        evidence=(*proposal.evidence, Evidence(PERSON_NAMES, 0.0, reason)) if reason else proposal.evidence,
        question=" ".join(filter(None, (proposal.question, question))),
    )


def _has_rest_elsewhere(proposal: Proposal, proposals: Sequence[Proposal]) -> bool:
    """Tell whether another column of the stream feeds the rest of the name, so that this one holds a part of it."""
    entity, _, name = (proposal.target or "").partition(".")
    rest = f"{entity}.{_LAST if name == _FIRST else _FIRST}"
    return any(
        other.stream == proposal.stream
        and other.source != proposal.source
        and other.target == rest
        and (other.confidence or 0) >= _PLANNED
        for other in proposals
    )


def _has_middle(proposal: Proposal, proposals: Sequence[Proposal]) -> bool:
    middle = (proposal.target or "").replace(_FIRST, _MIDDLE)
    key = proposal.stream, proposal.source, middle
    return middle != proposal.target and any(
        (other.stream, other.source, other.target) == key for other in proposals
    )


def _needs_both(proposal: Proposal) -> bool:
    """Tell whether a record must have the name that the proposal feeds."""
    return bool(proposal.target) and target_schema().field(proposal.target or "").required


def _single_names(texts: pl.Series) -> int:
    """Count the names of one word."""
    return int((~texts.str.strip_chars().str.contains(r"[\s,]")).sum() or 0)


def _order(header: str, names: Sequence[str], country: str) -> tuple[bool, str, str]:
    """Return whether the family name stands first without comma, why, and what a person must say; '' for nothing."""
    words = list(tokens(header))
    given = next((place for place, word in enumerate(words) if word in _GIVEN_WORDS), None)
    family = next((place for place, word in enumerate(words) if word in _FAMILY_WORDS), None)
    if given is not None and family is not None:
        return family < given, "The header says which name stands first.", ""
    open_names = [
        name for name in names if "," not in name and len(name.split()) > 1 and not is_eastern(name)
    ]
    if not open_names:
        return False, "The family name stands before the comma." if names and "," in names[0] else "", ""
    if stands_family_first(open_names):
        question = "Does the family name stand first? Common given names stand last in this column."
        return True, "Common given names stand last.", question
    if country in _FAMILY_FIRST:
        question = (
            f"Which name stands first? {counted(len(open_names), 'name')} without comma; in {country} the family name"
            " often stands first. Write family_name(family_first=True) and given_name(family_first=True) where it does."
        )
        return False, "", question
    return False, "", ""
