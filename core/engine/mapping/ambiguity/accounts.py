"""Join the state of a person's record with that of the person's account: active where both say so. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from core.engine import transforms
from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal
from core.kit.wording import counted, listed

ACCOUNTS = "accounts"
"""The feature of the evidence that says how two states make one."""

_ACCOUNT = re.compile(
    r"(?<![a-z])(?:enabled?|disabled?|login|account|access|locked|konto|zugang|compte|acces|cuenta|acceso|conta|acesso|attivo)(?![a-z])"
    r"|enabled"
)
_STATE = re.compile(
    r"(?<![a-z])(?:status|state|active|aktiv|actif|activo|ativo|stato|estado|etat|statut|current)(?![a-z])"
)
_PEOPLE = frozenset({"student", "staff", "guardian", "employee"})


def with_both_flags(members: Sequence[Proposal], columns: Mapping[str, pl.Series]) -> list[Proposal] | None:
    """Return two columns that claim whether a person is active, joined by all_yes; None where they are not these two."""
    if len(members) != 2 or (members[0].target or "").partition(".")[0] not in _PEOPLE:
        return None
    accounts = [member for member in members if _ACCOUNT.search(spell(member.source))]
    states = [member for member in members if _STATE.search(spell(member.source)) and member not in accounts]
    tables = [_table(member.transform) for member in members]
    if len(accounts) != 1 or len(states) != 1 or None in tables:
        return None
    table = _merged(*(table or {} for table in tables))
    if table is None:
        return None
    calls = (*([transforms.Call("map_values", (table,))] if table else []), transforms.Call("all_yes"))
    first, second = (columns[member.source] for member in members)
    names = listed([repr(member.source) for member in members])
    reason = (
        f"Active where {names} both say so; they differ in {counted(int((first != second).sum()), 'row')}."
    )
    return [
        replace(
            member,
            transform=transforms.show(calls),
            evidence=(Evidence(ACCOUNTS, 0.0, reason), *member.evidence),
        )
        for member in members
    ]


def _table(transform: str | None) -> dict[str, Any] | None:
    """Return the values that a transform replaces, if it does nothing else; None for any other."""
    chain = transforms.parse(transform)
    if not chain:
        return {}
    if (
        len(chain) == 1
        and chain[0].name == "map_values"
        and len(chain[0].arguments) == 1
        and not chain[0].keywords
    ):
        return dict(chain[0].arguments[0])
    return None


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return both tables as one; None where they read a value in two ways."""
    if any(second.get(value, to) != to for value, to in first.items()):
        return None
    return {**first, **second}
