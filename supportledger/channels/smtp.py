"""
Outgoing mail by SMTP, to the relay that the settings name.

1. `smtps://` is TLS from the start; `smtp://` asks for STARTTLS, and goes on without it only on this machine.
2. A password comes from a file or the environment, is shown nowhere, and is never sent in clear.
3. The server's certificate is checked.

Source: RFC 5321; RFC 3207; RFC 8314; RFC 5322.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from supportledger.channels.letters import check_address, check_letter
from supportledger.errors import ConfigError, DeliveryError, InputError
from supportledger.ports import Clock
from supportledger.ports.mail import Letter

TIMEOUT_S: Final = 15.0
_PORTS: Final = {"smtp": 587, "smtps": 465}
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Relay:
    """
    A mail server that takes our letters.

    Args:
        host: Its name or address.
        port: Its port.
        sender: Who our letters are from: a mail address.
        is_tls: TLS from the start, rather than by STARTTLS.
        user: Who we are there; empty when nobody asks.
        password: What shows it.
        context: Whom TLS trusts; None: the system's authorities.
    """

    host: str
    port: int
    sender: str
    is_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str, sender: str, password: str = "", context: ssl.SSLContext | None = None) -> Self:
        """
        Read the address of a relay.

        Args:
            url: `smtp://USER@HOST:PORT` or `smtps://…`; user and port may be missing.
            sender: Who our letters are from.
            password: Of the user.
            context: Whom TLS trusts; None: the system's authorities.

        Raises:
            ConfigError: It is no such address, has a password in it, or the sender is no mail address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            check_address(sender)
        except InputError as error:
            raise ConfigError("the sender of our mail is no mail address", hint="Set mail_from.") from error
        except ValueError as error:
            raise ConfigError("not the address of a mail server", hint=_HINT) from error
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ConfigError("not the address of a mail server", hint=_HINT)
        if parts.password is not None:
            raise ConfigError("the address of a mail server has a password in it", hint=_HINT)
        user = unquote(parts.username or "")
        is_tls = parts.scheme == "smtps"
        return cls(parts.hostname, port or _PORTS[parts.scheme], sender, is_tls, user, password, context)


_HINT: Final = "Write smtp://USER@HOST:587, with the password in a file that smtp_password_file names."


class SmtpMail:
    """
    Hands letters to a relay, one connection for each.

    Args:
        relay: Which.
        clock: Tells the time that letters are dated with.
        timeout_s: How long an answer may take.
    """

    def __init__(self, relay: Relay, clock: Clock, timeout_s: float = TIMEOUT_S) -> None:
        self._relay = relay
        self._clock = clock
        self._timeout_s = timeout_s

    def send(self, letter: Letter) -> None:
        """As `ports.Mail.send`."""
        check_letter(letter)
        message = self._written(letter)
        try:
            with self._connected() as server:
                server.send_message(message, self._relay.sender, [letter.to])
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server answered {error.smtp_code}", hint=_ANSWER) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(
                f"the mail server at {self._relay.host} took no mail: {type(error).__name__}", hint=_AWAY
            ) from error

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._relay.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = make_msgid(domain=self._relay.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
        message.set_content(letter.text, cte="quoted-printable")
        return message

    def _connected(self) -> smtplib.SMTP:
        server = self._opened()
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        return server

    def _opened(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.is_tls:
            return smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout_s, context=self._context)
        return smtplib.SMTP(relay.host, relay.port, timeout=self._timeout_s)

    def _introduce(self, server: smtplib.SMTP) -> None:
        relay = self._relay
        server.ehlo_or_helo_if_needed()
        is_private = relay.is_tls
        if not is_private and server.has_extn("starttls"):
            server.starttls(context=self._context)
            server.ehlo()
            is_private = True
        if not is_private and (relay.host not in _HERE or relay.user):
            raise smtplib.SMTPNotSupportedError("STARTTLS")
        if relay.user:
            server.login(relay.user, relay.password)

    @property
    def _context(self) -> ssl.SSLContext:
        return self._relay.context or ssl.create_default_context()


_ANSWER: Final = "Look into the mail server's log; the address may be refused, or the password be wrong."
_AWAY: Final = "See that the server runs, speaks TLS, and has a certificate that is trusted here."
