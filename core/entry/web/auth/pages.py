"""Draw the pages of sign-in: HTML from templates that escape every value, without a script, not to be stored.

Their referrer policy is strict-origin: the address of a one-time link leaves the page nowhere. Under no-referrer browsers
send forms with `Origin: null`, which would switch off the check that a form is ours.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.entry.web.auth import cookies
from core.errors import AppError
from core.settings import ROOT

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_ICON = ROOT / "pages" / "images" / "mark.svg"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'none'; style-src 'sha256-{_digest(_STYLE)}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
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
    icon = base64.b64encode(_ICON.read_bytes()).decode()
    environment.globals |= {"done": "", "style": _STYLE, "icon": f"data:image/svg+xml;base64,{icon}"}
    return environment


def page(
    request: Request,
    template: str,
    title: str,
    values: Mapping[str, object] = MappingProxyType({}),
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    next_path: str = "/",
) -> Response:
    """Draw a page of these values; `errors` is field -> sentence ('' for the whole form)."""
    token = cookies.form_token(request.cookies)
    text = (
        _templates()
        .get_template(template)
        .render(title=title, errors=dict(errors or {}), next=next_path, form_token=token, **values)
    )
    answer = HTMLResponse(text, status_code=status, headers=HEADERS)
    if cookies.read(request.cookies, cookies.FORM) != token:
        cookies.write(answer, cookies.FORM, token)
    return answer


def message(
    request: Request, title: str, *lines: str, status: int = 200, button: str = "", address: str = ""
) -> Response:
    """Draw a page that says something, with one link."""
    return page(
        request, "message.html", title, {"lines": lines, "button": button, "address": address}, status=status
    )


def failure(request: Request, error: AppError) -> Response:
    """Draw a refusal that belongs to no form."""
    answer = message(
        request,
        error.message.rstrip("."),
        error.hint,
        status=error.status,
        button="Go to sign-in",
        address="/auth/sign-in",
    )
    return with_retry_after(answer, error)


def with_retry_after(answer: Response, error: AppError) -> Response:
    if "retry_after" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after"])
    return answer


def redirect(address: str) -> Response:
    """Send the browser to another page of ours, by GET."""
    return RedirectResponse(address, status_code=303, headers=HEADERS)
