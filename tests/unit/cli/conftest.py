"""Command lines against a desk in memory: the front door, without a chain, a disk or a second process."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from supportledger.assist import guard
from supportledger.chain.memory import CERTIFIER_ROLE, MemoryLedger
from supportledger.chain.signer import local_signer
from supportledger.cli import language
from supportledger.cli.app import run
from supportledger.cli.session import Session
from supportledger.desk.cast import Cast
from supportledger.desk.desk import Desk
from supportledger.desk.policies import terms
from supportledger.errors import NotFound
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.store.log_memory import MemoryLogs
from supportledger.store.memory import MemoryStore

NAMES = ("admin", "certifier", "supervisor", "relayer", "agent", "senior", "service", "customer", "keeper")


class Keys:
    """The local chain's identities."""

    def signer(self, name):
        if name not in NAMES:
            raise NotFound(f"no identity {name}")
        return local_signer(name)

    def address(self, name):
        return self.signer(name).address

    def name(self, address):
        return next((name for name in NAMES if local_signer(name).address == address), None)


class NoFiles:
    """Attachments are kept nowhere."""

    def keep(self, ticket, data):
        return ""

    def read(self, location):
        raise NotFound(location)

    def forget(self, ticket):
        """There is nothing to remove."""


@dataclass
class Clock:
    ledger: MemoryLedger

    def now(self):
        return datetime.fromtimestamp(self.ledger.now(), UTC)


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def data(self):
        """The one JSON document."""
        return json.loads(self.out)


def furnished():
    admin = local_signer("admin")
    ledger = MemoryLedger(admin.address)
    for name, role in (("certifier", CERTIFIER_ROLE), ("supervisor", SUPERVISOR_ROLE)):
        ledger.grant(admin, role, local_signer(name).address)
    until = ledger.now() + 10**8
    for name, tier in (("agent", 1), ("senior", 2), ("service", 0)):
        certificate = Agent(0, until, AgentStatus.CERTIFIED, tier)
        ledger.certify(local_signer("certifier"), local_signer(name).address, certificate)
    promise = terms(first_response="1h", resolution="2d", levels=2, escalate_every="1h")
    ledger.publish_policy(local_signer("supervisor"), promise)
    return ledger


@pytest.fixture
def ledger():
    return furnished()


@pytest.fixture
def store(ledger):
    return MemoryStore(ledger.deployment)


@pytest.fixture
def logs():
    return MemoryLogs()


@pytest.fixture
def cli(ledger, store, logs, tmp_path, monkeypatch, capfd):  # noqa: PLR0917 -- what a run has at hand
    """Run a command line, and give its exit code and what it wrote."""
    for variable in ("SUPPORTLEDGER_AS", "SUPPORTLEDGER_JSON", "SUPPORTLEDGER_RPC", "SUPPORTLEDGER_LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SUPPORTLEDGER_DATA", str(tmp_path))

    def connect(settings):
        return Desk(ledger, store, Cast(Keys(), settings.identity), Clock(ledger), NoFiles(), logs, guard)

    def call(*arguments):
        code = run([str(one) for one in arguments], Session(connect))
        written = capfd.readouterr()
        return Result(int(code), written.out, written.err)

    return call


@pytest.fixture
def ticket(cli):
    """The handle of an open ticket."""
    return cli("ticket", "open", "My withdrawal is missing", "--json").data["handle"]


@pytest.fixture
def chinese(monkeypatch):
    """Chinese, for one test."""
    for name in ("LANGUAGE", "LANG"):
        monkeypatch.setenv(name, "")
    language.use("zh-CN")
    yield
    language.use("en")
