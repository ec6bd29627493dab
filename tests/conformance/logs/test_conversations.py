"""A conversation whose writers are killed has every line that was acknowledged, in one chain."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from supportledger.proof.conversation import FIRST
from tests.conformance.logs.talking import TICKET, conversations

KILLS = 30 if os.environ.get("LONG") else 5
TALKING = """
import sys
from pathlib import Path
from supportledger.desk.conversations import Message
from tests.conformance.logs.talking import TICKET, conversations
talk = conversations(Path(sys.argv[1]))
while True:
    (said,) = talk.say(TICKET, Message("a line"))
    print(said.line.number, said.line.hash.hex(), flush=True)
"""
ROOT = Path(__file__).parents[3]


def test_killed_writers_leave_one_chain(tmp_path: Path) -> None:
    """Two writers, killed at any instant, lose no acknowledged line, and the next one goes on behind it."""
    random.seed(1)
    told: dict[int, str] = {}
    for _ in range(KILLS):
        command = [sys.executable, "-c", TALKING, str(tmp_path)]
        writers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        heard = writers[0].stdout.readline() if writers[0].stdout else ""
        time.sleep(random.random() * 0.1)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            said = writer.communicate()[0].split("\n")[:-1]
            told |= {int(line.split()[0]): line.split()[1] for line in [*said, *heard.split("\n")[:-1]]}
            heard = ""
        lines = conversations(tmp_path).lines(TICKET)
        assert list(range(1, len(lines) + 1)) == [one.line.number for one in lines]
        assert [FIRST, *(one.line.hash for one in lines[:-1])] == [one.line.previous for one in lines]
        assert told == {number: lines[number - 1].line.hash.hex() for number in told}
    assert told
