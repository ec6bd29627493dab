"""A ticket is what its events make of it, and events that do not follow from each other make none."""

from dataclasses import replace

import pytest

from supportledger.errors import ReplayMismatch
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.history import History, Position, Registry
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.refusal import Refusal
from supportledger.model.replay import advance, replay
from supportledger.model.ticket import Action, Auth, Status
from tests.unit.model.stories import DEPLOYMENT, REGISTRY, Story, whole_story
from tests.vectors.lifecycle_cases import AGENT, COLLEAGUE, CUSTOMER, GATE, STRANGER, SUPERVISOR, T

STORY = whole_story()
KEYLESS = whole_story(keyless=True)


def broken(
    entries: list[EntryRecord], registry: Registry = REGISTRY, ticket: TicketId = STORY.ticket
) -> ReplayMismatch:
    """Replay, and give what is wrong."""
    with pytest.raises(ReplayMismatch) as caught:
        replay(ticket, entries, registry, DEPLOYMENT)
    return caught.value


class TestReplay:
    @pytest.mark.parametrize("story", [STORY, KEYLESS], ids=["keyed", "keyless"])
    def test_events_give_the_state(self, story: Story) -> None:
        """From the events alone come the same state, with the same head."""
        assert story.state == story.replayed().state

    @pytest.mark.parametrize("story", [STORY, KEYLESS], ids=["keyed", "keyless"])
    def test_every_action_is_in_the_story(self, story: Story) -> None:
        """The stories of these tests leave no action out."""
        assert set(Action) - {Action.CLAIM} <= {entry.action for entry in story.entries}

    def test_every_entry_has_its_outcome(self) -> None:
        """The state, head and authority after each entry are at hand."""
        replayed = STORY.replayed()
        assert list(range(1, len(STORY.entries) + 1)) == [one.state.entries for one in replayed.outcomes]
        assert STORY.entries == list(replayed.entries)

    def test_goes_on_from_a_state(self) -> None:
        """One more event is applied to what is known, without replaying the rest."""
        state = None
        for entry in STORY.entries:
            state = advance(STORY.ticket, state, entry, REGISTRY, DEPLOYMENT).state
        assert STORY.state == state

    def test_signed_opening_passes_its_gate(self) -> None:
        """That the sender was the gate is the ledger's to know; the customer's signature is required."""
        gated = Story(policy=3, auth=Auth.ECDSA)
        assert GATE != CUSTOMER
        assert Status.OPEN == gated.replayed().state.status
        assert 0 == broken(gated.tampered(0, auth=Auth.SENT), ticket=gated.ticket).entry


class TestOrder:
    def test_nothing_is_no_ticket(self) -> None:
        """A ticket has at least its opening."""
        assert 0 == broken([]).entry

    @pytest.mark.parametrize("missing", [0, 1, 5])
    def test_none_is_missing(self, missing: int) -> None:
        """An entry left out is noticed at its place."""
        assert missing == broken(STORY.entries[:missing] + STORY.entries[missing + 1 :]).entry

    def test_none_comes_twice(self) -> None:
        """An entry repeated is noticed at its second place."""
        assert 3 == broken([*STORY.entries[:3], STORY.entries[2]]).entry

    def test_none_changes_places(self) -> None:
        """Two entries exchanged are noticed at the first."""
        first, second = STORY.entries[5:7]
        assert 5 == broken([*STORY.entries[:5], second, first]).entry

    def test_all_are_of_the_ticket(self) -> None:
        """An entry of another ticket does not belong here."""
        assert 4 == broken(STORY.tampered(4, ticket=TicketId(b"\x07" * 32))).entry

    def test_places_on_the_chain_ascend(self) -> None:
        """Entries come in the order of the chain."""
        assert 4 == broken(STORY.tampered(4, block_number=100)).entry

    def test_id_follows_from_the_opening(self) -> None:
        """Another opener, commitment or ledger makes another ticket."""
        assert 0 == broken(STORY.tampered(0, commitment=b"\x01" * 32)).entry
        assert 0 == broken(STORY.tampered(0, actor=STRANGER)).entry
        elsewhere = Deployment(1, DEPLOYMENT.ledger, DEPLOYMENT.code_hash)
        with pytest.raises(ReplayMismatch, match="make the id"):
            replay(STORY.ticket, STORY.entries, REGISTRY, elsewhere)


class TestRules:
    @pytest.mark.parametrize(
        ("index", "changes"),
        [
            (0, {"action": Action.REPLY}),
            (0, {"argument": 2 << 16}),
            (0, {"argument": 9}),
            (0, {"seen": 1}),
            (1, {"actor": STRANGER, "argument": int.from_bytes(STRANGER)}),
            (2, {"auth": Auth.ECDSA}),
            (2, {"time": T}),
            (3, {"actor": AGENT}),
            (3, {"argument": 8}),
            (5, {"actor": SUPERVISOR}),
            (5, {"seen": 2}),
            (6, {"actor": STRANGER}),
            (6, {"auth": Auth.RECORDED}),
            (6, {"argument": 2}),
            (6, {"argument": -1}),
            (13, {"argument": 6}),
            (14, {"argument": 1}),
        ],
        ids=str,
    )
    def test_what_the_ledger_refuses_is_refused(self, index: int, changes: dict[str, object]) -> None:
        """An entry that the rules do not allow is named."""
        found = broken(STORY.tampered(index, **changes))
        assert index == found.entry
        assert found.message.startswith(f"entry {index}, ")

    def test_the_refusal_is_the_cause(self) -> None:
        """What the ledger would have said is kept."""
        assert isinstance(broken(STORY.tampered(6, actor=STRANGER)).__cause__, Refusal)

    @pytest.mark.parametrize("bit", [1 << 48, 1 << 40, 1])
    def test_an_escalation_names_what_the_rules_name(self, bit: int) -> None:
        """Clock, level and deadline in its event are computed, not believed."""
        found = broken(STORY.tampered(2, argument=STORY.entries[2].argument ^ bit))
        assert (2, True) == (found.entry, "argument" in found.message)

    def test_what_is_recorded_is_marked(self) -> None:
        """A keyless customer's message cannot pass as signed."""
        story = Story(keyless=True).act(Action.REPLY)
        assert 1 == broken(story.tampered(1, auth=Auth.ECDSA), ticket=story.ticket).entry


class TestAuthority:
    def test_certificates_count_from_their_place(self) -> None:
        """A certificate given in the same block, but after the ticket was assigned, does not cover it."""
        late = History([(Position(104, 1), Agent(1, T * 2, AgentStatus.CERTIFIED, 2))])
        assert 4 == broken(STORY.entries, _with_agent(COLLEAGUE, late)).entry

    def test_later_changes_rewrite_nothing(self) -> None:
        """A revocation after the last entry leaves the state as it was."""
        given = REGISTRY.agents[COLLEAGUE].changes
        revoked = Agent(1, T, AgentStatus.REVOKED, 2)
        registry = _with_agent(COLLEAGUE, History([*given, (Position(999, 0), revoked)]))
        assert STORY.state == replay(STORY.ticket, STORY.entries, registry, DEPLOYMENT).state

    def test_another_certificate_makes_another_head(self) -> None:
        """The words that an agent acted under are bound into the head."""
        other = History([(Position(1, 1), Agent(2, 1 << 39, AgentStatus.CERTIFIED, 2))])
        state = replay(STORY.ticket, STORY.entries, _with_agent(COLLEAGUE, other), DEPLOYMENT).state
        assert STORY.state._replace(head=state.head) == state
        assert STORY.state.head != state.head

    def test_supervisors_are_known_by_their_role(self) -> None:
        """Without the role at that place there is no change of policy."""
        assert 3 == broken(STORY.entries, replace(REGISTRY, supervisors={})).entry

    def test_successor_is_the_one_named_before(self) -> None:
        """Closing names no ledger that nobody had named."""
        assert 14 == broken(STORY.entries, replace(REGISTRY, successor=History())).entry

    def test_policy_is_published_before(self) -> None:
        """A ticket is not opened under a policy of the future."""
        late = {**REGISTRY.policies, 1: History([(Position(100, 1), REGISTRY.policies[1].values[0])])}
        assert 0 == broken(STORY.entries, replace(REGISTRY, policies=late)).entry


def _with_agent(account: Address, history: History[Agent]) -> Registry:
    return replace(REGISTRY, agents={**REGISTRY.agents, account: history})
