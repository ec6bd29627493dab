"""Tickets are listed and shown from the store alone, to those who may see them, and that is on record."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk import intents
from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.desk.filing.browsing import EVERYTHING, Sight
from supportledger.desk.reads import ALL, LIST
from supportledger.errors import NotFound, NotOnRecord, RpcUnavailable, StoreFull
from supportledger.model.ids import TicketId
from supportledger.model.records import DraftStatus, TicketQuery
from supportledger.ports.filing import Filing
from tests.unit.desk.frail import FrailLedger

AGENT = local_signer("agent")
READER = AGENT.address
CUSTOMER = local_signer("customer").address
PERSON = TicketId(b"\x07" * 32)
QUERY = TicketQuery()


@pytest.fixture
def tickets(desk: Desk) -> list[TicketId]:
    """Three tickets: of a customer with a key, of an account, and of neither, in other queues."""
    theirs = desk.tickets.open("Where is it?", subject="Withdrawal").ticket
    filed = desk.tickets.open("Card", subject="Card", keyless=True).ticket
    other = desk.tickets.open("Loan", subject="Loan", keyless=True).ticket
    desk.store.filings.file(
        Filing(theirs, "payments"), Filing(filed, "cards", PERSON), Filing(other, "loans")
    )
    return [theirs, filed, other]


def listed(desk: Desk, sight: Sight) -> set[str]:
    return {row.subject for row in desk.browsing.page(QUERY, sight, reader=READER)}


@pytest.mark.parametrize(
    ("sight", "expected"),
    [
        (EVERYTHING, {"Withdrawal", "Card", "Loan"}),
        (Sight(queues=frozenset({"cards", "loans"})), {"Card", "Loan"}),
        (Sight(queues=frozenset()), set()),
        (Sight(person=PERSON), {"Card"}),
        (Sight(customer=CUSTOMER), {"Withdrawal"}),
        (Sight(person=PERSON, customer=CUSTOMER), {"Withdrawal", "Card"}),
        (Sight(person=TicketId(b"\x08" * 32)), set()),
    ],
)
def test_who_sees_what(desk: Desk, tickets: list[TicketId], sight: Sight, expected: set[str]) -> None:
    """A list, its count and each ticket by name show the same: what is in sight, and nothing else."""
    assert expected == listed(desk, sight)
    assert len(expected) == desk.browsing.count(QUERY, sight)
    shown = set()
    for ticket in tickets:
        try:
            page = desk.browsing.ticket(ticket, sight, reader=READER)
        except NotFound:
            continue
        fields = page.view.entries[0].fields
        assert fields is not None
        shown.add(fields.values()["subject"])
    assert expected == shown


def test_queues_are_narrowed_and_never_widened(desk: Desk, tickets: list[TicketId]) -> None:
    """Who asks for a queue that they do not see is given nothing of it."""
    query = TicketQuery(queues=frozenset({"cards", "payments"}))
    rows = desk.browsing.page(query, Sight(queues=frozenset({"cards"})), reader=READER)
    assert ["Card"] == [row.subject for row in rows]
    assert tickets[1] == rows[0].record.id


@pytest.mark.usefixtures("tickets")
def test_a_customer_asks_for_anothers(desk: Desk) -> None:
    """A query for somebody else's tickets gives a customer none."""
    sight = Sight(person=PERSON, customer=CUSTOMER)
    for query in (TicketQuery(customer=READER), TicketQuery(person=TicketId(b"\x09" * 32))):
        found = {row.subject for row in desk.browsing.page(query, sight, reader=READER)}
        assert not found - {"Withdrawal", "Card"}


def test_a_list_is_one_line(desk: Desk, tickets: list[TicketId]) -> None:
    """A page leaves one line, which names the tickets whose subjects were shown, and no others."""
    desk.browsing.page(TicketQuery(), Sight(queues=frozenset({"cards", "loans"})), reader=READER)
    [read] = desk.reads.of(ALL)
    assert (LIST, READER, 2) == (read.what, read.reader, len(read.tickets))
    assert [0, 1, 1] == [len(desk.reads.lists(ticket)) for ticket in tickets]


def test_a_ticket_is_on_record(desk: Desk, tickets: list[TicketId]) -> None:
    """Who is shown a ticket, or its files, is on record under their address."""
    desk.tickets.open("See there", subject="Files", attachments=[Attachment("a.txt", b"proof")])
    [files] = [one for one in desk.store.tickets(QUERY) if one.id not in tickets]
    desk.browsing.ticket(files.id, EVERYTHING, reader=READER, reason="a complaint")
    assert [b"proof"] == [
        desk.files.read(one.location)
        for one in desk.browsing.attachments(files.id, 0, EVERYTHING, reader=READER)
    ]
    reads = desk.reads.of(files.id)
    assert [("ticket", "a complaint", READER), ("attachments", "support", READER)] == [
        (one.what, one.reason, one.reader) for one in reads
    ]


def test_nothing_is_shown_that_is_not_on_record(
    desk: Desk, tickets: list[TicketId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the log cannot be written, neither a ticket nor a subject is shown."""
    desk.reads.record(ALL, "audit")

    def full(*_: object, **__: object) -> None:
        raise StoreFull("no space left")

    monkeypatch.setattr(desk.logs._store, "append", full)
    with pytest.raises(NotOnRecord):
        desk.browsing.ticket(tickets[0], EVERYTHING, reader=READER)
    with pytest.raises(NotOnRecord):
        desk.browsing.page(QUERY, EVERYTHING, reader=READER)


def test_the_node_is_away(
    desk: Desk, ledger: FrailLedger, tickets: list[TicketId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and tickets need no node."""
    at = desk.clock.now()
    monkeypatch.setattr(desk.clock, "now", lambda: at)

    def away(*_: object, **__: object) -> None:
        raise RpcUnavailable("the node is away")

    for name in ("now", "slots", "ticket", "policies", "policy", "block", "height", "events", "entries"):
        monkeypatch.setattr(ledger, name, away)
    assert 3 == len(desk.browsing.page(QUERY, EVERYTHING, reader=READER))
    assert desk.browsing.ticket(tickets[0], EVERYTHING, reader=READER).deadlines


def test_what_is_on_its_way(desk: Desk, tickets: list[TicketId]) -> None:
    """An answer that waits is counted in lists, and shown with its text and how far it has come."""
    desk.signing.sign_and_submit(intents.answer(tickets[0], "It is on its way"), AGENT)
    rows = desk.browsing.page(QUERY, EVERYTHING, reader=READER)
    assert {tickets[0]: 1} == {row.record.id: row.waiting for row in rows if row.waiting}
    page = desk.browsing.ticket(tickets[0], EVERYTHING, reader=READER)
    [one] = page.underway
    assert one.fields is not None
    assert (DraftStatus.SIGNED, "It is on its way") == (one.draft.status, one.fields.values()["body"])
    assert DraftStatus.FINAL is page.status(page.view.entries[0])


def test_what_staff_write_for_themselves(desk: Desk, tickets: list[TicketId]) -> None:
    """A customer sees that there is a note, mined or on its way, and not what it says."""
    desk.tickets.note(tickets[0], "Smells of fraud")
    desk.signing.sign_and_submit(intents.note(tickets[0], "Smells of it, too"), AGENT)
    page = desk.browsing.ticket(tickets[0], Sight(customer=CUSTOMER), reader=CUSTOMER)
    assert (2, None, ()) == (len(page.view.entries), page.view.entries[1].body, page.underway)
    staff = desk.browsing.ticket(tickets[0], EVERYTHING, reader=READER)
    assert ("Smells of fraud", 1) == (staff.view.entries[1].body, len(staff.underway))


def test_what_was_erased(desk: Desk, tickets: list[TicketId]) -> None:
    """Of an erased ticket, lists show no subject, and the page says when it was erased."""
    desk.store.vault.erase([tickets[0]], 1_800_000_000)
    assert {"", "Card", "Loan"} == listed(desk, EVERYTHING)
    page = desk.browsing.ticket(tickets[0], EVERYTHING, reader=READER)
    assert (1_800_000_000, None) == (page.view.entries[0].erased_at, page.view.entries[0].body)
    assert [] == desk.reads.lists(tickets[0])
