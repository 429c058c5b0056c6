"""The id of the request that is answered: in each line of our logs, in the answer's X-Request-Id, in a fault's reference."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar

from core.kit.ids import new_id

_current: ContextVar[str] = ContextVar("request_id", default="-")
_FORM = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LINK = re.compile(r"(/auth/(?:invitation|reset|set-up)/|/q/)[^\s?\"']+")


def current() -> str:
    """Return the id of the request that is answered; '-' outside of one."""
    return _current.get()


def begin(proposed: str = "") -> str:
    """Begin a request under a new id, or the one that a proxy proposes; return it."""
    request_id = proposed if _FORM.fullmatch(proposed) else new_id()
    _current.set(request_id)
    return request_id


def without_tokens(text: str) -> str:
    """Cut the tokens of one-time links and of links to quotes out of a text for a log."""
    return _LINK.sub(r"\1…", text)


class RequestFilter(logging.Filter):
    """Adds the request's id to a log record as `request`, and cuts tokens of links out of its text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = current()
        if isinstance(record.msg, str):
            record.msg = without_tokens(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_tokens(part) if isinstance(part, str) else part for part in record.args
            )
        return True
