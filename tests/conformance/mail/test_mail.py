"""Whatever takes letters: what arrives is what was sent, to one person, and nothing was added by anybody."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from supportledger.channels.smtp import Relay, SmtpMail
from supportledger.errors import ConfigError, DeliveryError, InputError
from supportledger.ports.mail import Letter
from tests.conformance.mail.conftest import SENDER, Postbox, Sending, StillClock, free_port, lets_in

LETTER = Letter("ana@home.example", "您的登录链接", "第一行\n\n.\nhttps://desk.example/?token=" + "x" * 90)


def test_what_arrives_is_what_was_sent(sending: Sending) -> None:
    """Every letter arrives as it was, in any script, in order."""
    sending.mail.send(LETTER)
    sending.mail.send(Letter("bob@home.example", "Hello", "Hello"))
    assert [LETTER, Letter("bob@home.example", "Hello", "Hello")] == sending.arrived()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "ana@home.example\r\nBcc: eve@evil.example",
        "ana@home.example, eve@evil.example",
        "Ana <ana@home.example>",
        "<ana@home.example>",
        "ana@home.example>\r\nRCPT TO:<eve@evil.example",
        "änä@home.example",
        "ana@home.example\0",
        "ana@[127.0.0.1]",
    ],
)
def test_nobody_adds_recipients(sending: Sending, to: str) -> None:
    """What is not one plain address is refused, and nothing is sent."""
    with pytest.raises(InputError):
        sending.mail.send(Letter(to, "Hello", "Hello"))
    assert [] == sending.arrived()


@pytest.mark.parametrize(
    "subject", ["", "a\nBcc: eve@evil.example", "a\r\n\r\nbody", "a\0", "a\u2028b", "x" * 201]
)
def test_nobody_adds_headers(sending: Sending, subject: str) -> None:
    """What is not one line is no subject, and nothing is sent."""
    with pytest.raises(InputError):
        sending.mail.send(Letter("ana@home.example", subject, "Hello"))
    assert [] == sending.arrived()


def test_a_refused_recipient_is_told(server: Controller, postbox: Postbox) -> None:
    """When the server refuses somebody, the letter was not delivered."""
    mail = SmtpMail(Relay.parse(f"smtp://127.0.0.1:{server.port}", SENDER), StillClock())
    with pytest.raises(DeliveryError) as caught:
        mail.send(Letter("refused@home.example", "Hello", "Hello"))
    assert caught.value.retryable
    assert [] == postbox.letters()


def test_a_server_that_is_away_is_told() -> None:
    """When nobody listens, the letter was not delivered."""
    mail = SmtpMail(Relay.parse(f"smtp://127.0.0.1:{free_port()}", SENDER), StillClock(), timeout_s=2)
    with pytest.raises(DeliveryError, match="took no mail"):
        mail.send(LETTER)


def test_letters_are_dated_by_the_desk(server: Controller, postbox: Postbox) -> None:
    """A letter names its sender and the desk's time, and asks programs for no answer."""
    SmtpMail(Relay.parse(f"smtp://127.0.0.1:{server.port}", SENDER), StillClock()).send(LETTER)
    (envelope,) = postbox.envelopes
    assert SENDER == envelope.mail_from
    content = envelope.content or b""
    assert isinstance(content, bytes)
    assert b"Date: Mon, 04 May 2026 09:30:00 +0000" in content
    assert b"Auto-Submitted: auto-generated" in content


# -- TLS and passwords ---------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine, that nobody else trusts; with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(plain + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def private(postbox: Postbox, certificate: Path) -> Iterator[Controller]:
    """A server that wants STARTTLS and a password before it takes anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    made = Controller(
        postbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=lets_in,
        auth_required=True,
    )
    made.start()
    yield made
    made.stop()


def relay(server: Controller, password: str, trusted: Path | None) -> Relay:
    context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    return Relay.parse(f"smtp://desk@127.0.0.1:{server.port}", SENDER, password, context)


def test_a_password_goes_over_tls(private: Controller, postbox: Postbox, certificate: Path) -> None:
    """With STARTTLS and the password, the server takes the letter."""
    SmtpMail(relay(private, "a secret", certificate), StillClock()).send(LETTER)
    assert [LETTER] == postbox.letters()


def test_a_wrong_password_is_told_without_it(
    private: Controller, postbox: Postbox, certificate: Path
) -> None:
    """When the server refuses the password, it is said, and the password is not."""
    with pytest.raises(DeliveryError) as caught:
        SmtpMail(relay(private, "another", certificate), StillClock(), timeout_s=2).send(LETTER)
    assert "another" not in str(caught.value) + caught.value.hint
    assert [] == postbox.letters()


def test_an_unknown_certificate_is_refused(private: Controller, postbox: Postbox) -> None:
    """A server whose certificate nobody vouches for gets neither password nor letter."""
    with pytest.raises(DeliveryError, match="SSL"):
        SmtpMail(relay(private, "a secret", None), StillClock()).send(LETTER)
    assert [] == postbox.letters()


def test_no_password_goes_in_clear(server: Controller, postbox: Postbox) -> None:
    """A server without STARTTLS gets no password, on this machine neither."""
    with pytest.raises(DeliveryError, match="NotSupported"):
        SmtpMail(relay(server, "a secret", None), StillClock()).send(LETTER)
    assert [] == postbox.letters()


class TrustedController(Controller):
    """A server whose starter trusts its certificate: it looks whether the server answers."""

    trusting: ssl.SSLContext

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), timeout=5) as plain:
            self.trusting.wrap_socket(plain, server_hostname=self.hostname).close()


def test_tls_from_the_start(postbox: Postbox, certificate: Path) -> None:
    """`smtps://` speaks TLS before anything else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = TrustedController(postbox, hostname="127.0.0.1", port=free_port(), ssl_context=context)
    server.trusting = trusting
    server.start()
    try:
        found = Relay.parse(f"smtps://127.0.0.1:{server.port}", SENDER, context=trusting)
        SmtpMail(found, StillClock()).send(LETTER)
    finally:
        server.stop()
    assert [LETTER] == postbox.letters()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://a:b@mail.example",
        "smtp://h:x",
        "smtp://h/x",
    ],
)
def test_what_is_no_relay_is_refused(url: str) -> None:
    """An address that is none, or has a password in it, is refused, and not repeated."""
    with pytest.raises(ConfigError) as caught:
        Relay.parse(url, SENDER)
    assert "a:b" not in str(caught.value)


def test_a_relay_shows_no_password() -> None:
    """What is printed of a relay has no password in it."""
    found = Relay.parse("smtps://desk%40desk.example@mail.example", SENDER, "a secret")
    assert ("desk@desk.example", 465, True) == (found.user, found.port, found.is_tls)
    assert "a secret" not in repr(found)
