"""Other people's programs, on this machine: kind ones, slow ones, and such as lie."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Other:
    """
    A program that takes connections, and does with each what it is told.

    Args:
        act: What it does with a connection.
        tls: Its certificate; None: in clear.
    """

    def __init__(self, act: Callable, tls: ssl.SSLContext | None = None) -> None:
        self._act = act
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # it was closed
                return
            with suppress(OSError), connection:
                wrapped = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                with wrapped:
                    self._act(self, wrapped)

    def read(self, connection) -> bytes:
        """Read one request, head and body."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65_536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += connection.recv(65_536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return body


@pytest.fixture
def other():
    """Makes other people's programs, and ends them."""
    made = []

    def make(act, tls=None):
        made.append(Other(act, tls))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of hooks.example, and who believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, private)
    return server, ssl.create_default_context(cafile=str(chain))


@contextmanager
def led_here(monkeypatch):
    """Let a documentation address lead to this machine, as if it were on the internet."""
    from supportledger.model import outward  # noqa: PLC0415 -- only where the checks are bent

    real = outward.is_public
    monkeypatch.setattr(outward, "is_public", lambda one: ip_address(one).is_loopback or real(one))
    yield
    monkeypatch.setattr(outward, "is_public", real)
