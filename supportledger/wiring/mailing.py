"""Outgoing mail, as the settings have it."""

import os
from pathlib import Path
from typing import Final

from supportledger.channels.smtp import Relay, SmtpMail
from supportledger.config import PREFIX, Settings
from supportledger.errors import ConfigError, DeliveryError
from supportledger.ports import Clock
from supportledger.ports.mail import Letter, Mail

VARIABLE: Final = f"{PREFIX}SMTP_PASSWORD"
_LARGEST: Final = 4_096


class NoMail:
    """Says that there is no mail server, whenever somebody is to be written to."""

    def send(self, letter: Letter) -> None:  # noqa: ARG002 -- as `ports.Mail` has it
        """Raise DeliveryError."""
        raise DeliveryError("this desk sends no mail", hint="Set smtp and mail_from.")


def open_mail(settings: Settings, clock: Clock) -> Mail:
    """
    Give what sends mail; without a server in the settings, something that says so.

    Raises:
        ConfigError: A setting of it is missing or malformed, or the password cannot be read.
    """
    if settings.smtp is None:
        return NoMail()
    if settings.mail_from is None:
        raise ConfigError("a mail server is set, and nobody whom mail is from", hint="Set mail_from.")
    return SmtpMail(Relay.parse(settings.smtp, settings.mail_from, _password(settings)), clock)


def _password(settings: Settings) -> str:
    if given := os.environ.get(VARIABLE):
        return given
    return _first_line(settings.smtp_password_file) if settings.smtp_password_file else ""


def _first_line(file: Path) -> str:
    try:
        with file.open("r", encoding="utf-8") as opened:
            return opened.read(_LARGEST).partition("\n")[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise ConfigError("the password of the mail server cannot be read", hint=f"See {file}.") from error
