"""Ask about columns that name another person than the row's own: a mother's birth date, a sibling's gender, a tutor. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.proposal import Proposal
from core.schema import target_title

_PARENTS = (
    "mother father mum mom dad parent parents guardian guardians carer carers mutter vater eltern erziehungsberechtigter"
    " erziehungsberechtigte mere pere madre padre tutor mae pai moeder vader ouder ouders matka ojciec rodzic veli anne baba"
)
_PARENT_WORDS = frozenset(
    f"{_PARENTS} contact emergency kin responsable legal tutore kontakt contacto contatto contato verzorger family household".split()
)
_PUPILS = (
    "student students pupil pupils child children kid kids son daughter schuler schueler kind eleve enfant alumno alumna hijo hija"
    " aluno aluna filho filha leerling uczen ogrenci"
)
_TEACHERS = (
    "teacher teachers tutor tutors counselor counsellor advisor adviser principal headteacher lehrer lehrerin klassenlehrer"
    " klassenlehrerin professeur docente profesor profesora maestro professor professora mentor docent ogretmen"
)
_STRANGERS = (
    "sibling siblings brother sister doctor gp physician dentist surgery social worker agent referrer referee kin emergency"
    " notfall urgence emergencia nanny childminder grandmother grandfather grandparent spouse partner husband wife beneficiary"
    " geschwister bruder schwester arzt hausarzt ehepartner partner frere soeur medecin conjoint hermano hermana medico conyuge"
    " irmao irma fratello sorella huisarts kardes"
)
"""Words for people who are never the one that a row is about."""

_OTHERS: Mapping[str, frozenset[str]] = {
    "student": frozenset(f"{_PARENTS} {_TEACHERS} {_STRANGERS}".split()),
    "guardian": frozenset(f"{_PUPILS} {_TEACHERS} {_STRANGERS}".split()) - {"emergency", "kin"},
    "staff": frozenset(f"{_PARENTS} {_PUPILS} {_STRANGERS} manager supervisor".split()) - {"tutor"},
    "customer": frozenset(f"{_PARENTS} {_PUPILS} {_STRANGERS} employee server waiter".split()),
    "employee": frozenset(f"{_STRANGERS} manager supervisor customer guest".split()),
}
"""Entity -> words for other people than those of this kind."""

_PERSONAL = frozenset(
    {"external_id", "first_name", "middle_name", "last_name", "display_name", "birth_date", "birthday", "gender", "email", "phone",
     "address", "grade_level", "student_number", "is_active", "enrolled_on", "role"}
)  # fmt: skip
"""Fields that say something of one person."""

_GROUPS = frozenset({"group", "groups", "set", "class", "gruppe"})
"""Words for a group of pupils: a tutor group is no tutor."""

_DIGITS = re.compile(r"\d+")


def with_owners(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of one stream with a question on each whose column is named after another person."""
    asked = [
        replace(proposal, question=_question(proposal, other)) if (other := _other(proposal)) else proposal
        for proposal in proposals
    ]
    return _with_pupil_names(asked)


def _with_pupil_names(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals; a name without a word for a parent, in a table of pupils, is asked about as the pupil's."""
    targets = {proposal.target for proposal in proposals}
    if not any(target and target.startswith("student.") for target in targets):
        return list(proposals)
    adjusted = []
    for proposal in proposals:
        entity, _, field = (proposal.target or "").partition(".")
        target = f"student.{field}"
        is_guess = not proposal.question and proposal.origin not in {"documentation", "memory"}
        is_name = entity == "guardian" and field in {"first_name", "last_name"}
        if is_guess and is_name and target not in targets and not _parent_word(proposal.source):
            question = f"Is {proposal.source!r} {target_title(target)}, or {target_title(proposal.target)}?"
            adjusted.append(replace(proposal, target=target, question=question))
        else:
            adjusted.append(proposal)
    return adjusted


def _parent_word(header: str) -> str:
    words = re.findall(r"\w+", _DIGITS.sub(" ", spell(header)))
    return next((word for word in words if word in _PARENT_WORDS), "")


def _other(proposal: Proposal) -> str:
    """Return the word for the other person in a column's name; '' where there is none."""
    if not proposal.target or proposal.question or proposal.origin in {"documentation", "memory"}:
        return ""
    entity, _, field = proposal.target.partition(".")
    if field not in _PERSONAL:
        return ""
    spelled = _DIGITS.sub(" ", spell(proposal.source))
    words = re.findall(r"\w+", spelled)
    if field == "grade_level" and _GROUPS.intersection(words):
        return ""
    others = _OTHERS.get(entity, frozenset())
    return next((word for word in words if {word, word.removesuffix("s")} & others), "")


def _question(proposal: Proposal, other: str) -> str:
    return (
        f"{proposal.source!r} sounds as if it told of another person ({other}) than the one of the row. "
        f"Is it {target_title(proposal.target)}?"
    )
