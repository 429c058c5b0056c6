"""The one tree of errors: what may fail in an operation, and what the person can do about it.

    AppError(message, *, hint, **facts)      code = class name, stable and public            HTTP
    ├── InvalidInputError                    send something else                            422
    ├── NotAllowedError                      you may not; (NotSignedInError → 401)          403
    ├── NotFoundError                        no such thing here (also: not yours)           404
    ├── ConflictError                        its state refuses this; facts name the state   409
    ├── LimitReachedError                    a budget or rate is used up; facts say when    429
    └── SourceError                          the other side failed                          502
        ├── SourceUnavailableError           try again (the retry reads only this)          503
        └── SourceRejectedError              do not: key, scope, contract                   502

Faults of *data* are not here: they are values, see core.engine.issues.
"""

from __future__ import annotations


class AppError(Exception):
    """A failure a person can read: what happened, what to do about it, and the facts behind it.

    Neither message, hint nor facts may carry a secret or a guest's data.
    """

    status = 500

    def __init__(self, message: str, *, hint: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, object]:
        """Convert for machines: code, message, hint, facts."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "facts": self.facts}


class InvalidInputError(AppError):
    status = 422


class NotAllowedError(AppError):
    status = 403


class NotSignedInError(NotAllowedError):
    status = 401


class NotFoundError(AppError):
    status = 404


class ConflictError(AppError):
    status = 409


class LimitReachedError(AppError):
    status = 429


class SourceError(AppError):
    status = 502


class SourceUnavailableError(SourceError):
    status = 503


class SourceRejectedError(SourceError):
    status = 502
