"""
A process that judges for the one that started it: cases come on stdin, judgements go to stdout.

Both ends are the same program of the same user, over a pipe that nobody else has.
"""

import gc
import os
import pickle
import sys
from typing import TYPE_CHECKING

from supportledger.desk.auditing.judging import judge

if TYPE_CHECKING:
    from supportledger.desk.auditing.judging import Law


def main() -> None:
    """Read the law, then judge case by case until there are no more."""
    gc.disable()  # what is judged has no cycles
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    law: Law = pickle.load(given)  # noqa: S301 -- written by the process that started this one
    while True:
        try:
            shard, before = pickle.load(given)  # noqa: S301 -- as above
        except EOFError:
            return
        pickle.dump(judge(shard, before, law), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
