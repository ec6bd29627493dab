"""
The proof file, version 1: everything that a stranger needs to verify one ticket, in canonical JSON.

It holds no value that no step of the verifier checks: no block number or transaction hash of an event, no
date of export, no certificate that did not act. What is bound by the ticket's heads (times, certificates,
terms) and what is bound by the block (present certificates) stands in it once.

Source: docs/spec/proof-file.md; proof/schema/proof-v1.json.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError, InputError
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.ticket import STATE_SIZE, Action, TicketState
from supportledger.proof import canonical
from supportledger.proof.evidence import StateProof
from supportledger.proof.json_values import array, hexed, integer, members, octets
from supportledger.proof.proven_entry import ProvenEntry
from supportledger.proof.shown_lines import ShownLines

FORMAT: Final = "supportledger-proof"
VERSION: Final = 1
MEDIA_TYPE: Final = "application/vnd.supportledger.proof+json"
SUFFIX: Final = ".proof.json"
TICKET, ABSENCE = "ticket", "absence"
"""What a file proves: a ticket's history, or that a promised action never came."""
_WORD: Final = 32
_ENVELOPE: Final = {"format", "kind", "version"}
_MEMBERS: Final = {"block", "entries", "ledger", "lines", "policies", "ticket"}
_LISTED: Final = ("agents", "policies", "anchors")
"""What a block shows beside the ticket, in this order."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """
    What a proof file says; nothing of it is believed.

    Args:
        ledger: The contract that it speaks of.
        ticket: The ticket.
        state: Of the ticket, at the block.
        slot: What the ticket's slot holds, at the block; 32 bytes.
        entries: All of them, in order.
        policies: Those that the ticket was opened under and changed to, by number.
        lines: Of the ticket's conversation, with the anchored checkpoint of their log; None where there are
            none, or none are given.
        block: The block's header, the contract's account, and the words of the ticket, of each agent who
            acted (by address), of each policy (by number) and of the log's anchor, with their proofs.
    """

    ledger: Deployment
    ticket: TicketId
    state: TicketState
    slot: bytes
    entries: tuple[ProvenEntry, ...]
    policies: Mapping[int, PolicyTerms]
    lines: ShownLines | None
    block: StateProof

    @property
    def agents(self) -> tuple[Address, ...]:
        """Whose present certificates the block shows: everybody who acted on one, ascending."""
        return tuple(sorted({one.record.actor for one in self.entries if one.certificate is not None}))

    @property
    def _counts(self) -> tuple[int, int, int]:
        return len(self.agents), len(self.policies), 1 if self.lines else 0

    @property
    def name(self) -> str:
        """What the file is called, unless somebody says otherwise."""
        return self.ticket.handle + SUFFIX

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "format": FORMAT,
            "kind": TICKET,
            "version": VERSION,
            "ledger": ledger_to_json(self.ledger),
            "ticket": ticket_to_json(self.ticket, self.state, self.slot),
            "entries": [one.to_json() for one in self.entries],
            "policies": [_policy_to_json(number, terms) for number, terms in sorted(self.policies.items())],
            "lines": self.lines.to_json() if self.lines else None,
            "block": block_to_json(self.block, self._counts),
        }

    def to_bytes(self) -> bytes:
        """
        Write the file.

        Raises:
            BundleFormatError: It would be larger than a reader takes.
        """
        data = canonical.to_bytes(self.to_json())
        if len(data) > canonical.FILE_LIMIT:
            raise BundleFormatError(
                f"the file would have {len(data)} bytes, and {canonical.FILE_LIMIT} are the most possible",
                hint="Disclose fewer fields, for example with --withhold body.",
            )
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read a file, believing nothing (V1).

        Raises:
            BundleFormatError: It is not a proof file of a ticket in this version.
        """
        found = opened(data)
        if found["kind"] != TICKET:
            raise BundleFormatError("the file proves an absence, not a ticket")
        return cls.from_json(found)

    @classmethod
    def from_json(cls, found: Mapping[str, object]) -> Self:
        """
        Read the data of an opened file.

        Raises:
            BundleFormatError: It is not a ticket's.
        """
        parts = members(found, _ENVELOPE | _MEMBERS, "the file")
        ticket, state, slot = ticket_from_json(parts["ticket"])
        if state is None:
            raise BundleFormatError("the ticket has no state")
        listed = enumerate(array(parts["entries"], "entries"))
        entries = tuple(ProvenEntry.from_json(ticket, index, one) for index, one in listed)
        policies = _policies_from_json(parts["policies"])
        if policies.keys() != policies_of(one.record for one in entries):
            raise BundleFormatError("policies are those of the entries, no others and none less")
        lines = None if parts["lines"] is None else ShownLines.from_json(parts["lines"])
        agents = {one.record.actor for one in entries if one.certificate is not None}
        block = block_from_json(parts["block"], (len(agents), len(policies), 1 if lines else 0))
        return cls(ledger_from_json(parts["ledger"]), ticket, state, slot, entries, policies, lines, block)


def opened(data: bytes) -> Mapping[str, object]:
    """
    Open a proof file of a version that this code knows, of whatever kind.

    Raises:
        BundleFormatError: It is none.
    """
    found = canonical.from_bytes(data)
    if found.get("format") != FORMAT:
        raise BundleFormatError(f"the file does not say that its format is {FORMAT}")
    version = found.get("version")
    if version != VERSION or isinstance(version, bool):
        shown = version if isinstance(version, int) else "unknown"
        newer = isinstance(version, int) and version > VERSION
        raise BundleFormatError(
            f"the file has version {shown}, this code knows {VERSION}",
            hint="Use a newer supportledger." if newer else "",
        )
    if found.get("kind") not in (TICKET, ABSENCE):
        raise BundleFormatError(f"the file proves neither a {TICKET} nor an {ABSENCE}")
    return found


def policies_of(entries: Iterable[EntryRecord]) -> set[int]:
    """List the numbers of the policies that entries open a ticket under, or change it to."""
    return {one.argument for one in entries if one.action in {Action.OPEN, Action.REPOLICY}}


def ledger_to_json(ledger: Deployment) -> dict[str, object]:
    """Write which contract is meant."""
    address, code = hexed(ledger.ledger), hexed(ledger.code_hash)
    return {"address": address, "chainId": ledger.chain_id, "codeHash": code}


def ledger_from_json(data: object) -> Deployment:
    """
    Read which contract is meant.

    Raises:
        BundleFormatError: It is malformed.
    """
    parts = members(data, {"address", "chainId", "codeHash"}, "ledger")
    return Deployment(
        integer(parts["chainId"], 53, "chainId"),
        Address(octets(parts["address"], "the ledger's address", 20)),
        octets(parts["codeHash"], "codeHash", _WORD),
    )


def ticket_to_json(ticket: TicketId, state: TicketState | None, slot: bytes) -> dict[str, object]:
    """Write a ticket's id, the four words of its state, and what its slot holds."""
    packed = state.pack() if state else b""
    words = [hexed(packed[at : at + _WORD]) for at in range(0, STATE_SIZE, _WORD)]
    return {"id": hexed(ticket), "slot": hexed(slot), "state": words if state else None}


def ticket_from_json(data: object) -> tuple[TicketId, TicketState | None, bytes]:
    """
    Read a ticket's id, state and slot.

    Raises:
        BundleFormatError: They are malformed, or of a version this code does not know.
    """
    parts = members(data, {"id", "slot", "state"}, "ticket")
    ticket = TicketId(octets(parts["id"], "the ticket's id", _WORD))
    slot = octets(parts["slot"], "the ticket's slot", _WORD)
    if parts["state"] is None:
        return ticket, None, slot
    words = [octets(one, "a word of the state", _WORD) for one in array(parts["state"], "state")]
    try:
        return ticket, TicketState.unpack(b"".join(words)), slot
    except InputError as cause:
        raise BundleFormatError(cause.message, hint=cause.hint) from cause


def block_to_json(block: StateProof, counts: tuple[int, int, int]) -> dict[str, object]:
    """
    Write a block's proofs.

    Args:
        block: With the words of one ticket, then of agents, policies and logs.
        counts: How many there are of the last three.
    """
    words = [[hexed(node) for node in word] for word in block.words]
    found: dict[str, object] = {
        "account": [hexed(node) for node in block.account],
        "header": hexed(block.header),
        "ticket": words[0],
    }
    at = 1
    for name, count in zip(_LISTED, counts, strict=True):
        found[name] = words[at : at + count]
        at += count
    return found


def block_from_json(data: object, counts: tuple[int, int, int]) -> StateProof:
    """
    Read a block's proofs, one for each word that there must be (P5).

    Raises:
        BundleFormatError: They are malformed, or too many or too few.
    """
    parts = members(data, {"account", "header", "ticket", *_LISTED}, "block")
    words = [_nodes(parts["ticket"])]
    for name, count in zip(_LISTED, counts, strict=True):
        listed = array(parts[name], f"the block's {name}")
        if len(listed) != count:
            raise BundleFormatError(f"the block proves {len(listed)} {name}, and {count} are needed")
        words += map(_nodes, listed)
    header = octets(parts["header"], "the block's header")
    return StateProof(header, _nodes(parts["account"]), tuple(words))


def _nodes(data: object) -> tuple[bytes, ...]:
    return tuple(octets(one, "a node of a proof") for one in array(data, "a proof"))


def _policy_to_json(number: int, terms: PolicyTerms) -> dict[str, object]:
    return {
        "gate": hexed(terms.gate),
        "hours": hexed(terms.hours_word.to_bytes(_WORD, "big")),
        "number": number,
        "textHash": hexed(terms.text_hash),
        "word": hexed(terms.word.to_bytes(_WORD, "big")),
    }


def _policies_from_json(data: object) -> dict[int, PolicyTerms]:
    found: dict[int, PolicyTerms] = {}
    for one in array(data, "policies"):
        number, terms = _policy_from_json(one)
        if number <= max(found, default=-1):
            raise BundleFormatError("policies are listed by ascending number, each once")
        found[number] = terms
    return found


def _policy_from_json(data: object) -> tuple[int, PolicyTerms]:
    parts = members(data, {"gate", "hours", "number", "textHash", "word"}, "a policy")
    word, hours = (
        int.from_bytes(octets(parts[name], f"a policy's {name}", _WORD), "big") for name in ("word", "hours")
    )
    gate = Address(octets(parts["gate"], "a policy's gate", 20))
    try:
        policy = Policy.unpack(word, hours, gate, octets(parts["textHash"], "textHash", _WORD))
    except InputError as cause:
        raise BundleFormatError(f"a policy cannot be: {cause.message}") from cause
    if policy.retired:
        raise BundleFormatError("a policy is written as it was published, before it was retired")
    return integer(parts["number"], 16, "a policy's number"), policy.terms
