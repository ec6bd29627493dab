"""Who was shown what people wrote is on record before it is shown, in lines that say nothing (L9)."""

import json
from dataclasses import replace

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.conversations import Message
from supportledger.desk.desk import Desk
from supportledger.desk.reads import ALL, LOG, Read
from supportledger.errors import (
    BundleFormatError,
    CommitmentMismatch,
    InputError,
    NotFound,
    NotOnRecord,
    StoreFull,
)
from supportledger.model.ids import NOBODY, TicketId
from supportledger.proof.read_line import READ_TYPE, ReadLine
from supportledger.store.log_memory import MemoryLogs
from tests.unit.desk.frail import FrailLedger

SECRET = "Customer rang and insists on a lawyer"


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    """A ticket with texts."""
    return desk.tickets.open("Where is my withdrawal?").ticket


def store_of(desk: Desk) -> MemoryLogs:
    """Where the log lies, for those who alter it."""
    return desk.logs._store  # type: ignore[return-value]  # it is one


def what(reads: list[Read]) -> list[str]:
    return [one.what for one in reads]


def test_every_way_to_be_shown_something_is_on_record(desk: Desk, ticket: TicketId) -> None:
    """A ticket, its history, its conversation and a proof file leave a line each, in order (L9.1)."""
    desk.conversations.say(ticket, Message("I have the transaction id now"))
    desk.tickets.get(ticket)
    desk.tickets.history(ticket)
    desk.conversations.lines(ticket)
    desk.proofs.export(ticket, disclose=["all"])
    assert ["ticket", "history", "conversation", "proof file"] == what(desk.reads.of(ticket))
    assert 4 == desk.logs.show(LOG).head.size


def test_what_is_on_record(desk: Desk, ticket: TicketId, ledger: FrailLedger) -> None:
    """Who, when and why are on record; without a name it is whoever works on this machine (L9.3, L9.5)."""
    ledger.advance(60)
    desk.tickets.get(ticket, reason="a second look", by="agent")
    desk.tickets.get(ticket, by=local_signer("senior"))
    desk.tickets.get(ticket)
    now = ledger.now()
    expected = [
        Read(ticket, local_signer("agent").address, "ticket", "a second look", now, 0),
        Read(ticket, local_signer("senior").address, "ticket", "support", now, 1),
        Read(ticket, NOBODY, "ticket", "support", now, 2),
    ]
    assert expected == desk.reads.of(ticket)


def test_what_shows_nothing_leaves_no_line(desk: Desk, ticket: TicketId) -> None:
    """Acting, verifying, listing, and a ticket whose texts are not held, put nobody on record (L9.1)."""
    desk.tickets.answer(ticket, "It is on its way", signed=True)
    desk.tickets.verify(ticket)
    desk.tickets.list()
    desk.tickets.state(ticket)
    desk.proofs.export(ticket)
    desk.store._contents.clear()  # type: ignore[attr-defined]  # of the store in memory
    assert desk.tickets.get(ticket).entries
    assert [] == desk.conversations.lines(ticket)
    assert LOG not in desk.logs.names()


def test_nothing_is_shown_that_is_not_on_record(
    desk: Desk, ticket: TicketId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the line, or its record, cannot be written, nothing is shown, and the error says so (L9.1)."""
    desk.conversations.say(ticket, Message("I have the transaction id now"))
    asked = (
        lambda: desk.tickets.get(ticket),
        lambda: desk.tickets.history(ticket),
        lambda: desk.conversations.lines(ticket),
        lambda: desk.proofs.export(ticket, disclose=["all"]),
    )

    def full(*_: object, **__: object) -> None:
        raise StoreFull("no space left", hint="Free some space.")

    for broken in ("remember", "append"):
        monkeypatch.setattr(store_of(desk), broken, full)
        for ask in asked:
            with pytest.raises(NotOnRecord, match="nothing is shown") as refused:
                ask()
            assert "Free some space." == refused.value.hint
    monkeypatch.undo()
    assert [] == desk.reads.of(ticket)


def test_a_reader_that_nobody_knows(desk: Desk, ticket: TicketId) -> None:
    """Somebody who names an identity that is not there is shown nothing."""
    with pytest.raises(NotFound):
        desk.tickets.get(ticket, by="mallory")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_a_few_words(desk: Desk, ticket: TicketId, reason: str) -> None:
    """There must be a reason, and it is no essay."""
    with pytest.raises(InputError, match="reason"):
        desk.tickets.get(ticket, reason=reason)


def test_lines_say_nothing(desk: Desk, ticket: TicketId) -> None:
    """Two readings of one ticket by one person for one reason have nothing in common (L9.2, L9.4)."""
    for _ in range(2):
        desk.tickets.get(ticket, reason=SECRET, by="agent")
    one, other = desk.logs.lines(LOG)
    assert one != other
    for line in (one, other):
        content = json.loads(line)
        assert ({"commitment", "type"}, READ_TYPE) == (set(content), content["type"])
        assert ticket.hex() not in line.decode()
        assert line == ReadLine.from_bytes(line).to_bytes()


def test_a_secret_in_a_reason(desk: Desk, ticket: TicketId) -> None:
    """A reason goes through the same door as all that is written."""
    phrase = " ".join(["abandon"] * 11 + ["about"])
    desk.tickets.get(ticket, reason=phrase)
    [read] = desk.reads.of(ticket)
    assert "abandon" not in read.reason


def test_an_altered_record(desk: Desk, ticket: TicketId) -> None:
    """A record that says something else than was committed to is found (L9.3)."""
    desk.tickets.get(ticket, reason="curiosity")
    records = store_of(desk)._logs[LOG].records[ticket]
    records[0] = records[0].replace(b'"sealed":"A', b'"sealed":"B')
    with pytest.raises(CommitmentMismatch):
        desk.reads.of(ticket)


def test_a_record_of_another_ticket(desk: Desk, ticket: TicketId) -> None:
    """A record that is put beside another ticket is found: its context is its own (L9.3)."""
    other = desk.tickets.open("My card was declined").ticket
    desk.tickets.get(ticket)
    records = store_of(desk)._logs[LOG].records
    records[other] = list(records[ticket])
    with pytest.raises(CommitmentMismatch):
        desk.reads.of(other)


def test_what_killed_processes_leave(desk: Desk, ticket: TicketId) -> None:
    """A record without its line, and a line without its record, are of readings that never were (L9.4)."""
    desk.tickets.get(ticket, reason="first")
    store = store_of(desk)
    store.append(LOG, [ReadLine(b"\x05" * 32).to_bytes()])
    record = store.remembered(LOG, ticket)[0]
    store.remember(LOG, [(ticket, record.replace(b'"index":"0"', b'"index":"7"'))])
    desk.tickets.get(ticket, reason="second")
    assert ["first", "second"] == [one.reason for one in desk.reads.of(ticket)]


def test_a_whole_run_is_one_line(desk: Desk, ticket: TicketId) -> None:
    """Somebody who goes through all tickets together is on record once (L9.1)."""
    desk.reads.record(ALL, "audit", "audit", by="agent")
    assert (["audit"], []) == (what(desk.reads.of(ALL)), desk.reads.of(ticket))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"commitment":"0x05","type":"supportledger.read.v1"}', b'{"type":"x"}', b"\xff"],
)
def test_what_is_no_line(data: bytes) -> None:
    """Anything but the canonical form is no line (L9.2)."""
    with pytest.raises(BundleFormatError):
        ReadLine.from_bytes(data)
    line = ReadLine(b"\x05" * 32).to_bytes()
    with pytest.raises(BundleFormatError):
        ReadLine.from_bytes(line + b" ")
    assert replace(ReadLine.from_bytes(line)).commitment == b"\x05" * 32
