"""Files of what nobody signed are removed, and no others."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LocalName, private_key
from supportledger.desk import intents
from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.desk.signing.leftovers import LEFTOVER, WAIT_S, Leftovers
from supportledger.desk.signing.prepared import Prepared, submission_of
from supportledger.errors import NotFound
from supportledger.model.ids import TicketId
from supportledger.proof.signature import sign_digest

AGENT = local_signer("agent")
LATER = 9_000_000_000


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    """A ticket on the ledger."""
    return desk.tickets.open("Where is my withdrawal?").ticket


def prepared(desk: Desk, ticket: TicketId, *files: bytes) -> tuple[Prepared, list[str]]:
    """An answer with files that waits for its signature, and where they are."""
    attached = [Attachment(f"{number}.txt", data) for number, data in enumerate(files)]
    found = desk.signing.prepare(intents.answer(ticket, "See these", attachments=attached), AGENT.address)
    submission = submission_of(desk.store.cabinet.read("prepared", found.id))
    return found, [one.location for one in submission.attachments]


def sign(desk: Desk, found: Prepared) -> None:
    """Sign it."""
    desk.signing.submit(found.id, sign_digest(private_key(LocalName["agent"]), found.digest))


def left(desk: Desk, locations: list[str]) -> list[bool]:
    """Which files are there."""
    return [_is_there(desk, one) for one in locations]


def _is_there(desk: Desk, location: str) -> bool:
    try:
        desk.files.read(location)
    except NotFound:
        return False
    return True


def test_what_nobody_signed_goes(desk: Desk, ticket: TicketId) -> None:
    """Its files are removed with the note of them, and not a second time."""
    _, locations = prepared(desk, ticket, b"one", b"two")
    leftovers = Leftovers(desk.store, desk.files)
    assert [2, 0] == [leftovers.clear(LATER), leftovers.clear(LATER)]
    assert [False, False] == left(desk, locations)
    assert [] == desk.store.cabinet.list(LEFTOVER)


def test_what_may_still_be_signed_stays(desk: Desk, ticket: TicketId) -> None:
    """As long as a signature is awaited, and a while longer, nothing is touched."""
    _, locations = prepared(desk, ticket, b"one")
    noted = desk.store.cabinet.list(LEFTOVER)[0].data["at"]
    assert 0 == Leftovers(desk.store, desk.files).clear(noted + WAIT_S - 1)
    assert [True] == left(desk, locations)
    assert 1 == len(desk.store.cabinet.list(LEFTOVER))


def test_what_was_signed_stays(desk: Desk, ticket: TicketId) -> None:
    """A file that a content names stays, though it was prepared elsewhere, too; the other one goes."""
    _, never = prepared(desk, ticket, b"both", b"never")
    found, signed = prepared(desk, ticket, b"both")
    assert never[0] == signed[0]
    sign(desk, found)
    assert 1 == Leftovers(desk.store, desk.files).clear(LATER)
    assert [True, False] == left(desk, never)
    assert [] == desk.store.cabinet.list(LEFTOVER)


def test_what_was_prepared_again_stays(desk: Desk, ticket: TicketId) -> None:
    """A file that something younger needs is not removed with something older."""
    _, locations = prepared(desk, ticket, b"one")
    [old] = desk.store.cabinet.list(LEFTOVER)
    desk.store.cabinet.remove(LEFTOVER, [old.id])
    _, again = prepared(desk, ticket, b"one")
    [young] = desk.store.cabinet.list(LEFTOVER)
    desk.store.cabinet.write(type(old)(LEFTOVER, "older", {**old.data, "at": 1}, owner=ticket))
    assert 0 == Leftovers(desk.store, desk.files).clear(int(young.data["at"]) + 1)
    assert locations == again
    assert [True] == left(desk, locations)


def test_nothing_is_noted_of_what_has_no_files(desk: Desk, ticket: TicketId) -> None:
    """Most answers leave nothing behind."""
    prepared(desk, ticket)
    assert [] == desk.store.cabinet.list(LEFTOVER)


def test_a_ticket_that_cannot_be_read_keeps_its_files(
    desk: Desk, ticket: TicketId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is not known which files its contents name, none is removed."""
    _, locations = prepared(desk, ticket, b"one")
    leftovers = Leftovers(desk.store, desk.files)
    with monkeypatch.context() as patch:
        patch.setattr(leftovers, "_named", lambda _: None)
        assert 0 == leftovers.clear(LATER)
    assert [True] == left(desk, locations)
    assert 1 == leftovers.clear(LATER)
