"""Agents are certified and policies published in words that people use."""

import pytest

from supportledger.desk.agents import LANGUAGES, SKILLS, Agents, bit_names
from supportledger.desk.desk import Desk
from supportledger.desk.policies import describe, terms
from supportledger.desk.reasons import Reasons
from supportledger.errors import Denied, InputError, NotFound
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import Address, keccak
from supportledger.model.policy import PolicyTerms
from supportledger.model.refusal import AgentNotFound, AgentStatusInvalid, PolicyNotFound, RoleMissing
from tests.unit.desk.frail import FrailLedger

DAY = 86_400


def test_a_certificate_is_for_something(desk: Desk, ledger: FrailLedger) -> None:
    """Tier, time, skills, languages and credential are in the certificate."""
    desk.agents.certify(
        "keeper", tier=2, valid_for="90d", skills=["wallet", "API"], languages=["zh", "en"], credential="exam"
    )
    found = desk.agents.show("keeper")
    assert found.is_in_force
    assert "keeper" == found.name
    assert (2, 90 * DAY) == (found.certificate.tier, found.certificate.until - found.certificate.from_)
    assert ["wallet", "api"] == bit_names(found.certificate.skills, SKILLS)
    assert ["en", "zh"] == bit_names(found.certificate.languages, LANGUAGES)
    assert keccak(b"exam")[:12] == found.certificate.credential


def test_the_life_of_a_certificate(desk: Desk, ledger: FrailLedger) -> None:
    """A certificate is renewed, suspended, reinstated and revoked, and its history tells so."""
    agents = desk.agents
    agents.certify("keeper")
    agents.renew("keeper", valid_for="730d")
    agents.suspend("keeper")
    assert not agents.show("keeper").is_in_force
    agents.reinstate("keeper")
    assert agents.show("keeper").is_in_force
    ledger.advance(2)
    agents.revoke("keeper", since=ledger.now())
    found = agents.show("keeper")
    assert AgentStatus.REVOKED == found.certificate.status
    assert 5 == len(found.changes)
    with pytest.raises(AgentStatusInvalid):
        agents.reinstate("keeper")


def test_revoking_now_lets_stand_what_is_there(desk: Desk, ledger: FrailLedger) -> None:
    """Revoking waits for the next second, so that an answer a moment ago is not flagged."""
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        ledger.advance(1)

    Agents(ledger, desk.cast, Reasons(desk.store.cabinet), wait).revoke("agent")
    assert 1 == len(waited)
    desk.tickets.verify(ticket).raise_for_failure()


def test_agents_are_listed(desk: Desk) -> None:
    """Everybody who was ever certified is listed, with what they are now."""
    assert ["agent", "senior", "service"] == [one.name for one in desk.agents.list()]
    desk.agents.suspend("senior")
    assert [True, False, True] == [one.is_in_force for one in desk.agents.list()]


def test_who_was_never_certified(desk: Desk) -> None:
    """Somebody without a certificate is not found."""
    with pytest.raises(AgentNotFound):
        desk.agents.show("keeper")


def test_only_a_certifier_certifies(desk: Desk) -> None:
    """The role decides, not the desk."""
    with pytest.raises(RoleMissing) as raised:
        desk.agents.certify("keeper", by="agent")
    assert isinstance(raised.value, Denied)


@pytest.mark.parametrize(
    "wrong", [{"skills": ["juggling"]}, {"languages": ["klingon"]}, {"credential": b"x" * 13}]
)
def test_what_a_certificate_cannot_say(desk: Desk, wrong: dict[str, object]) -> None:
    """Skills and languages have names, and a credential has twelve bytes."""
    with pytest.raises(InputError):
        desk.agents.certify("keeper", **wrong)


def test_bits_without_names(desk: Desk) -> None:
    """Bits that have no name yet are shown by their number."""
    assert ["account", "#31"] == bit_names(1 | 1 << 31, SKILLS)
    assert 32 == len(LANGUAGES) == len(set(LANGUAGES))


def test_an_account_by_its_address(desk: Desk) -> None:
    """An account is named by its address, too; a wrong checksum is not."""
    address = desk.cast.address("keeper")
    desk.agents.certify(str(address))
    assert address == desk.agents.show(address).account
    with pytest.raises(InputError):
        desk.agents.show(str(address).swapcase().replace("X", "x"))


def test_a_policy_is_published_in_words(desk: Desk) -> None:
    """Durations and business hours are read as people write them."""
    promise = terms(first_response="30m", resolution="2d", hours="Mo-Fr 09:00-18:00 +08:00", tier=2)
    published = desk.policies.publish(promise)
    assert promise == desk.policies.show(published.number).terms
    assert (1_800, 0, 2 * DAY, 480) == (
        promise.first_response,
        promise.next_response,
        promise.resolution,
        promise.hours.offset_minutes,
    )


def test_a_policy_is_retired(desk: Desk) -> None:
    """A retired policy is shown as such, and the others are not."""
    desk.policies.retire(2)
    assert [False, True, False, False] == [one.retired for one in desk.policies.list().values()]
    with pytest.raises(PolicyNotFound):
        desk.policies.show(5)


def test_a_promise_nobody_can_keep(desk: Desk) -> None:
    """What the ledger would refuse is refused before anything is paid."""
    with pytest.raises(InputError):
        desk.policies.publish(terms(tier=0))
    with pytest.raises(InputError):
        desk.policies.publish(terms(levels=1, escalate_every="299s"))


def test_a_promise_in_words() -> None:
    """A promise without a text of its own is hashed in words that anyone can write again."""
    promise = terms(first_response="1h", levels=2, escalate_every="1h", hours="Mo-Fr 09:00-18:00 +08:00")
    assert keccak(describe(promise).encode()) == promise.text_hash
    assert "First answer: within 1h." in describe(promise)
    assert "Each later answer: no promise." in describe(promise)
    assert "Mo-Fr 09:00-18:00 +08:00" in describe(promise)
    assert keccak(b"Wir antworten bald.") == terms(text="Wir antworten bald.").text_hash
    assert isinstance(promise, PolicyTerms)


def test_a_log_is_anchored(desk: Desk) -> None:
    """A log's checkpoints follow each other, under its name or its id."""
    desk.anchors.anchor("chat", 10, b"\x01" * 32)
    desk.anchors.anchor(keccak(b"chat"), 12, b"\x02" * 32)
    assert (12, b"\x02" * 32) == (desk.anchors.show("chat").size, desk.anchors.show("chat").root)
    assert [10, 12] == [one.size for one in desk.anchors.history("chat")]
    with pytest.raises(NotFound):
        desk.anchors.show("other")


def test_an_address_is_not_a_name(desk: Desk) -> None:
    """Who is given as an address need not have a name here."""
    assert Address(b"\x11" * 20) == desk.cast.address("0x" + "11" * 20)
    assert desk.cast.name(Address(b"\x11" * 20)) is None
    with pytest.raises(NotFound):
        desk.cast.address("nobody-here")
