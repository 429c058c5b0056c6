"""Draw claims beside their figures: the measured figure first where it contradicts what the claim says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.business.sales.figures.rules import Figure
from core.business.sales.playbook.evidence import Evidence, Verdict, evidence
from core.business.sales.playbook.models import Claim
from pages.ui.formats import plain

_ORDER = (Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNMEASURED)


def proofs(claims: Sequence[Claim], figures: Mapping[str, Figure]) -> list[Evidence]:
    """Hold claims against the figures: contradicted ones first, then supported, then those without a figure."""
    return sorted(
        (evidence(claim, figures) for claim in claims), key=lambda proof: _ORDER.index(proof.verdict)
    )


def draw_claims(claims: Sequence[Claim], figures: Mapping[str, Figure]) -> None:
    for proof in proofs(claims, figures):
        st.markdown(claim_line(proof), help=f"Source: {plain(proof.claim.source)}")


def claim_line(proof: Evidence) -> str:
    """Write a claim with its badge and figure, in Markdown."""
    claim, measured = plain(proof.claim.claim), plain(proof.measured)
    if proof.verdict is Verdict.CONTRADICTED:
        return f"**{measured}**  \n:red-badge[:material/block: Do not say] :gray[{claim}]"
    if proof.verdict is Verdict.SUPPORTED:
        return f"{claim}  \n:green-badge[:material/check: Supported] {measured}"
    return f"{claim}  \n:gray-badge[{measured}]"


def table_text(proof: Evidence) -> str:
    """Write the figure of a claim for a cell of a table."""
    if proof.verdict is Verdict.CONTRADICTED:
        return f"{proof.measured}. Do not say: {proof.claim.claim}"
    return f"Supported. {proof.measured}" if proof.verdict is Verdict.SUPPORTED else proof.measured
