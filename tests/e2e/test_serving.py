"""A web desk as it is served: real processes on one port, SQLite and PostgreSQL, killed, and ended."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from supportledger.chain.local import LocalChain
from supportledger.chain.process import Process
from supportledger.cli.exit_codes import ExitCode
from supportledger.config import Settings
from supportledger.desk.front import Front
from supportledger.desk.people.sessions import Way
from supportledger.model.people import Role
from supportledger.web.limits import SIGNING_IN
from supportledger.web.visitors import SESSION_COOKIE
from supportledger.wiring import start_local, stop_local
from supportledger.wiring.fronting import open_front
from tests.conformance.store.server import Server, start

pytestmark = pytest.mark.anvil
PROGRAM = [sys.executable, "-m", "supportledger"]
KEY = "0d" * 32


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def children(pid: int) -> dict[int, str]:
    """The processes that a process has started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has just ended
            stat = (folder / "stat").read_text()
            fields = stat[stat.rindex(")") + 2 :].split()
            if int(fields[1]) == pid and fields[0] not in "ZX":
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(folder.name)] = command
    return found


def answering(port: int, ours: int) -> int:
    """The process that has the other end of our connection."""
    for process, listed in sockets(port, ours):
        if listed:
            return process
    raise AssertionError("nobody has taken the connection")


def sockets(port: int, ours: int) -> Iterator[tuple[int, bool]]:
    """Each process, and whether it has the connection."""
    wanted = f":{port:04X}", f":{ours:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {one[9] for one in lines if one[1].endswith(wanted[0]) and one[2].endswith(wanted[1])}
    names = {f"socket:[{inode}]" for inode in inodes - {"0"}}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            held = {str(one.readlink()) for one in (folder / "fd").iterdir()}
            yield int(folder.name), bool(held & names)


@dataclass
class Served:
    """A desk that is served, with all that we can do to it."""

    data: Path
    store: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Variables of its processes."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
        said = {"SUPPORTLEDGER_DATA": str(self.data), "LC_ALL": "C.UTF-8", "HOME": str(self.data)}
        if self.store:
            said |= {"SUPPORTLEDGER_STORE": self.store, "SUPPORTLEDGER_DESK_KEY": KEY}
        return clean | said

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program until it ends."""
        command = [*PROGRAM, *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *arguments: str) -> "Served":
        """Let it be served, until the first answer."""
        command = [*PROGRAM, "serve", "--port", str(self.port), "--json", *arguments]
        with (self.data / "out").open("w") as out, (self.data / "err").open("w") as err:
            self.process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=err, text=True)
        eventually(self.answers, 60)
        return self

    def answers(self) -> bool:
        """Whether anybody answers."""
        assert self.process is not None
        assert self.process.poll() is None, (self.data / "err").read_text()
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("/healthz")[0] == 200
        return False

    def ask(self, path: str, cookie: str = "") -> tuple[int, str]:
        """Ask for a page, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def try_to_sign_in(self) -> tuple[int, int]:
        """Ask for a challenge, and tell which process has answered, and how."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.connect()
            assert connection.sock is not None
            ours = connection.sock.getsockname()[1]
            connection.request("POST", "/sign-in/passkey/begin")
            status = connection.getresponse().status
            return answering(self.port, ours), status

    def accept(self, token: str) -> tuple[int, str | None]:
        """Follow an invitation, and tell the status and where to go next."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sign-in/invitation", f"token={token}", form)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location")

    @property
    def pid(self) -> int:
        """Of the process that was started by hand."""
        assert self.process is not None
        return self.process.pid

    def found(self, word: str) -> set[int]:
        """Its processes with a word in their command line."""
        return {pid for pid, command in children(self.pid).items() if word in command}

    @property
    def web(self) -> set[int]:
        """The processes that answer."""
        return self.found("web.process")

    def end(self, number: int = signal.SIGTERM) -> float:
        """End it with a signal, and tell how long that took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - began

    @contextlib.contextmanager
    def front(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
        """What it works with, as this process sees it."""
        if self.store:
            monkeypatch.setenv("SUPPORTLEDGER_DESK_KEY", KEY)
        settings = Settings(self.data, store=self.store or None)
        with open_front(settings, f"http://localhost:{self.port}") as front:
            yield front


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    started = start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose chain has a ledger on it."""
    folder = tmp_path_factory.mktemp("furnished") / "data"
    start_local(folder, engine="anvil", port=0, detach=False)
    time.sleep(1.5)  # Anvil writes its state once a second
    stop_local(folder)
    return folder


@pytest.fixture
def data(furnished: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, whose chain is on a port of its own."""
    folder = tmp_path / "data"
    shutil.copytree(furnished, folder)
    record = folder / "local.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"port": free_port()}))
    yield folder
    stop_local(folder)


@pytest.fixture
def ended() -> Iterator[list[Served]]:
    """What is ended after the test, whatever came of it."""
    served: list[Served] = []
    yield served
    for one in served:
        if one.process and one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, data: Path, ended: list[Served]) -> Served:
    """A desk that is not served yet."""
    store = ""
    if request.param == "postgres":
        server: Server = request.getfixturevalue("server")
        store = server.address(server.empty())
    made = Served(data, store)
    ended.append(made)
    return made


@pytest.fixture
def plain(data: Path, ended: list[Served]) -> Served:
    """The same, with a file."""
    made = Served(data)
    ended.append(made)
    return made


# -- several processes ---------------------------------------------------------------------------------------


def cookie_of(front: Front) -> str:
    """Sign a supervisor in."""
    account = front.people.add("Ann", [Role.SUPERVISOR])
    return f"{SESSION_COOKIE}={front.sessions.open(account, Way.PASSKEY).token}"


class Stream:
    """Somebody who looks at what happens, and the process that tells them."""

    def __init__(self, desk: Served, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
        self._connection.request("GET", "/console/events", headers={"Cookie": cookie})
        self.answer = self._connection.getresponse()
        assert 200 == self.answer.status
        assert self._connection.sock is not None
        self.pid = answering(desk.port, self._connection.sock.getsockname()[1])
        assert self.answer.readline().startswith(b"retry")

    def heard(self) -> tuple[str, float]:
        """Wait for the next thing that happens, and tell what it was, and when."""
        while not (line := self.answer.readline()).startswith(b"data:"):
            assert line, "the stream has ended"
        return json.loads(line[5:])["kind"], time.monotonic()

    def close(self) -> None:
        """Look away."""
        self.answer.close()
        self._connection.close()


def looking(desk: Served, cookie: str) -> dict[int, Stream]:
    """Streams of both web processes."""
    found: dict[int, Stream] = {}
    deadline = time.monotonic() + 60
    while len(found) < 2:
        assert time.monotonic() < deadline, "only one process answers"
        stream = Stream(desk, cookie)
        if found.setdefault(stream.pid, stream) is not stream:
            stream.close()
    return found


def test_processes_are_one_desk(desk: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session, a limit and what happens are the same whichever process answers."""
    desk.start("--web-processes", "2")
    eventually(lambda: len(desk.web) == 2)
    with desk.front(monkeypatch) as front:
        cookie = cookie_of(front)
        streams = looking(desk, cookie)
        assert desk.web == streams.keys()
        with ThreadPoolExecutor(2) as pool:
            hearing = [pool.submit(one.heard) for one in streams.values()]
            time.sleep(0.3)
            front.desk.tickets.open("Where is my withdrawal?")
            told = time.monotonic()
            heard = [one.result(20) for one in hearing]
        assert {"action.stored"} == {kind for kind, _ in heard}
        assert max(at for _, at in heard) - told < 1
        assert desk.ask("/console", cookie)[0] == 200
    for one in streams.values():
        one.close()
    answers = tried(desk)
    assert desk.web == set(answers)
    assert SIGNING_IN.limit == sum(answers[pid].count(200) for pid in answers)
    assert all(answers[pid][-1] == 429 for pid in answers)
    assert desk.end() < 10


def tried(desk: Served) -> dict[int, list[int]]:
    """Try to sign in more often than is allowed, with both processes, and give what each has answered."""
    while time.time() % SIGNING_IN.window_s > SIGNING_IN.window_s - 15:
        time.sleep(0.5)
    answers: dict[int, list[int]] = {}
    while len(answers) < 2 or sum(map(len, answers.values())) < 2 * SIGNING_IN.limit + 10:
        pid, status = desk.try_to_sign_in()
        answers.setdefault(pid, []).append(status)
    return answers


def test_whoever_is_killed_comes_back(desk: Served) -> None:
    """Web processes and workers are replaced, while the others answer; in the end nothing is left."""
    desk.start("--web-processes", "2")
    eventually(lambda: len(desk.web) == 2 and desk.found(" work "))
    killed, all_before = desk.web.pop(), set(children(desk.pid))
    worker = desk.found(" work ").pop()
    os.kill(killed, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    for _ in range(20):
        assert 200 == desk.ask("/healthz")[0]
    eventually(lambda: len(desk.web - {killed}) == 2 and desk.found(" work ") - {worker})
    eventually(lambda: json.loads(desk.ask("/readyz")[1])["store"])
    everybody = all_before | set(children(desk.pid))
    assert desk.end() < 15
    assert not any(Process.of(pid).is_alive for pid in everybody)
    told = [json.loads(line) for line in (desk.data / "err").read_text().splitlines()]
    ended = {(one["member"], one["code"]) for one in told if one["event"] == "serve.ended"}
    assert {("web", -9), ("workers", -9)} == ended


# -- the end -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_ends_soon_and_whole(
    plain: Served, processes: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked to end, all are gone within seconds, even while somebody looks at what happens."""
    plain.start("--web-processes", processes)
    with plain.front(monkeypatch) as front:
        stream = Stream(plain, cookie_of(front))
    everybody = {plain.pid, *children(plain.pid)}
    assert {"1": 3, "2": 5}[processes] == len(everybody)
    assert plain.end(number) < 10
    assert 0 == plain.process.returncode  # type: ignore[union-attr]  # it was started
    assert not any(Process.of(pid).is_alive for pid in everybody)
    assert not LocalChain(plain.data).record().is_running  # type: ignore[union-attr]  # there is one
    stream.close()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_parent_that_is_killed_leaves_no_orphan(plain: Served, processes: str) -> None:
    """When the process that was started by hand is killed, all others end by themselves."""
    plain.start("--web-processes", processes)
    everybody = children(plain.pid)
    plain.end(signal.SIGKILL)
    eventually(lambda: not any(Process.of(pid).is_alive for pid in everybody), 15)
    with pytest.raises(OSError, match="refused"):
        plain.ask("/healthz")


# -- the beginning -------------------------------------------------------------------------------------------


def test_a_taken_port_is_told_first(plain: Served) -> None:
    """Nothing is started, not even a chain."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", plain.port))
        taken.listen()
        done = plain.run("serve", "--port", str(plain.port))
    assert ExitCode.CONFLICT == done.returncode
    assert f"port {plain.port} is taken" in done.stderr
    assert not LocalChain(plain.data).record().is_running  # type: ignore[union-attr]  # there is one


def test_the_first_one_is_let_in(plain: Served) -> None:
    """While nobody works at a desk, whoever starts it gets a link that works; afterwards nobody does."""
    plain.start("--web-processes", "1")
    said = json.loads((plain.data / "out").read_text())
    link = said["invitation"]
    assert link.startswith(f"http://localhost:{plain.port}/sign-in/invitation?token=")
    token = link.partition("token=")[2]
    assert (303, "/sign-in/enrol") == plain.accept(token)
    assert 403 == plain.accept(token)[0]
    plain.end()
    plain.start("--web-processes", "1")
    assert json.loads((plain.data / "out").read_text())["invitation"] is None
    assert token not in (plain.data / "err").read_text()


@pytest.mark.ganache
def test_a_clean_directory_is_enough(
    tmp_path: Path, ended: list[Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing there, a chain is started, a ledger put on it, and somebody let in; and so again later."""
    desk = Served(tmp_path)
    ended.append(desk)
    desk.start("--web-processes", "1")
    first = LocalChain(tmp_path).record()
    assert json.loads((tmp_path / "out").read_text())["invitation"]
    with desk.front(monkeypatch) as front:
        ticket = front.desk.tickets.open("Where is my withdrawal?").ticket
    desk.end()
    desk.start("--web-processes", "1")
    again = LocalChain(tmp_path).record()
    assert first is not None
    assert again is not None
    assert (first.port, first.ledger, first.genesis) == (again.port, again.ledger, again.genesis)
    with desk.front(monkeypatch) as front:
        assert "Where is my withdrawal?" == front.desk.tickets.get(ticket).entries[0].body
    assert desk.end() < 10


def test_two_machines_are_one_desk(server: Server, data: Path, tmp_path: Path, ended: list[Served]) -> None:
    """Web here and workers there, with what they must share; whatever is missing is told at the start."""
    record, store = start_local(data, detach=False), server.address(server.empty())
    desk, there = Served(data, store), Served(tmp_path / "there", store)
    there.data.mkdir()
    ended += [desk, there]
    node = ("--rpc", record.rpc_url, "--ledger", str(record.ledger))
    desk.start("--role", "web", "--web-processes", "1", *node)
    missing = there.run("serve", "--role", "workers", *node)
    assert ExitCode.USAGE == missing.returncode
    assert "attachments is not the folder" in missing.stderr
    word = re.search("write ([0-9a-f]{32}) into", missing.stderr.replace("\n", " "))
    assert word is not None
    for name in ("attachments", "logs"):
        shutil.rmtree(there.data / name, ignore_errors=True)
        (there.data / name).symlink_to(desk.data / name)
    command = [*PROGRAM, "serve", "--role", "workers", *node]
    with (there.data / "err").open("w") as err:
        there.process = subprocess.Popen(command, env=there.environment, stdout=err, stderr=err, text=True)
    eventually(lambda: "work.started" in (there.data / "err").read_text(), 60)
    assert 1 == len(there.found(" work "))
    assert set() == there.web
    assert there.end() < 15
    assert desk.end() < 10


def test_a_part_of_a_desk_has_no_chain_of_its_own(plain: Served) -> None:
    """Whoever serves only a part names the node, or is told to."""
    done = plain.run("serve", "--role", "web", "--port", str(plain.port))
    assert ExitCode.UNREACHABLE == done.returncode
    assert "--rpc" in done.stderr


# -- what it says of itself ----------------------------------------------------------------------------------


def test_the_log_says_what_was_asked_and_nothing_of_anybody(plain: Served) -> None:
    """One line for each request: no query, no cookie, no id; health is not in it."""
    plain.start("--web-processes", "2")
    assert 200 == plain.ask("/contacts?q=my-secret-words", "sl_session=my-secret-cookie")[0]
    assert 404 == plain.ask("/my-secret-path")[0]
    assert (200, "ok\n") == plain.ask("/healthz")
    eventually(lambda: plain.ask("/readyz")[0] == 200)
    eventually(lambda: "/contacts" in (plain.data / "err").read_text())
    text = (plain.data / "err").read_text()
    asked = [one for one in map(json.loads, text.splitlines()) if one["event"] == "web.request"]
    assert {"/contacts", ""} == {one.get("route", "") for one in asked}
    assert {200, 404} == {one["status"] for one in asked}
    assert "my-secret" not in text
    plain.end()
