"""Customers read whom to ask, per line of business; the staff's own channel is not theirs."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.business.catalog.packages import catalogs
from core.platform.delivery.support import Support, support_of
from core.platform.delivery.templates import placeholders, render


def test_every_line_of_business_has_a_contact_of_its_own():
    blocks = {domain: support_of(domain) for domain in catalogs()}
    assert len({block.contact for block in blocks.values()}) == len(blocks)
    assert blocks["school"].contact == "support@oneclass.ac.zw or +263 4 123 4567"
    assert support_of("hospital") == blocks["restaurant"]


def test_channels_are_listed_and_the_staff_s_own_for_staff_alone():
    school, restaurant = support_of("school"), support_of("restaurant")
    assert [label for label, _ in school.rows()] == ["E-mail", "Phone", "Documentation", "Status page"]
    assert "Staff channel" in dict(restaurant.rows(for_staff=True))
    assert "Staff channel" not in dict(restaurant.rows())


@pytest.mark.parametrize(
    "values", [{}, {"email": "a@example.com", "status_page": "http://status.example.com"}, {"fax": "1"}]
)
def test_a_block_that_helps_nobody_is_refused_when_it_is_read(values):
    with pytest.raises(ValidationError):
        Support.model_validate(values)


def test_messages_to_customers_say_whom_to_ask_and_those_to_staff_do_not():
    def rendered(kind):
        values = dict.fromkeys(placeholders(kind), "x") | {"support": "help@example.com"}
        return render(kind, values)

    to_customer, to_staff = rendered("order_received"), rendered("order_submitted")
    assert "Questions? help@example.com" in to_customer.text
    assert "Questions? help@example.com" in to_customer.html
    assert to_customer.short
    assert "help@example.com" not in f"{to_staff.text}{to_staff.html}{to_staff.short}"
