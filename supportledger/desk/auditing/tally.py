"""Counting what an audit went through, for its report."""

from collections.abc import Mapping

from supportledger.desk.auditing.findings import Figures
from supportledger.desk.auditing.judging import Standing
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Flag


def count(standing: Mapping[TicketId, Standing], figures: Figures) -> None:
    """Count tickets by where they stand, and by what is on record of them."""
    figures.tickets += len(standing)
    for state, _ in standing.values():
        figures.statuses[str(state.status)] += 1
        if state.flags:
            figures.flags.update(flag.name.lower() for flag in Flag if state.has(flag))
