"""The policies of a ledger, remembered: their terms never change."""

from supportledger.errors import NotFound
from supportledger.model.policy import PolicyTerms
from supportledger.ports import Ledger


class Promises:
    """Looks policies up."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._terms: dict[int, PolicyTerms] = {}

    def terms(self, number: int) -> PolicyTerms:
        """
        Give the terms of a policy.

        Raises:
            PolicyNotFound: None has the number.
        """
        if number not in self._terms:
            self._terms[number] = self._ledger.policy(number).terms
        return self._terms[number]

    def offered(self) -> int:
        """
        Give the number of the first policy that new tickets can have.

        Raises:
            NotFound: There is none.
        """
        found = [number for number, policy in self._ledger.policies().items() if not policy.retired]
        if not found:
            raise NotFound("no policy is offered", hint="Publish one with `supportledger policy publish`.")
        return min(found)
