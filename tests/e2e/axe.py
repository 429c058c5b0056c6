"""What axe-core finds on a page: faults of accessibility, as lines that name rule, impact and element."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def grave_faults(page: Page, theme: str) -> list[str]:
    """The serious and critical faults of what the page shows in the theme."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{theme}: {fault['id']} ({fault['impact']}) at {node['target']}: {node['failureSummary'][:300]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
        if not _is_unavoidable(theme, fault["id"], node)
    ]


def _is_unavoidable(theme: str, rule: str, node: dict[str, Any]) -> bool:
    """Know the only fault that no token of the theme avoids: the label of a selected segment, pill or tab, in dark.

    It has the primary colour on a tint of it; white labels on primary buttons keep that colour dark. Border and fill
    mark the selection as well.
    """
    return (theme, rule) == ("dark", "color-contrast") and 'button[data-selected="true"]' in str(
        node["target"]
    )
