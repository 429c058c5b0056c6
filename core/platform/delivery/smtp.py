"""Send e-mail by SMTP: encrypted, one connection for what is due, a fixed Message-ID for each message."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from ipaddress import ip_address

from core.errors import InvalidInputError
from core.kit import clock
from core.platform.delivery.envelope import Envelope, NotDeliveredError
from core.platform.delivery.templates import check_header
from core.platform.events.actions import is_address
from core.settings import settings

TIMEOUT_SECONDS = 20.0
_POLICY = SMTP_POLICY.clone(cte_type="7bit")
_ANSWER_OK = range(200, 300)
_CLOSING = 421


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its name or address."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_email_settings() -> None:
    """Raise InvalidInputError where e-mail is configured by halves, or unencrypted to another machine."""
    if not is_address(settings().smtp_from):
        raise InvalidInputError("SMTP_FROM is not an e-mail address.", hint="Set it beside SMTP_HOST.")
    if settings().smtp_tls == "none" and not is_loopback(settings().smtp_host):
        raise InvalidInputError(
            "SMTP_TLS is none, although the server is another machine.", hint="Use starttls or tls."
        )


def compose(envelope: Envelope) -> EmailMessage:
    """Compose the e-mail: text and HTML, Message-ID, and a mark where it may have arrived before."""
    message = EmailMessage(policy=_POLICY)
    headers = {
        "From": settings().smtp_from,
        "To": envelope.address,
        "Subject": envelope.rendered.subject,
        "Date": format_datetime(clock.now()),
        "Message-ID": envelope.message_ref,
        "Auto-Submitted": "auto-generated",
    }
    if envelope.is_repeat:
        headers["Aura-Repeat"] = "1"
    for name, value in headers.items():
        message[name] = check_header(value)
    message.set_content(envelope.rendered.text)
    message.add_alternative(envelope.rendered.html, subtype="html")
    if envelope.calendar is not None:
        message.add_attachment(
            envelope.calendar.content.decode(),
            subtype="calendar",
            filename="session.ics",
            params={"method": envelope.calendar.method},
        )
    return message


class EmailChannel:
    """The connection opens with the first message and serves the following ones."""

    def __init__(self) -> None:
        check_email_settings()
        self._server: smtplib.SMTP | None = None

    def send(self, envelope: Envelope, hand_over: Callable[[], None]) -> None:
        """Hand the message over to the server; NotDeliveredError where it does not take it."""
        content, has_begun = compose(envelope).as_bytes(), False
        try:
            server = self._connected()
            self._check(server.mail(settings().smtp_from), "sender", is_final=False)
            self._check(server.rcpt(envelope.address), "recipient", is_final=True)
            hand_over()
            has_begun = True
            self._check(server.data(content), "message", is_final=True)
        except smtplib.SMTPDataError as error:
            self.close()
            raise _refused("message", error.smtp_code, is_final=True) from None
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            raise NotDeliveredError(
                f"The server refused the sign-in ({error.smtp_code}).", is_away=True
            ) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self.close()
            raise NotDeliveredError(
                f"The connection to the server failed ({type(error).__name__}).",
                is_away=True,
                is_unknown=has_begun,
            ) from None

    def close(self) -> None:
        """End the connection."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        config, context = settings(), ssl.create_default_context()
        if config.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                config.smtp_host, config.smtp_port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT_SECONDS)
        self._server = server
        if config.smtp_tls == "starttls":
            server.starttls(context=context)  # raises where the server does not offer it
        if config.smtp_user:
            password = config.smtp_password.get_secret_value() if config.smtp_password else ""
            server.login(config.smtp_user, password)
        server.ehlo_or_helo_if_needed()
        return server

    def _check(self, answer: tuple[int, bytes], subject: str, *, is_final: bool) -> None:
        if answer[0] not in _ANSWER_OK:
            if self._server is not None:
                with suppress(smtplib.SMTPException, OSError):
                    self._server.rset()
            raise _refused(subject, answer[0], is_final=is_final)


def _refused(subject: str, code: int, *, is_final: bool) -> NotDeliveredError:
    """Build the failure of a refusal, without the server's own words: they may name the recipient."""
    return NotDeliveredError(
        f"The server refused the {subject} ({code}).",
        is_final=is_final and code >= 500,
        is_away=code == _CLOSING,
    )
