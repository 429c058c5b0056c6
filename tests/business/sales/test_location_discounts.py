"""The location discounts: managers edit them with history, sales reads them, the file holds until then."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.business.catalog.discounts import default_bands
from core.business.catalog.packages import Band
from core.business.sales.location_discounts import (
    discount_history,
    location_discounts,
    set_location_discounts,
)
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from tests.operators import Staff, add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def manager(database: None) -> Iterator[Staff]:
    """A manager whose tables do not outlast these tests: prices of other tests are those of the file."""
    manager = add_staff("manager")
    yield manager
    with enter(manager.person, manager.operator) as context:
        version = location_discounts(context, "restaurant").version
        set_location_discounts(context, "restaurant", default_bands("restaurant"), version)


def band(start: int, percent: str) -> Band:
    return Band(from_locations=start, percent=Decimal(percent))


def test_a_new_table_holds_and_the_older_ones_stay_in_the_history(manager):
    with enter(manager.person, manager.operator) as context:
        before = location_discounts(context, "restaurant")
        set_location_discounts(context, "restaurant", [band(60, "7.5"), band(20, "2")], before.version)
    with enter(manager.person, manager.operator) as context:
        newest, *older = discount_history(context, "restaurant")
        assert newest.bands == (band(20, "2"), band(60, "7.5"))
        assert (newest.version, newest.person) == (before.version + 1, manager.name)
        assert older[-1].bands == tuple(default_bands("restaurant"))
        assert location_discounts(context, "restaurant") == newest
        assert location_discounts(context, "school").bands == ()
        lines = context.session.scalars(
            select(AuditLine.action).where(AuditLine.action == "price.location_discounts")
        )
        assert len(list(lines)) == newest.version


def test_an_edit_of_an_older_table_is_refused(manager):
    with enter(manager.person, manager.operator) as context:
        version = location_discounts(context, "restaurant").version
        set_location_discounts(context, "restaurant", [band(9, "1")], version)
    with enter(manager.person, manager.operator) as context:
        with pytest.raises(ConflictError):
            set_location_discounts(context, "restaurant", [], version)
        assert location_discounts(context, "restaurant").bands == (band(9, "1"),)


def test_sales_reads_the_table_and_does_not_edit_it(manager):
    sales = add_staff("sales")
    with enter(sales.person, sales.operator) as context:
        version = location_discounts(context, "restaurant").version
        with pytest.raises(NotAllowedError):
            set_location_discounts(context, "restaurant", [], version)


def test_a_table_that_contradicts_itself_or_has_no_line_of_business_is_refused(manager):
    with enter(manager.person, manager.operator) as context:
        version = location_discounts(context, "restaurant").version
        with pytest.raises(InvalidInputError):
            set_location_discounts(context, "restaurant", [band(5, "9"), band(10, "3")], version)
        with pytest.raises(InvalidInputError):
            location_discounts(context, "bank")


def test_a_customer_has_no_location_discounts(alice):
    with pytest.raises(NotFoundError):
        location_discounts(alice, "restaurant")
