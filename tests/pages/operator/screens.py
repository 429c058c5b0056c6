"""Opens the console's script as one of the operator's people: chosen from the demo's menu, or signed in."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.operators import Staff
from tests.pages.conftest import ROOT


def open_screen(person: Staff, path: str, **query: str) -> AppTest:
    """Open a screen as a person of the demo."""
    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
    app.session_state["person"] = person.person
    app.session_state["frame_going"] = (path, query)
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def rows_of(app: AppTest, column: str) -> list[dict[str, object]]:
    """Return the rows of the table that has the column."""
    tables = [frame.value for frame in app.dataframe if column in frame.value.columns]
    return tables[0].to_dict("records") if tables else []
