"""Ask of which kind the people of a table are where neither its name nor a column says: pupils, staff or guardians. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.proposal import Proposal
from core.schema import entity_label

_NOUNS: Mapping[str, str] = {
    "student": (
        "student pupil learner child children kid class grade form admission enrol year schüler kind klasse élève eleve étudiant"
        " enfant classe alumno alumna estudiante grado aluno aluna estudante turma leerling klas studente alunno elev uczeń"
    ),
    "staff": (
        "staff teacher employee faculty instructor tutor personnel job lehrer lehrkraft mitarbeiter personal enseignant"
        " professeur docente profesor maestro empleado professor funcionário leraar medewerker insegnante nauczyciel"
    ),
    "guardian": (
        "guardian parent father mother carer contact family eltern vater mutter erziehungsberechtigte parents père mère tuteur"
        " padre madre tutor responsável pai mãe ouder vader moeder genitore rodzic"
    ),
}
"""Nouns for each kind, in the languages of customers."""

_TELLING: Mapping[str, frozenset[str]] = {
    "student": frozenset({"student_number", "birth_date", "grade_level", "enrolled_on"}),
    "staff": frozenset({"role"}),
    "guardian": frozenset({"student_ids", "relationship", "is_primary"}),
}
"""Fields that only this kind of people has."""


def with_kind(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of one stream with a question on those of people whose kind is a guess."""
    unsure = {entity for entity in _NOUNS if _is_guessed(entity, proposals)}
    return [
        replace(proposal, question=_question(entity))
        if (entity := _entity(proposal)) in unsure and not proposal.question and not _is_known(proposal)
        else proposal
        for proposal in proposals
    ]


def _entity(proposal: Proposal) -> str:
    return (proposal.target or "").partition(".")[0]


def _is_known(proposal: Proposal) -> bool:
    return proposal.origin in {"documentation", "memory"}


def _is_guessed(entity: str, proposals: Sequence[Proposal]) -> bool:
    """Tell whether the stream has people of this kind, and nothing says that they are."""
    fields = [proposal for proposal in proposals if _entity(proposal) == entity]
    if not fields or any(map(_is_known, fields)):
        return False
    telling = {f"{entity}.{name}" for name in _TELLING[entity]}
    if any(
        field.target in telling and (field.confidence or 0.0) >= AMBER_FROM and not field.question
        for field in fields
    ):
        return False
    names = " ".join([fields[0].stream, *(proposal.source for proposal in proposals)])
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", names))
    nouns = _NOUNS[entity].split()
    return not any(word.casefold().startswith(noun) for word in words for noun in nouns)


def _question(entity: str) -> str:
    kinds = ", ".join(f"{entity_label(kind).lower()}" for kind in _NOUNS)
    return f"Of which kind are these people ({kinds})? Neither the table's name nor a column says that each is a {entity_label(entity).lower()}."
