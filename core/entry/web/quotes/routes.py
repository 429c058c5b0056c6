"""Routes of a link to a quote. GET shows it and changes nothing: mail scanners open links. POST answers it.

The token in the path is the secret; a form is taken from pages of the console alone. Nothing is kept in a cookie.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial, wraps

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.business.sales.acceptance import actions, reading
from core.business.sales.acceptance.reading import PublicPage, resolve
from core.business.sales.acceptance.rules import READABLE, FormError, LinkState, NotOpenError, check_name
from core.business.sales.quotes.links import PATH
from core.entry.web.auth.forms import read_fields
from core.entry.web.quotes import pages
from core.entry.web.visits import visitor_address
from core.errors import AppError, ConflictError
from core.platform.signin import limits
from core.platform.signin.limits import AttemptKey

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}", re.ASCII)
_PREFETCH = ("purpose", "sec-purpose", "x-purpose", "x-moz")
"""Headers by which browsers and mail programs say that nobody looks at the page yet."""
_PROGRAMS = re.compile(r"bot\b|crawl|spider|preview|scan|curl|wget|python|externalhit", re.IGNORECASE)
_log = logging.getLogger("aura.web")
Handler = Callable[[Request], Awaitable[Response]]


def _guarded(*methods: str) -> Callable[[Handler], Handler]:
    """Take requests of these methods only, and answer by a page what a handler refuses."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def handle(request: Request) -> Response:
            if request.method not in methods:
                answer = pages.message("This page does not take such requests", status=405)
                answer.headers["Allow"] = ", ".join(methods)
                return answer
            try:
                await run_in_threadpool(_count, request)
                return await handler(request)
            except (AppError, SQLAlchemyError) as error:
                return _refusal(request, error)

        return handle

    return decorate


def _refusal(request: Request, error: AppError | SQLAlchemyError) -> Response:
    """Draw the page of a refusal. What is the operator's to put right is logged, and the visitor sent to the sender."""
    if isinstance(error, NotOpenError):
        return pages.reason(error.link_state, _address(request) if error.link_state in READABLE else "")
    if isinstance(error, SQLAlchemyError):
        _log.warning("a quote could not be shown or answered: %s", type(error).__name__)
        return pages.message("The quote cannot be opened now", "Try again in a minute.", status=503)
    if not isinstance(error, ConflictError) and error.status < 500:
        return pages.failure(error)
    _log.warning("a quote could not be answered: %s %s", error.code, error.message)
    return pages.message(
        "This quote cannot be answered online",
        "Nothing was changed. Contact the person who sent it.",
        status=error.status,
    )


def _count(request: Request) -> None:
    """Count a request for its address, and what is more than a look for its link too."""
    keys = [AttemptKey(limits.QUOTE_ADDRESS, visitor_address(request.scope))]
    if request.method == "POST" or request.url.path.endswith(".pdf"):
        keys.append(AttemptKey(limits.QUOTE_LINK, _token(request)))
    limits.take(*keys)


def _token(request: Request) -> str:
    """Return the token of the path; a text that cannot be one is looked up as one that nothing has."""
    token = str(request.path_params.get("token", ""))
    return token if _TOKEN.fullmatch(token) else "-"


def _address(request: Request) -> str:
    return f"{PATH}/{_token(request)}"


def _is_person(request: Request) -> bool:
    """Tell whether a person looks at the page, as far as a request says: not a HEAD, a prefetch or a known program."""
    headers = request.headers
    return (
        request.method == "GET"
        and not any(headers.get(name) for name in _PREFETCH)
        and headers.get("sec-fetch-dest", "document") == "document"
        and not _PROGRAMS.search(headers.get("user-agent", ""))
    )


@_guarded("GET", "HEAD")
async def show(request: Request) -> Response:
    """Show the quote of a link, or why there is none."""
    page = await run_in_threadpool(partial(resolve, is_opened=_is_person(request)), _token(request))
    return pages.reason(page.link_state) if page.quote is None else pages.quote(page, _address(request))


@_guarded("GET", "HEAD", "POST")
async def accept(request: Request) -> Response:
    """Accept the quote (POST), then show it as accepted; a form that is not complete is shown again."""
    if request.method != "POST":
        return pages.redirect(_address(request))
    form = await read_fields(request)
    token = _token(request)
    errors = {}
    if form.get("authorised") != "yes":
        errors["authorised"] = "Confirm that you are authorised to accept this quote."
    try:
        check_name(form.get("name", ""))
        if not errors:
            await run_in_threadpool(actions.accept, token, form.get("name", ""))
            return pages.redirect(_address(request))
    except FormError as error:
        errors = {error.field: error.message, **errors}
    page = await _open_page(token)
    return pages.quote(page, _address(request), form=form, errors=errors)


@_guarded("GET", "HEAD", "POST")
async def decline(request: Request) -> Response:
    """Ask for the name and an optional reason (GET), decline the quote (POST), then show it as declined."""
    token = _token(request)
    if request.method != "POST":
        page = await _open_page(token)
        return pages.quote(page, _address(request), template="decline.html")
    form = await read_fields(request)
    try:
        await run_in_threadpool(actions.decline, token, form.get("name", ""), form.get("reason", ""))
    except FormError as error:
        page = await _open_page(token)
        errors = {error.field: error.message}
        return pages.quote(page, _address(request), form=form, errors=errors, template="decline.html")
    return pages.redirect(_address(request))


@_guarded("GET", "HEAD")
async def proposal(request: Request) -> Response:
    """Send the proposal of the quote as a PDF."""
    number, pdf = await run_in_threadpool(reading.proposal, _token(request))
    return pages.file(pdf, f"Proposal {number}.pdf", "application/pdf")


@_guarded("GET", "HEAD")
async def unknown(_request: Request) -> Response:
    """Refuse every other address under /q as a link that opens nothing."""
    return pages.reason(LinkState.UNKNOWN)


async def _open_page(token: str) -> PublicPage:
    """Read a quote that may be answered; NotOpenError for every other."""
    page = await run_in_threadpool(resolve, token)
    if page.link_state is not LinkState.OPEN:
        raise NotOpenError(page.link_state)
    return page


ROUTES = [
    Route(PATH + "/{token}", show, methods=_METHODS),
    Route(PATH + "/{token}/accept", accept, methods=_METHODS),
    Route(PATH + "/{token}/decline", decline, methods=_METHODS),
    Route(PATH + "/{token}/proposal.pdf", proposal, methods=_METHODS),
    Route(PATH + "/{rest:path}", unknown, methods=_METHODS),
]
