"""Papers change only in the hands of who has read them, and are gone when they expire."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from supportledger.errors import Conflict, ContentErased, InputError, NotFound
from supportledger.ports import Store
from supportledger.ports.cabinet import Cabinet, Paper
from tests.conformance.cabinet.conftest import StillClock
from tests.conformance.store.builders import MORNING, a_ticket_id

SESSION = Paper("session", "s-1", {"who": "Ada", "tries": 0, "more": [None, {"deep": 1.5}]})


def at_once(work: Callable[[int], object], count: int = 16) -> list[object]:
    """What many threads get who try the same; None for a refusal."""

    def attempt(number: int) -> object:
        try:
            return work(number)
        except (Conflict, NotFound):
            return None

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(attempt, range(count)))


def test_what_was_written_is_read(cabinet: Cabinet) -> None:
    """A paper comes back as it was written, with its version."""
    paper = replace(SESSION, keys=("a@b.example", "0xabc"), group="ada", expires_at=MORNING + 60)
    assert [replace(paper, version=1)] == cabinet.write(paper)
    assert replace(paper, version=1) == cabinet.read("session", "s-1")
    assert replace(paper, version=1) == cabinet.find("session", "a@b.example")
    assert replace(paper, version=1) == cabinet.find("session", "0xabc")


def test_what_is_read_is_ones_own(cabinet: Cabinet) -> None:
    """Changing what was given back writes nothing."""
    cabinet.write(SESSION)
    cabinet.read("session", "s-1").data["more"].append("forged")
    assert SESSION.data == cabinet.read("session", "s-1").data


def test_what_is_not_there(cabinet: Cabinet) -> None:
    """Neither id nor key of another kind finds anything."""
    cabinet.write(replace(SESSION, keys=("key",)))
    for ask in (cabinet.read, cabinet.find, cabinet.take):
        with pytest.raises(NotFound):
            ask("account", "s-1")
        with pytest.raises(NotFound):
            ask("session", "other")
    with pytest.raises(NotFound):
        cabinet.find("account", "key")


def test_a_paper_is_changed_by_who_has_read_it(cabinet: Cabinet) -> None:
    """Who has read an older version changes nothing; who has read the last one does."""
    first = cabinet.write(SESSION)[0]
    second = cabinet.write(replace(first, data={"tries": 1}))[0]
    assert 2 == second.version
    for stale in (SESSION, first, replace(second, version=3)):
        with pytest.raises(Conflict):
            cabinet.write(stale)
    assert {"tries": 1} == cabinet.read("session", "s-1").data


def test_all_or_nothing(cabinet: Cabinet) -> None:
    """When one paper cannot be written, none is."""
    cabinet.write(SESSION)
    with pytest.raises(Conflict):
        cabinet.write(replace(SESSION, id="s-0"), SESSION, replace(SESSION, id="s-2"))
    assert ["s-1"] == [one.id for one in cabinet.list("session")]


def test_a_key_is_of_one_paper(cabinet: Cabinet) -> None:
    """A key that another paper of the kind has is refused, until that one lets go of it."""
    first = cabinet.write(replace(SESSION, keys=("key",)))[0]
    other = replace(SESSION, id="s-2", keys=("key",))
    with pytest.raises(Conflict):
        cabinet.write(other)
    cabinet.write(replace(other, kind="account"))
    cabinet.write(replace(first, keys=("new",)))
    cabinet.write(other)
    assert ("s-2", "s-1") == (cabinet.find("session", "key").id, cabinet.find("session", "new").id)


def test_keys_change_hands_in_one_call(cabinet: Cabinet) -> None:
    """Two papers that are written together may swap keys."""
    one, two = cabinet.write(replace(SESSION, keys=("a",)), replace(SESSION, id="s-2", keys=("b",)))
    cabinet.write(replace(one, keys=("b",)), replace(two, keys=("a",)))
    assert ("s-2", "s-1") == (cabinet.find("session", "a").id, cabinet.find("session", "b").id)


def test_two_papers_of_one_call_cannot_share_a_key(cabinet: Cabinet) -> None:
    """A key is of one paper, even of those that come together."""
    with pytest.raises(Conflict):
        cabinet.write(replace(SESSION, keys=("a",)), replace(SESSION, id="s-2", keys=("a",)))
    assert [] == cabinet.list("session")


def test_keys_go_with_their_paper(cabinet: Cabinet) -> None:
    """The keys of a paper that was taken or removed are free."""
    cabinet.write(replace(SESSION, keys=("a",)))
    cabinet.take("session", "s-1")
    cabinet.write(replace(SESSION, keys=("a",)))
    cabinet.remove("session", ["s-1", "never there"])
    cabinet.write(replace(SESSION, id="s-2", keys=("a",)))
    assert "s-2" == cabinet.find("session", "a").id


def test_lists_are_by_id(cabinet: Cabinet) -> None:
    """A list is in the order of the bytes of ids, page by page, of one group if asked for."""
    names = ["B", "a", "_", "b", "A", "-", "10", "9"]
    cabinet.write(*(replace(SESSION, id=name, group=name.lower()) for name in names))
    assert sorted(names) == [one.id for one in cabinet.list("session")]
    assert sorted(names)[2:5] == [one.id for one in cabinet.list("session", after=sorted(names)[1], limit=3)]
    assert ["A", "a"] == [one.id for one in cabinet.list("session", "a")]
    assert [] == cabinet.list("account")


def test_what_has_expired_is_gone(cabinet: Cabinet, clock: StillClock) -> None:
    """From its end on nothing finds a paper, and its name and key are free."""
    paper = replace(SESSION, keys=("key",), expires_at=MORNING + 60)
    old = cabinet.write(paper)[0]
    clock.time = MORNING + 59
    assert [old] == cabinet.list("session")
    clock.time = MORNING + 60
    assert [] == cabinet.list("session")
    for ask in (cabinet.read, cabinet.take):
        with pytest.raises(NotFound):
            ask("session", "s-1")
    with pytest.raises(NotFound):
        cabinet.find("session", "key")
    with pytest.raises(Conflict):
        cabinet.write(old)
    cabinet.write(replace(paper, id="s-2", expires_at=None))
    assert 1 == cabinet.write(replace(SESSION, expires_at=None))[0].version


def test_sweeping_removes_what_has_expired_and_no_more(cabinet: Cabinet, clock: StillClock) -> None:
    """What has expired is counted once; the rest stays."""
    cabinet.write(*(replace(SESSION, id=str(end), expires_at=MORNING + end) for end in range(5)))
    cabinet.write(SESSION)
    assert 3 == cabinet.sweep(MORNING + 2)
    assert 0 == cabinet.sweep(MORNING + 2)
    clock.time = MORNING
    assert ["3", "4", "s-1"] == [one.id for one in cabinet.list("session")]


def test_papers_of_somebody_erased_are_gone(store: Store) -> None:
    """Destroying a person's key erases their papers, and theirs alone; nothing more is written of them."""
    cabinet, person = store.cabinet, a_ticket_id()
    mine = replace(SESSION, owner=person, keys=("mine",), group="all")
    read = cabinet.write(mine, replace(SESSION, id="s-2", group="all"))[0]
    store.vault.erase([person], MORNING)
    assert ["s-2"] == [one.id for one in cabinet.list("session", "all", limit=1)]
    for ask, name in ((cabinet.read, "s-1"), (cabinet.find, "mine"), (cabinet.take, "s-1")):
        with pytest.raises(NotFound):
            ask("session", name)
    with pytest.raises((Conflict, ContentErased)):
        cabinet.write(read)
    cabinet.write(replace(SESSION, id="s-3", keys=("mine",)))
    assert 1 >= cabinet.sweep(MORNING)
    assert 0 == cabinet.sweep(MORNING)


IMPOSSIBLE: dict[str, Paper] = {
    "no id": replace(SESSION, id=""),
    "a long id": replace(SESSION, id="x" * 129),
    "an id with a line break": replace(SESSION, id="a\n"),
    "an id that is not ASCII": replace(SESSION, id="号"),
    "no kind": replace(SESSION, kind=""),
    "a kind with a space": replace(SESSION, kind="a b"),
    "a group with a zero": replace(SESSION, group="a\0b"),
    "bytes": replace(SESSION, data={"a": b"b"}),
    "a number that is none": replace(SESSION, data={"a": float("nan")}),
    "an endless number": replace(SESSION, data={"a": float("inf")}),
    "a name that is no text": replace(SESSION, data={1: 2}),  # type: ignore[dict-item]  # what is tested
    "half a character": replace(SESSION, data={"a": "\ud800"}),
    "a tuple": replace(SESSION, data={"a": (1, 2)}),
    "too much": replace(SESSION, data={"a": "x" * (1 << 20)}),
    "a negative version": replace(SESSION, version=-1),
    "a key twice": replace(SESSION, keys=("a", "a")),
}


@pytest.mark.parametrize("paper", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_kept_is_refused(cabinet: Cabinet, paper: Paper) -> None:
    """A paper that could not come back as it was is not written."""
    with pytest.raises(InputError):
        cabinet.write(paper)
    assert [] == cabinet.list("session")


def test_of_all_who_write_at_once_one_succeeds(cabinet: Cabinet) -> None:
    """Of many who have read the same version, one writes; the others are told."""
    read = cabinet.write(SESSION)[0]
    written = at_once(lambda number: cabinet.write(replace(read, data={"number": number})))
    assert 1 == sum(one is not None for one in written)
    assert 2 == cabinet.read("session", "s-1").version


def test_of_all_who_begin_a_paper_one_succeeds(cabinet: Cabinet) -> None:
    """Neither an id nor a key is given twice, however many try at once."""
    assert 1 == sum(one is not None for one in at_once(lambda _: cabinet.write(SESSION)))
    keyed = at_once(lambda number: cabinet.write(replace(SESSION, id=f"k-{number}", keys=("key",))))
    assert 1 == sum(one is not None for one in keyed)
    assert 2 == len(cabinet.list("session"))


def test_of_all_who_take_at_once_one_succeeds(cabinet: Cabinet) -> None:
    """A paper is taken once."""
    cabinet.write(SESSION)
    taken = at_once(lambda _: cabinet.take("session", "s-1"))
    assert [replace(SESSION, version=1)] == [one for one in taken if one]


def test_a_limit_grants_what_is_left(cabinet: Cabinet) -> None:
    """The last grant is what is left; then there is none until the next window."""
    spend = lambda amount, now=MORNING, name="a", limit=5: cabinet.spend(  # noqa: E731 -- short
        name, amount, limit=limit, window_s=60, now=now
    )
    assert [3, 2, 0, 0] == [spend(3), spend(3), spend(1), spend(0)]
    assert [5, 0] == [spend(9, name="b"), spend(9, MORNING + 59, name="b")]
    assert [4, 1, 0] == [spend(4, MORNING + 60), spend(4, MORNING + 119), spend(4, MORNING + 119)]
    assert 0 == spend(4, MORNING), "a clock that goes behind opens no window again"
    assert 0 == spend(1, MORNING + 60, limit=0)
    assert 2 == cabinet.spend("a", 2, limit=2, window_s=61, now=MORNING + 60)


@pytest.mark.parametrize(("amount", "limit", "window_s"), [(-1, 5, 60), (1, -5, 60), (1, 5, 0)])
def test_no_limit_can_be_given_back(cabinet: Cabinet, amount: int, limit: int, window_s: int) -> None:
    """Nothing negative is spent, and no window is empty."""
    with pytest.raises(InputError):
        cabinet.spend("a", amount, limit=limit, window_s=window_s, now=MORNING)


def test_threads_get_no_more_than_the_limit(cabinet: Cabinet) -> None:
    """However many ask at once, all of the limit is granted, and not one more."""
    granted = at_once(lambda _: cabinet.spend("a", 7, limit=100, window_s=60, now=MORNING), 20)
    assert 100 == sum(one for one in granted if isinstance(one, int))
