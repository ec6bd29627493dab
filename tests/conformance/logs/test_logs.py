"""What every log store promises, in memory and on disk alike."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from supportledger.errors import Conflict, InputError, NotFound
from supportledger.ports import LogStore
from supportledger.proof import merkle
from supportledger.proof.entry_bundle import LINE_LIMIT
from supportledger.proof.log_tree import EMPTY, TileTree, TreeHead

SUBJECT = b"\x07" * 32
CUTS = [0, 1, 2, 3, 255, 256, 257, 511, 512, 600, 1_800]
ODD_NAMES = ["", "A", "../x", ".hidden", "a/b", "ä", "-x", "x" * 65, "a\n", "con fused"]


def lines_of(stop: int, start: int = 0) -> list[bytes]:
    """Lines of all lengths, some empty, some with line breaks and zero bytes."""
    return [b"\x00\n%d" % number * (number % 7) for number in range(start, stop)]


@pytest.fixture
def log(logs: LogStore) -> str:
    """A log without lines."""
    logs.create("talk", {"signer": b"secret"})
    return "talk"


def test_a_new_log_is_empty(logs: LogStore, log: str) -> None:
    """A new log has size 0, the root of nothing, no lines, and its first documents."""
    assert EMPTY == logs.head(log)
    assert [] == list(logs.lines(log))
    assert b"" == logs.tiles(log).tile(0, 0)
    assert b"secret" == logs.kept(log, "signer")


def test_logs_are_listed_by_name(logs: LogStore) -> None:
    """Every log there is is listed, and none before the first is created."""
    assert [] == logs.logs()
    for name in ("b", "a.1", "a"):
        logs.create(name, {})
    assert ["a", "a.1", "b"] == logs.logs()


def test_a_name_is_taken_once(logs: LogStore, log: str) -> None:
    """A second log of one name is a conflict, and leaves the first as it is."""
    logs.append(log, [b"x"])
    with pytest.raises(Conflict):
        logs.create(log, {"signer": b"another"})
    assert (1, b"secret") == (logs.head(log).size, logs.kept(log, "signer"))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_that_cannot_be(logs: LogStore, log: str, name: str) -> None:
    """A name that could leave its folder, or be confused with another, is refused everywhere."""
    for use in (
        lambda: logs.create(name, {}),
        lambda: logs.create("fine", {name: b""}),
        lambda: logs.head(name),
        lambda: logs.append(name, []),
        lambda: logs.keep(log, name, b""),
        lambda: logs.kept(log, name),
    ):
        with pytest.raises(InputError):
            use()
    assert [log] == logs.logs()


def test_logs_that_are_not_there(logs: LogStore) -> None:
    """Nothing can be done with a log that was not created."""
    for use in (
        lambda: logs.head("none"),
        lambda: logs.append("none", [b"x"]),
        lambda: list(logs.lines("none")),
        lambda: logs.tiles("none").tile(0, 0),
        lambda: logs.keep("none", "a", b""),
        lambda: logs.documents("none"),
        lambda: logs.remember("none", [(SUBJECT, b"")]),
        lambda: logs.remembered("none", SUBJECT),
        lambda: logs.tidy("none"),
    ):
        with pytest.raises(NotFound):
            use()


def test_what_is_appended_comes_back(logs: LogStore, log: str) -> None:
    """Lines come back in order, from anywhere to anywhere, however they were appended."""
    for start, stop in pairwise(CUTS):
        logs.append(log, iter(lines_of(stop, start)))
    lines = lines_of(CUTS[-1])
    assert lines == list(logs.lines(log))
    for start in CUTS:
        for stop in CUTS:
            assert lines[start:stop] == list(logs.lines(log, start, stop))
    assert [] == list(logs.lines(log, len(lines), None))


def test_the_tree_is_that_of_the_reference(logs: LogStore, log: str) -> None:
    """Size, root and proofs are those of the reference at every size that the log had."""
    lines = lines_of(CUTS[-1])
    for start, stop in pairwise(CUTS):
        assert TreeHead(stop, merkle.root(lines[:stop])) == logs.append(log, lines[start:stop])
        assert TreeHead(stop, merkle.root(lines[:stop])) == logs.head(log)
    for size in CUTS[1:]:
        tree = TileTree(logs.tiles(log), size)
        assert merkle.root(lines[:size]) == tree.root()
        assert merkle.inclusion_proof(lines[:size], size // 2) == tree.inclusion_proof(size // 2)
        assert merkle.consistency_proof(lines[:size], size // 2 or 1) == tree.consistency_proof(
            size // 2 or 1
        )


def test_tiles_are_as_wide_as_the_log(logs: LogStore, log: str) -> None:
    """A full tile has 256 hashes of 32 bytes, the last of a level what is left, and behind it is none."""
    logs.append(log, lines_of(600))
    tiles = logs.tiles(log)
    assert [8192, 8192, 88 * 32, 0] == [len(tiles.tile(0, index)) for index in range(4)]
    assert [64, 0] == [len(tiles.tile(1, index)) for index in range(2)]
    assert b"" == tiles.tile(2, 0)


def test_a_tree_of_before_is_not_disturbed(logs: LogStore, log: str) -> None:
    """Proofs of an earlier size stay as they were while the log grows."""
    logs.append(log, lines_of(300))
    before = TileTree(logs.tiles(log), 300)
    logs.append(log, lines_of(900, 300))
    assert merkle.inclusion_proof(lines_of(300), 299) == before.inclusion_proof(299)


def test_appending_nothing(logs: LogStore, log: str) -> None:
    """No lines leave a log as it is."""
    assert EMPTY == logs.append(log, [])
    assert logs.append(log, [b"x"]) == logs.append(log, [])


def test_all_lines_or_none(logs: LogStore, log: str) -> None:
    """A line that is too long, or a source that fails midway, leaves nothing of its call behind (L3.1)."""
    kept = logs.append(log, lines_of(300))
    with pytest.raises(InputError):
        logs.append(log, [*lines_of(40_000), b"x" * (LINE_LIMIT + 1)])

    def failing():
        yield from lines_of(40_000)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        logs.append(log, failing())
    assert kept == logs.head(log)
    assert kept.size + 1 == logs.append(log, [b"x" * LINE_LIMIT]).size
    assert [*lines_of(300), b"x" * LINE_LIMIT] == list(logs.lines(log))


def test_appending_behind_a_number_of_lines(logs: LogStore, log: str) -> None:
    """Whoever expects another number of lines appends nothing."""
    logs.append(log, [b"a"], after=0)
    with pytest.raises(Conflict):
        logs.append(log, [b"b"], after=0)
    logs.append(log, [b"b"], after=1)
    assert [b"a", b"b"] == list(logs.lines(log))


@pytest.mark.parametrize(("start", "stop"), [(-1, None), (0, -1)])
def test_lines_are_not_counted_from_the_end(logs: LogStore, log: str, start: int, stop: int | None) -> None:
    """A negative number of a line is refused, not taken for one from the end."""
    with pytest.raises(InputError):
        list(logs.lines(log, start, stop))


def test_documents_are_replaced(logs: LogStore, log: str) -> None:
    """The last document of a name counts; what was never kept is not there."""
    logs.keep(log, "checkpoint.1", b"one")
    logs.keep(log, "checkpoint.1", b"two")
    assert b"two" == logs.kept(log, "checkpoint.1")
    assert ["checkpoint.1", "signer"] == logs.documents(log)
    with pytest.raises(NotFound):
        logs.kept(log, "checkpoint.2")


def test_records_by_subject(logs: LogStore, log: str) -> None:
    """Records come back in order, apart by subject; a subject without any has none."""
    other = bytes(32)
    logs.remember(log, about(SUBJECT, [b"0", b"1"]))
    logs.remember(log, about(other, [b""]))
    logs.remember(log, about(SUBJECT, []))
    logs.remember(log, about(SUBJECT, [b"2"]))
    assert [b"0", b"1", b"2"] == logs.remembered(log, SUBJECT)
    assert [b""] == logs.remembered(log, other)
    assert [] == logs.remembered(log, b"\x01" * 32)


def test_records_that_cannot_be(logs: LogStore, log: str) -> None:
    """A record of two lines, and a subject of another length, are refused; nothing is kept."""
    with pytest.raises(InputError):
        logs.remember(log, about(SUBJECT, [b"fine", b"a\nb"]))
    with pytest.raises(InputError):
        logs.remember(log, about(b"short", [b"a"]))
    assert [] == logs.remembered(log, SUBJECT)


def test_threads_append_one_after_the_other(logs: LogStore, log: str) -> None:
    """Whatever threads append at once, every line is there once, and the tree is that of the lines."""
    start = threading.Barrier(4)

    def work(name: int) -> None:
        start.wait()
        for number in range(25):
            logs.append(log, [b"%d.%d" % (name, number)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    lines = list(logs.lines(log))
    assert sorted(b"%d.%d" % (name, number) for name in range(4) for number in range(25)) == sorted(lines)
    assert merkle.root(lines) == logs.head(log).root


def test_a_record_counts_once(logs: LogStore, log: str) -> None:
    """Whoever does not know whether a record was written down writes it again."""
    logs.remember(log, about(SUBJECT, [b"one", b"two", b"one"]))
    logs.remember(log, about(SUBJECT, [b"two", b"three"]))
    assert [b"one", b"two", b"three"] == logs.remembered(log, SUBJECT)
    logs.tidy(log)
    logs.remember(log, about(SUBJECT, [b"two"]))
    assert [b"one", b"two", b"three"] == logs.remembered(log, SUBJECT)


def test_lines_with_their_records(logs: LogStore, log: str) -> None:
    """Records are written with lines, and know where these are; those of lines that are not taken are not."""
    logs.append(log, [b"first"])
    logs.append(log, [b"a", b"b"], records=lambda first: [(SUBJECT, b"%d" % at) for at in (first, first + 1)])
    assert [b"1", b"2"] == logs.remembered(log, SUBJECT)
    with pytest.raises(Conflict):
        logs.append(log, [b"c"], after=1, records=lambda _: [(SUBJECT, b"never")])
    with pytest.raises(InputError):
        logs.append(log, [b"x" * 70_000], records=lambda _: [(SUBJECT, b"never")])
    assert ([b"1", b"2"], 3) == (logs.remembered(log, SUBJECT), logs.head(log).size)


def test_tidying_changes_nothing_that_is_read(logs: LogStore, log: str) -> None:
    """Records are the same wherever they lie."""
    other = b"\x02" * 32
    logs.remember(log, [(SUBJECT, b"0"), (other, b"x y")])
    logs.tidy(log, 1_000_000)
    logs.tidy(log)
    logs.remember(log, [(other, b""), (SUBJECT, b"1")])
    assert ([b"0", b"1"], [b"x y", b""]) == (logs.remembered(log, SUBJECT), logs.remembered(log, other))
    assert sorted([SUBJECT, other]) == logs.subjects(log)


def test_records_are_written_anew(logs: LogStore, log: str) -> None:
    """Other records stand in the place of a subject's, in order; those of others are untouched."""
    other = b"\x02" * 32
    logs.remember(log, about(SUBJECT, [b"one", b"two"]))
    logs.remember(log, about(other, [b"three"]))
    logs.rewrite(log, SUBJECT, bytes.upper)
    logs.rewrite(log, b"\x03" * 32, bytes.upper)
    logs.remember(log, about(SUBJECT, [b"four"]))
    assert [b"ONE", b"TWO", b"four"] == logs.remembered(log, SUBJECT)
    assert [b"three"] == logs.remembered(log, other)
    assert sorted([SUBJECT, other]) == logs.subjects(log)
    with pytest.raises(InputError):
        logs.rewrite(log, SUBJECT, lambda _: b"a\nb")
    assert [b"ONE", b"TWO", b"four"] == logs.remembered(log, SUBJECT)


def about(subject: bytes, records: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(subject, record) for record in records]
