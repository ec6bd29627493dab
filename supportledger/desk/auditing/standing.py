"""How a ticket stands after an entry, packed: there are many, which go between processes and to files."""

import struct
from hashlib import sha256
from typing import Final, NamedTuple

from supportledger.model.ids import keccak
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import TicketState

NOWHERE: Final = bytes(32)
"""The digest of no places."""
_PLACE: Final = struct.Struct(">32s32sQQ")


class Standing(NamedTuple):
    """
    A ticket after an entry.

    Args:
        packed: Its state; 128 bytes.
        places: Digest of the places of its entries on the chain, which no head binds; 32 bytes.
        entries: How many it has.
    """

    packed: bytes
    places: bytes
    entries: int

    @property
    def slot(self) -> bytes:
        """What the ticket's slot must hold."""
        return keccak(self.packed)

    @property
    def state(self) -> TicketState:
        """The state."""
        return TicketState.unpack(self.packed)


def of(state: TicketState, places: bytes) -> Standing:
    """Pack how a ticket stands."""
    return Standing(state.pack(), places, state.entries)


def placed(places: bytes, entry: EntryRecord) -> bytes:
    """Add the place of one more entry to a digest of places."""
    return sha256(_PLACE.pack(places, entry.transaction, entry.block_number, entry.log_index)).digest()
