"""Find the number of people whom a table names in several rows: a pupil who left and came back stands twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.facts.columns import ColumnFacts
from core.kit.text import tokens

_NOUNS = {
    "student": "student pupil learner upn sis admission schüler élève alumno aluno leerling",
    "staff": "staff employee teacher lehrer docente",
    "guardian": "guardian parent contact",
}
_WORDS: Mapping[str, frozenset[str]] = {entity: frozenset(words.split()) for entity, words in _NOUNS.items()}
"""Entity -> words that say whose number a column has."""


def number_of_people(
    entity: str,
    candidates: Iterable[Proposal],
    by_target: Mapping[str, Sequence[Proposal]],
    sample: StreamSample,
    rows: int,
) -> Proposal | None:
    """Return the column whose numbers stand in several rows, each beside one name; None where there is none.

    `candidates`: columns that may be an id, `rows` those of the stream. Rows of one number and other contents contradict
    each other and are held; without the id they would be several people.
    """
    names = {
        claims[0].source
        for name in ("first_name", "last_name")
        if (claims := by_target.get(f"{entity}.{name}"))
    }
    if entity not in _WORDS or not names:
        return None
    numbers = {claim.source for claim in by_target.get(f"{entity}.student_number", ())}
    for proposal in candidates:
        words = {word.lower() for word in tokens(proposal.source)}
        facts = sample.facts.get(proposal.source, ColumnFacts())
        if not (proposal.source in numbers or words & _WORDS[entity]) or facts.filled < rows:
            continue
        people = sample.rows.select(proposal.source, *sorted(names - {proposal.source})).unique()
        if facts.is_unique is False and people[proposal.source].is_unique().all():
            return proposal
    return None
