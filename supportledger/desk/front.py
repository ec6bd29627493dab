"""
The front of a desk: everything that people who come by the web need besides the desk itself, put together.

The desk acts on the ledger; the front knows who people are, what they may see, how tickets are filed and
found, and who is told of what happens. It never waits for the chain.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from supportledger.desk.audit_runs import AuditRuns
from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.auditing.findings import Watcher
from supportledger.desk.contacts import Contacts
from supportledger.desk.desk import Desk
from supportledger.desk.figures.figures import Figures
from supportledger.desk.filing.arriving import Arriving
from supportledger.desk.filing.exporting import Exporting
from supportledger.desk.filing.intake import Intake
from supportledger.desk.filing.linking import Linking
from supportledger.desk.filing.listing import Listing
from supportledger.desk.filing.macros import Macros
from supportledger.desk.filing.presence import Presence
from supportledger.desk.filing.queues import Queues
from supportledger.desk.filing.seeing import Seeing
from supportledger.desk.filing.views import Views
from supportledger.desk.people.api_keys import ApiKeys
from supportledger.desk.people.codes import Codes
from supportledger.desk.people.invitations import Invitations
from supportledger.desk.people.links import Links
from supportledger.desk.people.passkeys import Passkeys
from supportledger.desk.people.people import People
from supportledger.desk.people.sessions import Lifetimes, SecondFactor, Sessions
from supportledger.desk.people.unlocking import Locksmith, Unlocking
from supportledger.desk.people.wallets import Place, Wallets
from supportledger.desk.promises import Promises
from supportledger.desk.signing.lookouts import Lookout
from supportledger.desk.webhooks.webhooks import Webhooks
from supportledger.ports.mail import Mail

LINK_PAGE: Final = "/sign-in/link"
INVITATION_PAGE: Final = "/sign-in/invitation"


@dataclass(frozen=True, slots=True)
class House:
    """
    What the front needs to know of where it stands.

    Args:
        public_url: What people type to get here: scheme, host and port.
        name: What the desk calls itself.
        lifetimes: How long sessions last.
        second_factor: Whether staff need one.
        is_loopback_told: Webhooks may lead to this machine.
    """

    public_url: str
    name: str = "supportledger"
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    second_factor: SecondFactor = "offered"
    is_loopback_told: bool = False


class Front:
    """
    The rooms that stand before a desk.

    * `people`, `sessions`, `api_keys`, `unlocking`: who they are, and with what they sign
    * `wallets`, `passkeys`, `codes`, `links`, `invitations`: the ways in which they show it
    * `queues`, `macros`, `views`, `linking`: how tickets are filed and found
    * `intake`, `arriving`, `promises`, `offered`: how they come in, and what is promised then
    * `seeing`, `presence`: who may see them, and who looks at them
    * `contacts`: which addresses, numbers and names are the desk's own
    * `webhooks`: which programs are told of what happens
    * `listing`, `exporting`, `figures`, `audit_runs`: lists, what they come to, audits of the whole
    * `cabinet`, `filings`, `feed`: what all of them keep

    Args:
        desk: That it stands before; closed with it.
        house: Where it stands.
        mail: Takes letters.
        locksmith: Opens and uses keys.
        closing: What else is to be let go of.
    """

    def __init__(
        self,
        desk: Desk,
        house: House,
        mail: Mail,
        locksmith: Locksmith,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        store, url = desk.store, house.public_url
        self.desk: Final = desk
        self.house: Final = house
        self.cabinet: Final = store.cabinet
        self.filings: Final = store.filings
        self.feed: Final = store.feed
        self._closing = closing
        cabinet = self.cabinet
        self.people: Final = People(cabinet, store.vault, desk.clock)
        self.sessions: Final = Sessions(cabinet, self.people, house.lifetimes, house.second_factor)
        self.api_keys: Final = ApiKeys(cabinet, self.people, locksmith.keys.address)
        self.unlocking: Final = Unlocking(cabinet, self.people, locksmith)
        self.wallets: Final = Wallets(
            cabinet, self.people, Place(url, desk.ledger.deployment.chain_id), desk.ledger.approves
        )
        self.passkeys: Final = Passkeys(cabinet, self.people, url, house.name)
        self.codes: Final = Codes(cabinet, self.people, house.name)
        self.links: Final = Links(cabinet, self.people, mail, url + LINK_PAGE, house.name)
        self.invitations: Final = Invitations(cabinet, self.people, url + INVITATION_PAGE, house.name, mail)
        self.queues: Final = Queues(cabinet, self.filings, store)
        self.seeing: Final = Seeing(self.queues, desk.ledger, desk.clock)
        self.contacts: Final = Contacts(desk.logs, desk.clock, desk.ledger.agent)
        self.webhooks: Final = Webhooks(
            cabinet, self.feed, desk.clock, is_loopback_allowed=house.is_loopback_told
        )
        self.presence: Final = Presence(cabinet, desk.clock)
        self.macros: Final = Macros(cabinet)
        self.views: Final = Views(cabinet)
        self.linking: Final = Linking(cabinet, self.filings, store, desk.clock)
        self.arriving: Final = Arriving(store, desk.conversations, desk.reads)
        self.intake: Final = Intake(desk.signing, store, self.queues, self.linking, self.arriving)
        self.promises: Final = Promises(desk.ledger)
        self.offered: Final = Lookout(self.promises.offered)
        self.listing: Final = Listing(desk.browsing, store)
        self.exporting: Final = Exporting(store, lambda: int(desk.clock.now().timestamp()))
        self.figures: Final = Figures(store, lambda: int(desk.clock.now().timestamp()))
        self.audit_runs: Final = AuditRuns(cabinet, desk.clock, desk.reads, self._auditor)

    def _auditor(self, watcher: Watcher) -> Auditor:
        desk = self.desk
        meant = desk.store.deployment
        return Auditor(desk.ledger, meant, desk.store, files=desk.files, logs=desk.logs, watcher=watcher)

    def close(self) -> None:
        """Let go of the desk and of what belongs to it."""
        self._closing()
        self.desk.close()

    def __enter__(self) -> Self:
        """Close when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()
