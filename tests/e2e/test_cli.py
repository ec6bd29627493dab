"""The command line as its users run it: real processes, a real Ganache, a data directory of its own."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supportledger.chain.local import LocalChain
from supportledger.cli.exit_codes import ExitCode
from supportledger.model.ids import TicketId
from supportledger.store.tampering import alter_body
from supportledger.wiring import DATABASE, stop_local

HEAVY = (
    "web3",
    "sqlalchemy",
    "alembic",
    "brownie",
    "eth_account",
    "eth_utils",
    "eth_abi",
    "rich",
    "http.client",
)
PROGRAM = [sys.executable, "-m", "supportledger"]


class Desk:
    """A data directory, and command lines on it."""

    def __init__(self, data):
        self.data = data
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
        self.environment = clean | {"SUPPORTLEDGER_DATA": str(data), "LC_ALL": "C.UTF-8", "HOME": str(data)}

    def run(self, *arguments, **more):
        options = {"env": self.environment, "capture_output": True, "text": True, "timeout": 120} | more
        return subprocess.run([*PROGRAM, *map(str, arguments)], check=False, **options)

    def data_of(self, *arguments, **more):
        done = self.run(*arguments, "--json", **more)
        assert "" == done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments):
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk on a chain that was started with `up --detach`."""
    desk = Desk(tmp_path_factory.mktemp("cli"))
    try:
        desk.up = desk.data_of("up", "--detach", "--port", "0")
        yield desk
    finally:
        desk.run("down")
        stop_local(desk.data)


@pytest.fixture
def alone(tmp_path):
    """A desk whose chain does not run; whatever a test leaves running is ended."""
    yield Desk(tmp_path)
    stop_local(tmp_path)


def is_served(data):
    record = LocalChain(data).record()
    return record is not None and record.is_running


# -- without a chain -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ["--help"],
        ["ticket", "--help"],
        ["ticket", "open", "--help"],
        ["agent", "certify", "--help"],
        ["policy", "publish", "--help"],
        ["identity", "--help"],
        ["sla", "due", "--help"],
        ["proof", "--help"],
        ["proof", "verify", "--help"],
        ["audit", "--help"],
        ["log", "verify", "--help"],
        ["witness", "cosign", "--help"],
        ["demo", "--help"],
        ["--version"],
        ["completion", "bash"],
    ],
    ids=" ".join,
)
def test_help_is_light(alone, line):
    """Help imports neither the chain's client, nor the database, nor what draws tables."""
    code = f"""
import sys
from supportledger.cli import main
code = main({line!r})
found = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"imported: {{found}}" if found else code)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=alone.environment, capture_output=True, text=True, check=False
    )
    assert ("", 0) == (done.stderr, done.returncode)


def test_identities_need_no_chain(alone):
    """Keys are made and listed without the chain's client or the database."""
    (alone.data / "pass.txt").write_text("correct horse\n")
    made = alone.data_of("identity", "new", "alice", "--passphrase-file", alone.data / "pass.txt")
    assert ("alice", "keystore") == (made["name"], made["kind"])
    key = "0x" + "11" * 32 + "\n"
    done = alone.run(
        "identity",
        "import",
        "bob",
        "--key-file",
        "-",
        "--passphrase-file",
        alone.data / "pass.txt",
        input=key,
    )
    assert ("", 0) == (done.stderr, done.returncode)
    assert "11" * 32 not in done.stdout
    names = {one["name"] for one in alone.data_of("identity", "list")["identities"]}
    assert {"alice", "bob", "customer", "agent"} <= names
    assert (
        ExitCode.CONFLICT
        == alone.run("identity", "new", "alice", "--passphrase-file", alone.data / "pass.txt").returncode
    )


def test_passphrase_without_a_terminal(alone):
    """Where nobody can be asked, the hint is a file; the passphrase is never an argument."""
    done = alone.run("identity", "new", "carol", stdin=subprocess.DEVNULL)
    assert ExitCode.USAGE == done.returncode
    assert "--passphrase-file" in done.stderr


def test_no_chain(alone):
    """A command that needs a chain says how to get one."""
    done = alone.run("ticket", "list")
    assert ExitCode.UNREACHABLE == done.returncode
    assert "supportledger up" in done.stderr


def test_node_that_is_away(alone):
    """A node that does not answer is exit code 6."""
    done = alone.run("--rpc", "http://127.0.0.1:1", "--ledger", "0x" + "11" * 20, "ticket", "list", "--json")
    assert ExitCode.UNREACHABLE == done.returncode
    assert "rpc-unavailable" == json.loads(done.stdout)["error"]["code"]


def test_chinese(alone):
    """Help and errors are in the reader's language."""
    assert "提交、答复、跟踪和验证工单" in alone.run("--help", "--lang", "zh-CN").stdout
    alone.environment["SUPPORTLEDGER_LANG"] = "zh"
    assert "提示：请用 `supportledger up --detach` 启动" in alone.run("ticket", "list").stderr
    assert "缺少参数" in alone.run("ticket", "show").stderr


def test_other_encodings(alone):
    """A terminal that lacks a sign gets another one instead of an error."""
    alone.environment |= {"PYTHONIOENCODING": "ascii", "SUPPORTLEDGER_LANG": "zh"}
    done = alone.run("--help")
    assert ("", 0) == (done.stderr, done.returncode)


def test_broken_pipe(alone):
    """A reader that stops early is no error to talk about."""
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m supportledger ticket --help | true; echo ${{PIPESTATUS[0]}}"],
        env=alone.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == done.stderr
    assert done.stdout.strip() in {"0", str(int(ExitCode.BROKEN_PIPE))}


def _completed(desk, line, word):
    request = {"COMP_WORDS": line, "COMP_CWORD": str(word), "_SUPPORTLEDGER_COMPLETE": "bash_complete"}
    done = desk.run(env=desk.environment | request)
    assert "" == done.stderr
    return [row.partition(",")[2] for row in done.stdout.splitlines() if row]


def test_completion(alone):
    """The shell completes commands and identities; without a chain there is silence, not an error."""
    assert ["say", "show", "solve"] == sorted(_completed(alone, "supportledger ticket s", 2))
    assert "customer" in _completed(alone, "supportledger --as c", 2)
    assert [] == _completed(alone, "supportledger ticket show ", 3)


def _seconds(*command):
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


@pytest.mark.long
def test_help_is_fast():
    """Help takes at most 1.6 times as long as importing click; median of 25 pairs, the first not counted."""
    pairs = [
        (_seconds(*PROGRAM, "--help"), _seconds(sys.executable, "-c", "import click")) for _ in range(26)
    ]
    assert statistics.median(ours / theirs for ours, theirs in pairs[1:]) <= 1.6


# -- with a chain --------------------------------------------------------------------------------------------


@pytest.mark.ganache
def test_up(desk):
    """Starting tells where everything is; starting again is no error and changes nothing."""
    assert {"rpc_url", "chain_id", "ledger", "data_dir"} <= desk.up.keys()
    assert str(desk.data) == desk.up["data_dir"]
    again = desk.data_of("up", "--detach")
    assert desk.up == again
    assert ExitCode.CONFLICT == desk.run("up").returncode


@pytest.mark.ganache
def test_life_of_a_ticket(desk):
    """A customer without ether opens, is answered by a certified agent, rates; everybody can verify it."""
    opened = desk.data_of("ticket", "open", "提现两天了还没有到账 🙂", "--signed")
    handle = opened["handle"]
    assert "receipt" in opened
    answered = desk.data_of("ticket", "answer", handle[:9], "-", input="已处理\n")
    assert "Pending" == answered["status"]
    assert "Solved" == desk.data_of("ticket", "solve", handle)["status"]
    assert 5 == desk.data_of("ticket", "rate", handle, "5", "--signed")["rating"]
    shown = desk.data_of("ticket", "show", handle)
    assert ["提现两天了还没有到账 🙂", "已处理", None, None] == [one["body"] for one in shown["entries"]]
    assert "verified" == desk.data_of("ticket", "verify", handle)["verdict"]
    assert handle in desk.run("ticket", "list").stdout
    assert handle in _completed(desk, "supportledger ticket show ", 3)
    status = desk.data_of("status")
    assert 1 <= status["tickets"]["Solved"]


@pytest.mark.ganache
def test_tampering_is_found(desk):
    """A text that was altered in the database is exit code 1, with the step that found it."""
    opened = desk.data_of("ticket", "open", "Please confirm my deposit")
    shown = desk.data_of("ticket", "show", opened["handle"])
    commitment = bytes.fromhex(shown["entries"][0]["commitment"][2:])
    restore = alter_body(desk.data / DATABASE, TicketId.parse(opened["ticket_id"]), commitment, "I agree")
    done = desk.run("ticket", "verify", opened["handle"], "--json")
    assert ExitCode.DOES_NOT_HOLD == done.returncode
    assert [9] == [one["number"] for one in json.loads(done.stdout)["steps"] if one["result"] == "failed"]
    assert "✘  contents" in desk.run("ticket", "verify", opened["handle"]).stdout
    restore()
    assert ExitCode.OK == desk.run("ticket", "verify", opened["handle"]).returncode


@pytest.mark.ganache
def test_deploy_with_keys_of_ones_own(desk, alone):
    """On any network a ledger is deployed by a keystore, and then known to its data directory."""
    (alone.data / "pass.txt").write_text("correct horse\n")
    alone.environment["SUPPORTLEDGER_PASSPHRASE_FILE"] = str(alone.data / "pass.txt")
    made = alone.data_of("deploy", "--rpc", desk.up["rpc_url"])
    assert desk.up["ledger"] != made["ledger"]
    alone.environment["SUPPORTLEDGER_RPC"] = desk.up["rpc_url"]
    published = alone.data_of("policy", "publish", "--first-response", "1h")
    assert 1 == published["number"]
    opened = alone.data_of("ticket", "open", "on a ledger of our own")
    assert "Open" == opened["status"]
    with_key = desk.up["rpc_url"].replace("://", "://user:s3cret@")
    remote = alone.data_of("status", "--rpc", with_key)
    assert desk.up["rpc_url"] == remote["rpc_url"]
    poor = alone.data_of("identity", "new", "poor")
    assert poor["address"]
    done = alone.run("ticket", "open", "no ether", "--as", "poor", "--json")
    assert ExitCode.NOT_PERMITTED == done.returncode
    assert "insufficient-funds" == json.loads(done.stdout)["error"]["code"]


@pytest.mark.ganache
def test_another_ledger(desk, alone):
    """An address without a contract, and data of another deployment, are told apart from an empty ledger."""
    none = alone.run("--rpc", desk.up["rpc_url"], "--ledger", "0x" + "11" * 20, "ticket", "list", "--json")
    assert ExitCode.UNREACHABLE == none.returncode
    assert "not-a-ledger" == json.loads(none.stdout)["error"]["code"]
    other = alone.data_of("deploy", "--rpc", desk.up["rpc_url"])["ledger"]
    done = desk.run("--ledger", other, "ticket", "list", "--json")
    assert ExitCode.CONFLICT == done.returncode
    assert "foreign-data" == json.loads(done.stdout)["error"]["code"]


@pytest.mark.ganache
def test_port_taken(alone):
    """A port that is taken is a conflict, and nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = alone.run("up", "--detach", "--port", taken.getsockname()[1], "--json")
    assert ExitCode.CONFLICT == done.returncode
    assert "port-taken" == json.loads(done.stdout)["error"]["code"]
    assert not is_served(alone.data)


@pytest.mark.ganache
@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_interrupt_ends_the_chain(alone, number, expected):
    """Ctrl-C ends `up` with 130, and the chain with it."""
    process = alone.start("up", "--port", "0", "--json")
    pid = json.loads(_document(process.stdout))["pid"]
    assert is_served(alone.data)
    process.send_signal(number)
    assert expected == process.wait(30)
    assert not is_served(alone.data)
    assert not Path(f"/proc/{pid}").exists() or "ganache" not in Path(f"/proc/{pid}/cmdline").read_text()


@pytest.mark.ganache
def test_interrupt_while_starting(alone):
    """Ctrl-C before the chain is ready leaves nothing behind either, and the next start is clean."""
    process = alone.start("up", "--port", "0")
    time.sleep(1.2)
    process.send_signal(signal.SIGINT)
    assert 130 == process.wait(30)
    assert not is_served(alone.data)
    assert alone.data_of("up", "--detach", "--port", "0")["ledger"]
    assert alone.data_of("down")["stopped"]
    assert not alone.data_of("down")["stopped"]


@pytest.mark.ganache
def test_data_survives(alone):
    """What was opened is there after the chain was stopped and started again."""
    alone.data_of("up", "--detach", "--port", "0")
    handle = alone.data_of("ticket", "open", "remember me")["handle"]
    alone.data_of("down")
    assert ExitCode.UNREACHABLE == alone.run("ticket", "show", handle).returncode
    alone.data_of("up", "--detach")
    assert "remember me" == alone.data_of("ticket", "show", handle)["entries"][0]["body"]


def _document(stream):
    """Read one JSON document from a program that goes on running."""
    lines = []
    for line in stream:
        lines.append(line.decode())
        if line == b"}\n":
            break
    return "".join(lines)
