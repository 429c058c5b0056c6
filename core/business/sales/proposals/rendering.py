"""Print a proposal: two pages of PDF by the template data/documents/proposal.typ, the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Sequence

from core.business.sales.proposals.document import LEVELS, Proposal, shortened
from core.errors import InvalidInputError
from core.platform.printing.pdf import Printed

PAGES = 2


def render(proposal: Proposal) -> bytes:
    """Print the proposal in full, or shortened until it fits two pages. InvalidInputError where it never does."""
    return _fitting(proposal).pdf()


def render_images(proposal: Proposal, *, ppi: float = 110) -> Sequence[bytes]:
    """Draw the pages as PNG images."""
    return _fitting(proposal).images(ppi=ppi)


def _fitting(proposal: Proposal) -> Printed:
    """Return the longest version of the content that takes two pages."""
    for limits in LEVELS:
        document = Printed("proposal", shortened(proposal, limits).model_dump(mode="json"))
        if document.pages() == PAGES:
            return document
    raise InvalidInputError(
        "The proposal does not fit two pages.", hint="Shorten the name and the answers of discovery."
    )
