"""The vector file is fresh, and says something about everything."""

from collections.abc import Iterator
from itertools import product

import pytest

from supportledger.model.refusal import Refusal, decode
from supportledger.model.refusal import ticket as of_tickets
from supportledger.model.ticket import ACTIVE, Action, Status
from tests.vectors import generate_lifecycle
from tests.vectors.lifecycle_cases import transitions

ROWS = [line.split(" ", 1) for line in generate_lifecycle.FILE.read_text().splitlines() if line[0] != "#"]
NEVER_OF_A_TRANSITION = {"TicketExists", "TicketNotFound", "TicketStale"}


def results() -> Iterator[tuple[int, bytes]]:
    """Give the action and the result of each transition."""
    for letter, row in ROWS:
        if letter == "T":
            data = bytes.fromhex(row)
            yield data[8], data[22:]


def test_file_is_what_its_generator_writes() -> None:
    """The committed file and a fresh run of its generator are equal."""
    assert generate_lifecycle.generate() == generate_lifecycle.FILE.read_text()


def test_every_status_and_action_is_tried() -> None:
    """Each pair of a status and an action has cases, accepted or refused."""
    tried = {(t.status, e.action) for t, e, _ in transitions() if e.action in list(Action)}
    assert set(product(Status, set(Action))) == tried


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.OPEN}), ids=str)
def test_every_action_is_accepted_and_refused(action: Action) -> None:
    """A file of refusals alone would prove little."""
    assert {True, False} == {len(result) == 32 for number, result in results() if number == action}


def test_every_refusal_of_a_transition_occurs() -> None:
    """Each reason not to accept an action is given at least once."""
    possible = {
        name
        for name, cls in vars(of_tickets).items()
        if isinstance(cls, type) and issubclass(cls, Refusal) and cls is not Refusal
    }
    given = {type(decode(result)).__name__ for _, result in results() if len(result) != 32}
    assert set() == possible - NEVER_OF_A_TRANSITION - given


@pytest.mark.parametrize(("letter", "least"), [("T", 8_000), ("O", 200), ("H", 500)])
def test_there_are_many_cases(letter: str, least: int) -> None:
    """Thousands of transitions, hundreds of openings and of deadlines in business hours."""
    assert least < sum(one == letter for one, _ in ROWS)


def test_active_tickets_are_most_of_it() -> None:
    """Most cases are about tickets whose clocks run."""
    active = [t.status in ACTIVE for t, _, _ in transitions()]
    assert len(active) < 2 * sum(active)
