"""Every value that fits is packed and read back; its word says nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import Address
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.refusal import REFUSALS, Refusal, decode
from supportledger.model.ticket import Status, TicketState


def uint(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << bits) - 1)


def raw(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


addresses = raw(20).map(Address)
states = st.builds(
    TicketState,
    customer=addresses,
    opened_at=uint(40),
    respond_by=uint(40),
    policy=uint(16),
    assignee=addresses,
    resolve_by=uint(40),
    paused_at=uint(40),
    status=st.sampled_from(Status),
    level=uint(8),
    version=st.just(1),
    flags=uint(8),
    rating=uint(8),
    unseen=uint(8),
    staff_run=uint(8),
    tier=uint(8),
    escalated_at=uint(40),
    settled_at=uint(40),
    paused_total=uint(32),
    entries=uint(32),
    customer_seq=uint(32),
    staff_seq=uint(32),
    head=raw(32),
)
agents = st.builds(
    Agent, uint(40), uint(40), st.sampled_from(AgentStatus), uint(8), uint(32), uint(32), raw(12)
)
terms = st.builds(
    PolicyTerms,
    *(uint(32) for _ in range(6)),
    uint(8),
    uint(8),
    st.none() | st.builds(BusinessHours, st.integers(1, (1 << 168) - 1), st.integers(-720, 840)),
    addresses,
    raw(32),
)


@given(states)
def test_states_come_back(state: TicketState) -> None:
    """A ticket's four words hold all of its fields."""
    assert state == TicketState.unpack(state.pack()) == TicketState.from_words(state.words())


@given(states, states)
def test_states_are_told_apart(one: TicketState, other: TicketState) -> None:
    """Two states have one packing only if they are the same."""
    assert (one == other) == (one.pack() == other.pack())


@given(agents)
def test_certificates_come_back(agent: Agent) -> None:
    """A certificate's word holds all of its fields."""
    assert agent == Agent.unpack(agent.word)


@given(terms, st.booleans())
def test_policies_come_back(promise: PolicyTerms, retired: bool) -> None:
    """A policy's words hold all of its fields."""
    policy = Policy(promise, retired)
    assert policy == Policy.unpack(policy.word, promise.hours_word, promise.gate, promise.text_hash)


@given(terms, terms)
def test_terms_are_told_apart(one: PolicyTerms, other: PolicyTerms) -> None:
    """Two promises have one hash only if they are the same."""
    assert (one == other) == (one.hash == other.hash)


@given(terms, terms, terms)
def test_strictness_is_an_order(one: PolicyTerms, other: PolicyTerms, third: PolicyTerms) -> None:
    """No policy is looser than itself, and what is no looser twice is no looser at once."""
    assert one.is_no_looser_than(one)
    if one.is_no_looser_than(other) and other.is_no_looser_than(third):
        assert one.is_no_looser_than(third)


@given(st.sampled_from(sorted(REFUSALS)), st.data())
def test_refusals_come_back(name: str, data: st.DataObject) -> None:
    """Whatever the contract argues, the exception argues the same."""
    cls = REFUSALS[name]
    body = b"".join(
        bytes(12) + data.draw(raw(20))
        if one.kind == "address"
        else data.draw(raw(32))
        if one.kind == "bytes32"
        else data.draw(uint(int(one.kind.removeprefix("uint")))).to_bytes(32)
        for one in cls.parameters
    )
    read = decode(cls.selector() + body)
    assert isinstance(read, Refusal)
    assert cls.selector() + body == read.encode()


@given(st.binary(max_size=140))
def test_any_bytes_are_a_refusal_or_nothing(data: bytes) -> None:
    """No bytes that a node may send break the reader."""
    read = decode(data)
    assert read is None or data == read.encode()
