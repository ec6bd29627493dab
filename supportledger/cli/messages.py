"""
Errors in the reader's language.

What other rooms have written, with values in it, in the language that this run speaks (`language.told`).
"""

from typing import Final

from supportledger.cli import language
from supportledger.cli.language import mark
from supportledger.language import told

PARTS: Final = (
    mark("{number} entry"),
    mark("{number} entries"),
    mark("{number} head"),
    mark("{number} heads"),
    mark("{number} content matches"),
    mark("{number} contents match"),
    mark("{number} recover to their actors"),
    mark("{number} sent by the actor"),
    mark("{number} recorded for a keyless customer"),
    mark("{number} accepted by the ledger, not re-verifiable"),
    mark("{number} line"),
    mark("{number} lines"),
    mark("deadlines follow from the policy"),
    mark("{number} of 3 kinds of lateness"),
    mark("{number} escalation"),
    mark("{number} escalations"),
    mark("{number} field shown"),
    mark("{number} fields shown"),
    mark("{number} withheld"),
    mark("{number} other word"),
    mark("{number} other words"),
    mark("retired by now: policy {numbers}"),
    mark("if the block is trusted: {reach}"),
    mark("ledger {ledger} on chain {chain} (code {code})"),
    mark("What was written is kept: do not write it again, `supportledger action recover` sends it."),
    mark("{hint} What was written is kept: do not write it again, `supportledger action recover` sends it."),
    mark("unknown"),
    mark("impossible"),
)
"""What findings are put together from."""


def translate(message: str) -> str:
    """Translate a message whose values are filled in already."""
    return told(language.current(), message)
