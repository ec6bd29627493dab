"""What many ask for at once is done together: each gets its own result, and no more than one works."""

import threading
import time

import pytest

from supportledger.desk.together import Together


def in_threads(count, act):
    """Let threads do something at once, and wait for them."""
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)


def test_each_gets_its_own():
    """Results come back to whoever asked, whoever did the work."""
    found = {}
    together = Together(lambda items: [item * 2 for item in items])
    in_threads(50, lambda number: found.__setitem__(number, together.do(number)))
    assert {number: number * 2 for number in range(50)} == found


def test_who_comes_meanwhile_goes_together():
    """While one works, the others gather, and are done in one go."""
    lots, begun, go_on = [], threading.Event(), threading.Event()

    def work(items):
        lots.append(len(items))
        begun.set()
        go_on.wait(10)
        return items

    together = Together(work)
    first = threading.Thread(target=together.do, args=(0,))
    first.start()
    begun.wait(10)
    others = [threading.Thread(target=together.do, args=(number,)) for number in range(1, 21)]
    for one in others:
        one.start()
    while len(together._waiting) < 20:
        time.sleep(0.001)
    go_on.set()
    for one in [first, *others]:
        one.join(10)
    assert [1, 20] == lots


def test_a_failure_is_everybodys():
    """What fails is raised by all that went together, and the next ones go on."""
    together = Together(lambda items: [1 // item for item in items])
    with pytest.raises(ZeroDivisionError):
        together.do(0)
    assert 1 == together.do(1)
