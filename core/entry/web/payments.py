"""Routes of the payment gateway: what it posts to us, and where customers come back to. Nobody is signed in.

A notification is a hint to ask the gateway itself, and no more: its answer says 200 where the payment is known, whether it
changed something or not, so that nothing is told twice. The page of a customer who comes back says what is recorded.
"""

from __future__ import annotations

import logging
import re

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.business.billing.gateway.messages import MAX_BYTES
from core.business.billing.gateway.receiving import receive_notification, return_from_gateway
from core.business.engagements.payments.online import RESULT_PATH
from core.entry.web.auth import pages
from core.entry.web.visits import visitor_address
from core.errors import AppError, ConflictError, InvalidInputError, NotFoundError
from core.platform.signin import limits
from core.platform.signin.limits import AttemptKey

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
_log = logging.getLogger("aura.payments")


async def take_notification(request: Request) -> Response:
    """Take what the gateway posts; what it is told is whether the message was understood."""
    try:
        await run_in_threadpool(_count, request)
        await run_in_threadpool(receive_notification, await _body(request))
    except AppError as error:
        _log.warning("A notification of the payment gateway was refused: %s", error.code)
        return PlainTextResponse(error.code, status_code=error.status)
    except SQLAlchemyError as error:
        _log.warning("A notification of the payment gateway was not taken: %s", type(error).__name__)
        return PlainTextResponse("Unavailable", status_code=503)
    return PlainTextResponse("OK")


async def come_back(request: Request) -> Response:
    """Say whether the money of a payment has arrived, to the customer who comes back from the gateway."""
    reference = str(request.path_params["reference"])
    try:
        await run_in_threadpool(_count, request)
        searched = reference if _REFERENCE.fullmatch(reference) else "-"
        is_settled = await run_in_threadpool(return_from_gateway, searched)
    except NotFoundError:
        return pages.message(
            request, "There is no such payment", "Open the link of the order again.", status=404
        )
    except ConflictError:
        return pages.message(request, "The payment is being checked", "We will be in touch.", status=409)
    except (AppError, SQLAlchemyError) as error:
        _log.warning("A payment could not be asked for: %s", type(error).__name__)
        return pages.message(
            request, "The payment is being checked", "Reload this page in a minute.", status=503
        )
    if is_settled:
        return pages.message(
            request,
            "Payment received",
            "The receipt is with the payments of the order.",
            button="Open the console",
            address="/",
        )
    return pages.message(
        request,
        "Not paid yet",
        "If you have just paid, reload this page in a minute.",
        button="Open the console",
        address="/",
    )


def _count(request: Request) -> None:
    limits.take(AttemptKey(limits.PAYMENT_ADDRESS, visitor_address(request.scope)))


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise InvalidInputError("The message is too long.")
    return body


ROUTES = [
    Route(RESULT_PATH, take_notification, methods=["POST"]),
    Route(RESULT_PATH + "/{reference}", come_back, methods=["GET"]),
]
