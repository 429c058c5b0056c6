"""Word refusals: what a person's role does not allow, and who could. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.kit.wording import listed
from core.platform.access.rules import TABLE, roles_with

MAX_NAMES = 3
"""People named in a refusal."""


def refusal(permission: str) -> str:
    """Word why a button is disabled, and whom to ask: 'Your role cannot start an import; ask a specialist.'"""
    roles = [role for role in roles_with(permission, is_demo=False) if role != "partner"]
    return f"Your role cannot {duty(permission)}; ask {_article(roles[0] if roles else 'manager')}."


def refusal_of(role: str, permission: str, people: Sequence[tuple[str, str]] = ()) -> str:
    """Word a refusal with the (name, role) of people who could: '… Alice Moreau (manager) can.'"""
    return f"Your role ({role}) may not {duty(permission)}. {could(people)}".strip()


def could(people: Sequence[tuple[str, str]]) -> str:
    """Word which people could, by (name, role): 'Alice Moreau (manager) can.'; '' for nobody."""
    if not people:
        return ""
    return f"{listed([f'{name} ({role})' for name, role in people[:MAX_NAMES]])} can."


def duty(permission: str) -> str:
    """Word what a permission allows, as it stands after 'may': 'start an import'."""
    meaning = TABLE[permission].meaning
    return meaning[0].lower() + meaning[1:]


def _article(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
