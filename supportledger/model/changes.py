"""
Changes of certificates and promises, as somebody asks for them, and how they are found again on the ledger.

They are transactions of whoever makes them. What was done is told by its event, whoever says that it was.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from supportledger.model.agent import Agent
from supportledger.model.events import AgentChanged, LedgerEvent, PolicyPublished, PolicyRetired
from supportledger.model.ids import Address
from supportledger.model.policy import PolicyTerms


class Verb(StrEnum):
    """What is done to a certificate; named as the ledger's functions are."""

    CERTIFY = "certify"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class CertificateChange:
    """
    A certificate is given or changed.

    Args:
        verb: How.
        account: Whose it is.
        result: As it will be; in force from the block on that has it where it is certified from 0.
    """

    verb: Verb
    account: Address
    result: Agent

    def is_in(self, event: LedgerEvent, by: Address) -> bool:
        """Tell whether an event says that somebody has done this."""
        if not isinstance(event, AgentChanged) or (event.agent, event.certifier) != (self.account, by):
            return False
        is_new = self.verb is Verb.CERTIFY and self.result.from_ == 0
        found = replace(event.certificate, from_=0) if is_new else event.certificate
        return found == self.result


@dataclass(frozen=True, slots=True)
class Publication:
    """
    A promise is published.

    Args:
        terms: What it says.
    """

    terms: PolicyTerms

    def is_in(self, event: LedgerEvent, by: Address) -> bool:
        """Tell whether an event says that somebody has done this."""
        return isinstance(event, PolicyPublished) and (event.supervisor, event.terms) == (by, self.terms)


@dataclass(frozen=True, slots=True)
class Retirement:
    """
    A promise is given to no new ticket any more.

    Args:
        policy: Its number.
    """

    policy: int

    def is_in(self, event: LedgerEvent, by: Address) -> bool:
        """Tell whether an event says that somebody has done this."""
        return isinstance(event, PolicyRetired) and (event.supervisor, event.policy) == (by, self.policy)


Change = CertificateChange | Publication | Retirement


@dataclass(frozen=True, slots=True)
class Sent:
    """
    What a node knows of a transaction.

    Args:
        sender: Who has signed it.
        nonce: Its place among the sender's.
        block_number: Where it was mined; None: it waits.
        succeeded: The contract did not refuse it; of one that waits, nothing is known.
    """

    sender: Address
    nonce: int
    block_number: int | None = None
    succeeded: bool = False
