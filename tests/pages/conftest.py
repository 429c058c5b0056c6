"""A console per test: the real script under AppTest, signed in as one of the cast, on a migration that is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.context import Context

ROOT = Path(__file__).resolve().parent.parent.parent

Console = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Look for the components of installed packages once, as a server does when it starts.

    AppTest looks again for each console: it reads the metadata of every package, which takes longer than most screens.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture
def console(people: dict[str, str], tenants: dict[str, str], join: Callable[[str], Context]) -> Console:
    """console('alice', 'mapping', field=…): the screen as that person sees it."""

    def open_screen(handle: str, path: str = "today", **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60)
        app.session_state["person"] = people[handle]
        app.session_state["tenant"] = join(handle).tenant.slug
        app.session_state["frame_going"] = (path, query)  # as a link would
        return app.run()

    return open_screen


@pytest.fixture
def migration(validated_toast: str) -> str:
    """The Toast sample, taken in, its mapping suggested, validated."""
    return validated_toast
