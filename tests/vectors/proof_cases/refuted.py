"""Cases that fail at a later step: well-formed, and not true."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import rfc8785
from rlp import decode, encode
from rlp.codec import length_prefix

from supportledger.chain.signer import local_signer
from supportledger.model.ids import Address, keccak
from supportledger.model.ticket import Action
from supportledger.proof.trust import Trust
from tests.vectors.proof_cases.case import Case, edited, short, turned, without
from tests.vectors.proof_cases.holding import ABSENCE, ALL, answered, attachment
from tests.vectors.proof_story import ProofStory, address, anchored_lines, long_story, never_relayed

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
UNDECIDED = "not checked"


def cases() -> Iterator[Case]:
    """Give them by step."""
    yield from ledger()
    yield from replay()
    yield from heads()
    yield from signatures()
    yield from slot()
    yield from storage()
    yield from blocks()
    yield from contents()
    yield from authority()
    yield from lines()
    yield from absences()


def changed(name: str, says: str, step: int, path: list[str | int], how: object, **more: object) -> Case:
    data, trust = short()
    return Case(name, says, edited(data, path, how), trust, step=step, **more)


def ledger() -> Iterator[Case]:
    data, trust = short()
    yield Case("other-chain", "The verifier means another chain.", data, replace(trust, chain_id=1), step=2)
    other = replace(trust, ledger=Address(b"\x11" * 20))
    yield Case("other-ledger", "The verifier means another contract.", data, other, step=2)
    other = replace(trust, code_hash=b"\x11" * 32)
    yield Case("other-code", "The verifier means other code.", data, other, step=2)
    yield changed("claims-chain", "The file speaks of another chain.", 2, ["ledger", "chainId"], 1)
    yield changed("claims-ledger", "The file speaks of another contract.", 2, ["ledger", "address"], turned)


def replay() -> Iterator[Case]:
    yield changed("no-entries", "The ticket has no entries.", 1, ["entries"], [])
    data, trust = short()
    whole = json.loads(data)
    story = ProofStory()
    story.act(Action.REPLY, "customer", says={"body": "One.", "kind": "reply"})
    story.act(Action.ANSWER, "agent", 2, says={"body": "Two.", "kind": "answer"})
    data, own = story.file().to_bytes(), story.trust()
    yield Case(
        "entry-dropped", "An entry in the middle is left out.", without(data, ["entries", 1]), own, step=3
    )
    doubled = edited(data, ["entries"], lambda one: [*one[:2], one[1], *one[2:]])
    yield Case("entry-doubled", "An entry is there twice.", doubled, own, step=3)
    swapped = edited(data, ["entries"], lambda one: [one[0], one[2], one[1]])
    yield Case("entries-swapped", "Two entries are in the wrong order.", swapped, own, step=3)
    last = edited(data, ["entries", 2], lambda one: {**one, "argument": "0x" + "00" * 31 + "05"})
    yield Case("argument-impossible", "An answer leads to a status that it cannot.", last, own, step=3)
    yield changed(
        "argument-changed", "An answer leads to another status.", 3, ["entries", 1, "argument"], turned
    )
    yield changed("opener-changed", "Somebody else opened it.", 3, ["entries", 0, "actor"], turned)
    yield changed(
        "opening-changed", "The question commits to something else.", 3, ["entries", 0, "commitment"], turned
    )
    yield changed("id-changed", "The ticket has another id.", 3, ["ticket", "id"], turned)
    time = ["entries", 0, "time"]
    yield changed("time-changed", "The ticket was opened a second later.", 3, time, lambda one: one + 1)
    yield changed(
        "state-changed", "The state has another deadline.", 3, ["ticket", "state", 0], partial(turned, at=-5)
    )
    yield changed("seen-too-much", "An agent has read what was not written.", 3, ["entries", 1, "seen"], 9)
    yield changed(
        "terms-changed", "The policy promises less.", 3, ["policies", 0, "word"], partial(turned, at=9)
    )
    rated = edited(rfc8785.dumps(whole), ["entries", 1, "action"], "Solve")
    yield Case("action-changed", "An answer is passed off as a solution.", rated, trust, step=3)


def heads() -> Iterator[Case]:
    yield changed("head-changed", "The state has another head.", 4, ["ticket", "state", 3], turned)
    yield changed(
        "commitment-changed", "An answer commits to something else.", 4, ["entries", 1, "commitment"], turned
    )
    yield changed(
        "certificate-changed",
        "An answer was given on another certificate.",
        4,
        ["entries", 1, "certificate"],
        turned,
    )
    yield changed("text-hash-changed", "The policy has another text.", 4, ["policies", 0, "textHash"], turned)
    later = lambda one: one + 1  # noqa: E731 -- a name for one second
    story = answered()
    story.act(Action.NOTE, "agent", says={"body": "Internal.", "kind": "note"})
    data = edited(story.file().to_bytes(), ["entries", 2, "time"], later)
    yield Case("note-moved", "A note was made a second later.", data, story.trust(), step=4)


def signatures() -> Iterator[Case]:
    yield changed(
        "signature-changed",
        "A signature has another digit.",
        5,
        ["entries", 1, "signed", "signature"],
        partial(turned, at=20),
    )
    yield changed(
        "signature-high-s",
        "A signature is written the other way.",
        5,
        ["entries", 1, "signed", "signature"],
        high,
    )
    yield changed(
        "signature-v",
        "A signature ends with 0 or 1.",
        5,
        ["entries", 1, "signed", "signature"],
        lambda one: f"{one[:-2]}{int(one[-2:], 16) - 27:02x}",
    )
    yield changed(
        "deadline-changed",
        "A signature was good for longer.",
        5,
        ["entries", 1, "signed", "deadline"],
        lambda one: one + 1,
    )
    yield changed(
        "deadline-passed",
        "A signature was over when it was used.",
        5,
        ["entries", 1, "signed", "deadline"],
        1,
    )
    data, trust = short()
    whole = json.loads(data)
    swapped = edited(data, ["entries", 1, "signed"], whole["entries"][0]["signed"])
    yield Case(
        "signature-swapped", "The customer's signature stands under the answer.", swapped, trust, step=5
    )
    missing = edited(data, ["entries", 1, "signed"], None)
    yield Case("signature-missing", "A signature is not held.", missing, trust, step=5, result=UNDECIDED)
    sent = edited(edited(data, ["entries", 1, "signed"], None), ["entries", 1, "auth"], "sent")
    yield Case("passed-off-as-sent", "A signed answer is passed off as sent.", sent, trust, step=4)
    story = long_story(keyless=True)
    claim = next(one.index for one in story.evidence().entries if one.action is Action.CLAIM)
    data, trust = story.file().to_bytes(), story.trust()
    without_consent = edited(data, ["entries", claim, "signed", "consent"], None)
    says = "The customer's consent to a claim is not held."
    yield Case("consent-missing", says, without_consent, trust, step=5, result=UNDECIDED)
    other = edited(data, ["entries", claim, "signed", "consent"], partial(turned, at=20))
    says = "A consent does not recover, and may be a contract wallet's."
    yield Case("consent-changed", says, other, trust, step=5, result=UNDECIDED)


def high(signature: str) -> str:
    raw = bytes.fromhex(signature[2:])
    other = (ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    return "0x" + (raw[:32] + other + bytes([55 - raw[64]])).hex()


def slot() -> Iterator[Case]:
    yield changed("slot-changed", "The slot holds another hash.", 6, ["ticket", "slot"], turned)
    yield changed("slot-empty", "The slot is empty.", 6, ["ticket", "slot"], "0x" + "00" * 32)


def storage() -> Iterator[Case]:
    block = ["block"]
    yield changed("header-not-rlp", "The header is no RLP.", 7, [*block, "header"], "0xffff")
    yield changed(
        "header-trailing", "A byte follows the header.", 7, [*block, "header"], lambda one: one + "00"
    )
    yield changed("header-list", "A field of the header is a list.", 7, [*block, "header"], nested)
    yield changed("header-empty", "There is no header.", 7, [*block, "header"], "0x")
    data, trust = short()
    root_list, code_list = [b"", b"", [b""] * 32, trust.code_hash], [b"", b"", bytes(32), [b""] * 32]
    for name, says, account in (
        ("account-root-list", "The root of the contract's storage is a list.", encode(encode(root_list))),
        ("account-code-list", "The hash of the contract's code is a list.", encode(encode(code_list))),
        ("account-nested", "There are many lists where the account should be.", lists(300)),
    ):
        yield Case(name, says, edited(data, block, partial(with_account, trust, account)), trust, step=7)
    large = "0x" + encode([b"\x01"] * 100_000).hex()
    yield changed("header-large", "The header is larger than any.", 7, [*block, "header"], large)
    yield changed("account-missing", "The account is not proven.", 7, [*block, "account"], [])
    yield changed(
        "account-changed", "The account's node has another digit.", 7, [*block, "account", 0], turned
    )
    yield changed("node-missing", "A node is left out.", 7, [*block, "ticket"], lambda one: one[1:])
    yield changed(
        "last-node-missing", "The last node is left out.", 7, [*block, "ticket"], lambda one: one[:-1]
    )
    yield changed(
        "node-extra",
        "There is one node more than the path has.",
        7,
        [*block, "ticket"],
        lambda one: [*one, one[0]],
    )
    yield changed(
        "nodes-swapped", "The nodes are in the wrong order.", 7, [*block, "ticket"], lambda one: one[::-1]
    )
    data, trust = short()
    whole = json.loads(data)
    other = edited(data, [*block, "ticket"], whole["block"]["policies"][0])
    yield Case("other-slot", "The proof is that of another slot.", other, trust, step=7)
    other = edited(data, [*block, "agents", 0], whole["block"]["policies"][0])
    yield Case("other-agent", "The certificate's proof is that of another slot.", other, trust, step=7)
    story = ProofStory()
    data = story.file().to_bytes()
    story.act(Action.NOTE, "agent", says={"body": "Internal.", "kind": "note"})
    old = edited(
        story.file().to_bytes(),
        [*block],
        json.loads(story.file(block=story.ledger.height() - 1).to_bytes())["block"],
    )
    yield Case("older-block", "The block is older than the last entry.", old, old_trust(story), step=7)
    before = story.ledger.proof([], 1)
    header = edited(data, [*block, "header"], "0x" + before.header.hex())
    yield Case("other-header", "The header is that of another block.", header, story.trust(), step=7)


def nested(header: str) -> str:
    fields = decode(bytes.fromhex(header[2:]))
    return "0x" + encode([*fields[:3], [fields[3]], *fields[4:]]).hex()


def lists(levels: int) -> bytes:
    """Write an empty list in so many others."""
    found = b"\xc0"
    for _ in range(levels):
        found = length_prefix(len(found), 0xC0) + found
    return found


def with_account(trust: Trust, account: bytes, block: dict[str, object]) -> dict[str, object]:
    """Give the contract another account, in a tree of its own: up to step 8, anybody can."""
    inner = encode(b"\x20" + keccak(trust.ledger)) + account
    leaf = length_prefix(len(inner), 0xC0) + inner
    fields = decode(bytes.fromhex(str(block["header"])[2:]))
    header = encode([*fields[:3], keccak(leaf), *fields[4:]])
    return {**block, "account": ["0x" + leaf.hex()], "header": "0x" + header.hex()}


def old_trust(story: ProofStory) -> Trust:
    block = story.ledger.block(story.ledger.height() - 1)
    return replace(story.trust(), blocks={block.number: block.hash})


def blocks() -> Iterator[Case]:
    data, trust = short()
    number = next(iter(trust.blocks))
    other = replace(trust, blocks={number: b"\x11" * 32})
    yield Case("other-block", "The chain has another block of this number.", data, other, step=8)
    nothing = replace(trust, blocks={})
    yield Case(
        "block-unknown", "Nobody says which block is on the chain.", data, nothing, step=8, result=UNDECIDED
    )
    elsewhere = replace(trust, blocks={number + 1: trust.blocks[number]})
    says = "The hash is trusted for another number."
    yield Case("block-number", says, data, elsewhere, step=8, result=UNDECIDED)
    forged = edited(data, ["block", "header"], later)
    yield Case("header-changed", "The header says a later time.", forged, trust, step=8)


def later(header: str) -> str:
    fields = decode(bytes.fromhex(header[2:]))
    time = int.from_bytes(fields[11], "big") + 1
    return "0x" + encode([*fields[:11], time, *fields[12:]]).hex()


def contents() -> Iterator[Case]:
    shown = ["entries", 1, "content", "shown"]
    content = ["entries", 1, "content"]
    checked = partial(changed, step=9, require=ALL)
    body = body_at(short()[0])
    yield checked(
        "text-changed", "A text has another word.", path=[*shown, "leaves", body, "value"], how="It is done."
    )
    yield checked("salt-changed", "A salt has another digit.", path=[*shown, "leaves", 0, "salt"], how=turned)
    yield checked("leaf-changed", "A leaf has another digit.", path=[*content, "leaves", 0], how=turned)
    yield checked(
        "names-swapped",
        "Two names have each other's leaves.",
        path=[*content, "names"],
        how=lambda one: one[::-1],
    )
    yield checked(
        "leaves-swapped",
        "Two leaves are in the wrong order.",
        path=[*content, "leaves"],
        how=lambda one: one[::-1],
    )
    yield checked(
        "name-doubled", "A name is there twice.", path=[*content, "names"], how=lambda one: [one[0], one[0]]
    )
    yield checked("leaf-missing", "A name has no leaf.", path=[*content, "leaves"], how=lambda one: one[:1])
    yield checked(
        "names-none",
        "There are no names.",
        path=content,
        how=lambda one: {"leaves": [], "names": [], "shown": None},
    )
    yield checked(
        "shown-dropped",
        "A field is left out, and the proof is not.",
        path=[*shown, "leaves"],
        how=lambda one: one[:1],
    )
    yield checked("shown-nothing", "Nothing is shown, with a proof of it.", path=[*shown, "leaves"], how=[])
    yield checked(
        "shown-twice", "A field is shown twice.", path=[*shown, "leaves"], how=lambda one: [one[0], one[0]]
    )
    yield checked(
        "shown-unsorted",
        "Fields are shown in another order.",
        path=[*shown, "leaves"],
        how=lambda one: one[::-1],
    )
    data, trust = short()
    copied = edited(data, content, json.loads(data)["entries"][0]["content"])
    says = "The question's content stands under the answer."
    yield Case("content-copied", says, copied, trust, step=9, require=ALL)
    story = ProofStory()
    story.act(Action.REPLY, "customer", says=attachment())
    whole = story.file().to_bytes()
    root = edited(whole, content, lambda one: {**one, "leaves": [one["leaves"][0]] * len(one["leaves"])})
    yield Case("leaves-alike", "One leaf stands for all.", root, story.trust(), step=9, require=ALL)
    lost = edited(data, content, None)
    says = "A content is not held, and all are required."
    yield Case("content-missing", says, lost, trust, step=9, result=UNDECIDED, require=ALL)


def body_at(data: bytes) -> int:
    leaves = json.loads(data)["entries"][1]["content"]["shown"]["leaves"]
    return next(at for at, one in enumerate(leaves) if one["name"] == "body")


def authority() -> Iterator[Case]:
    certifier = local_signer("certifier")
    story = answered()
    at = story.ledger.now()
    story.ledger.advance(600)
    story.ledger.revoke(certifier, address("agent"), at)
    says = "The agent is revoked since the second of the answer."
    yield Case("revoked-since", says, story.file().to_bytes(), story.trust(), step=10, require=ALL)
    recorded = ProofStory(keyless=True)
    at = recorded.ledger.now()
    recorded.ledger.advance(600)
    recorded.ledger.revoke(certifier, address("agent"), at)
    says = "Whoever recorded the question is revoked since before it."
    yield Case("recorder-revoked", says, recorded.file().to_bytes(), recorded.trust(), step=10, require=ALL)


def lines() -> Iterator[Case]:
    story = ProofStory()
    found, place = anchored_lines(story, 3)
    says = {"body": "As I wrote.", "log.count": place.count, "log.last": place.last}
    story.act(Action.REPLY, "customer", says=says)
    data, trust = story.file(lines=found).to_bytes(), story.trust()
    listed = ["lines", "lines"]
    case = partial(Case, trust=trust, step=12, require=[*ALL, 12])
    for name, says, how in (
        ("line-missing", "A line is missing from the middle.", lambda one: [one[0], one[2]]),
        ("line-last-missing", "The last line that a reply names is missing.", lambda one: one[:2]),
        ("line-first-missing", "The first line is missing.", lambda one: one[1:]),
        ("lines-swapped", "Two lines are in the wrong order.", lambda one: [one[1], one[0], one[2]]),
        ("line-doubled", "A line is there twice.", lambda one: [one[0], *one]),
        ("lines-none", "A reply names lines, and none are given.", lambda _: []),
    ):
        yield case(name, says, edited(data, listed, how))
    yield case(
        "line-changed",
        "A line has another byte.",
        edited(data, [*listed, 1, "data"], lambda one: one[:-60] + turned(one[-60:])),
    )
    yield case("line-elsewhere", "A line is said to stand elsewhere.", edited(data, [*listed, 1, "index"], 6))
    yield case("line-beyond", "A line stands past the checkpoint.", edited(data, [*listed, 2, "index"], 99))
    yield case(
        "line-proof", "A line's proof has another digit.", edited(data, [*listed, 0, "proof", 0], turned)
    )
    yield case(
        "line-proof-long",
        "A line's proof has a node more.",
        edited(data, [*listed, 0, "proof"], lambda one: [*one, one[0]]),
    )
    inner = edited(
        data,
        [*listed, 0],
        lambda one: {**one, "data": "0x" + one["proof"][0][2:] * 2, "proof": one["proof"][1:]},
    )
    yield case("line-inner-node", "An inner node is passed off as a line.", inner)
    whole = json.loads(data)["lines"]["checkpoint"]["root"]
    as_line = edited(data, [*listed, 0], {"data": whole, "index": 0, "proof": []})
    yield case("line-root", "The root is passed off as a line.", as_line)
    yield case(
        "checkpoint-size", "The checkpoint is larger.", edited(data, ["lines", "checkpoint", "size"], 13)
    )
    yield case(
        "checkpoint-root",
        "The checkpoint has another root.",
        edited(data, ["lines", "checkpoint", "root"], turned),
    )
    yield case(
        "checkpoint-time",
        "The checkpoint was anchored at another time.",
        edited(data, ["lines", "checkpoint", "time"], 7),
    )
    dropped = edited(edited(data, ["lines"], None), ["block", "anchors"], [])
    yield case("lines-not-given", "No lines are given, and step 12 is required.", dropped, result=UNDECIDED)
    log = edited(data, ["lines", "log"], turned)
    yield Case("other-log", "The anchor is that of another log.", log, trust, step=7, require=[*ALL, 12])
    story = ProofStory()
    found, _ = anchored_lines(story, 3, log=keccak(b"revisions"))
    says, data = "The lines are of another log, anchored as well.", story.file(lines=found).to_bytes()
    yield Case("lines-of-other-log", says, data, story.trust(), step=12, require=[*ALL, 12])


def absences() -> Iterator[Case]:
    case = partial(Case, require=ABSENCE)
    yield case("absent-came", "The reply came after all.", *never_relayed(came=True), step=3)
    yield case("absent-in-time", "There is still time to relay it.", *never_relayed(wait=100), step=11)
    yield case(
        "absent-last-second", "The last second of the promise counts.", *never_relayed(wait=600), step=11
    )
    data, trust = never_relayed()
    yield case(
        "receipt-changed",
        "The receipt promises another time.",
        edited(data, ["receipt", "includeBy"], 7),
        trust,
        step=5,
    )
    yield case(
        "receipt-signature",
        "The receipt's signature has another digit.",
        edited(data, ["receipt", "signature"], partial(turned, at=20)),
        trust,
        step=5,
    )
    yield case(
        "promised-changed",
        "Something else was promised.",
        edited(data, ["promised", "commitment"], turned),
        trust,
        step=5,
    )
    yield case(
        "promised-later",
        "A later sequence was promised.",
        edited(data, ["promised", "sequence"], 9),
        trust,
        step=5,
    )
    yield case(
        "absent-slot",
        "The slot is passed off as empty.",
        edited(edited(data, ["ticket", "state"], None), ["ticket", "slot"], "0x" + "00" * 32),
        trust,
        step=7,
    )
    yield case(
        "absent-state",
        "The state is older than the slot.",
        edited(data, ["ticket", "state", 3], turned),
        trust,
        step=6,
    )
    opening, trust = never_relayed(opening=True)
    yield case(
        "absent-other-ticket",
        "The empty slot is that of another ticket.",
        edited(opening, ["ticket", "id"], turned),
        trust,
        step=3,
    )
    yield case(
        "absent-untrusted",
        "Nobody says which block is on the chain.",
        opening,
        replace(trust, blocks={}),
        step=8,
        result=UNDECIDED,
    )
    chain = replace(trust, chain_id=1)
    yield case("absent-other-chain", "The verifier means another chain.", opening, chain, step=2)
