"""Which function of the contract makes a change of a certificate or a promise, and with what."""

from supportledger.chain.calls import Calls
from supportledger.model.changes import CertificateChange, Change, Publication, Verb


def input_of(calls: Calls, change: Change) -> bytes:
    """Make the input of the transaction that makes a change."""
    if isinstance(change, CertificateChange):
        return calls(change.verb, change.account, *_more(change))
    if isinstance(change, Publication):
        terms = change.terms
        return calls("publishPolicy", terms.word, terms.hours_word, terms.gate, terms.text_hash)
    return calls("retirePolicy", change.policy)


def _more(change: CertificateChange) -> tuple[int, ...]:
    """Give what a function needs beside whose certificate it is."""
    if change.verb is Verb.CERTIFY:
        return (change.result.word,)
    return (change.result.until,) if change.verb is Verb.REVOKE else ()
