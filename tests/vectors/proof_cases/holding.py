"""Cases that verify: what a proof file may be."""

from collections.abc import Iterator
from unittest.mock import patch

from supportledger.chain import memory_rules
from supportledger.chain.signer import local_signer
from supportledger.model.ticket import Action, Auth
from supportledger.proof.assembling import redact
from supportledger.proof.choice import Choice
from supportledger.proof.proof_file import ProofFile
from supportledger.proof.verdict import ABSENCE_STEPS
from tests.vectors.proof_cases.case import Case, edited, short
from tests.vectors.proof_story import ProofStory, address, anchored_lines, long_story, never_relayed

ALL = range(1, 12)
ABSENCE = sorted(ABSENCE_STEPS)
UNSIGNED = [step for step in range(1, 9) if step != 5]


def cases() -> Iterator[Case]:
    """Give them in the order in which somebody would build a verifier."""
    yield from disclosures()
    yield from stories()
    yield from signatures()
    yield from later_changes()
    yield from lines()
    yield from absences()


def disclosures() -> Iterator[Case]:
    data, trust = short()
    file = ProofFile.from_bytes(data)
    yield Case("shown", "A question and its answer, with all fields shown.", data, trust, require=ALL)
    for name, says, choice in (
        ("withheld", "No field is shown: names and leaves alone match the commitments.", Choice((), ())),
        ("one-field", "One field of one entry is shown.", Choice.parse(["1.body"])),
        ("all-but-one", "All fields but one are shown.", Choice.parse((), ["body"])),
        ("subject-only", "The subject is shown, and the question itself is not.", Choice.parse(["subject"])),
    ):
        changed = redact(file, choice).to_bytes()
        yield Case(name, says, changed, trust, require=ALL)
    lost = edited(data, ["entries", 1, "content"], None)
    yield Case("content-not-held", "The desk has lost what one entry committed to.", lost, trust)
    story = ProofStory()
    story.act(Action.REPLY, "customer", says=attachment())
    yield Case("attachment", "An entry names a file by its hash.", *made(story), require=ALL)


def attachment() -> dict[str, str | int | bytes]:
    return {
        "body": "See the picture. 见图。",
        "kind": "reply",
        "attachment.0": bytes(31) + b"\x07",
        "attachment.0.name": "screen.png",
        "attachment.0.size": 2**53 + 1,
        "attachment.0.type": "image/png",
    }


def stories() -> Iterator[Case]:
    yield Case("opened", "A ticket with its first entry only.", *made(ProofStory()), require=ALL)
    whole, says = long_story(), "Every action on one ticket: late, escalated, reopened, rated, closed."
    yield Case("every-action", says, *made(whole), require=ALL)
    keyless = long_story(keyless=True)
    yield Case(
        "keyless", "The same for a customer without a key, who claims it.", *made(keyless), require=ALL
    )
    noted = ProofStory()
    noted.act(Action.NOTE, "agent", says={"body": "Internal.", "kind": "note"})
    shown = noted.file(["1.all"]).to_bytes()
    yield Case(
        "note-shown", "An internal note that was named by its number.", shown, noted.trust(), require=ALL
    )
    hours = ProofStory(policy=3)
    hours.act(Action.ANSWER, "agent", 3, says={"body": "On Monday.", "kind": "answer"}, wait=100_000)
    yield Case("business-hours", "Deadlines that count business hours.", *made(hours), require=ALL)
    late = ProofStory(policy=2)
    for wait in (1_000, 90_000, 1_000):
        late.act(Action.ESCALATE, "keeper", wait=wait)
    yield Case("escalated", "Escalated three times, by either clock.", *made(late), require=ALL)
    closed = ProofStory()
    closed.act(Action.SOLVE, "agent", says={"body": "Done.", "kind": "answer"})
    closed.act(Action.CLOSE, "keeper", wait=40 * 86_400)
    yield Case("closed-by-anyone", "Closed by a stranger once it could.", *made(closed), require=ALL)


def signatures() -> Iterator[Case]:
    data, trust = short()
    sent = ProofStory(signed=False)
    sent.act(Action.ANSWER, "agent", 2, says={"body": "It waits.", "kind": "answer"})
    yield Case("sent", "Nobody signed: the actors sent their transactions.", *made(sent), require=ALL)
    missing = edited(data, ["entries", 1, "signed"], None)
    says = "A signature is not held, and step 5 is not required."
    yield Case("signature-not-held", says, missing, trust, require=UNSIGNED)
    with patch.object(memory_rules, "authenticate", lambda *_: Auth.ERC1271):
        wallet = ProofStory()
        wallet.act(Action.REPLY, "customer", says={"body": "From a contract.", "kind": "reply"})
    says = "A contract wallet's signature was accepted by the ledger and cannot be verified again."
    yield Case("contract-wallet", says, *made(wallet), require=ALL)


def later_changes() -> Iterator[Case]:
    certifier, agent = local_signer("certifier"), address("agent")
    for name, says, change in (
        ("suspended-since", "The agent was suspended later.", lambda of: of.suspend(certifier, agent)),
        (
            "revoked-later",
            "The agent is revoked since after the answer.",
            lambda of: of.revoke(certifier, agent, of.now()),
        ),
        (
            "renewed-since",
            "The certificate was renewed.",
            lambda of: of.renew(certifier, agent, of.agent(agent).until + 1),
        ),
        (
            "retired-since",
            "The policy is retired.",
            lambda of: of.retire_policy(local_signer("supervisor"), 1),
        ),
    ):
        story = answered()
        story.ledger.advance(60)
        change(story.ledger)
        yield Case(name, says, *made(story), require=ALL)
    story = answered()
    before = story.ledger.block().number
    trust = story.trust()
    story.ledger.grant(local_signer("admin"), b"\x01" * 32, agent)
    old = story.file(block=before).to_bytes()
    yield Case("earlier-block", "The ticket as of a block that is not the last.", old, trust, require=ALL)


def lines() -> Iterator[Case]:
    story = ProofStory()
    found, place = anchored_lines(story, 3)
    says = {"body": "As I wrote.", "log.count": place.count, "log.last": place.last}
    story.act(Action.REPLY, "customer", says=says)
    data = story.file(lines=found).to_bytes()
    whole = [*ALL, 12]
    yield Case(
        "conversation", "Three anchored lines, as a reply names them.", data, story.trust(), require=whole
    )
    one = ProofStory()
    found, _ = anchored_lines(one, 1, others=0)
    data = one.file(lines=found).to_bytes()
    yield Case("single-line", "A log of one line.", data, one.trust(), require=whole)


def absences() -> Iterator[Case]:
    yield Case("absent-reply", "A reply was promised and never came.", *never_relayed(), require=ABSENCE)
    says = "An opening was promised, and there is no ticket."
    yield Case("absent-opening", says, *never_relayed(opening=True), require=ABSENCE)


def answered() -> ProofStory:
    story = ProofStory()
    story.act(Action.ANSWER, "agent", 2, says={"body": "It waits.", "kind": "answer"})
    return story


def made(story: ProofStory):
    return story.file().to_bytes(), story.trust()
