"""Routes of one-time links: invitation, password reset, first admin. GET shows a form; POST uses the link up."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.entry.web.auth import cookies, pages
from core.entry.web.auth.forms import guarded, later, read_form, visit_of
from core.entry.web.auth.oidc import provider_name
from core.entry.web.auth.sign_in import after, enter_by
from core.errors import NotSignedInError
from core.platform.signin import admission, sessions
from core.platform.signin.admission import Admission
from core.platform.signin.links import PATHS
from core.platform.signin.rules import is_name, password_fault
from core.platform.signin.tables import FIRST_ADMIN, INVITATION, PASSWORD_RESET

_TITLES = {
    INVITATION: "Accept your invitation",
    PASSWORD_RESET: "Choose a new password",
    FIRST_ADMIN: "Set up your account",
}
_BUTTONS = {INVITATION: "Accept", PASSWORD_RESET: "Change password", FIRST_ADMIN: "Continue"}
_ANSWER = "If there is an account with this address, a link is on its way. It works for one hour."


@guarded
async def ask_for_reset(request: Request) -> Response:
    """Ask for an e-mail address (GET), send a link to it if there is an account (POST)."""
    if request.method != "POST":
        return pages.page(request, "ask_email.html", "Reset password", {"email": ""})
    form = await read_form(request)
    email = form.get("email", "").strip()
    if not email:
        return pages.page(
            request,
            "ask_email.html",
            "Reset password",
            {"email": ""},
            errors={"email": "Enter your e-mail."},
            status=422,
        )
    await run_in_threadpool(admission.request_reset, email, visit_of(request))
    later(admission.send_reset, email)
    return pages.message(
        request, "Check your e-mail", _ANSWER, button="Go to sign-in", address="/auth/sign-in"
    )


@guarded
async def ask_for_code(request: Request) -> Response:
    """Ask for the code that `aura admin create` printed (GET), open its link (POST)."""
    if request.method != "POST":
        return pages.page(request, "ask_code.html", "Set up the first admin")
    form = await read_form(request)
    code = form.get("code", "").strip()
    if not (code.isascii() and code.replace("-", "").replace("_", "").isalnum()):
        errors = {"code": "Enter the code."}
        return pages.page(request, "ask_code.html", "Set up the first admin", errors=errors, status=422)
    return pages.redirect(f"/auth/{PATHS[FIRST_ADMIN]}/{code}")


@guarded
async def invitation(request: Request) -> Response:
    """Show an invitation (GET), accept it (POST): who has an account while signed in to it."""
    signed_in = await run_in_threadpool(_signed_in, request)
    about, form = await _open(request, INVITATION, signed_in)
    if about.sign_in_first:
        return _sign_in_first(request, about, signed_in)
    if form is None:
        return _page(request, INVITATION, about, {})
    errors = _errors(about, form)
    if errors:
        return _page(request, INVITATION, about, form, errors)
    issued = await run_in_threadpool(
        admission.accept_invitation,
        request.path_params["token"],
        form.get("name", ""),
        form.get("password", ""),
        visit_of(request),
        signed_in,
    )
    if issued is None:
        return pages.message(request, "You have access", button="Continue", address="/")
    return enter_by(pages.redirect(after(issued, "/")), issued)


@guarded
async def reset(request: Request) -> Response:
    """Show the form of a new password (GET), change it (POST)."""
    about, form = await _open(request, PASSWORD_RESET)
    errors = _errors(about, form) if form is not None else {}
    if form is None or errors:
        return _page(request, PASSWORD_RESET, about, form or {}, errors)
    await run_in_threadpool(
        admission.reset_password, request.path_params["token"], form.get("password", ""), visit_of(request)
    )
    return pages.redirect("/auth/sign-in?changed=1")


@guarded
async def set_up(request: Request) -> Response:
    """Show the form of the first admin's password (GET), choose it and go on to the second factor (POST)."""
    about, form = await _open(request, FIRST_ADMIN)
    errors = _errors(about, form) if form is not None else {}
    if form is None or errors:
        return _page(request, FIRST_ADMIN, about, form or {}, errors)
    issued = await run_in_threadpool(
        admission.set_up_admin, request.path_params["token"], form.get("password", ""), visit_of(request)
    )
    return enter_by(pages.redirect(after(issued, "/")), issued)


def _signed_in(request: Request) -> str | None:
    """Return the person (id) whom this browser is signed in as, None for nobody."""
    try:
        return sessions.current_sign_in(cookies.read(request.cookies, cookies.SIGN_IN)).person
    except NotSignedInError:
        return None


def _sign_in_first(request: Request, about: Admission, signed_in: str | None) -> Response:
    """Ask for the account of the invited person before the invitation is accepted."""
    title, account = "Sign in as this person to accept", f"The invitation is for {about.email}."
    if signed_in is not None:
        line = "You are signed in with another account. Sign out, then open the link again."
        return pages.message(
            request, title, account, line, status=403, button="Sign out", address="/auth/sign-out"
        )
    path = quote(f"/auth/{PATHS[INVITATION]}/{request.path_params['token']}", safe="")
    return pages.message(
        request, title, account, status=403, button="Sign in", address=f"/auth/sign-in?next={path}"
    )


async def _open(
    request: Request, kind: str, signed_in: str | None = None
) -> tuple[Admission, Mapping[str, str] | None]:
    """Look at the link, and read the form of a POST."""
    form = await read_form(request) if request.method == "POST" else None
    about = await run_in_threadpool(
        admission.admission, kind, request.path_params["token"], visit_of(request), signed_in
    )
    return about, form


def _errors(about: Admission, form: Mapping[str, str]) -> dict[str, str]:
    """Check a form before the link is used: field -> what is wrong."""
    errors = {}
    name, password = form.get("name", "").strip(), form.get("password", "")
    if about.ask_name and not is_name(name):
        errors["name"] = "Enter your name."
    if about.ask_password:
        if fault := password_fault(password, email=about.email, name=name or about.name):
            errors["password"] = fault
        elif form.get("repeated", "") != password:
            errors["repeated"] = "The passwords differ."
    return errors


def _page(
    request: Request,
    kind: str,
    about: Admission,
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Response:
    values = {
        "action": f"/auth/{PATHS[kind]}/{request.path_params['token']}",
        "account": about.email,
        "ask_name": about.ask_name,
        "ask_password": about.ask_password,
        "name": form.get("name", about.name),
        "button": _BUTTONS[kind],
        "provider": provider_name() if kind == INVITATION and about.ask_password else "",
        "provider_address": f"/auth/provider?invitation={request.path_params['token']}",
    }
    status = 422 if errors else 200
    return pages.page(request, "new_password.html", _TITLES[kind], values, errors=errors, status=status)


ROUTES = [
    Route("/auth/reset", ask_for_reset, methods=["GET", "POST"]),
    Route("/auth/set-up", ask_for_code, methods=["GET", "POST"]),
    Route("/auth/invitation/{token}", invitation, methods=["GET", "POST"]),
    Route("/auth/reset/{token}", reset, methods=["GET", "POST"]),
    Route("/auth/set-up/{token}", set_up, methods=["GET", "POST"]),
]
