"""Proof files as they are used: exported from a real chain, carried away, verified where there is none."""

import json
import os
import subprocess
import sys

import pytest

from supportledger.chain.artifact import packaged
from supportledger.chain.rpc import Rpc
from supportledger.cli.exit_codes import ExitCode
from supportledger.model.ids import Address, keccak
from supportledger.wiring import start_local, stop_local
from tests.e2e.http_node import serving

PROGRAM = [sys.executable, "-m", "supportledger"]
ENGINES = [
    pytest.param("ganache", marks=pytest.mark.ganache),
    pytest.param("anvil", marks=pytest.mark.anvil),
]
WITHOUT_SOCKETS = """
import sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"a socket: {event} {arguments}")

sys.addaudithook(refuse)
from supportledger.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Place:
    """A data directory, and command lines in it."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
        own = {"SUPPORTLEDGER_DATA": str(folder / "data"), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        self.environment = clean | own

    def run(self, *arguments, program=PROGRAM):
        words = [*program, *map(str, arguments)]
        options = {"cwd": self.folder, "env": self.environment, "capture_output": True, "text": True}
        return subprocess.run(words, check=False, timeout=120, **options)

    def data_of(self, *arguments, **more):
        done = self.run(*arguments, "--json", **more)
        assert "" == done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=ENGINES)
def desk(request, tmp_path_factory):
    """A desk with an answered ticket, on a real chain."""
    here = Place(tmp_path_factory.mktemp(request.param))
    data = here.folder / "data"
    here.record = start_local(data, engine=request.param, port=0, detach=False)
    try:
        here.ticket = here.data_of("ticket", "open", "提现没有到账", "--subject", "Help", "--signed")[
            "handle"
        ]
        here.run("ticket", "answer", here.ticket, "It waits for one more confirmation.", "--signed")
        here.run("ticket", "solve", here.ticket)
        yield here
    finally:
        stop_local(data)


@pytest.fixture
def exported(desk, tmp_path):
    """Its proof file, in an empty directory; and what somebody who trusts nobody here was told."""
    path = tmp_path / "away" / f"{desk.ticket}.proof.json"
    path.parent.mkdir()
    done = desk.data_of("proof", "export", desk.ticket, "--disclose", "all", "-o", path)
    named = ["--chain-id", desk.record.chain_id, "--ledger", desk.record.ledger]
    return path, [*named, "--block-hash", done["block_hash"]]


def failed(done):
    return [one["number"] for one in json.loads(done.stdout)["steps"] if one["result"] == "failed"]


def test_carried_away_verified_and_altered(exported):
    """In an empty directory without a chain it verifies offline; altered by one character it is refused."""
    path, trusting = exported
    away = Place(path.parent)
    verified = away.run("proof", "verify", path.name, "--offline", *trusting, "--json")
    assert (ExitCode.OK, "verified") == (verified.returncode, json.loads(verified.stdout)["verdict"])
    for before, after, step in (
        (b"one more", b"two more", 9),
        (b'"action":"Solve"', b'"action":"Note"', 3),
        (b'"version":1', b'"version":7', 1),
        (b'"deadline":1', b'"deadline":2', 5),
    ):
        changed = path.with_name("changed.json")
        changed.write_bytes(path.read_bytes().replace(before, after))
        refused = away.run("proof", "verify", changed.name, "--offline", *trusting, "--json")
        code = ExitCode.USAGE if step == 1 else ExitCode.DOES_NOT_HOLD
        assert (code, step) == (refused.returncode, failed(refused)[0])
    assert {path.name, "changed.json"} == {one.name for one in path.parent.iterdir()}


def test_offline_opens_no_socket(exported):
    """Not one is opened, although the data directory knows a node; the program would end if one were."""
    path, trusting = exported
    away = Place(path.parent)
    program = [sys.executable, "-c", WITHOUT_SOCKETS]
    settings = ["--rpc", "http://127.0.0.1:1"]
    done = away.run("proof", "verify", path.name, "--offline", *settings, *trusting, program=program)
    assert ("", ExitCode.OK) == (done.stderr, done.returncode)
    asking = away.run("proof", "verify", path.name, *settings, *trusting[:4], program=program)
    assert ExitCode.OK != asking.returncode


def test_verifying_is_light(exported):
    """It needs no more than the vault: neither a chain's client, nor the database, nor what draws tables."""
    path, trusting = exported
    heavy = ("web3", "sqlalchemy", "alembic", "brownie", "eth_account", "rich", "urllib3", "http.client")
    program = f"""
import sys
from supportledger.cli import main
code = main(sys.argv[1:])
found = [name for name in {heavy!r} if name in sys.modules]
sys.exit(f"imported: {{found}}" if found else code)
"""
    words = ["proof", "verify", path.name, "--offline", *trusting]
    done = Place(path.parent).run(*words, program=[sys.executable, "-c", program])
    assert ("", ExitCode.OK) == (done.stderr, done.returncode)


def test_the_desk_itself_is_asked(desk, exported):
    """Where the ledger is known and its node runs, nothing has to be named."""
    path, _ = exported
    done = desk.run("proof", "verify", path)
    assert ExitCode.OK == done.returncode, done.stderr


def test_a_node_that_is_away(exported):
    """Steps that need no node are told; that nothing can be said of the block is exit code 6."""
    path, trusting = exported
    done = Place(path.parent).run(
        "proof", "verify", path.name, *trusting[:4], "--rpc", "http://127.0.0.1:1", "--json"
    )
    assert ExitCode.UNREACHABLE == done.returncode
    results = [one["result"] for one in json.loads(done.stdout)["steps"]]
    assert (["passed"] * 7, "not checked") == (results[:7], results[7])


def test_a_node_of_another_chain(desk, exported):
    """A node that serves another chain says nothing about this one."""
    path, trusting = exported

    def answer(handler, body):
        calls = body if isinstance(body, list) else [body]
        replies = [{"jsonrpc": "2.0", "id": one["id"], "result": "0x1"} for one in calls]
        handler.reply(replies if isinstance(body, list) else replies[0])

    with serving(answer) as (url, _):
        done = Place(path.parent).run("proof", "verify", path.name, *trusting[:4], "--rpc", url, "--json")
    assert ExitCode.UNREACHABLE == done.returncode
    assert "serves chain 1" in done.stdout


def test_not_final_yet(desk, exported):
    """A block without enough blocks on top of it is pending: nothing is wrong, and nothing is decided."""
    path, _ = exported
    done = desk.run("proof", "verify", path, "--confirmations", "50", "--json")
    assert (ExitCode.NOT_FINAL, "pending") == (done.returncode, json.loads(done.stdout)["verdict"])


def test_the_code_hash_follows_from_the_package(desk):
    """What the verifier expects of the code, nobody asked, is what the chain has."""
    rpc = Rpc(desk.record.rpc_url)
    try:
        code = bytes.fromhex(rpc.call("eth_getCode", str(desk.record.ledger), "latest")[2:])
    finally:
        rpc.close()
    expected = packaged().hash_deployed(desk.record.chain_id, Address(desk.record.ledger))
    assert expected == keccak(code)


def test_an_exported_file_outlives_its_block(desk, exported):
    """A file of an earlier block stays what it is when the chain has gone on, and the ticket with it."""
    path, trusting = exported
    desk.run("ticket", "note", desk.ticket, "And one more thing.")
    assert ExitCode.OK == desk.run("proof", "verify", path).returncode
    again = path.with_name("again.json")
    desk.run("proof", "export", desk.ticket, "-o", again)
    old = desk.run("proof", "verify", again, "--offline", *trusting, "--json")
    assert (ExitCode.DOES_NOT_HOLD, [8]) == (old.returncode, failed(old))
