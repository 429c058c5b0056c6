"""What axe-core finds on a page: faults of accessibility, as lines that name rule, impact and element."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


_RUN = """async only => (await axe.run(document, {
    resultTypes: ['violations'],
    preload: {assets: ['media']},
    ...(only ? {runOnly: only} : {}),
})).violations"""
"""No rule that is on by default asks for the other asset, all style sheets parsed anew."""

_OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""The rules that are on by default and look at colours: axe's tag cat.color names one more, which is off."""

_OUTLINE = """() => [...document.querySelectorAll('*')].map(element => element.tagName + ' ' + [...element.attributes]
    .filter(({name}) => !['class', 'style', 'color', 'fill', 'stroke'].includes(name)).map(({name, value}) => name + '=' + value).join(' ')
).join(' | ')"""


def outline(page: Page) -> str:
    """All elements of the page with their attributes, without what only looks different in another theme."""
    return str(page.evaluate(_OUTLINE))


def grave_faults(page: Page, theme: str, *, colours_only: bool = False) -> list[str]:
    """The serious and critical faults of what the page shows in the theme; those of its colours where only they changed."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    violations: list[dict[str, Any]] = page.evaluate(_RUN, _OF_COLOURS if colours_only else None)
    return [
        f"{theme}: {fault['id']} ({fault['impact']}) at {node['target']}: {node['failureSummary'][:300]}"
        for fault in violations
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
