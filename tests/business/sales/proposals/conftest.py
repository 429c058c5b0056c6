"""Fixtures of quotes, for what their proposals say."""

from tests.business.sales.quotes.conftest import manager, prospect, seller, stack, staff

__all__ = ["manager", "prospect", "seller", "stack", "staff"]
