from collections.abc import Sequence
from dataclasses import replace

import pytest

from supportledger.desk import anchors, conversations
from supportledger.errors import (
    AnchorMismatch,
    BundleFormatError,
    InclusionMismatch,
    Inconclusive,
    InputError,
)
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import NOBODY, Address, TicketId, keccak
from supportledger.proof import entry_bundle, merkle
from supportledger.proof.anchored import AnchoredLine, anchor_word, check_anchored
from supportledger.proof.conversation import FIRST, LOG_ID, Line, LogPlace, line_context

TICKET, OTHER = TicketId(b"\x05" * 32), TicketId(b"\x06" * 32)
AGENT = Address(b"\x0a" * 20)


def conversation(count: int, ticket: TicketId = TICKET) -> list[Line]:
    """Lines that follow each other."""
    made: list[Line] = []
    for number in range(1, count + 1):
        previous = made[-1].hash if made else FIRST
        made.append(Line(ticket, number, previous, AGENT if number % 2 else NOBODY, keccak(bytes([number]))))
    return made


LINES, STRANGERS = conversation(5), conversation(4, OTHER)
LOG = [one.to_bytes() for pair in zip(LINES, [*STRANGERS, *STRANGERS[:1]], strict=True) for one in pair]
"""A log in which two conversations are mixed; ours has the even places."""
ANCHOR = Checkpoint(len(LOG), merkle.root(LOG), 1_800_000_000)


def test_the_verifier_means_the_log_that_the_desk_writes() -> None:
    """The pinned id is that of the log in which the desk keeps conversations."""
    assert LOG_ID == anchors.log_id(conversations.LOG)


def proven(indexes: Sequence[int], log: Sequence[bytes] = LOG) -> list[AnchoredLine]:
    return [AnchoredLine(log[at], at, tuple(merkle.inclusion_proof(log, at))) for at in indexes]


WHOLE = proven(range(0, 10, 2))
PLACES = [LogPlace(1, 2, LINES[1].hash), LogPlace(2, 2, LINES[1].hash), LogPlace(4, 5, LINES[4].hash)]


# -- lines ---------------------------------------------------------------------------------------------------


def test_a_line_comes_back() -> None:
    """A line is read as it was written (L2.1), and its hash is its leaf hash in the log (L2.3)."""
    for line in LINES:
        assert line == Line.from_bytes(line.to_bytes())
        assert merkle.leaf_hash(line.to_bytes()) == line.hash


GOOD = LINES[1].to_bytes()
MALFORMED = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"hello",
    GOOD + b"\n",
    GOOD.replace(b'"number":"2"', b'"number":2'),
    GOOD.replace(b'"number":"2"', b'"number":"02"'),
    GOOD.replace(b'"number":"2"', b'"number":"0"'),
    GOOD.replace(b'"number":"2"', b'"number":"1"'),
    GOOD.replace(b'"number":"2"', b'"number":"\xd9\xa2"'),
    GOOD.replace(b"line.v1", b"line.v2"),
    GOOD.replace(b'"0x05', b'"0X05'),
    GOOD.replace(b'"ticket"', b'"Ticket"'),
    GOOD.replace(b'{"actor"', b'{"a":"","actor"'),
    GOOD.replace(b'{"actor"', b'{ "actor"'),
    GOOD.replace(b'"actor":"0x', b'"actor":"0xZZ'),
    GOOD.replace(b'"actor":"', b'"actor":1,"x":"'),
    b"[" * 4000,
    b" " * 5000,
]


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_lines(data: bytes) -> None:
    """What is not written in the one form is no line of a conversation (L2.2)."""
    with pytest.raises(BundleFormatError):
        Line.from_bytes(data)


@pytest.mark.parametrize(
    ("number", "previous", "commitment"),
    [(0, FIRST, bytes(32)), (1, b"\x01" * 32, bytes(32)), (2, FIRST, bytes(32)), (2, b"\x01", bytes(32))],
)
def test_lines_that_cannot_be(number: int, previous: bytes, commitment: bytes) -> None:
    """The first line follows nothing, every other one some line."""
    with pytest.raises(InputError):
        Line(TICKET, number, previous, AGENT, commitment)


def test_a_line_belongs_to_its_ticket() -> None:
    """The context of a line's content is no other line's, and no entry's (L2.4)."""
    contexts = {
        line_context(chain, ledger, ticket, actor)
        for chain in (1, 2)
        for ledger in (bytes(20), b"\x01" * 20)
        for ticket in (TICKET, OTHER)
        for actor in (AGENT, NOBODY)
    }
    assert 16 == len(contexts)


def test_a_place_is_taken_from_both_halves() -> None:
    """An entry names a place only if both halves of it are disclosed."""
    assert LogPlace(3, 2, b"x") == LogPlace.of(3, {"log.count": 2, "log.last": b"x", "body": "text"})
    assert LogPlace.of(3, {"log.count": 2}) is None
    assert LogPlace.of(3, {"log.last": b"x"}) is None


# -- step 12 -------------------------------------------------------------------------------------------------


def test_a_whole_conversation() -> None:
    """All lines, in order, under the anchor, as the entries name them, are whole."""
    said = check_anchored(TICKET, WHOLE, ANCHOR, PLACES)
    assert "5 lines under an anchored checkpoint of 10; the ticket's entries name 5 of them" == said


def test_lines_that_no_entry_names_yet() -> None:
    """Lines behind the last that an entry names are allowed, and counted apart (L5.6)."""
    assert "name 2 of them" in check_anchored(TICKET, WHOLE, ANCHOR, PLACES[:2])
    assert "name 0 of them" in check_anchored(TICKET, WHOLE[:1], ANCHOR)


def test_nothing_to_check() -> None:
    """Without lines, and without entries that name any, nothing is shown (L5.7)."""
    for places in ([], [LogPlace(1, 0, FIRST)]):
        with pytest.raises(Inconclusive):
            check_anchored(TICKET, [], ANCHOR, places)


@pytest.mark.parametrize("missing", range(5))
def test_a_line_is_missing(missing: int) -> None:
    """Whichever line is left out, in the middle or at the end, it is missed (L5.3)."""
    with pytest.raises(AnchorMismatch):
        check_anchored(TICKET, WHOLE[:missing] + WHOLE[missing + 1 :], ANCHOR, PLACES)


def test_all_lines_are_missing() -> None:
    """An entry that follows lines is not shown without them, and is the one that is named."""
    with pytest.raises(AnchorMismatch) as caught:
        check_anchored(TICKET, [], ANCHOR, PLACES)
    assert 1 == caught.value.entry


def test_lines_in_another_order() -> None:
    """Two lines that were swapped, or given twice, are noticed (L5.4)."""
    swapped = [WHOLE[0], WHOLE[2], WHOLE[1], *WHOLE[3:]]
    for lines in (swapped, [WHOLE[0], *WHOLE], WHOLE[::-1]):
        with pytest.raises(AnchorMismatch):
            check_anchored(TICKET, lines, ANCHOR)


def test_lines_of_another_ticket() -> None:
    """Another ticket's conversation is not this one's, nor is any of its lines."""
    with pytest.raises(AnchorMismatch):
        check_anchored(TICKET, proven(range(1, 8, 2)), ANCHOR)
    with pytest.raises(AnchorMismatch):
        check_anchored(TICKET, [*WHOLE, proven([3])[0]], ANCHOR)


def test_a_line_that_was_altered() -> None:
    """An altered line is not in the log, even if it is still a line (L5.2)."""
    altered = replace(LINES[4], commitment=bytes(32)).to_bytes()
    with pytest.raises(InclusionMismatch):
        check_anchored(TICKET, [*WHOLE[:4], replace(WHOLE[4], data=altered)], ANCHOR)


def test_a_story_retold() -> None:
    """A conversation rewritten as a whole, log and all, is not the one that the entries name (L5.5)."""
    retold = [replace(LINES[0], commitment=bytes(32))]
    for line in LINES[1:]:
        retold.append(replace(line, previous=retold[-1].hash))
    log = [one.to_bytes() for one in retold]
    anchor = Checkpoint(5, merkle.root(log), 1)
    assert check_anchored(TICKET, proven(range(5), log), anchor)
    with pytest.raises(AnchorMismatch) as caught:
        check_anchored(TICKET, proven(range(5), log), anchor, PLACES)
    assert 1 == caught.value.entry


def test_a_fork_in_the_middle() -> None:
    """A line with the right number that does not follow the line before it is noticed."""
    forked = replace(LINES[2], previous=LINES[0].hash)
    log = [*LOG[:4], forked.to_bytes(), *LOG[5:]]
    anchor = Checkpoint(len(log), merkle.root(log), 1)
    with pytest.raises(AnchorMismatch, match="does not follow"):
        check_anchored(TICKET, proven([0, 2, 4], log), anchor)


def test_what_the_anchor_does_not_have() -> None:
    """Lines that came after the anchor, or under another root, are not shown."""
    earlier = Checkpoint(8, merkle.root(LOG[:8]), 1)
    with pytest.raises(InclusionMismatch, match="came after"):
        check_anchored(TICKET, [*proven(range(0, 8, 2), LOG[:8]), WHOLE[4]], earlier)
    with pytest.raises(InclusionMismatch):
        check_anchored(TICKET, WHOLE, replace(ANCHOR, root=bytes(32)))


def test_neither_node_nor_root_is_a_line() -> None:
    """An inner node or the root, offered as a line, is none (L1.5)."""
    root = ANCHOR.root
    for data in (root, b"\x01" + root + root, merkle.root(LOG[:2])):
        with pytest.raises(AnchorMismatch, match="cannot be read"):
            check_anchored(TICKET, [AnchoredLine(data, 0, ())], ANCHOR)


def test_entries_that_take_lines_back() -> None:
    """An entry that follows fewer lines than one before it contradicts it."""
    with pytest.raises(AnchorMismatch, match="fewer"):
        check_anchored(TICKET, WHOLE, ANCHOR, [PLACES[2], replace(PLACES[0], entry=5)])


def test_the_anchors_word() -> None:
    """The word of an anchor binds size, root and time; before the first it is zero (L5.1)."""
    assert bytes(32) == anchor_word(Checkpoint())
    words = {anchor_word(one) for one in (ANCHOR, replace(ANCHOR, time=1), replace(ANCHOR, size=1))}
    assert 3 == len(words)


# -- bundles of lines ----------------------------------------------------------------------------------------


def test_bundles_come_back() -> None:
    """Lines of every length come back from their bundle, whose size is known before (L1.4)."""
    for lines in ([], [b""], [b"a", b"", b"\x00" * 65_535]):
        packed = entry_bundle.pack(lines)
        assert lines == entry_bundle.unpack(packed)
        assert len(packed) == entry_bundle.packed_size(lines)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x00\xff"])
def test_bundles_that_end_in_a_line(data: bytes) -> None:
    """A bundle that ends in the middle of a line is malformed."""
    with pytest.raises(BundleFormatError):
        entry_bundle.unpack(data)


# -- the root that a proof leads to --------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [(3, 4), (3, 9), (5, 8), (6, 7), (255, 257)])
def test_a_proof_shows_the_earlier_root(old: int, new: int) -> None:
    """A consistency proof that does not begin at a power of two shows the earlier root by itself."""
    leaves = [bytes([number % 256]) for number in range(new)]
    proof, root = merkle.consistency_proof(leaves, old), merkle.root(leaves)
    assert merkle.root(leaves[:old]) == merkle.prefix_root(old, new, proof, root)
    assert merkle.prefix_root(old, new, proof, bytes(32)) is None
    assert merkle.prefix_root(old, new, proof[:-1], root) is None
    assert merkle.prefix_root(old, new, [b"", *proof[1:]], root) is None


@pytest.mark.parametrize(("old", "new"), [(0, 4), (1, 4), (4, 9), (4, 4), (5, 4), (-3, 4)])
def test_a_proof_that_shows_nothing(old: int, new: int) -> None:
    """Other proofs take the earlier root for granted, or there are none."""
    assert merkle.prefix_root(old, new, [bytes(32)] * 3, bytes(32)) is None
