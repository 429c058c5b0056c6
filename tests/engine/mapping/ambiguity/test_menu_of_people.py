"""Columns of a table of people make no categories or taxes without a person's word."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.menu_of_people import with_people_alone
from core.engine.mapping.proposal import Proposal
from core.engine.sources.profile import profile_frame


def _questions(*targets: str, origin: str = "rules") -> list[str]:
    proposals = []
    for place, target in enumerate(targets):
        (profile,) = profile_frame("table", pl.DataFrame({"Section": ["Kitchen"]}))
        proposals.append(
            Proposal("table", "Section", 0, place, target, None, 0.9, (), (), profile, origin=origin)
        )
    return [proposal.question for proposal in with_people_alone(proposals)]


PAYROLL = ("employee.display_name", "employee.role", "employee.external_id")
GUESTS = ("customer.email", "customer.first_name", "customer.last_name")


@pytest.mark.parametrize("people", [PAYROLL, GUESTS])
@pytest.mark.parametrize("target", ["category.name", "tax_rate.name", "menu_item.category_id"])
def test_a_section_of_people_is_asked_about_before_it_makes_a_category(
    people: tuple[str, ...], target: str
) -> None:
    *names, question = _questions(*people, target)
    assert not any(names)
    assert question.startswith("The rows of this table are people")


def test_an_item_and_its_category_are_not_asked_about() -> None:
    assert not any(_questions("menu_item.name", "menu_item.price", "category.name", "employee.display_name"))


def test_the_guest_of_an_order_does_not_make_its_dining_option_doubtful() -> None:
    assert not any(_questions(*GUESTS, "order.total", "dining_option.name"))


def test_what_documentation_says_is_not_asked() -> None:
    assert not any(_questions(*PAYROLL, "category.name", origin="documentation"))
