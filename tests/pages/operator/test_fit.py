"""The section Fit of a prospect: counts with their source, the packages, the limit that decides, location discounts."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from adapters import SOURCES
from core.business.sales.prospects.actions import set_volumes
from core.business.sales.prospects.views import prospect
from core.business.sales.tables import Prospect
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.customers.actions import create_customer
from core.platform.access.customers.rules import CustomerDetails
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff
from tests.pages.operator.screens import open_screen, rows_of
from tests.pages.test_menu import texts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def sam(database: None) -> Staff:
    return add_staff("sales", is_demo=True)


def opened(person: Staff, prospect_id: str) -> AppTest:
    return open_screen(person, "prospects", prospect=prospect_id, section="fit")


def new_prospect(person: Staff, items: int | None = None, **fields: object) -> str:
    with enter(person.person, person.operator) as context:
        prospect_id = add_prospect(context, **fields)
        if items is not None:
            set_volumes(context, prospect_id, {"items": items, "pos_types": 1}, "menu.csv")
    return prospect_id


def box(app: AppTest, prospect_id: str, measure: str):
    return next(box for box in app.number_input if box.key == f"fit_{prospect_id}_{measure}")


def test_the_package_its_deciding_limit_and_the_source_of_counts_are_shown(sam: Staff) -> None:
    prospect_id = new_prospect(sam, 1_200, locations=1)
    app = opened(sam, prospect_id)
    assert "**Professional fits.** Decided by Menu items: 1,200 of 1,000." in texts(app)
    rows = {row["Package"]: row for row in rows_of(app, "Package")}
    assert rows["Result"] == {
        "Package": "Result",
        "Starter": "✗ Fails",
        "Professional": "✓ Fits",
        "Enterprise": "Holds",
    }
    assert rows["Menu items"]["Starter"] == "✗ 1,200 of 1,000"
    assert rows["Price"]["Enterprise"] == "$2,000 for 1"
    items = box(app, prospect_id, "items")
    assert (items.label, items.help) == ("Menu items :green-badge[Files]", "menu\\.csv")
    assert "Next one up, Enterprise, adds" in texts(app)
    assert app.button(key="fit_quote").label == "Create quote for Professional"


def test_unknown_counts_are_asked_for(sam: Staff) -> None:
    prospect_id = new_prospect(sam, locations=1)
    app = opened(sam, prospect_id)
    assert "**At least Starter.** Unknown, ask: Menu items and POS types." in texts(app)
    assert box(app, prospect_id, "items").label == "Menu items :orange-badge[Ask]"
    assert box(app, prospect_id, "guests").label == "Guests "


def test_a_typed_count_is_stored_and_changes_the_fit(sam: Staff) -> None:
    prospect_id = new_prospect(sam, 900, locations=1)
    app = opened(sam, prospect_id)
    assert "**Starter fits.**" in texts(app)
    box(app, prospect_id, "items").set_value(1_001)
    box(app, prospect_id, "locations").set_value(12)
    app.button(key="fit_save").click().run()
    assert not app.exception
    assert "**Enterprise fits.** Decided by Locations: 12 of 10." in texts(app)
    with enter(sam.person, sam.operator) as context:
        details = prospect(context, prospect_id)
    assert (details.locations, details.volumes["items"]["source"]) == (12, "typed")
    assert details.volumes["pos_types"]["source"] == "file"


def test_a_school_is_fitted_by_its_pupils(sam: Staff) -> None:
    prospect_id = new_prospect(sam, domain="school", source_system=None, locations=1)
    app = opened(sam, prospect_id)
    box(app, prospect_id, "pupils").set_value(801)
    app.button(key="fit_save").click().run()
    assert "**Enterprise fits.** Decided by Pupils: 801 of 800." in texts(app)
    assert "Location discounts" not in texts(app)


def test_sales_see_the_location_discounts_and_managers_edit_them(sam: Staff) -> None:
    prospect_id = new_prospect(sam, 900, locations=60)
    assert not [button for button in opened(sam, prospect_id).button if button.key == "fit_bands_save"]
    app = opened(add_staff("manager", is_demo=True), prospect_id)
    assert [button for button in app.button if button.key == "fit_bands_save"]


def test_a_quote_is_made_from_the_fit(sam: Staff) -> None:
    app = opened(sam, new_prospect(sam, 900, locations=3))
    app.button(key="fit_quote").click().run()
    assert not app.exception
    assert app.title[0].value == "New quote"


def test_the_files_of_the_prospect_s_customer_are_counted(sam: Staff, tmp_path) -> None:
    prospect_id = new_prospect(sam, locations=2)
    manager = add_staff("manager", is_demo=True)
    with enter(manager.person, manager.operator) as context:
        details = CustomerDetails(
            "Counted", f"counted-{new_id()[-12:]}", "restaurant", "UTC", "USD", "US", owner_id=sam.person
        )
        customer = create_customer(context, details)
        context.session.get_one(Prospect, (context.tenant.id, prospect_id)).customer_id = customer
        context.session.commit()
    with enter(manager.person, customer) as context:
        path = tmp_path / "menu.csv"
        rows = [f"{number},Dish {number},Mains,9.50" for number in [*range(1, 1_002), 1, 2, 3]]
        path.write_text("\n".join(["Item ID,Item Name,Category,Price", *rows]), encoding="utf-8")
        migration = create_migration(context, "Menu of Counted").id
        add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
    app = opened(sam, prospect_id)
    app.button(key="fit_files").click().run()
    assert not app.exception
    assert "**Professional fits.** Decided by Locations: 2 of 1." in texts(app)
    with enter(sam.person, sam.operator) as context:
        volume = prospect(context, prospect_id).volumes["items"]
    assert volume == {"value": 1_001, "source": "file", "evidence": "Files of Menu of Counted"}
