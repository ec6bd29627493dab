"""The demonstration on a real Ganache: the story, other questions, and what an interruption leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supportledger.chain.local import LocalChain
from supportledger.cli.exit_codes import ExitCode
from supportledger.desk.demo_report import Scene, Silence
from supportledger.desk.questions import read_questions, shipped_questions
from supportledger.errors import ForeignData, InputError
from supportledger.proof.verdict import Conclusion
from supportledger.wiring import connect, start_local, stop_local
from supportledger.wiring.demo import FOLDER, run_demo

pytestmark = pytest.mark.ganache

COUNT = 12


class Witness(Silence):
    """Remembers what it is told."""

    def __init__(self):
        self.told = []
        self.done = {}

    def begin(self, scene, steps):
        self.scene = scene
        self.done[scene] = [0, steps]

    def advance(self, done):
        self.done[self.scene][0] = done

    def tell(self, what):
        self.told.append(what)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    witness = Witness()
    return data, witness, run_demo(data, shipped_questions(), count=COUNT, reporter=witness)


def is_served(data):
    record = LocalChain(data / FOLDER).record()
    return record is not None and record.is_running


def test_story_goes_as_it_must(story):
    """Everything is opened, answered, escalated and verified, and only the altered text is found."""
    _, _, report = story
    assert () == report.surprises
    assert report.holds
    assert COUNT == report.tickets
    assert COUNT + 1 == report.answers  # the reopened one is answered twice
    assert 1 == report.escalations
    assert COUNT - 1 == report.verified


def test_altered_text_is_named(story):
    """Verification names the ticket and the entry whose text was altered, in the step for contents."""
    _, _, report = story
    ticket, entry = report.altered
    assert [(ticket, entry, 9)] == [(one.ticket, one.entry, one.step) for one in report.findings]


def test_costs_are_of_single_operations(story):
    """Gas is told for each kind of operation; a batch's is shared out."""
    _, _, report = story
    each = {one.operation: one.each for one in report.costs}
    assert {"open", "open, signed and relayed", "answer", "escalate", "rate, signed"} <= each.keys()
    assert each["answer, signed, in batches"] < each["answer"] < 60_000


def test_progress_reaches_the_end(story):
    """Every part of the story reports that all of its steps are done."""
    _, witness, _ = story
    assert [] == [(scene, steps) for scene, (done, steps) in witness.done.items() if done != steps]


def test_refusal_is_told(story):
    """The revoked agent's refusal and the late answer are told in words."""
    _, witness, _ = story
    assert any("refused" in told for told in witness.told)
    assert any("not answered in time" in told for told in witness.told)


def test_chain_is_stopped_and_its_data_stays(story):
    """After the run no chain is served, and what happened can be looked at by serving it again."""
    data, _, report = story
    assert not is_served(data)
    start_local(data / FOLDER, port=0, detach=False)
    try:
        with connect(data / FOLDER) as desk:
            assert COUNT == desk.tickets.count()
            assert Conclusion.VERIFIED is desk.tickets.verify(report.altered[0]).verdict
    finally:
        stop_local(data / FOLDER)


def test_questions_of_others(tmp_path):
    """Any CSV with a column `text` will do, and is asked again from the start when it is short."""
    path = tmp_path / "theirs.csv"
    path.write_text("text,category\nWhere is my card?,card\n我的提现为什么还没有到账？,withdrawal\n", "utf-8")
    report = run_demo(tmp_path / "data", read_questions(path), count=6)
    assert (6, 5, ()) == (report.tickets, report.verified, report.surprises)


@pytest.mark.parametrize("scene", [Scene.OPEN, Scene.ANSWER, Scene.VERIFY])
def test_interrupted_run_leaves_no_chain_and_can_be_repeated(tmp_path, scene):
    """Ctrl-C at any point ends the chain with the run, and a rerun begins again from the start."""
    run = begin(tmp_path)
    pid = chain_of(tmp_path, run, scene)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert ExitCode.INTERRUPTED == run.returncode
    wait_for_end(pid)
    again = begin(tmp_path)
    told, problems = again.communicate(timeout=120)
    assert (0, 6) == (again.returncode, json.loads(told)["tickets"]), problems


def test_killed_run_leaves_no_chain(tmp_path):
    """The chain does not outlive a run that was killed outright."""
    run = begin(tmp_path)
    pid = chain_of(tmp_path, run, Scene.OPEN)
    run.kill()
    run.communicate(timeout=30)
    wait_for_end(pid)


def test_demonstration_ignores_the_settings_of_real_work(tmp_path):
    """Settings that name another node, ledger or identity do not lead the demonstration there."""
    elsewhere = {
        "SUPPORTLEDGER_RPC": "http://127.0.0.1:1",
        "SUPPORTLEDGER_LEDGER": "0x" + "11" * 20,
        "SUPPORTLEDGER_AS": "nobody",
        "SUPPORTLEDGER_CONFIRMATIONS": "30",
    }
    run = begin(tmp_path, elsewhere)
    _, problems = run.communicate(timeout=120)
    assert 0 == run.returncode, problems


def test_too_few_tickets_begin_nothing(tmp_path):
    """A story with too few tickets is refused before anything is made."""
    with pytest.raises(InputError, match="needs 6 tickets"):
        run_demo(tmp_path, shipped_questions(), count=5)
    assert [] == list(tmp_path.iterdir())


def test_folder_of_somebody_else_is_left_alone(tmp_path):
    """A folder that no demonstration made is never emptied."""
    theirs = tmp_path / FOLDER / "precious.txt"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    with pytest.raises(ForeignData):
        run_demo(tmp_path, shipped_questions(), count=6)
    assert "mine" == theirs.read_text()


def begin(data, settings=None):
    """Run the command as a shell would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTLEDGER_")}
    return subprocess.Popen(
        [sys.executable, "-m", "supportledger", "demo", "--count", "6", "--json", "--data", str(data)],
        env={**kept, "LANG": "C.UTF-8", **(settings or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def chain_of(data, run, scene):
    """Wait until a run has come to a part of the story, and give the process of its chain."""
    assert scene in map(str.strip, run.stderr)
    return LocalChain(data / FOLDER).record().process.pid


def wait_for_end(pid):
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} stayed behind"
        time.sleep(0.05)
