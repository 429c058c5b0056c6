"""Routes of signing in: password, second step, set-up of a second factor, sign-out."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.entry.web.auth import cookies, pages
from core.entry.web.auth.forms import guarded, later, next_path, read_form, visit_of
from core.entry.web.auth.gate import is_demo_open
from core.entry.web.auth.oidc import provider_name
from core.errors import AppError, InvalidInputError
from core.platform.signin import accounts, sessions
from core.platform.signin.accounts import Issued, StepGoneError, WrongCodeError, WrongCredentialsError
from core.platform.signin.limits import TooManyAttemptsError
from core.platform.signin.tables import COMPLETE, ENROLMENT, SECOND_FACTOR

_STEPS = {SECOND_FACTOR: "/auth/second-step", ENROLMENT: "/auth/second-factor"}


def enter_by(answer: Response, issued: Issued) -> Response:
    """Set the cookie of a sign-in that is complete, or of one that waits for its second step."""
    if issued.stage == COMPLETE:
        cookies.write(answer, cookies.SIGN_IN, issued.token)
        cookies.clear(answer, cookies.SECOND)
    else:
        cookies.write(answer, cookies.SECOND, issued.token)
    return answer


def after(issued: Issued, path: str) -> str:
    """Return where a sign-in goes on: at its second step, else where the person wanted to go."""
    if issued.stage == COMPLETE:
        return path
    return _STEPS[issued.stage] + (f"?next={quote(path, safe='')}" if path != "/" else "")


@guarded
async def sign_in(request: Request) -> Response:
    """Show the form of e-mail and password (GET), check it (POST)."""
    if request.method != "POST":
        path = next_path(request.query_params.get("next"))
        token = cookies.read(request.cookies, cookies.SIGN_IN)
        if await run_in_threadpool(sessions.is_signed_in, token):
            return pages.redirect(path)
        done = "Your password is changed. Sign in." if "changed" in request.query_params else ""
        answer = await _sign_in_page(request, path, done=done)
        if token:
            cookies.clear(answer, cookies.SIGN_IN)
        return answer
    form = await read_form(request)
    path, email, password = next_path(form.get("next")), form.get("email", ""), form.get("password", "")
    errors = {
        name: f"Enter your {label}."
        for name, label, value in (("email", "e-mail", email.strip()), ("password", "password", password))
        if not value
    }
    if errors:
        return await _sign_in_page(request, path, email=email, errors=errors, status=422)
    try:
        issued = await run_in_threadpool(accounts.sign_in_with_password, email, password, visit_of(request))
    except (WrongCredentialsError, TooManyAttemptsError) as error:
        if isinstance(error, TooManyAttemptsError):
            later(accounts.announce_limit, email)
        answer = await _sign_in_page(request, path, email=email, errors={"": str(error)}, status=error.status)
        return pages.with_retry_after(answer, error)
    await run_in_threadpool(lambda: sessions.sign_out(cookies.read(request.cookies, cookies.SIGN_IN)))
    return enter_by(pages.redirect(after(issued, path)), issued)


async def _sign_in_page(
    request: Request,
    path: str,
    *,
    email: str = "",
    errors: Mapping[str, str] | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    demo = await run_in_threadpool(is_demo_open, request.scope)
    return pages.page(
        request,
        "sign_in.html",
        "Sign in",
        {"email": email, "demo": demo, "provider": provider_name(), "done": done},
        status=status,
        errors=errors,
        next_path=path,
    )


@guarded
async def second_step(request: Request) -> Response:
    """Ask for a code of the app or a recovery code (GET), complete the sign-in (POST)."""
    token, recovery = cookies.read(request.cookies, cookies.SECOND), "recovery" in request.query_params
    values = {"recovery": recovery}
    if request.method != "POST":
        path = next_path(request.query_params.get("next"))
        if await run_in_threadpool(sessions.waiting_sign_in, token, SECOND_FACTOR) is None:
            return _begin_again(path)
        return pages.page(request, "second_step.html", "Second factor", values, next_path=path)
    form = await read_form(request)
    path = next_path(form.get("next"))
    try:
        issued = await run_in_threadpool(
            accounts.confirm_second_step, token, form.get("code", ""), visit_of(request)
        )
    except StepGoneError:
        return _begin_again(path)
    except (WrongCodeError, TooManyAttemptsError) as error:
        return _again(request, "second_step.html", "Second factor", error, path, values)
    return enter_by(pages.redirect(path), issued)


@guarded
async def second_factor(request: Request) -> Response:
    """Show what goes into the authenticator app (GET), turn the second factor on by its first code (POST)."""
    token = cookies.read(request.cookies, cookies.SECOND)
    posted = request.method == "POST"
    form = await read_form(request) if posted else {}
    path = next_path(form.get("next") or request.query_params.get("next"))
    error: AppError | None = None
    try:
        if posted:
            try:
                issued, codes = await run_in_threadpool(
                    accounts.complete_enrolment, token, form.get("code", ""), visit_of(request)
                )
            except (WrongCodeError, TooManyAttemptsError) as refused:
                error = refused
            else:
                answer = pages.page(
                    request, "recovery_codes.html", "Recovery codes", {"codes": codes}, next_path=path
                )
                return enter_by(answer, issued)
        enrolment = await run_in_threadpool(accounts.enrolment_of, token)
    except StepGoneError:
        return _begin_again(path)
    values = {"picture": enrolment.picture, "secret": spaced(enrolment.secret), "uri": enrolment.uri}
    title = "Set up a second factor"
    if error:
        return _again(request, "enrolment.html", title, error, path, values)
    return pages.page(request, "enrolment.html", title, values, next_path=path)


@guarded
async def sign_out(request: Request) -> Response:
    """Ask (GET), then end the sign-in session and forget its cookie (POST)."""
    if request.method != "POST":
        return pages.page(request, "sign_out.html", "Sign out")
    await read_form(request)
    await run_in_threadpool(lambda: sessions.sign_out(cookies.read(request.cookies, cookies.SIGN_IN)))
    answer = pages.message(request, "You are signed out", button="Sign in", address="/auth/sign-in")
    cookies.clear(answer, cookies.SIGN_IN)
    cookies.clear(answer, cookies.SECOND)
    return answer


def spaced(secret: str) -> str:
    """Write a key in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _again(
    request: Request, template: str, title: str, error: AppError, path: str, values: Mapping[str, object]
) -> Response:
    """Show a form again, with what was wrong beside its code."""
    field = "code" if isinstance(error, InvalidInputError) else ""
    errors = {field: str(error)}
    answer = pages.page(request, template, title, values, status=error.status, errors=errors, next_path=path)
    return pages.with_retry_after(answer, error)


def _begin_again(path: str) -> Response:
    answer = pages.redirect("/auth/sign-in" + (f"?next={quote(path, safe='')}" if path != "/" else ""))
    cookies.clear(answer, cookies.SECOND)
    return answer


ROUTES = [
    Route("/auth/sign-in", sign_in, methods=["GET", "POST"]),
    Route("/auth/second-step", second_step, methods=["GET", "POST"]),
    Route("/auth/second-factor", second_factor, methods=["GET", "POST"]),
    Route("/auth/sign-out", sign_out, methods=["GET", "POST"]),
]
