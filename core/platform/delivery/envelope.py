"""Envelope: a message as a channel takes it, and the failures that a channel reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.platform.delivery.templates import Rendered


class NotDeliveredError(Exception):
    """The other side did not take the message; `is_final` where trying again would not help.

    `is_away` where the server takes nothing at all now, so that the other messages wait too; `is_unknown` where it
    gave no answer and may have the message. The text names no recipient: it is stored and shown.
    """

    def __init__(
        self, reason: str, *, is_final: bool = False, is_away: bool = False, is_unknown: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.is_away = is_away
        self.is_unknown = is_unknown


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file beside an e-mail; `method` is that of its content."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """`message_ref` stays the same however often the message is sent; `is_repeat`: it may have arrived before.

    `payload` is what a webhook posts, `rendered`, `address` and `calendar` are what e-mail sends.
    """

    message_ref: str
    is_repeat: bool
    address: str
    rendered: Rendered
    payload: Mapping[str, object]
    calendar: CalendarFile | None = None


class Channel(Protocol):
    """`hand_over` is called at the last moment at which the other side can not have the message yet."""

    def send(self, envelope: Envelope, hand_over: Callable[[], None]) -> None: ...

    def close(self) -> None: ...
