"""Serve the emulator over HTTP: initiate, poll, and the page where a customer pays or cancels.

POST /emulator/transactions/NUMBER with a status of PayNow's ('Paid', 'Disputed') sets it and notifies the console, as
the page does. Notifications go to addresses of this machine alone.
"""

from __future__ import annotations

import html
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.business.billing.gateway.messages import decoded, encoded, verified
from core.entry.paynow_emulator.state import STATUSES, Merchant, Transaction, browser_url, poll_url
from core.errors import AppError, InvalidInputError

_FORM = "application/x-www-form-urlencoded"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>PayNow emulator</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}}
button{{font:inherit;padding:.7rem 1rem;margin-right:.5rem}}</style></head><body><main><h1>PayNow emulator</h1>
<p>Nothing is paid here: this page stands in for PayNow on this machine.</p>
<p>{text}<br>Reference {reference}<br><strong>{amount}</strong> · {status}</p>
<form method="post"><button name="status" value="Paid">Pay</button>
<button name="status" value="Cancelled">Cancel</button></form></main></body></html>"""


class PayNowEmulator:
    """PayNow as documented, for one merchant."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/interface/initiatetransaction", self._initiate, methods=["POST"]),
                Route("/Interface/CheckPayment/", self._poll, methods=["POST"]),
                Route("/Payment/ConfirmPayment/{number:int}", self._page, methods=["GET"]),
                Route("/Payment/ConfirmPayment/{number:int}", self._pay, methods=["POST"]),
                Route("/emulator/transactions", self._list),
                Route("/emulator/transactions/{number:int}", self._set, methods=["POST"]),
            ],
            exception_handlers={AppError: _refused},
        )

    async def _initiate(self, request: Request) -> Response:
        body = await request.body()
        try:
            transaction = self.merchant.open(verified(body, self.merchant.key))
        except InvalidInputError as error:
            return Response(urlencode({"status": "Error", "error": error.message}), media_type=_FORM)
        address = str(request.base_url).rstrip("/")
        fields = {
            "status": "Ok",
            "browserurl": browser_url(transaction, address),
            "pollurl": poll_url(transaction, address),
            "paynowreference": str(transaction.number),
        }
        return Response(encoded(fields, self.merchant.key), media_type=_FORM)

    async def _poll(self, request: Request) -> Response:
        transaction = self.merchant.by_guid(request.query_params.get("guid", ""))
        message = self.merchant.message(transaction, str(request.base_url).rstrip("/"))
        return Response(message, media_type=_FORM)

    async def _page(self, request: Request) -> Response:
        transaction = self.merchant.by_number(request.path_params["number"])
        values = {
            name: html.escape(getattr(transaction, name))
            for name in ("text", "reference", "amount", "status")
        }
        return HTMLResponse(_PAGE.format(**values))

    async def _pay(self, request: Request) -> Response:
        transaction = self.merchant.by_number(request.path_params["number"])
        if transaction.status in {"Created", "Sent"}:
            status = "Paid" if decoded(await request.body()).get("status") == "Paid" else "Cancelled"
            await self._change(request, transaction, status)
        return RedirectResponse(transaction.return_url, status_code=303)

    async def _set(self, request: Request) -> Response:
        transaction = self.merchant.by_number(request.path_params["number"])
        status = (await request.body()).decode("ascii", "replace").strip()
        if status not in STATUSES:
            raise InvalidInputError(f"PayNow has the statuses {', '.join(STATUSES)}.")
        await self._change(request, transaction, status)
        return JSONResponse({"status": transaction.status})

    async def _list(self, _request: Request) -> Response:
        return JSONResponse(
            [
                {
                    "number": transaction.number,
                    "reference": transaction.reference,
                    "amount": transaction.amount,
                    "status": transaction.status,
                }
                for transaction in self.merchant.transactions.values()
            ]
        )

    async def _change(self, request: Request, transaction: Transaction, status: str) -> None:
        """Set the status and notify the console; one that does not answer misses it, as with PayNow."""
        transaction.status = status
        message = self.merchant.message(transaction, str(request.base_url).rstrip("/"))
        if self.merchant.is_silent:
            return
        self.merchant.posted.append((transaction.result_url, message))
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                await client.post(transaction.result_url, content=message, headers={"Content-Type": _FORM})
        except httpx.HTTPError:
            return


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, AppError) else 500
    return JSONResponse({"error": str(error)}, status_code=status)
