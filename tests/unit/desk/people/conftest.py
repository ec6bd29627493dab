"""The people of a desk, in memory, with a clock that stands still until it is moved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.channels.mail_memory import MemoryMail
from supportledger.desk.cast import Keys
from supportledger.desk.people.accounts import Account
from supportledger.desk.people.api_keys import ApiKeys
from supportledger.desk.people.codes import Codes
from supportledger.desk.people.invitations import Invitations
from supportledger.desk.people.links import Links
from supportledger.desk.people.passkeys import Passkeys
from supportledger.desk.people.people import People
from supportledger.desk.people.sessions import Lifetimes, SecondFactor, Sessions, Way
from supportledger.desk.people.unlocking import Locksmith, Unlocking
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.people.wallets import Place, Wallets
from supportledger.errors import Denied, NotFound
from supportledger.model.ids import Address
from supportledger.model.people import Role
from supportledger.ports import Clock, Signer, Vault
from supportledger.ports.cabinet import Cabinet
from supportledger.store.cabinet_memory import MemoryCabinet
from supportledger.store.vault_memory import MemoryVault

URL = "https://desk.example"
CHAIN = 31_337
BROWSER = "a cookie of this browser"
PASSPHRASE = "correct horse"


class StillClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)


class LocalKeys:
    """The identities of the local chain, as those that a server keeps."""

    def signer(self, name: str) -> Signer:
        return local_signer(name)

    def address(self, name: str) -> Address:
        if name == "nobody":
            raise NotFound("no identity nobody")
        return local_signer(name).address

    def name(self, address: Address) -> str | None:
        return None


def open_keystore(text: str, passphrase: str) -> bytes:
    """Open a keystore whose key stands in it; only the passphrase is looked at."""
    if passphrase != PASSPHRASE:
        raise Denied("the passphrase does not open it")
    return bytes.fromhex(text.partition('"key": "')[2][:64])


@dataclass
class House:
    """Everything of this room, put together."""

    clock: Clock = field(default_factory=StillClock)
    vault: Vault = field(default_factory=MemoryVault)
    mail: MemoryMail = field(default_factory=MemoryMail)
    second_factor: SecondFactor = "offered"
    keys: Keys = field(default_factory=LocalKeys)
    real_cabinet: Cabinet | None = None

    def __post_init__(self) -> None:
        forgetful = MemoryCabinet(self.vault, lambda: int(self.clock.now().timestamp()))
        self.cabinet = self.real_cabinet or forgetful
        self.people = People(self.cabinet, self.vault, self.clock)
        self.sessions = Sessions(self.cabinet, self.people, Lifetimes(), self.second_factor)
        self.api_keys = ApiKeys(self.cabinet, self.people, self.keys.address)
        self.ledger = MemoryLedger(local_signer("admin").address)
        self.wallets = Wallets(self.cabinet, self.people, Place(URL, CHAIN), self.ledger.approves)
        self.passkeys = Passkeys(self.cabinet, self.people, URL, "Help")
        self.codes = Codes(self.cabinet, self.people, "Help")
        self.links = Links(self.cabinet, self.people, self.mail, f"{URL}/sign-in/link", "Help")
        self.invitations = Invitations(
            self.cabinet, self.people, f"{URL}/sign-in/invitation", "Help", self.mail
        )
        self.unlocking = Unlocking(self.cabinet, self.people, Locksmith(open_keystore, KeySigner, self.keys))

    def staff(self, *roles: Role, name: str = "Lin", **about: object) -> Account:
        """Add one of the staff."""
        return self.people.add(name, roles or (Role.AGENT,), **about)

    def signed_in(self, account: Account, way: Way = Way.PASSKEY) -> tuple[str, Visitor]:
        """Sign somebody in; gives the cookie, and who asks with it."""
        token = self.sessions.open(account, way).token
        return token, self.sessions.visitor(token)

    def everything(self) -> str:
        """Write down all that the database holds, as if nothing of it were sealed."""
        return repr([(paper, paper.data, paper.keys) for paper in self.cabinet._papers.values()])


@pytest.fixture
def house() -> House:
    """A house where a second factor is offered."""
    return House()


@pytest.fixture
def strict() -> House:
    """A house where staff need a second factor."""
    return House(second_factor="required")
