from types import SimpleNamespace

import pytest

from supportledger.desk.demo import choose
from supportledger.desk.demo_report import Cost, Costs
from supportledger.desk.questions import Question
from supportledger.errors import InputError, NotFound

A, B = Question("a"), Question("b")


def outcome(transaction, gas_used):
    return SimpleNamespace(entry=SimpleNamespace(transaction=transaction), gas_used=gas_used)


def test_questions_are_asked_again():
    """Too few questions are asked again from the first, and no more are read than needed."""
    assert [A, B, A, B, A, B, A] == choose([A, B], 7)
    endless = iter(lambda: A, B)
    assert [A] * 6 == choose(endless, 6)


def test_story_needs_tickets_and_questions():
    """A story with too few tickets, or without any question, is refused."""
    with pytest.raises(InputError, match="needs 6 tickets, not 5"):
        choose([A], 5)
    with pytest.raises(NotFound):
        choose([], 6)


def test_batch_is_paid_once():
    """A transaction that carried several entries is paid once, and shared out among them, rounded up."""
    costs = Costs()
    costs.add("answer", [outcome(b"1", 100), outcome(b"1", 100), outcome(b"2", 101)])
    costs.add("rate", [outcome(b"3", 7)])
    assert (Cost("answer", 3, 201), Cost("rate", 1, 7)) == costs.table()
    assert 67 == costs.table()[0].each
