"""Routes of signing in with an OpenID Connect provider. People are matched by issuer and subject, never by e-mail."""

from __future__ import annotations

import base64
import hmac
import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.entry.web.auth import cookies, oidc, pages
from core.entry.web.auth.forms import guarded, next_path, visit_of
from core.entry.web.auth.oidc import Flow, provider_name
from core.entry.web.auth.sign_in import enter_by
from core.errors import NotAllowedError
from core.platform.signin import accounts, admission, limits, sessions
from core.platform.signin.limits import AttemptKey
from core.platform.signin.links import find_link
from core.platform.signin.tables import INVITATION


@guarded
async def begin(request: Request) -> Response:
    """Send the browser to the provider, with what its answer has to fit kept in a cookie."""
    if not provider_name():
        return pages.redirect("/auth/sign-in")
    flow = Flow.begin()
    invitation = request.query_params.get("invitation", "")
    if invitation:
        await run_in_threadpool(find_link, INVITATION, invitation)
    answer = pages.redirect(await oidc.authorization_address(flow))
    content = [flow.state, flow.nonce, flow.verifier, next_path(request.query_params.get("next")), invitation]
    cookies.write(answer, cookies.PROVIDER, base64.urlsafe_b64encode(json.dumps(content).encode()).decode())
    return answer


@guarded
async def callback(request: Request) -> Response:
    """Check the provider's answer; sign in, or accept the invitation that it was begun with."""
    flow, path, invitation = _flow_of(request)
    visit = visit_of(request)
    attempts = await run_in_threadpool(accounts.count_attempt, AttemptKey(limits.ADDRESS, visit.address))
    provider_account = await oidc.exchange_code(request.query_params.get("code", ""), flow)
    if invitation:
        identity = (provider_account.issuer, provider_account.subject)
        issued = await run_in_threadpool(
            admission.accept_with_identity, invitation, identity, provider_account.name, visit
        )
    else:
        issued = await run_in_threadpool(
            accounts.sign_in_with_identity, provider_account.issuer, provider_account.subject, visit
        )
    await run_in_threadpool(limits.release, attempts)
    before = cookies.read(request.cookies, cookies.SIGN_IN)
    await run_in_threadpool(sessions.sign_out, before)
    answer = enter_by(pages.redirect(path), issued)
    cookies.clear(answer, cookies.PROVIDER)
    return answer


def _flow_of(request: Request) -> tuple[Flow, str, str]:
    """Read what the sign-in began with; NotAllowedError where the answer belongs to none of this browser's."""
    try:
        state, nonce, verifier, path, invitation = json.loads(
            base64.urlsafe_b64decode(cookies.read(request.cookies, cookies.PROVIDER))
        )
        is_ours = hmac.compare_digest(str(state).encode(), request.query_params.get("state", "").encode())
    except (ValueError, TypeError):
        is_ours = False
    if not is_ours:
        raise NotAllowedError("This sign-in was not begun here.", hint="Sign in again.")
    return Flow(str(state), str(nonce), str(verifier)), next_path(str(path)), str(invitation)


ROUTES = [
    Route("/auth/provider", begin, methods=["GET"]),
    Route("/auth/callback", callback, methods=["GET"]),
]
