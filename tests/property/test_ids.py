import contextlib

from hypothesis import given
from hypothesis import strategies as st

from supportledger.errors import InputError
from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.ids import Address, Meta, TicketId

TICKETS = st.binary(min_size=32, max_size=32).map(TicketId)


@given(TICKETS, st.booleans(), st.booleans())
def test_every_ticket_is_found_by_its_handle(ticket: TicketId, upper: bool, dashed: bool) -> None:
    """A handle leads back to its ticket, in either case, with dashes or without."""
    text = ticket.handle if dashed else ticket.handle.replace("-", "")
    parsed = parse_ticket(text.upper() if upper else text)
    assert isinstance(parsed, TicketPrefix)
    assert ticket in parsed


@given(TICKETS, TICKETS, st.integers(1, 64), st.booleans())
def test_prefixes_fit_what_begins_so(ticket: TicketId, other: TicketId, length: int, base32: bool) -> None:
    """A beginning fits exactly the tickets that begin so, as digits after 0x or as a dashed handle."""
    if base32:
        length = min(length, 16)
        start, beginning = ticket.handle.replace("-", "")[:length], other.handle.replace("-", "")[:length]
        parsed = parse_ticket(start + "-")
    else:
        start, beginning = ticket.hex()[:length], other.hex()[:length]
        parsed = parse_ticket("0x" + start)
    found = [
        one for one in (ticket, other) if (one == parsed if isinstance(parsed, TicketId) else one in parsed)
    ]
    assert ([ticket, other] if start == beginning else [ticket]) == found


@given(st.text(max_size=70))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is typed, the answer is a ticket, a prefix or an InputError."""
    with contextlib.suppress(InputError):
        assert isinstance(parse_ticket(text), TicketId | TicketPrefix)


@given(st.binary(min_size=20, max_size=20))
def test_addresses_come_back(data: bytes) -> None:
    """An address written is the address read."""
    assert Address(data) == Address.parse(str(Address(data)))


@given(st.integers(0, 2**120 - 1))
def test_metas_come_back(word: int) -> None:
    """Every word without unknown bits is a meta, and the only word of it."""
    assert word == Meta.unpack(word).pack()
