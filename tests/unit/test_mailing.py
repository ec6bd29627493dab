"""Mail as the settings have it: a server, or somebody who says that there is none."""

from pathlib import Path

import pytest

from supportledger.channels.smtp import SmtpMail
from supportledger.config import Settings
from supportledger.errors import ConfigError, DeliveryError
from supportledger.ports.mail import Letter
from supportledger.wiring.clock import SystemClock
from supportledger.wiring.mailing import VARIABLE, open_mail

SERVER = {"smtp": "smtp://desk@mail.example", "mail_from": "desk@desk.example"}


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password of whoever runs this."""
    monkeypatch.delenv(VARIABLE, raising=False)


def opened(**given: object) -> object:
    return open_mail(Settings(Path("/nowhere"), **given), SystemClock())  # type: ignore[arg-type]  # a test's


def test_without_a_server_it_is_said() -> None:
    """A desk without a mail server says so to whoever wants to write."""
    mail = open_mail(Settings(Path("/nowhere")), SystemClock())
    with pytest.raises(DeliveryError, match="no mail"):
        mail.send(Letter("ana@home.example", "Hello", "Hello"))


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's password is used, and shown nowhere."""
    monkeypatch.setenv(VARIABLE, "a secret")
    made = opened(**SERVER)
    assert isinstance(made, SmtpMail)
    assert "a secret" == made._relay.password
    assert "a secret" not in repr(made._relay)


@pytest.mark.parametrize(
    "given",
    [
        {"smtp": SERVER["smtp"]},
        SERVER | {"mail_from": "Desk <desk@desk.example>"},
        SERVER | {"smtp_password_file": Path("/nowhere/password")},
    ],
)
def test_what_is_missing_is_named(given: dict[str, object]) -> None:
    """A sender that is missing or none, and a password that cannot be read, are refused."""
    with pytest.raises(ConfigError):
        opened(**given)
