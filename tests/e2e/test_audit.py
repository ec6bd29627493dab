"""The audit of the demonstration's ledger on a live Ganache, of its database, and of a node that lies."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest

from supportledger.chain.rpc import Fault
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.auditing.auditor import Auditor, Scope
from supportledger.desk.auditing.checkpoint import opened
from supportledger.desk.auditing.keys import AuditKey
from supportledger.desk.questions import shipped_questions
from supportledger.errors import RpcUnavailable, WrongNetwork
from supportledger.model.ticket import Auth
from supportledger.store.keyplace import beside
from supportledger.store.tampering import alter_body
from supportledger.wiring import DATABASE, connect, start_local, stop_local
from supportledger.wiring.demo import FOLDER, run_demo
from tests.e2e.lying_node import HungUp, lying_in_front_of

pytestmark = pytest.mark.ganache
COUNT = 8
KEY = AuditKey.new()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder of a demonstration that is over, whose chain is served again, and its node."""
    data = tmp_path_factory.mktemp("data")
    run_demo(data, shipped_questions(), count=COUNT)
    record = start_local(data / FOLDER, port=0, detach=False)
    with connect(data / FOLDER) as desk:
        desk.sync()
    yield data / FOLDER, record
    stop_local(data / FOLDER)


@pytest.fixture
def desk(place):
    with connect(place[0]) as desk:
        yield desk


@pytest.fixture
def node(place):
    """A proxy in front of the node, and a desk that believes to speak to it."""
    with lying_in_front_of(place[1].rpc_url) as liar:
        yield liar


@pytest.fixture
def database(place):
    """The database's file; whatever a test does to it, or to its keys, is undone."""
    path = place[0] / DATABASE
    with put_back(path), put_back(beside(path)):
        yield path


@contextmanager
def put_back(path):
    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(":memory:")) as copy:
        connection.backup(copy)
        yield
        copy.backup(connection)


def write(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount


def audit(desk, *, store=True, saved=None, **scope):
    kept, logs = (desk.store, desk.logs) if store else (None, None)
    auditor = Auditor(desk.ledger, desk.store.deployment, kept, files=desk.files, logs=logs)
    return auditor.run(Scope(**scope), saved)


def found(desk, **more):
    return [(str(one.anomaly), one.ticket, one.entry) for one in audit(desk, **more).report.findings]


def through(place, liar, **more):
    """Audit through the proxy, without the database."""
    with connect(place[0], rpc=liar.url, ledger=str(place[1].ledger), confirmations=0) as desk:
        return found(desk, store=False, **more)


def run(place, *arguments, **more):
    """Run the command line as a shell would."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
    line = [sys.executable, "-m", "supportledger", "audit", "--data", str(place[0]), *map(str, arguments)]
    environment = clean | {"LC_ALL": "C.UTF-8"}
    return subprocess.run(
        line, env=environment, check=False, capture_output=True, text=True, timeout=120, **more
    )


def some(desk):
    """A ticket with an answer that was signed here, of which nothing else was written; and its entries."""
    for ticket in (one.id for one in desk.tickets.list() if one.state.entries == 2):
        drafts, entries = desk.store.drafts(ticket=ticket), desk.ledger.entries(ticket)
        if len(drafts) == 2 and entries[1].auth is Auth.ECDSA:
            return ticket, entries
    raise AssertionError("the demonstration has no such ticket")


# -- the demonstration ---------------------------------------------------------------------------------------


def test_the_demonstration_is_clean(place):
    """The whole ledger of the demonstration and its database hold, and all of it was looked at."""
    done = run(place, "--json")
    assert (ExitCode.OK, "") == (done.returncode, done.stderr)
    report = json.loads(done.stdout)
    figures = report["figures"]
    assert ("clean", [], []) == (report["conclusion"], report["findings"], report["left_out"])
    assert (COUNT, COUNT) == (figures["tickets"], figures["slots"])
    assert figures["entries"] == sum(figures["actions"].values())
    assert figures["signatures"] > COUNT
    assert figures["contents"] > COUNT
    assert 1 == figures["actions"]["Escalate"]


def test_an_altered_text_is_named_until_it_is_restored(place, desk):
    """The audit names the ticket and the entry whose text was altered, and is clean once it is put back."""
    ticket, entries = some(desk)
    restore = alter_body(place[0] / DATABASE, ticket, entries[1].commitment, "We never said that.")
    wrong = run(place, "--json")
    restore()
    assert ExitCode.DOES_NOT_HOLD == wrong.returncode
    [finding] = json.loads(wrong.stdout)["findings"]
    assert ("content altered", str(ticket), 1) == (finding["class"], finding["ticket_id"], finding["entry"])
    assert ExitCode.OK == run(place).returncode


# -- a database that lies ------------------------------------------------------------------------------------


def broken_seal(path, ticket, entries):
    write(
        path,
        "UPDATE contents SET sealed = zeroblob(length(sealed)) WHERE commitment = ?",
        entries[1].commitment,
    )
    return "content altered", 1


def no_key(path, ticket, entries):
    write(beside(path), "DELETE FROM ticket_keys WHERE ticket = ?", ticket)
    return "content altered", 0


def no_text(path, ticket, entries):
    write(path, "DELETE FROM contents WHERE commitment = ?", entries[0].commitment)
    return "content missing", 0


def broken_text(path, ticket, entries):
    write(path, "UPDATE contents SET sealed = '{' WHERE commitment = ?", entries[0].commitment)
    return "content altered", 0


def no_row(path, ticket, entries):
    write(path, "DELETE FROM entries WHERE ticket = ? AND entry_index = 1", ticket)
    return "event without row", 1


def extra_row(path, ticket, entries):
    write(path, "CREATE TABLE extra AS SELECT * FROM entries WHERE ticket = ? AND entry_index = 1", ticket)
    write(path, "UPDATE extra SET entry_index = 2")
    write(path, "INSERT INTO entries SELECT * FROM extra")
    return "row without event", 2


def swapped_rows(path, ticket, entries):
    write(path, "UPDATE entries SET entry_index = 9 - entry_index WHERE ticket = ?", ticket)
    write(path, "UPDATE entries SET entry_index = entry_index - 8 WHERE ticket = ?", ticket)
    return "entry omitted or reordered", 0


def swapped_texts(path, ticket, entries):
    first, second = entries[0].commitment, entries[1].commitment
    for one, other in ((first, b"\x01" * 32), (second, first), (b"\x01" * 32, second)):
        write(path, "UPDATE contents SET commitment = ? WHERE commitment = ?", other, one)
    return "content altered", 0


def impossible_row(path, ticket, entries):
    write(path, "UPDATE entries SET action = 99 WHERE ticket = ? AND entry_index = 1", ticket)
    return "row without event", 1


def moved_clock(path, ticket, entries):
    write(path, "UPDATE tickets SET due_at = 5 WHERE id = ?", ticket)
    return "clock miscounted", 1


def other_signature(path, ticket, entries):
    write(path, "UPDATE drafts SET signature = zeroblob(65) WHERE ticket = ? AND entry_index = 1", ticket)
    return "signature wrong", 1


TAMPERING = [
    broken_seal,
    no_key,
    no_text,
    broken_text,
    no_row,
    extra_row,
    swapped_rows,
    swapped_texts,
    impossible_row,
    moved_clock,
    other_signature,
]


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda one: one.__name__)
def test_a_database_that_lies(desk, database, tamper):
    """Each kind of tampering names the ticket and the entry."""
    ticket, entries = some(desk)
    anomaly, entry = tamper(database, ticket, entries)
    assert (anomaly, ticket, entry) in found(desk)


def test_a_database_that_is_restored(desk):
    """After all that, everything holds again."""
    assert [] == found(desk)


# -- a node that lies ----------------------------------------------------------------------------------------


def test_a_proxy_that_tells_the_truth(place, node):
    """Through the proxy, everything holds."""
    assert [] == through(place, node)


def test_logs_that_are_kept_back(place, desk, node):
    """A log that is dropped is the first wrong entry, be it the first or the last of its ticket."""
    ticket, _ = some(desk)
    node.lies["eth_getLogs"] = all_of(ticket, 0)
    assert [("entry omitted or reordered", ticket, 0)] == through(place, node)
    node.lies["eth_getLogs"] = all_of(ticket, 1)
    assert [("state differs from slot", ticket, 1)] == through(place, node)


def all_of(ticket, index):
    """Drop the log of one entry, in whichever answer it is."""

    def lie(_params, logs):
        return [log for log in logs if not (is_of(log, ticket) and index_of(log) == index)]

    return lie


def is_of(log, ticket):
    return len(log["topics"]) > 1 and log["topics"][1] == str(ticket)


def index_of(log):
    return int(log["data"][2:66], 16) >> 88


def test_logs_that_are_edited(place, desk, node):
    """A log with another commitment makes another head: the entry is named, by what the slot held before."""
    ticket, _ = some(desk)

    def lie(_params, logs):
        for log in logs:
            if is_of(log, ticket) and index_of(log) == 1:
                log["data"] = log["data"][:130] + "11" * 32
        return logs

    node.lies["eth_getLogs"] = lie
    wrong = [one for one in through(place, node) if one[0] != "could not check"]
    assert [("state differs from slot", ticket, 1)] == wrong


def test_logs_in_another_order(place, node):
    """An answer whose logs are out of order is named."""
    node.lies["eth_getLogs"] = lambda _, logs: logs[::-1]
    assert {"entry omitted or reordered"} == {one for one, _, _ in through(place, node)}


def test_logs_of_another_contract(place, node):
    """A log that another contract wrote is no answer at all."""
    node.lies["eth_getLogs"] = lambda _, logs: [log | {"address": "0x" + "11" * 20} for log in logs]
    with pytest.raises(RpcUnavailable, match="another contract"):
        through(place, node)


def test_logs_that_are_pruned(place, node):
    """A node that has forgotten old logs, aloud or in silence, makes the audit fail, and nothing pass."""
    node.lies["eth_getLogs"] = lambda *_: Fault(-32000, "history has been pruned")
    assert [("could not check", None, None)] == through(place, node)
    node.lies["eth_getLogs"] = lambda *_: []
    assert [("could not check", None, None)] == through(place, node)


def test_storage_that_is_edited(place, desk, node):
    """A slot with another word differs."""
    ticket, _ = some(desk)
    true = desk.ledger.slots([ticket])[0].hex()
    node.lies["eth_getStorageAt"] = lambda _, word: (
        "0x" + "11" * 32 if word[2:].rjust(64, "0") == true else word
    )
    assert [("state differs from slot", ticket)] == [one[:2] for one in through(place, node)]


def test_storage_of_an_old_block(place, desk, node):
    """A slot with the word of an older block differs, too."""
    ticket, entries = some(desk)
    old = desk.ledger.slots([ticket], entries[0].block_number)[0].hex()
    true = desk.ledger.slots([ticket])[0].hex()
    node.lies["eth_getStorageAt"] = lambda _, word: "0x" + old if word[2:].rjust(64, "0") == true else word
    assert [("state differs from slot", ticket)] == [one[:2] for one in through(place, node)]


def test_a_node_that_is_behind(place, desk, node):
    """A node whose blocks end before what the database has read is told, and so is one with other blocks."""
    behind = desk.ledger.height() - 5

    def lie(params, block):
        number = behind if params[0] == "latest" else int(params[0], 16)
        return node._node.block(number) if number <= behind else None

    node.lies["eth_getBlockByNumber"] = lie
    node.lies["eth_blockNumber"] = lambda *_: hex(behind)
    with connect(place[0], rpc=node.url, ledger=str(place[1].ledger), confirmations=0) as one:
        assert ("chain reorganised since the last audit", None, None) in found(one)


def test_another_chain(place, node):
    """A node that serves another chain by the end is not believed in anything."""
    asked = []

    def lie(_params, number):
        asked.append(number)
        return number if len(asked) == 1 else "0x5"

    node.lies["eth_chainId"] = lie
    with pytest.raises(WrongNetwork):
        through(place, node)
    assert len(asked) == 2


@pytest.mark.parametrize(
    "method", ["eth_getLogs", "eth_getStorageAt", "eth_getTransactionByHash", "eth_call"]
)
def test_a_connection_that_breaks(place, node, method):
    """An audit whose node goes away ends with exit code 6, whenever that is, and never with success."""

    def hang_up(*_):
        raise HungUp

    node.lies[method] = hang_up
    done = run(place, "--rpc", node.url, "--json")
    assert ExitCode.UNREACHABLE == done.returncode
    assert "error" in json.loads(done.stdout)


@pytest.mark.parametrize("method", ["eth_getTransactionByHash", "eth_getStorageAt", "eth_call"])
def test_what_the_node_refuses(place, node, method):
    """What the node refuses could not be checked: exit code 7, unless the database has it."""
    node.lies[method] = lambda *_: Fault(-32601, "the method is not available")
    done = run(place, "--rpc", node.url, "--chain-only", "--json")
    assert ExitCode.NOT_FINAL == done.returncode
    assert {"could not check"} == set(json.loads(done.stdout)["counts"])


# -- going on ------------------------------------------------------------------------------------------------


def test_going_on_says_the_same(place, desk, tmp_path):
    """After more activity, an audit from the checkpoint says what one from the deployment says."""
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    audit(desk).save(first, KEY, replace=False)
    ticket = desk.tickets.open("One more question", signed=True).ticket
    desk.tickets.answer(ticket, "One more answer", signed=True)
    desk.tickets.reply(ticket, "Thanks")
    with opened(first, desk.store.deployment, KEY.public) as saved:
        resumed = audit(desk, saved=saved)
    full = audit(desk)
    assert () == resumed.report.findings == full.report.findings
    assert 3 == resumed.report.figures.entries
    assert resumed.save(second, KEY, replace=False) == full.save(third, KEY, replace=False)
    assert second.read_bytes() == third.read_bytes()


def test_several_processes_say_the_same(desk, monkeypatch):
    """Judged by several processes, a ledger is what it is when judged by one (A5.2)."""
    monkeypatch.setattr("supportledger.desk.auditing.workers.WORTH", 1)
    one, many = audit(desk, processes=1).report, audit(desk, processes=3).report
    assert (one.findings, one.figures.actions) == (many.findings, many.figures.actions)
    assert one.figures.signatures == many.figures.signatures > 0


def test_interrupted(place, node, tmp_path):
    """Ctrl-C ends the audit and leaves no file, whole or half (A5.4)."""
    asked = threading.Event()

    def slow(_params, word):
        asked.set()
        time.sleep(0.5)
        return word

    node.lies["eth_getStorageAt"] = slow
    line = [
        "audit",
        "--data",
        place[0],
        "--rpc",
        node.url,
        "-o",
        tmp_path / "one",
        "--report",
        tmp_path / "two",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "supportledger", *map(str, line)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert asked.wait(60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert ExitCode.INTERRUPTED == process.returncode
    assert [] == list(tmp_path.iterdir())
