"""What a screen of the menu is: its title, place and permission, and the tenant that it works in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.context import Context
from core.platform.access.views import TenantAccess
from pages.ui.steps import Step

HOME = "today"
"""Path of the screen that a person arrives at."""


class WorksIn(StrEnum):
    """The tenant of a screen's Context: the customer chosen, the operator, or whichever of the two the person has.

    A screen of the operator has no customer chosen. PERSONAL prefers the operator.
    """

    CUSTOMER = "customer"
    OPERATOR = "operator"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Screen:
    """`show` draws it with a Context; `step` is its place on the wizard's way, None off it.

    `is_of_contacts`: a customer's contacts alone have it.
    """

    title: str
    icon: str
    path: str
    permission: str
    show: Callable[[Context], None]
    step: Step | None = None
    section: str = ""
    works_in: WorksIn = WorksIn.CUSTOMER
    is_listed: bool = True
    is_of_contacts: bool = False

    def tenant(self, operator: TenantAccess | None, customer: TenantAccess | None) -> TenantAccess | None:
        """Choose the tenant it works in; Today stands in the operator until the person has a customer."""
        if self.works_in == WorksIn.OPERATOR:
            return operator
        if self.works_in == WorksIn.PERSONAL:
            return operator or customer
        return customer or (operator if self.path == HOME else None)
