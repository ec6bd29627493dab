"""Whose tickets somebody sees: the queues that their account names, or those that their certificate suits."""

from dataclasses import replace
from functools import partial
from threading import Lock

from supportledger.desk.filing.queues import Queues
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.lookouts import Lookout
from supportledger.errors import RpcUnavailable
from supportledger.model.agent import Agent
from supportledger.model.ids import Address
from supportledger.model.people import Role
from supportledger.ports import Clock, LedgerReader


class Seeing:
    """
    Tells which queues are somebody's.

    Args:
        queues: There are.
        ledger: Knows certificates; asked at most once in half a minute for each agent.
        clock: This machine's.
    """

    def __init__(self, queues: Queues, ledger: LedgerReader, clock: Clock) -> None:
        self._queues = queues
        self._ledger = ledger
        self._clock = clock
        self._certificates: dict[Address, Lookout[Agent]] = {}
        self._lock = Lock()

    def seen_by(self, visitor: Visitor) -> Visitor:
        """
        Give somebody with the queues that are theirs now.

        An agent whose account names no queue sees those that their certificate suits, as long as it is in
        force; nobody else's queues depend on a certificate.
        """
        if visitor.queues is None or visitor.queues or Role.AGENT not in visitor.roles:
            return visitor
        certificate = self._certificate(visitor.address) if visitor.address else None
        return replace(visitor, queues=self._queues.of_agent(frozenset(), certificate))

    def _certificate(self, address: Address) -> Agent | None:
        with self._lock:
            if address not in self._certificates:
                self._certificates[address] = Lookout(partial(self._ledger.agent, address))
            lookout = self._certificates[address]
        try:
            found = lookout.get()
        except RpcUnavailable:  # never seen, and the node is away: they see no queue until it is back
            return None
        now = int(self._clock.now().timestamp())
        return found if found.in_force(now) else None
