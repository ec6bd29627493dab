"""What is said about a ticket is a chain of lines in a log, which the ticket's next entry names."""

from collections.abc import Iterable
from typing import Any

import pytest

from supportledger.desk import conversations
from supportledger.desk.conversations import LOG, Message
from supportledger.desk.desk import Desk
from supportledger.errors import (
    AnchorMismatch,
    CommitmentMismatch,
    Conflict,
    ContentErased,
    InputError,
    NotFound,
)
from supportledger.model.ids import NOBODY, TicketId
from supportledger.proof import field_json
from supportledger.proof.anchored import AnchoredLine, check_anchored
from supportledger.proof.conversation import FIRST, LogPlace
from supportledger.proof.log_tree import TreeHead
from supportledger.store.log_memory import MemoryLogs


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    """An open ticket."""
    return desk.tickets.open("Where is my withdrawal?").ticket


@pytest.fixture
def store(desk: Desk) -> MemoryLogs:
    """Where the log lies."""
    return desk.logs._store  # type: ignore[return-value]  # it is one


def places(desk: Desk, ticket: TicketId) -> list[LogPlace]:
    """What the ticket's entries say of the conversation."""
    found = (
        LogPlace.of(one.record.index, one.fields.values())
        for one in desk.tickets.history(ticket)
        if one.fields
    )
    return [one for one in found if one]


def test_lines_follow_each_other(desk: Desk, ticket: TicketId) -> None:
    """Lines are numbered and name the one before; text and author come back as given (L2.7)."""
    agent = desk.cast.address("agent")
    desk.conversations.say(ticket, Message("你好", agent, {"channel": "chat"}))
    desk.conversations.say(ticket, Message("Hello"), Message("again"))
    lines = desk.conversations.lines(ticket)
    assert ["你好", "Hello", "again"] == [one.body for one in lines]
    assert [1, 2, 3] == [one.line.number for one in lines]
    assert [FIRST, lines[0].line.hash, lines[1].line.hash] == [one.line.previous for one in lines]
    assert [agent, NOBODY, NOBODY] == [one.line.actor for one in lines]
    assert "chat" == lines[0].fields.values()["channel"]


def test_conversations_share_a_log(desk: Desk, ticket: TicketId) -> None:
    """Lines of several tickets stand in one log, and each conversation is its own chain."""
    other = desk.tickets.open("Another").ticket
    for number in range(6):
        desk.conversations.say(ticket if number % 2 else other, Message(f"line {number}"))
    assert ["line 1", "line 3", "line 5"] == [one.body for one in desk.conversations.lines(ticket)]
    assert [0, 2, 4] == [one.index for one in desk.conversations.lines(other)]
    assert 6 == desk.logs.show(LOG).head.size


def test_the_log_does_not_have_the_text(desk: Desk, ticket: TicketId) -> None:
    """The log tells nobody what was said, and the same text twice is two different lines (L2.5)."""
    desk.conversations.say(ticket, Message("secret"), Message("secret"))
    assert not any(b"secret" in line for line in desk.logs.lines(LOG))
    first, second = desk.conversations.lines(ticket)
    assert first.line.commitment != second.line.commitment


def test_the_next_entry_names_the_last_line(desk: Desk, ticket: TicketId) -> None:
    """An entry with a content says how many lines it follows, and the hash of the last (L2.6)."""
    assert [] == places(desk, ticket)
    desk.tickets.note(ticket, "before the first line")
    said = desk.conversations.say(ticket, Message("one"), Message("two"))
    desk.tickets.answer(ticket, "On its way")
    desk.conversations.say(ticket, Message("three"))
    desk.tickets.reply(ticket, "Thanks", signed=True)
    desk.tickets.solve(ticket, "Done")
    last = desk.conversations.lines(ticket)[-1].line.hash
    expected = [LogPlace(2, 2, said[1].line.hash), LogPlace(3, 3, last), LogPlace(4, 3, last)]
    assert expected == places(desk, ticket)
    assert "verified" == desk.tickets.verify(ticket).verdict


def test_a_conversation_is_shown_to_be_whole(desk: Desk, ticket: TicketId) -> None:
    """Anchored lines with the entries that name them pass step 12; one line less does not."""
    desk.conversations.say(ticket, Message("one"), Message("two"))
    desk.tickets.answer(ticket, "On its way")
    desk.conversations.say(desk.tickets.open("Another").ticket, Message("elsewhere"))
    desk.conversations.say(ticket, Message("three"))
    desk.logs.anchor(LOG)
    desk.conversations.say(ticket, Message("not anchored yet"))
    checkpoint, lines = desk.conversations.anchored(ticket)
    assert "3 lines under an anchored checkpoint of 4" in check_anchored(
        ticket, lines, checkpoint, places(desk, ticket)
    )
    without: Iterable[list[AnchoredLine]] = (lines[1:], lines[:1] + lines[2:], lines[:1])
    for fewer in without:
        with pytest.raises(AnchorMismatch):
            check_anchored(ticket, fewer, checkpoint, places(desk, ticket))


def test_nothing_was_said(desk: Desk, ticket: TicketId) -> None:
    """A ticket without a conversation has no lines, names none, and nothing of it is anchored."""
    assert [] == desk.conversations.lines(ticket)
    assert {} == desk.conversations.place(ticket)
    with pytest.raises(NotFound):
        desk.conversations.anchored(ticket)


def test_a_text_that_cannot_be(desk: Desk, ticket: TicketId) -> None:
    """An empty text is refused, and nothing of its call is said."""
    with pytest.raises(InputError):
        desk.conversations.say(ticket, Message("fine"), Message(" "))
    assert [] == desk.conversations.lines(ticket)


def test_somebody_else_is_faster(desk: Desk, ticket: TicketId, store: MemoryLogs) -> None:
    """A line that somebody else appends meanwhile comes before ours, and is named by it."""
    desk.conversations.say(ticket, Message("one"))
    append, others = store.append, ["theirs", "theirs, too"]

    def raced(log: str, lines: Iterable[bytes], **more: Any) -> TreeHead:
        if others:
            text = others.pop()
            store.append = append  # type: ignore[method-assign]  # they are not raced themselves
            desk.conversations.say(ticket, Message(text))
            store.append = raced  # type: ignore[method-assign]  # and we are, once more
        return append(log, lines, **more)

    store.append = raced  # type: ignore[method-assign]  # somebody else's turn
    desk.conversations.say(ticket, Message("ours"))
    bodies = [one.body for one in desk.conversations.lines(ticket)]
    assert ["one", "theirs, too", "theirs", "ours"] == bodies


def test_others_are_always_faster(
    desk: Desk, ticket: TicketId, store: MemoryLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever never gets their turn is told so."""
    desk.conversations.say(ticket, Message("one"))

    def never(*_: object, **__: object) -> TreeHead:
        raise Conflict("not yours")

    monkeypatch.setattr(store, "append", never)
    monkeypatch.setattr(conversations, "_TRIES", 3)
    with pytest.raises(Conflict, match="faster"):
        desk.conversations.say(ticket, Message("two"))
    monkeypatch.undo()
    assert ["one"] == [one.body for one in desk.conversations.lines(ticket)]


def test_a_writer_that_was_killed(desk: Desk, ticket: TicketId, store: MemoryLogs) -> None:
    """What was kept of a line that never reached the log is not part of the conversation, then or later."""
    desk.conversations.say(ticket, Message("one"))
    orphan = store.remembered(LOG, ticket)[0]
    desk.conversations.say(ticket, Message("two"))
    records = store.remembered(LOG, ticket)
    store._logs[LOG].records[bytes(ticket)] = [
        orphan.replace(b'"index":"0"', b'"index":"1"'),
        *records,
        records[1].replace(b'"index":"1"', b'"index":"7"'),
    ]
    assert ["one", "two"] == [one.body for one in desk.conversations.lines(ticket)]
    desk.conversations.say(ticket, Message("three"))
    assert 3 == desk.conversations.place(ticket)["log.count"]


@pytest.mark.parametrize("change", [(b'"sealed":"A', b'"sealed":"B'), (b'"index"', b'"indes"'), (b"{", b"")])
def test_what_is_kept_was_altered(
    desk: Desk, ticket: TicketId, store: MemoryLogs, change: tuple[bytes, bytes]
) -> None:
    """A kept text that is not what its line commits to is found out when it is read."""
    desk.conversations.say(ticket, Message("secret"))
    records = store._logs[LOG].records[bytes(ticket)]
    records[0] = records[0].replace(*change)
    with pytest.raises(CommitmentMismatch):
        desk.conversations.lines(ticket)


def test_what_is_kept_has_a_gap(desk: Desk, ticket: TicketId, store: MemoryLogs) -> None:
    """A kept line that was lost is missed: no entry is made that would name too few."""
    desk.conversations.say(ticket, Message("one"), Message("two"), Message("three"))
    del store._logs[LOG].records[bytes(ticket)][1]
    with pytest.raises(CommitmentMismatch, match="gap"):
        desk.tickets.answer(ticket, "On its way")


def test_what_was_said_is_sealed(desk: Desk, ticket: TicketId, store: MemoryLogs) -> None:
    """Beside the log lies nothing that anybody could read, neither said nor who wrote it."""
    desk.conversations.say(ticket, Message("my-canary", more={"author": "Ada Canary"}))
    whole = b"".join(store.remembered(LOG, ticket)) + b"".join(store.lines(LOG))
    assert (False, False) == (b"canary" in whole, b"Canary" in whole)
    assert ["my-canary"] == [one.body for one in desk.conversations.lines(ticket)]


def test_what_an_older_version_kept_in_clear_is_sealed(
    desk: Desk, ticket: TicketId, store: MemoryLogs
) -> None:
    """Records in clear are read as they are, and sealed when the desk is opened; that is done once."""
    [said] = desk.conversations.say(ticket, Message("my-canary"))
    fields = field_json.fields_to_json(said.fields.fields)
    clear = {"fields": fields, "index": "0", "line": said.line.to_bytes().decode()}
    store._logs[LOG].records[bytes(ticket)] = [field_json.canonical(clear)]
    assert [said] == desk.conversations.lines(ticket)
    assert b"my-canary" in store.remembered(LOG, ticket)[0]
    desk.settle()
    sealed = store.remembered(LOG, ticket)
    assert b"my-canary" not in sealed[0]
    desk.settle()
    assert sealed == store.remembered(LOG, ticket)
    assert [said] == desk.conversations.lines(ticket)


def test_what_was_erased_is_not_left_in_clear(desk: Desk, ticket: TicketId, store: MemoryLogs) -> None:
    """A log from an old backup brings no erased text back: nobody has the key that it is sealed with."""
    [said] = desk.conversations.say(ticket, Message("my-canary"))
    fields = field_json.fields_to_json(said.fields.fields)
    clear = {"fields": fields, "index": "0", "line": said.line.to_bytes().decode()}
    store._logs[LOG].records[bytes(ticket)] = [field_json.canonical(clear)]
    desk.store.vault.erase([ticket], 1_767_225_600)
    desk.settle()
    assert b"my-canary" not in b"".join(store.remembered(LOG, ticket))
    with pytest.raises(ContentErased):
        desk.conversations.lines(ticket)


def test_a_conversation_that_was_erased(desk: Desk, ticket: TicketId) -> None:
    """Once its ticket was erased, a conversation is neither read nor gone on with, and that is said."""
    desk.conversations.say(ticket, Message("one"))
    desk.store.vault.erase([ticket], 1_767_225_600)
    for call in (
        lambda: desk.conversations.lines(ticket),
        lambda: desk.conversations.say(ticket, Message("two")),
        lambda: desk.conversations.place(ticket),
    ):
        with pytest.raises(ContentErased):
            call()
