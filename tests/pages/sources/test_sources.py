"""The sources screen: what each system gives, and when and against which documents it was checked."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.sources.coverage.views import coverage
from tests.pages.conftest import Console


@pytest.mark.parametrize("person", ["sam", "bob", "alice"])
def test_sales_specialists_and_managers_see_what_every_system_gives(
    person: str, console: Console, alice: Context
) -> None:
    app = console(person, "sources")
    assert not app.exception
    overview, details = (table.value for table in app.dataframe)
    sources = coverage(alice, SOURCES)
    assert list(overview["System"]) == [source.label for source in sources]
    assert list(details["Data"]) == [area.label for area in sources[0].areas]
    assert list(overview["Gift cards"]) == [
        [area.answer] for source in sources for area in source.areas if area.label == "Gift cards"
    ]


def test_the_chosen_system_is_shown_with_its_documents_day_and_limits(
    console: Console, alice: Context
) -> None:
    app = console("alice", "sources")
    app.segmented_control(key="system").set_value("zettle").run()
    zettle = next(source for source in coverage(alice, SOURCES) if source.name == "zettle")
    (line,) = (element.value for element in app.markdown if "Checked on" in element.value)
    assert f"{zettle.checked:%B %Y}" in line
    assert all(document.url in line for document in zettle.documents)
    _, details = (table.value for table in app.dataframe)
    limits = dict(zip(details["Data"], details["Limits"], strict=True))
    assert limits["Customers"] == next(area.note for area in zettle.areas if area.label == "Customers")
