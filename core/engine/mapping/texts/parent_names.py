"""Ask about the column that names a class, course, school, term or location whose id stands beside it. Pure.

Without the name the record that is made of the id alone would be called by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.engine.mapping.proposal import Proposal
from core.kit.text import tokens
from core.schema import target_schema, target_title

_NAMED = frozenset({"class_section", "course", "school", "term", "location"})
_ID_WORDS = frozenset({"id", "code", "no", "nr", "number", "key", "ref", "sourcedid"})
_NAME_WORDS = frozenset({"name", "title"})


def with_parent_names(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals of one stream with a question on each name of what another column refers to by id."""
    targets = {proposal.target for proposal in proposals}
    names = {
        frozenset(_words(proposal) - _ID_WORDS): (proposal.source, field.refers_to)
        for proposal in proposals
        if proposal.target
        and (field := target_schema().field(proposal.target)).refers_to in _NAMED
        and field.entity != field.refers_to
        and not field.is_list
        and _words(proposal) & _ID_WORDS
    }
    adjusted = []
    for proposal in proposals:
        words = _words(proposal)
        source, entity = names.get(frozenset(words - _NAME_WORDS), ("", None))
        target = f"{entity}.name"
        is_name = bool(words & _NAME_WORDS) and proposal.target is None and not proposal.question
        if entity and is_name and target not in targets:
            question = f"{proposal.source!r} stands beside {source!r}: is it {target_title(target)}?"
            adjusted.append(replace(proposal, target=target, confidence=0.8, question=question))
            continue
        adjusted.append(proposal)
    return adjusted


def _words(proposal: Proposal) -> set[str]:
    return {word.lower() for word in tokens(proposal.source)}
