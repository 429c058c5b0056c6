"""Draw the pages of a link to a quote: HTML from templates that escape every value, without a script, not to be stored.

Their referrer policy is strict-origin, as that of the sign-in pages and for the same reason.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.business.sales.acceptance.reading import PublicPage
from core.business.sales.acceptance.rules import MAX_NAME, MAX_REASON, LinkState
from core.errors import AppError

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}

_REASONS: Mapping[LinkState, tuple[str, str]] = {
    LinkState.UNKNOWN: (
        "This link does not open a quote",
        "It may be incomplete, or it was withdrawn. Ask the person who sent it for a new one.",
    ),
    LinkState.EXPIRED: (
        "This quote has expired",
        "It can no longer be accepted. Ask the person who sent it for a new version.",
    ),
    LinkState.REPLACED: (
        "A newer version replaced this quote",
        "Use the link of the newest version, or ask the person who sent it.",
    ),
    LinkState.ACCEPTED: (
        "This quote was accepted already",
        "There is nothing more to do. Your answer changed nothing.",
    ),
    LinkState.DECLINED: (
        "This quote was declined already",
        "Your answer changed nothing. Ask the person who sent it for a new version.",
    ),
}
"""LinkState -> title and sentence of the page that a refused answer, or a link without a quote, gets."""
STATUSES: Mapping[LinkState, int] = {
    LinkState.UNKNOWN: 404,
    LinkState.EXPIRED: 410,
    LinkState.REPLACED: 410,
    LinkState.ACCEPTED: 409,
    LinkState.DECLINED: 409,
}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"style": _STYLE, "max_name": MAX_NAME, "max_reason": MAX_REASON}
    return environment


def quote(
    page: PublicPage,
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    template: str = "quote.html",
) -> Response:
    """Draw a quote that can be read, with the form of an answer while it is open; `errors` is field -> sentence."""
    values = {
        "quote": page.quote,
        "link_state": page.link_state.value,
        "address": address,
        "form": dict(form or {}),
        "errors": dict(errors or {}),
    }
    return _answer(template, 422 if errors else 200, **values)


def reason(link_state: LinkState, address: str = "") -> Response:
    """Draw why a link shows no quote, or why an answer was refused; `address` leads to the quote where it can be read."""
    title, text = _REASONS[link_state]
    return message(title, text, status=STATUSES[link_state], address=address)


def message(title: str, *lines: str, status: int, address: str = "") -> Response:
    """Draw a page that says something."""
    return _answer(
        "message.html", status, title=title, lines=[line for line in lines if line], address=address
    )


def failure(error: AppError) -> Response:
    """Draw a refusal that belongs to no field."""
    answer = message(error.message.rstrip("."), error.hint, status=error.status)
    if "retry_after" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after"])
    return answer


def file(content: bytes, name: str, kind: str) -> Response:
    """Send a file to be kept under this name (ASCII)."""
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def redirect(address: str) -> Response:
    """Send the browser to another page of ours, by GET."""
    return RedirectResponse(address, status_code=303, headers=HEADERS)


def _answer(template: str, status: int, **values: object) -> Response:
    text = _templates().get_template(template).render(**values)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
