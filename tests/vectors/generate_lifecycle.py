"""
Write lifecycle.txt: what `model.lifecycle` decides, for the contract's Lifecycle to decide the same.

Run from the repository's root: `python -m tests.vectors.generate_lifecycle`. The head of the file documents
its format.
"""

from collections.abc import Iterable
from pathlib import Path

from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import NOTHING, Context, Entry, Opening
from supportledger.model.hours import BusinessHours, deadline
from supportledger.model.ids import NOBODY, Address
from supportledger.model.lifecycle import opening, transition
from supportledger.model.policy import Policy
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Auth, TicketState
from tests.vectors.lifecycle_cases import TICKET, business_hours, openings, transitions

FILE = Path(__file__).with_name("lifecycle.txt")
FORMAT = """\
# What the ledger decides: made by tests/vectors/generate_lifecycle.py, read by Solidity and by Python.
#
# One record a line: a letter, a space, and bytes in hexadecimal without 0x. All numbers are big-endian.
# Tables come first. Their rows count from 1 in order; number 0 is always the zero value.
#
#   W  an account           20 bytes
#   A  a certificate        its word
#   P  a policy             5 words: word, openHours, gate, textHash, terms
#   G  an argument          1 word
#   S  a ticket's state     4 words: parties, work, counters, head
#
# Then the cases. Each ends with the result: 32 bytes are the keccak256 of the four words of the new state,
# whose head binds meta, argument and authority; anything else is the ABI-encoded error.
#
#   T  a transition of state, with an entry and a context. 22 bytes, then the result:
#        state# 2 . policy# 1 . proposed# 1 . agent# 1 . assignee# 1 . supervisor 1 . successor W# 1 .
#        action 1 . auth 1 . actor W# 1 . argument G# 1 . commitment 1 . seen 4 . time 5
#   O  an opening of the ticket keccak256("ticket"). 18 bytes, then the result:
#        policy# 1 . o.policy 2 . o.terms 1 (0: zero, 1: those of policy#, 2: keccak256("other")) . agent# 1 .
#        auth 1 . opener W# 1 . customer W# 1 . sender W# 1 . commitment 1 . time 5 . 3 bytes of 0
#   H  a deadline in business hours. 38 bytes:
#        openHours 23 . start 5 . duration 5 . deadline 5
#
# supervisor is 0 or 1. commitment is 0 for zero and 1 for keccak256("commitment").
"""


class Table:
    """Rows that cases name by number; 0 is the zero value."""

    def __init__(self, letter: str, zero: bytes) -> None:
        self._letter = letter
        self._numbers = {zero: 0}

    def number(self, row: bytes) -> int:
        return self._numbers.setdefault(row, len(self._numbers))

    def lines(self) -> list[str]:
        return [line(self._letter, row) for row, number in self._numbers.items() if number]


class Vectors:
    """The file, in the making."""

    def __init__(self) -> None:
        self._accounts = Table("W", NOBODY)
        self._agents = Table("A", UNCERTIFIED.authority)
        self._policies = Table("P", bytes(160))
        self._arguments = Table("G", bytes(32))
        self._states = Table("S", bytes(128))

    def text(self) -> str:
        cases = [line("T", self._transition(*one)) for one in transitions()]
        cases += [line("O", self._opening(*one)) for one in openings()]
        cases += [line("H", hours_case(*one)) for one in business_hours()]
        tables = (self._accounts, self._agents, self._policies, self._arguments, self._states)
        rows = [row for table in tables for row in table.lines()]
        return FORMAT + "".join(f"{one}\n" for one in [*rows, *dict.fromkeys(cases)])

    def _transition(self, t: TicketState, e: Entry, c: Context) -> bytes:
        parts = (
            (self._states.number(t.pack()), 2),
            (self._policy(c.policy), 1),
            (self._policy(c.proposed), 1),
            (self._agents.number(c.agent.authority), 1),
            (self._agents.number(c.assignee.authority), 1),
            (c.supervisor, 1),
            (self._accounts.number(c.successor), 1),
            (e.action, 1),
            (e.auth, 1),
            (self._accounts.number(e.actor), 1),
            (self._arguments.number(e.argument.to_bytes(32)), 1),
            (e.commitment != NOTHING, 1),
            (e.seen, 4),
            (c.time, 5),
        )
        try:
            return packed(parts) + transition(t, e, c).state.hash()
        except Refusal as refusal:
            return packed(parts) + refusal.encode()

    def _opening(self, o: Opening, terms: int, auth: Auth, c: Context, sender: Address) -> bytes:
        parts = (
            (self._policy(c.policy), 1),
            (o.policy, 2),
            (terms, 1),
            (self._agents.number(c.agent.authority), 1),
            (auth, 1),
            (self._accounts.number(o.opener), 1),
            (self._accounts.number(o.customer), 1),
            (self._accounts.number(sender), 1),
            (o.commitment != NOTHING, 1),
            (c.time, 5),
            (0, 3),
        )
        try:
            return packed(parts) + opening(TICKET, o, auth, c, sender).state.hash()
        except Refusal as refusal:
            return packed(parts) + refusal.encode()

    def _policy(self, policy: Policy | None) -> int:
        if policy is None:
            return 0
        terms = policy.terms
        words = (policy.word.to_bytes(32), terms.hours_word.to_bytes(32), bytes(12), terms.gate)
        return self._policies.number(b"".join((*words, terms.text_hash, terms.hash)))


def hours_case(word: int, start: int, duration: int) -> bytes:
    until = deadline(BusinessHours.unpack(word), start, duration)
    return packed([(word, 23), (start, 5), (duration, 5), (until, 5)])


def packed(parts: Iterable[tuple[int, int]]) -> bytes:
    return b"".join(int(value).to_bytes(width) for value, width in parts)


def line(letter: str, data: bytes) -> str:
    return f"{letter} {data.hex()}"


def generate() -> str:
    """Make the same cases every time."""
    return Vectors().text()


if __name__ == "__main__":
    FILE.write_text(generate())
