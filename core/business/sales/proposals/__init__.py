"""The proposal of a quote as a PDF of two pages: what was asked and found, what it is worth, price, promises, dates."""

from core.business.sales.proposals.views import proposal_name, proposal_pdf

__all__ = ["proposal_name", "proposal_pdf"]
