"""
Receipts: the desk's signed promise to relay what somebody signed.

A receipt is given before anything is sent, and kept together with the draft; the service signs it. Who holds
one, and a ledger whose time is past `include_by` without the action, holds proof that the desk kept it back.
"""

from typing import Final

from supportledger.desk.cast import Cast, Part
from supportledger.errors import Denied, SignatureMismatch
from supportledger.model.agent import UNCERTIFIED
from supportledger.model.ids import Address
from supportledger.model.records import Draft, ReceiptRecord
from supportledger.model.ticket import Auth
from supportledger.ports import LedgerReader, Store
from supportledger.proof import typed_data

INCLUDED_WITHIN_S: Final = 600
"""How soon the desk promises that a signed action is on the ledger."""


class Receipts:
    """Gives and checks receipts."""

    def __init__(self, ledger: LedgerReader, store: Store, cast: Cast) -> None:
        self._ledger = ledger
        self._store = store
        self._cast = cast

    def promise(self, draft: Draft, now: int) -> ReceiptRecord | None:
        """
        Promise to relay a draft; None when it is not signed, or nobody here gives promises.

        Nothing is promised of what a contract signed (ERC-1271): it may take its signature back before the
        ledger asks it, and would hold proof of a promise that nobody could keep.

        Args:
            draft: What was signed.
            now: Unix seconds.
        """
        signer = self._cast.understudy(Part.SERVICE) if self._is_by_keys(draft) else None
        if signer is None:
            return None
        message = typed_data.Receipt(draft.key, now, now + INCLUDED_WITHIN_S)
        signature = signer.sign_message(message, self._ledger.domain)
        return ReceiptRecord(draft.key, now, message.include_by, signer.address, signature)

    def _is_by_keys(self, draft: Draft) -> bool:
        """Tell whether keys have made all signatures of a draft, so that they stay good."""
        if not draft.signature or draft.auth is Auth.ERC1271:
            return False
        return not draft.consent or self._consents(draft)

    def _consents(self, draft: Draft) -> bool:
        customer = Address(draft.argument.to_bytes(20, "big"))
        message = typed_data.Claim(draft.ticket, customer, draft.deadline)
        try:
            typed_data.verify(message, self._ledger.domain, draft.consent, customer)
        except SignatureMismatch:  # a contract may have consented
            return False
        return True

    def get(self, digest: bytes) -> ReceiptRecord:
        """
        Give the receipt of a signed action.

        Raises:
            NotFound: None was given.
        """
        return self._store.receipt(digest)

    def check(self, receipt: ReceiptRecord) -> None:
        """
        Check that a receipt is worth something: its signer signed it, certified at that time.

        Raises:
            SignatureMismatch: Somebody else signed, or nobody.
            Denied: The signer was not certified.
        """
        message = typed_data.Receipt(receipt.digest, receipt.received_at, receipt.include_by)
        typed_data.verify(message, self._ledger.domain, receipt.signature, receipt.signer)
        changes = [
            one for one in self._ledger.agent_changes(receipt.signer) if one.time <= receipt.received_at
        ]
        certificate = changes[-1].certificate if changes else UNCERTIFIED
        if not certificate.in_force(receipt.received_at):
            raise Denied(f"{receipt.signer} was not certified when the receipt was signed")
