"""Every way of sending mail there is, behind one fixture: the fake, and SMTP to a real server nearby."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from supportledger.channels.mail_memory import MemoryMail
from supportledger.channels.mail_papers import PaperMail
from supportledger.channels.smtp import Relay, SmtpMail
from supportledger.ports.mail import Letter, Mail
from supportledger.store.cabinet_memory import MemoryCabinet
from supportledger.store.vault_memory import MemoryVault

SENDER = "desk@desk.example"


@dataclass(frozen=True, slots=True)
class Sending:
    """A way of sending mail, and what has arrived."""

    mail: Mail
    arrived: Callable[[], list[Letter]]


class StillClock:
    """Stands still."""

    def now(self) -> datetime:
        return datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class Postbox:
    """Keeps what a server was given, and refuses whoever is called refused."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 -- the server's name for it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient."""
        if address.startswith("refused@"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 -- as above
        """Take a message."""
        self.envelopes.append(envelope)
        return "250 OK"

    def letters(self) -> list[Letter]:
        """Read what has arrived, as its reader's program does."""
        return [_letter(envelope) for envelope in self.envelopes]


def _letter(envelope: Envelope) -> Letter:
    message = message_from_bytes(envelope.content or b"", policy=policy.default)
    assert [message["To"]] == envelope.rcpt_tos
    text = message.get_content().replace("\r\n", "\n").removesuffix("\n")  # type: ignore[attr-defined]  # of the default policy
    return Letter(str(message["To"]), str(message["Subject"]), text)


@pytest.fixture
def postbox() -> Postbox:
    """What the server was given."""
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    """A mail server on a free port."""
    made = Controller(postbox, hostname="127.0.0.1", port=free_port())
    made.start()
    yield made
    made.stop()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(params=["memory", "papers", "smtp"])
def sending(request: pytest.FixtureRequest) -> Sending:
    """Each way in turn."""
    if request.param == "memory":
        memory = MemoryMail()
        return Sending(memory, lambda: memory.letters)
    if request.param == "papers":
        papers = PaperMail(MemoryCabinet(MemoryVault()), time.time)
        return Sending(papers, lambda: papers.letters)
    postbox: Postbox = request.getfixturevalue("postbox")
    port = request.getfixturevalue("server").port
    mail = SmtpMail(Relay.parse(f"smtp://127.0.0.1:{port}", SENDER), StillClock())
    return Sending(mail, postbox.letters)


def lets_in(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    """Let one user in, by one password."""
    return AuthResult(success=(data.login, data.password) == (b"desk", b"a secret"))
