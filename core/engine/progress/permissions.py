"""Word refusals: what a person's role does not allow, and whom to ask. Pure."""

from __future__ import annotations

_DUTIES = {
    "migration.write": ("add files and suggest mappings", "a specialist"),
    "mapping.edit": ("edit the mapping", "a specialist"),
    "validation.run": ("validate", "a specialist"),
    "run.dry": ("start a dry run", "a specialist"),
    "run.start": ("start an import", "a specialist"),
    "run.control": ("pause or resume runs", "a specialist"),
    "run.rollback": ("roll back", "a specialist"),
    "run.rollback_any": ("roll back an import that somebody else started", "a manager"),
    "run.approve": ("approve imports", "a manager"),
    "personal.read": ("see guests' values", "a specialist"),
}


def refusal(permission: str) -> str:
    """Word why a button is disabled, and whom to ask: 'Your role cannot approve imports; ask a manager.'"""
    duty, role = _DUTIES.get(permission, ("do this", "a manager"))
    return f"Your role cannot {duty}; ask {role}."
