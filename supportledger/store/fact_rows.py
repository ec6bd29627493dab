"""Facts as rows: a ticket's moments are one string of bytes, which is small and quickly read."""

import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from supportledger.errors import StoreCorrupt
from supportledger.model.ids import Address, TicketId
from supportledger.ports.figures import Measure, Moment, TicketFacts

_ONE: Final = struct.Struct(">B20sqqq")
_MEASURES: Final = {int(one): one for one in Measure}


def values(facts: TicketFacts, revision: int) -> dict[str, Any]:
    """Give the row of a ticket's facts."""
    return {
        "ticket": facts.ticket,
        "head": facts.head,
        "revision": revision,
        "opened_at": facts.opened_at,
        "policy": facts.policy,
        "waiting_since": facts.waiting_since,
        "was_answered": int(facts.was_answered),
        "moments": packed(facts.moments),
    }


def read(row: Any) -> TicketFacts:
    """
    Read the facts of a row.

    Raises:
        StoreCorrupt: The row was altered; deleting it is enough.
    """
    try:
        return TicketFacts(
            TicketId(row.ticket),
            bytes(row.head),
            row.opened_at,
            row.policy,
            row.waiting_since,
            bool(row.was_answered),
            unpacked(row.moments),
        )
    except (struct.error, KeyError, ValueError, TypeError) as error:
        raise StoreCorrupt(
            "facts of a ticket cannot be read", hint="Work them out again: `supportledger figures --rebuild`."
        ) from error


def packed(moments: Sequence[Moment]) -> bytes:
    """Write moments one after the other: measure, agent, and three numbers each."""
    return b"".join(_ONE.pack(one.measure, one.agent, one.at, one.value, one.other) for one in moments)


def unpacked(data: bytes, known: Mapping[int, Measure] = _MEASURES) -> tuple[Moment, ...]:
    """Read them again."""
    return tuple(
        Moment(known[measure], at, _agent(agent), value, other)
        for measure, agent, at, value, other in _ONE.iter_unpack(data)
    )


@lru_cache(maxsize=4_096)
def _agent(data: bytes) -> Address:
    """Give one address to all moments of an agent: there are few of them, and many moments."""
    return Address(data)
