"""The one program that is served: the console's screens, its HTTP routes, and the start of a worker.

    streamlit run app.py

Everything runs in one web process. Heavy work is done by the worker process, which is started here when none lives, and
again when it has died.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from core.db import embedded
from core.db.migrate import migrate
from core.entry import demo_ai, processes, serve
from core.entry.paynow_emulator import demo as demo_payments
from core.entry.supervise import Supervisor
from core.entry.web import intake
from core.entry.web.auth import links, provider, sign_in
from core.entry.web.auth.gate import SignInGate
from core.entry.web.bodies import SteadyBodies
from core.entry.web.calendars import routes as calendars
from core.entry.web.headers import SecurityHeaders
from core.entry.web.hosts import AllowedHosts
from core.entry.web.parts import remove_abandoned
from core.entry.web.payments import ROUTES as PAYMENT_ROUTES
from core.entry.web.quotes import routes as quotes
from core.entry.web.request_ids import RequestIds, set_up_log
from core.entry.web.routes import ROUTES
from core.entry.worker import ensure_worker
from core.errors import AppError

log = logging.getLogger("aura")
PAGE = Path(st.__file__).parent / "static" / "index.html"
"""The page that Streamlit serves for every screen."""


def _start_worker() -> None:
    """Where it does not start, the console answers all the same: its screens say so, and its supervisor tries again."""
    try:
        ensure_worker()
    except AppError as error:
        log.warning("%s", error)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Once per process: start the worker before the first visitor, end it and the database after the last.

    A worker that dies meanwhile is replaced; none is started while the console leaves.
    """
    set_up_log()
    serve.check_address(str(st.get_option("server.address") or "every address"))
    supervisor = Supervisor(lambda sentence: log.warning("%s", sentence))
    await run_in_threadpool(migrate)
    try:
        await run_in_threadpool(_start_worker)
        await run_in_threadpool(remove_abandoned)
        supervisor.begin()
        with demo_ai.run_emulator(), demo_payments.run_emulator():
            yield
    finally:
        await run_in_threadpool(intake.stop)
        await run_in_threadpool(supervisor.end)
        await run_in_threadpool(processes.leave)
        await run_in_threadpool(embedded.release)


def on_script_error(error: Exception) -> bool:
    """Only what happens outside a page's own frame arrives here; the visitor sees no details."""
    log.error("a screen failed", exc_info=error)
    return False


app = st.App(
    Path(__file__).parent / "pages" / "console.py",
    routes=[
        *(*sign_in.ROUTES, *links.ROUTES, *provider.ROUTES, *quotes.ROUTES),
        *(*PAYMENT_ROUTES, *calendars.ROUTES, *ROUTES),
    ],
    lifespan=lifespan,
    middleware=[
        Middleware(RequestIds),
        Middleware(SecurityHeaders, page=PAGE),
        Middleware(AllowedHosts),
        Middleware(SteadyBodies),
        Middleware(SignInGate),
    ],
    on_script_error=on_script_error,
)

if __name__ == "__main__":
    app.run()
