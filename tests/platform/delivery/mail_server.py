"""A real SMTP server in a thread, which answers as a test says and keeps what it took."""

from __future__ import annotations

import asyncio
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """`answers` are given to the next messages in turn; '' and those after the last take them.

    A message that it took is answered after `seconds`, a time in which its sender may die.
    """

    def __init__(self):
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: list[str] = []
        self.recipient_answers: list[str] = []
        self.seconds = 0.0

    async def take_recipient(self, server, session, envelope, address, options):
        if answer := self.recipient_answers.pop(0) if self.recipient_answers else "":
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def take_message(self, server, session, envelope):
        if answer := self.answers.pop(0) if self.answers else "":
            return answer
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        await asyncio.sleep(self.seconds)
        return "250 OK"

    def refs(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


Keeper.handle_RCPT, Keeper.handle_DATA = Keeper.take_recipient, Keeper.take_message


class MailServer(Controller):
    """Listens on a free port of this machine; with `context` it offers STARTTLS and wants it."""

    def __init__(self, keeper: Keeper, *, context: ssl.SSLContext | None = None, password: str = ""):
        self._context, self._password = context, password
        super().__init__(keeper, hostname="127.0.0.1", port=0)

    def factory(self):
        options = {}
        if self._password:
            options = {"authenticator": self._check, "auth_required": True}
        return SMTP(
            self.handler, tls_context=self._context, require_starttls=self._context is not None, **options
        )

    def _check(self, server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == self._password.encode(), handled=True)

    def _trigger_server(self):
        """Look up the port that was taken; the controller asks to connect once to see that it runs."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
