"""Commands that read the sales playbook: its entries with their claims beside the measured figures."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from core.business.sales.playbook.content import as_document, described
from core.business.sales.playbook.evidence import Evidence, evidence
from core.business.sales.playbook.models import SECTIONS, claims_of
from core.business.sales.playbook.views import (
    PlaybookEntry,
    claim_figures,
    playbook,
    playbook_entry,
    search_playbook,
)
from core.entry.cli.answer import Answer, table
from core.entry.cli.sales.numbers import as_number
from core.entry.cli.sales.operator import operator_session
from core.errors import NotFoundError


def list_entries(args: Namespace) -> Answer:
    """List the entries of all sections, or of one."""
    with operator_session(args) as context:
        sections = playbook(context)
    if args.section and args.section not in sections:
        raise NotFoundError(
            f"There is no section {args.section!r}.", hint=f"Use one of {', '.join(SECTIONS)}."
        )
    return _listing([entry for key in sections if args.section in (None, key) for entry in sections[key]])


def search(args: Namespace) -> Answer:
    """List the entries in which all words stand."""
    with operator_session(args) as context:
        return _listing(search_playbook(context, " ".join(args.words)))


def show(args: Namespace) -> Answer:
    """Show an entry in full, each claim beside its figure."""
    section, _, key = args.entry.partition("/")
    with operator_session(args) as context:
        entry = playbook_entry(context, section, key)
        figures = claim_figures(context)
    proofs = [evidence(claim, figures) for claim in claims_of(entry.content)]
    document = {**_summary(entry), "content": as_document(entry.content), "claims": [*map(_proof, proofs)]}
    lines = [f"{label}: {text}" for label, text in described(entry.content) if text and label != "Claims"]
    return Answer(document, "\n".join([*lines, *(_line(proof) for proof in proofs)]))


def _listing(entries: Sequence[PlaybookEntry]) -> Answer:
    rows = [
        [
            f"{entry.section}/{entry.key}",
            SECTIONS[entry.section].title,
            entry.content.title,
            str(entry.version),
        ]
        for entry in entries
    ]
    text = table(["entry", "section", "title", "version"], rows) if rows else "No entry."
    return Answer({"entries": [_summary(entry) for entry in entries]}, text)


def _summary(entry: PlaybookEntry) -> dict[str, Any]:
    return {
        "entry": f"{entry.section}/{entry.key}",
        "section": entry.section,
        "title": entry.content.title,
        "version": entry.version,
        "edited_by": entry.by,
        "edited_at": entry.at,
    }


def _proof(proof: Evidence) -> dict[str, Any]:
    return {
        "claim": proof.claim.claim,
        "source": proof.claim.source,
        "verdict": proof.verdict,
        "measured": proof.measured,
        "value": None if proof.value is None else as_number(proof.value),
        "sample": proof.sample,
        "as_of": proof.as_of,
    }


def _line(proof: Evidence) -> str:
    prefix = {"contradicted": "Do not say: ", "supported": "", "unmeasured": ""}[proof.verdict]
    return f"- {prefix}{proof.claim.claim}\n  {proof.measured}"
