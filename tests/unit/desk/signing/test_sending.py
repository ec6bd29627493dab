"""A wallet elsewhere changes certificates and promises: what is done, the ledger says, and nobody else."""

import pytest

from supportledger.chain.memory import CERTIFIER_ROLE
from supportledger.chain.signer import local_signer
from supportledger.desk.agents import new_certificate
from supportledger.desk.desk import Desk
from supportledger.desk.policies import terms
from supportledger.desk.reasons import LONGEST
from supportledger.desk.signing.sending import Asked, Fate
from supportledger.errors import InputError, NotFound
from supportledger.model.changes import CertificateChange, Publication, Retirement, Sent, Verb
from supportledger.model.refusal import AgentStatusInvalid, RoleMissing
from tests.unit.desk.frail import FrailLedger

CERTIFIER, SUPERVISOR, AGENT = (local_signer(one) for one in ("certifier", "supervisor", "agent"))
BY = CERTIFIER.address
HASH = b"\x17" * 32


@pytest.fixture
def asked(desk: Desk) -> Asked:
    """A suspension that a certifier wants their wallet to send."""
    change = desk.sending.certificate(Verb.SUSPEND, AGENT.address)
    return desk.sending.ask(change, BY, reason="On leave")


def test_what_a_wallet_is_given(desk: Desk, asked: Asked) -> None:
    """The transaction goes to the ledger, on its chain, and is what the desk reads again later."""
    deployment = desk.ledger.deployment
    assert (deployment.ledger, deployment.chain_id, BY) == (asked.target, asked.chain_id, asked.by)
    assert desk.ledger.input_of(asked.change) == asked.data
    assert [asked] == desk.sending.pending(BY)
    assert asked == desk.sending.asked(asked.id, BY)


def test_it_is_done_by_its_event(desk: Desk, asked: Asked) -> None:
    """No hash is needed: who went away before it came here finds it done, with the reason kept."""
    assert Fate.UNTOLD is desk.sending.look(asked.id, BY).fate
    done = desk.ledger.suspend(CERTIFIER, AGENT.address)
    assert Fate.DONE is desk.sending.look(asked.id, BY).fate
    assert {done.transaction: "On leave"} == desk.agents.reasons(AGENT.address)
    assert [] == desk.sending.pending(BY)
    with pytest.raises(NotFound, match="nothing of that name"):
        desk.sending.look(asked.id, BY)


def test_a_wallet_that_sent_it_again_at_a_higher_fee(desk: Desk, asked: Asked) -> None:
    """Another hash than the one that was told does it as well."""
    desk.sending.tell(asked.id, BY, HASH)
    done = desk.ledger.suspend(CERTIFIER, AGENT.address)
    assert Fate.DONE is desk.sending.look(asked.id, BY).fate
    assert {done.transaction} == set(desk.agents.reasons(AGENT.address))


def test_what_was_done_before_it_was_asked_for_is_something_else(desk: Desk) -> None:
    """An event of the same change from before does not make it done; nor one of another certifier."""
    desk.ledger.suspend(CERTIFIER, AGENT.address)
    desk.ledger.reinstate(CERTIFIER, AGENT.address)
    asked = desk.sending.ask(desk.sending.certificate(Verb.SUSPEND, AGENT.address), BY)
    assert Fate.UNTOLD is desk.sending.look(asked.id, BY).fate


@pytest.mark.parametrize(
    ("sent", "count", "fate"),
    [
        (None, 0, Fate.UNKNOWN),
        (Sent(BY, 4), 4, Fate.WAITING),
        (Sent(BY, 4), 5, Fate.REPLACED),
        (Sent(BY, 4, 9, succeeded=False), 5, Fate.REFUSED),
        (Sent(BY, 4, 9, succeeded=True), 5, Fate.OTHER),
        (Sent(SUPERVISOR.address, 4, 9, succeeded=True), 5, Fate.FOREIGN),
    ],
)
def test_why_it_is_not_done(  # noqa: PLR0917 -- two parts of them are fixtures
    desk: Desk, ledger: FrailLedger, asked: Asked, monkeypatch: pytest.MonkeyPatch, sent, count, fate
) -> None:
    """What the node knows of the hash tells why nothing is done; nothing is kept as done by it."""
    monkeypatch.setattr(ledger, "sent", lambda _: sent)
    monkeypatch.setattr(ledger, "count", lambda _: count)
    desk.sending.tell(asked.id, BY, HASH)
    assert fate is desk.sending.look(asked.id, BY).fate
    assert {} == desk.agents.reasons(AGENT.address)
    assert HASH == desk.sending.asked(asked.id, BY).transaction


def test_a_transaction_that_was_seen_and_is_gone(
    desk: Desk, ledger: FrailLedger, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its place is remembered: once another has taken it, it will never be mined; before that, it may be."""
    counts = [4, 4, 5]
    seen = iter([Sent(BY, 4), None, None])
    monkeypatch.setattr(ledger, "sent", lambda _: next(seen))
    monkeypatch.setattr(ledger, "count", lambda _: counts.pop(0))
    desk.sending.tell(asked.id, BY, HASH)
    fates = [desk.sending.look(asked.id, BY).fate for _ in range(3)]
    assert [Fate.WAITING, Fate.UNKNOWN, Fate.REPLACED] == fates
    assert [True, True, False] == [one.is_open for one in fates]


def test_a_refusal_says_why(
    desk: Desk, ledger: FrailLedger, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else was faster: the ledger's own reason is told."""
    desk.ledger.grant(local_signer("admin"), CERTIFIER_ROLE, SUPERVISOR.address)
    desk.ledger.suspend(SUPERVISOR, AGENT.address)
    monkeypatch.setattr(ledger, "sent", lambda _: Sent(BY, 4, 9, succeeded=False))
    desk.sending.tell(asked.id, BY, HASH)
    assert isinstance(desk.sending.look(asked.id, BY).refusal, AgentStatusInvalid)


def test_who_may_not_is_told_before_they_pay(desk: Desk) -> None:
    """The ledger is asked first; nothing is written down of what it would refuse."""
    with pytest.raises(RoleMissing):
        desk.sending.ask(Retirement(1), BY)
    with pytest.raises(InputError, match="at most"):
        desk.sending.ask(desk.sending.certificate(Verb.REVOKE, AGENT.address), BY, reason="x" * (LONGEST + 1))
    assert [] == desk.sending.pending(BY)


def test_others_cannot_even_see_it(desk: Desk, asked: Asked) -> None:
    """What is asked of somebody's wallet is theirs: others can neither tell, look, nor forget."""
    other = SUPERVISOR.address
    for touch in (
        lambda: desk.sending.tell(asked.id, other, HASH),
        lambda: desk.sending.look(asked.id, other),
        lambda: desk.sending.forget(asked.id, other),
        lambda: desk.sending.asked(asked.id, other),
    ):
        with pytest.raises(NotFound, match="nothing of that name"):
            touch()
    assert [] == desk.sending.pending(other)
    desk.sending.forget(asked.id, BY)
    assert [] == desk.sending.pending(BY)


@pytest.mark.parametrize("wrong", [b"", b"\x17" * 31, b"\x17" * 33])
def test_a_hash_has_32_bytes(desk: Desk, asked: Asked, wrong: bytes) -> None:
    """Something else than a hash is not taken down."""
    with pytest.raises(InputError, match="32 bytes"):
        desk.sending.tell(asked.id, BY, wrong)


def test_each_kind_of_change_is_read_as_it_was_written(desk: Desk) -> None:
    """Certificates, promises with hours and a gate, and retirements come out of the cabinet unchanged."""
    until = desk.ledger.now() + 86_400
    new = new_certificate(until=until, tier=2, skills=["wallet"], languages=["zh"], credential="Exam")
    promise = terms(first_response="1h", hours="Mo-Fr 09:00-18:00 +08:00", gate=BY, tier=2)
    account = local_signer("customer").address
    for change, by in (
        (CertificateChange(Verb.CERTIFY, account, new), CERTIFIER),
        (Publication(promise), SUPERVISOR),
        (Retirement(1), SUPERVISOR),
    ):
        asked = desk.sending.ask(change, by.address)
        assert change == desk.sending.asked(asked.id, by.address).change


def test_a_whole_certificate_is_not_guessed(desk: Desk) -> None:
    """Only what changes the status of a certificate follows from what the ledger has."""
    with pytest.raises(InputError, match="whole certificate"):
        desk.sending.certificate(Verb.CERTIFY, AGENT.address)
