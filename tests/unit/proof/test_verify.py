"""Step by step: what passes, what fails and names the entry, what is said not to be checked."""

from dataclasses import replace

import pytest

from supportledger.errors import CommitmentMismatch
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.history import History, Position
from supportledger.model.ids import Address
from supportledger.model.ticket import Action, Auth, Flag, Status
from supportledger.proof import typed_data
from supportledger.proof.commitment import commit, context
from supportledger.proof.evidence import Evidence, Signed
from supportledger.proof.fields import Fields
from supportledger.proof.signature import address_of
from supportledger.proof.verdict import STEPS, TICKET_STEPS, Conclusion, Result, Step, Verdict
from supportledger.proof.verify import verify_ticket
from tests.unit.model.stories import DEPLOYMENT, REGISTRY, Story, whole_story
from tests.vectors import lifecycle_cases
from tests.vectors.lifecycle_cases import AGENT, COLLEAGUE, CUSTOMER, SUPERVISOR, T

KEYS = {
    lifecycle_cases.account(name): lifecycle_cases.key(name)
    for name in ("customer", "agent", "colleague", "supervisor")
}
DOMAIN = typed_data.Domain(DEPLOYMENT.chain_id, DEPLOYMENT.ledger)
SALT = bytes(32)


def content(index: int, text: str = "words") -> Fields:
    """Give the content of an entry."""
    return Fields.create({"body": f"{text} {index}", "kind": "message"}, salt=lambda _: SALT)


def committing(story: Story, action: Action, actor: Address) -> bytes:
    """Commit to the content of the next entry."""
    ticket = SALT if action == Action.OPEN else story.ticket
    place = context(DEPLOYMENT.chain_id, DEPLOYMENT.ledger, ticket, action, actor)
    return commit(content(len(story.entries)), place)


def signed(story: Story, index: int) -> Signed:
    """Sign an entry as its actor, and consent to a claim."""
    entry, deadline = story.entries[index], story.entries[index].time + 600
    key = KEYS[entry.actor]
    if entry.action == Action.OPEN:
        terms = REGISTRY.policies[entry.argument].values[0].terms.hash
        message = typed_data.Open(entry.actor, entry.actor, entry.argument, terms, entry.commitment, deadline)
    else:
        message = typed_data.Action(
            story.ticket,
            str(entry.action),
            entry.argument,
            entry.actor,
            story.sequences[index],
            entry.seen,
            entry.commitment,
            deadline,
        )
    consent = b""
    if entry.action == Action.CLAIM:
        claim = typed_data.Claim(story.ticket, CUSTOMER, deadline)
        consent = typed_data.sign(claim, DOMAIN, KEYS[CUSTOMER])
    return Signed(typed_data.sign(message, DOMAIN, key), deadline, consent)


def evidence_of(story: Story) -> Evidence:
    """Everything there is about a story."""
    signing = [entry.index for entry in story.entries if entry.auth == Auth.ECDSA]
    return Evidence(
        ticket=story.ticket,
        ledger=DEPLOYMENT,
        entries=story.entries,
        registry=REGISTRY,
        slot=story.state.hash(),
        state=story.state,
        signatures={index: signed(story, index) for index in signing},
        contents={entry.index: content(entry.index) for entry in story.entries if any(entry.commitment)},
        as_of=(500, T + 86_400),
    )


STORY = whole_story(auth=Auth.ECDSA, commit=committing)
KEYLESS = whole_story(keyless=True, auth=Auth.ECDSA, commit=committing)
WHOLE = evidence_of(STORY)
ANSWER, REPLY, NOTE = 5, 6, 7  # places in the story


def verify(evidence: Evidence = WHOLE, **changes: object) -> Verdict:
    """Verify, with something changed."""
    return verify_ticket(replace(evidence, **changes), DEPLOYMENT)


def step(number: int, verdict: Verdict) -> Step:
    """Give one step of a verdict."""
    return verdict.steps[number - 1]


def failing(verdict: Verdict) -> dict[int, int | None]:
    """Give the failed steps, with the entries that they name."""
    return {one.number: one.entry for one in verdict.steps if one.result == Result.FAILED}


def without(held: dict[int, object], *indexes: int) -> dict[int, object]:
    """Hold all but these."""
    return {index: one for index, one in held.items() if index not in indexes}


class TestVerified:
    @pytest.mark.parametrize("story", [STORY, KEYLESS], ids=["keyed", "keyless"])
    def test_what_holds_is_verified(self, story: Story) -> None:
        """Every required step passes, and nothing is raised."""
        verdict = verify(evidence_of(story))
        verdict.raise_for_failure()
        assert Conclusion.VERIFIED == verdict.verdict
        assert TICKET_STEPS == {one.number for one in verdict.steps if one.result == Result.PASSED}

    @pytest.mark.parametrize("number", sorted(set(STEPS) - TICKET_STEPS))
    def test_other_steps_say_why_they_are_not_checked(self, number: int) -> None:
        """A ticket's verification has no file, no proof, no trusted block and no anchored lines."""
        found = step(number, verify())
        assert Result.NOT_CHECKED == found.result
        assert len(found.detail) > 10

    def test_a_state_need_not_be_claimed(self) -> None:
        """Without a claimed state the slot decides."""
        assert Conclusion.VERIFIED == verify(state=None).verdict


class TestLedger:
    @pytest.mark.parametrize(
        "other", [{"chain_id": 1}, {"ledger": Address(bytes(20))}, {"code_hash": bytes(32)}], ids=str
    )
    def test_is_the_one_that_the_verifier_named(self, other: dict[str, object]) -> None:
        """Another chain, address or code fails step 2, and what was named is what counts elsewhere."""
        assert {2: None} == failing(verify(ledger=replace(DEPLOYMENT, **other)))

    def test_evidence_of_another_ledger_does_not_replay(self) -> None:
        """A ticket's id belongs to one ledger: the verifier's, not the evidence's."""
        verdict = verify_ticket(WHOLE, replace(DEPLOYMENT, chain_id=1))
        assert {2, 3} <= set(failing(verdict))


class TestReplay:
    def test_names_the_entry_that_does_not_follow(self) -> None:
        """A broken rule fails step 3, and what stands on it is not checked."""
        verdict = verify(entries=STORY.tampered(ANSWER, argument=4))
        assert ANSWER == failing(verdict)[3]
        assert {"depends on 3"} == {step(number, verdict).detail for number in (4, 6, 10, 11)}

    def test_missing_entry_is_noticed(self) -> None:
        """An entry left out fails step 3 at its place."""
        assert REPLY == failing(verify(entries=[*STORY.entries[:REPLY], *STORY.entries[REPLY + 1 :]]))[3]

    def test_claimed_state_is_what_replay_gives(self) -> None:
        """A claimed state with another field fails step 3, and the field is named."""
        verdict = verify(state=STORY.state._replace(flags=0, level=0))
        assert {3: None} == failing(verdict)
        assert f"flags is {STORY.state.flags}, not 0" in step(3, verdict).detail
        assert STORY.state.has(Flag.LATE_FIRST)


class TestHeads:
    def test_claimed_head_is_what_the_entries_make(self) -> None:
        """A claimed state with another head fails step 4 alone."""
        assert {4: None} == failing(verify(state=STORY.state._replace(head=SALT)))

    def test_an_altered_commitment_changes_head_slot_and_content(self) -> None:
        """Exchanging what an answer committed to is noticed in four places."""
        verdict = verify(entries=STORY.tampered(ANSWER, commitment=b"\x01" * 32))
        assert {4: None, 5: ANSWER, 6: None, 9: ANSWER} == failing(verdict)


class TestSignatures:
    def test_counts_what_there_is(self) -> None:
        """Signed, sent and recorded entries are told apart."""
        story = Story(keyless=True, auth=Auth.ECDSA, commit=committing)
        story.act(Action.REPLY).act(Action.ANSWER, argument=2).act(Action.NOTE, auth=Auth.SENT)
        detail = step(5, verify(evidence_of(story))).detail
        assert "1 recover to their actors; 1 sent by the actor; 2 recorded by the desk" == detail

    @pytest.mark.parametrize("index", [0, ANSWER, REPLY])
    def test_another_signer_is_named(self, index: int) -> None:
        """A signature by somebody else fails step 5 at its entry."""
        thief = typed_data.sign(typed_data.Claim(SALT, CUSTOMER, 1), DOMAIN, KEYS[SUPERVISOR])
        forged = replace(WHOLE.signatures[index], signature=thief)
        assert {5: index} == failing(verify(signatures={**WHOLE.signatures, index: forged}))

    @pytest.mark.parametrize("signature", [b"\x01", b"\x01" * 65, b"\xff" * 64 + b"\x1b"], ids=len)
    def test_what_is_no_signature_is_named(self, signature: bytes) -> None:
        """Bytes that are no signature fail step 5."""
        forged = replace(WHOLE.signatures[ANSWER], signature=signature)
        assert {5: ANSWER} == failing(verify(signatures={**WHOLE.signatures, ANSWER: forged}))

    def test_signature_for_another_sequence_is_not_this_ones(self) -> None:
        """A signature taken from another entry of the same actor does not fit."""
        other = next(entry.index for entry in STORY.entries[REPLY + 1 :] if entry.action == Action.REPLY)
        swapped = {**WHOLE.signatures, REPLY: WHOLE.signatures[other]}
        assert {5: REPLY} == failing(verify(signatures=swapped))

    @pytest.mark.parametrize("seconds", [-1, 30 * 86_400 + 1])
    def test_signature_was_in_time(self, seconds: int) -> None:
        """A deadline before the entry, or more than 30 days after it, is none that the ledger accepts."""
        entry = STORY.entries[ANSWER]
        late = replace(WHOLE.signatures[ANSWER], deadline=entry.time + seconds)
        assert {5: ANSWER} == failing(verify(signatures={**WHOLE.signatures, ANSWER: late}))

    def test_missing_signature_is_not_checked_and_named(self) -> None:
        """A signature that nobody has makes the verdict incomplete, and says of which entry."""
        verdict = verify(signatures=without(WHOLE.signatures, ANSWER, REPLY))
        assert (Conclusion.INCOMPLETE, Result.NOT_CHECKED) == (verdict.verdict, step(5, verdict).result)
        assert f"signature of entry {ANSWER}, the signature of entry {REPLY}" in step(5, verdict).detail

    def test_contract_wallets_pass_with_a_note(self) -> None:
        """What the ledger accepted by ERC-1271 cannot be verified again, and says so."""
        story = Story(auth=Auth.ERC1271, commit=committing).act(Action.ANSWER, argument=2, auth=Auth.ECDSA)
        verdict = verify(evidence_of(story))
        assert Conclusion.VERIFIED == verdict.verdict
        assert "accepted by the ledger from a contract wallet, not re-verifiable" in step(5, verdict).detail

    def test_stands_on_no_other_step(self) -> None:
        """Signatures are checked even where the replay fails."""
        verdict = verify(entries=STORY.tampered(1, actor=AGENT, argument=7))
        assert 1 == failing(verdict)[3]
        assert Result.PASSED != step(5, verdict).result
        assert "depends" not in step(5, verdict).detail


class TestConsent:
    WHOLE = evidence_of(KEYLESS)
    CLAIM = next(entry.index for entry in KEYLESS.entries if entry.action == Action.CLAIM)

    @pytest.mark.parametrize("consent", [b"", b"\x01" * 65])
    def test_without_proof_is_not_checked(self, consent: bytes) -> None:
        """A claim whose consent is missing, or recovers to nobody, is not shown to be the customer's."""
        held = replace(self.WHOLE.signatures[self.CLAIM], consent=consent)
        verdict = verify(self.WHOLE, signatures={**self.WHOLE.signatures, self.CLAIM: held})
        assert (Conclusion.INCOMPLETE, {}) == (verdict.verdict, failing(verdict))
        assert f"consent to entry {self.CLAIM}" in step(5, verdict).detail


class TestSlot:
    def test_holds_the_hash_of_the_state(self) -> None:
        """Another value in the slot fails step 6."""
        assert {6: None} == failing(verify(slot=b"\x01" * 32))

    def test_empty_slot_holds_no_ticket(self) -> None:
        """Events of a ticket that the ledger does not have prove nothing."""
        assert {6: None} == failing(verify(slot=bytes(32)))

    def test_unread_slot_is_not_checked(self) -> None:
        """Without the slot the verdict is incomplete."""
        verdict = verify(slot=None)
        assert (Conclusion.INCOMPLETE, Result.NOT_CHECKED) == (verdict.verdict, step(6, verdict).result)

    def test_omitting_the_end_is_noticed(self) -> None:
        """Events without the last one replay, but not to the slot."""
        assert {6: None} == failing(verify(entries=STORY.entries[:-1], state=None))


class TestContents:
    def test_altered_content_is_named(self) -> None:
        """One altered text fails step 9 and names its entry."""
        verdict = verify(contents={**WHOLE.contents, ANSWER: content(ANSWER, "other words")})
        assert {9: ANSWER} == failing(verdict)
        with pytest.raises(CommitmentMismatch, match=f"step 9 .contents.: entry {ANSWER}, Answer") as caught:
            verdict.raise_for_failure()
        assert ANSWER == caught.value.entry

    def test_exchanged_contents_are_named(self) -> None:
        """A content that belongs to another entry is not this one's."""
        swapped = {**WHOLE.contents, ANSWER: content(REPLY), REPLY: content(ANSWER)}
        assert {9: ANSWER} == failing(verify(contents=swapped))

    def test_unreadable_content_is_named(self) -> None:
        """A content that lies there and cannot be read was altered."""
        verdict = verify(contents=without(WHOLE.contents, REPLY), unreadable={REPLY: "not valid UTF-8"})
        assert ({9: REPLY}, True) == (failing(verdict), "not valid UTF-8" in step(9, verdict).detail)

    def test_content_not_held_is_not_checked_and_named(self) -> None:
        """An answer whose content the verifier does not hold makes the verdict incomplete, and says so."""
        verdict = verify(contents=without(WHOLE.contents, ANSWER))
        assert (Conclusion.INCOMPLETE, Result.NOT_CHECKED) == (verdict.verdict, step(9, verdict).result)
        assert step(9, verdict).detail.endswith(f"not held: that of entry {ANSWER}")

    def test_many_are_counted(self) -> None:
        """A verifier who holds nothing learns how much there is."""
        detail = step(9, verify(contents={})).detail
        assert detail.startswith("0 contents match; not held: that of entries 0, 5, 6")

    def test_altered_weighs_more_than_missing(self) -> None:
        """With one altered and another not held, the altered one is named."""
        held = {**without(WHOLE.contents, 0), REPLY: content(REPLY, "other words")}
        assert {9: REPLY} == failing(verify(contents=held))


class TestAuthority:
    @pytest.mark.parametrize(("since", "first"), [(T, ANSWER), (STORY.entries[ANSWER].time, ANSWER)])
    def test_revoked_since_an_earlier_time_is_named(self, since: int, first: int) -> None:
        """A revocation as of a time fails step 10 for the first entry at or after it."""
        assert {10: first} == failing(verify(registry=_revoked(COLLEAGUE, since)))

    def test_revocation_counts_from_its_time(self) -> None:
        """Answers before that time stand, the next one does not."""
        since = STORY.entries[ANSWER].time + 1
        assert {10: 10} == failing(verify(registry=_revoked(COLLEAGUE, since)))
        assert COLLEAGUE == STORY.entries[10].actor

    def test_later_revocation_changes_nothing(self) -> None:
        """An agent revoked after their last entry has answered with authority."""
        assert Conclusion.VERIFIED == verify(registry=_revoked(COLLEAGUE, STORY.now)).verdict

    def test_suspension_changes_nothing(self) -> None:
        """Who is suspended now was certified then."""
        suspended = Agent(1, 1 << 39, AgentStatus.SUSPENDED, 2)
        assert Conclusion.VERIFIED == verify(registry=_now(COLLEAGUE, suspended)).verdict

    def test_counts_what_agents_did(self) -> None:
        """Supervisors act by their role, customers and strangers by none: they are not counted."""
        assert "7 entries by agents in force" == step(10, verify()).detail

    def test_recording_needs_authority_too(self) -> None:
        """Who recorded a keyless customer's opening is checked as well."""
        verdict = verify(evidence_of(KEYLESS), registry=_revoked(AGENT, T))
        assert {10: 0} == failing(verdict)


class TestReach:
    def test_names_block_and_time(self) -> None:
        """A verdict says up to when it is complete, and that a rated and closed ticket is final."""
        expected = "complete as of block 500, 2023-11-15 22:13:20 UTC; later entries: impossible"
        assert (Status.CLOSED, expected) == (STORY.state.status, verify().reach)

    def test_an_open_ticket_may_go_on(self) -> None:
        """Nobody knows what comes."""
        assert verify(evidence_of(Story(auth=Auth.ECDSA, commit=committing))).reach.endswith(
            "entries: unknown"
        )

    def test_without_a_block_nothing_is_said_of_the_end(self) -> None:
        """Events of unknown completeness reach as far as they go."""
        assert "as far as the events that were given" in verify(as_of=None).reach


def _now(account: Address, agent: Agent) -> object:
    changes = [*REGISTRY.agents[account].changes, (Position(9_999, 0), agent)]
    return replace(REGISTRY, agents={**REGISTRY.agents, account: History(changes)})


def _revoked(account: Address, since: int) -> object:
    return _now(account, Agent(1, since, AgentStatus.REVOKED, 2))


def test_the_keys_are_those_of_the_actors() -> None:
    """The accounts of these tests can sign."""
    assert set(KEYS) == {address_of(key) for key in KEYS.values()}
