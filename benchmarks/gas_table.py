"""
The gas table: what is measured, how it is called, what it may cost; and where it is shown.

docs/reference/gas.md is the whole table, the READMEs have a short one between two marks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from throwaway import ROOT

Figures = Mapping[str, Any]
"""What benchmarks/gas.json holds."""

PAGE: Final = ROOT / "docs/reference/gas.md"
BEGIN, END = "<!-- gas:begin -->", "<!-- gas:end -->"
MARKED: Final = re.compile(f"{BEGIN}.*{END}", re.DOTALL)
NOTE: Final = "<!-- Made by `make gas` from benchmarks/gas.json. -->"


@dataclass(frozen=True, slots=True)
class Row:
    """
    An operation of the ledger.

    Args:
        key: In benchmarks/gas.json.
        name: As people read it.
        budget: Most gas that it may use; None where the design sets none.
        chinese: Its name in Chinese, if the READMEs show it.
        peer: The peers' operation that comes nearest.
    """

    key: str
    name: str
    budget: int | None = None
    chinese: str = ""
    peer: str = ""


ROWS: Final = (
    Row("open", "open a ticket", 53_600, "开工单", "eas_attest"),
    Row("open_hours", "open, deadlines in business hours"),
    Row("open_keyless", "open for a keyless customer"),
    Row("open_signed", "open by signature, relayed alone"),
    Row(
        "open_batch_50",
        "open by signature, 50 in one transaction, each",
        None,
        "凭签名开工单，50 张一批，每张",
    ),
    Row("answer", "answer", 37_000, "答复", "eas_attest"),
    Row("answer_first", "answer: the first"),
    Row("answer_later", "answer: a later one, by another agent"),
    Row("answer_late", "answer: a late one"),
    Row("reply", "reply as the customer", 37_000, "客户回复"),
    Row("reply_keyless", "record a keyless customer's reply"),
    Row("note", "note"),
    Row("assign", "assign"),
    Row("hold", "hold", 37_000),
    Row("resume", "resume"),
    Row("solve", "solve", 37_000, "解决"),
    Row("close", "close"),
    Row("close_by_stranger", "close, by anyone after the reopen window"),
    Row("rate", "rate", None, "评分"),
    Row("repolicy", "give a stricter policy"),
    Row("claim", "give a keyless ticket its customer"),
    Row("answer_signed", "answer by signature, relayed alone"),
    Row("reply_signed", "reply by signature, relayed alone", None, "", "eas_attest_delegated"),
    Row("signed_extra", "signed and relayed alone: added cost", 7_000, "凭签名代发单条：增加"),
    Row(
        "answer_signed_50",
        "50 signed answers in one transaction, each",
        20_500,
        "50 条签名答复一批，每条",
        "eas_multiattest_delegated_50",
    ),
    Row(
        "answer_solve_50",
        "signed answer and solve, 50 tickets, per ticket",
        35_000,
        "签名答复并解决，50 张一批，每张",
    ),
    Row("item_skipped", "an item of a batch that is skipped"),
    Row("escalate", "escalate", 36_500, "升级"),
    Row("escalate_20", "escalate 20 in one transaction, each", 13_200, "升级，20 张一批，每张"),
    Row(
        "anchor",
        "anchor a checkpoint of any number of entries",
        33_500,
        "锚定任意条数的检查点",
        "eas_timestamp",
    ),
    Row("anchor_first", "anchor a log's first checkpoint"),
    Row("certify", "certify an agent", 55_000, "认证客服"),
    Row("renew", "renew a certificate"),
    Row("suspend", "suspend a certificate"),
    Row("reinstate", "reinstate a certificate"),
    Row("revoke", "revoke a certificate"),
    Row("publish_policy", "publish a policy"),
    Row("publish_policy_hours", "publish a policy with business hours"),
    Row("retire_policy", "retire a policy"),
    Row("name_successor", "name the successor"),
    Row("deploy", "deploy", 5_000_000, "部署", "eas_deploy"),
)
BUDGETS: Final = {row.key: row.budget for row in ROWS if row.budget is not None}

PEERS: Final = {
    "eas_attest": "attest",
    "eas_attest_delegated": "attestByDelegation",
    "eas_multiattest_100": "multiAttest, 100 in one transaction, each",
    "eas_multiattest_delegated_50": "multiAttestByDelegation, 50 in one transaction, each",
    "eas_revoke": "revoke",
    "eas_timestamp": "timestamp",
    "eas_multitimestamp_100": "multiTimestamp, 100 in one transaction, each",
    "eas_register_schema": "register a schema",
    "eas_registry_deploy": "deploy the schema registry",
    "eas_deploy": "deploy EAS",
}


def page(figures: Figures) -> str:
    """Write docs/reference/gas.md."""
    operations, peers, chain = figures["operations"], figures["peers"], figures["chain"]
    own = ((row.name, f"{operations[row.key]:,}", _budget(row)) for row in ROWS)
    others = ((name, f"{peers[key]:,}") for key, name in PEERS.items())
    return f"""{NOTE}

# Gas

Gas used by real transactions, from their receipts, on {chain["client"]} with the rules of
`{chain["hard_fork"]}`. Compiled by solc {chain["compiler"]} for {chain["runs"]} runs:
{chain["code_size"]:,} bytes of code, of the 24,576 that a contract may have. Inputs are realistic: random
commitments, real times, distinct customers, 65-byte signatures. Of what costs differently from case to case
the dearest is shown; of batches, the share of one ticket.

{_table(("operation", "gas", "budget"), own)}
## Peers

The Ethereum Attestation Service 1.4.0 from its published artifacts (`{chain["peers"]}`),
in the same run. An attestation here is the smallest useful one: a commitment of 32 bytes.

{_table(("operation of EAS", "gas"), others)}
The two are not the same thing. EAS keeps every attestation readable in storage, for any purpose. The ledger
keeps one word per ticket, which says less on its own and more with its events: who acted, as what, in what
order, by when. Its callers hand in the ticket's state each time.

## Measure it yourself

`make gas` fails when an operation costs more than its budget, or than what is committed in
`benchmarks/gas.json`. `make gas UPDATE=1` writes that file and this page anew.
"""


def summary(figures: Figures, *, chinese: bool = False) -> str:
    """Write the table of a README, between its marks."""
    head = ("操作", "gas", "EAS 1.4.0") if chinese else ("operation", "gas", "EAS 1.4.0")
    rows = (
        (row.chinese if chinese else row.name, f"{figures['operations'][row.key]:,}", _peer(figures, row))
        for row in ROWS
        if row.chinese
    )
    return f"{BEGIN}\n{_table(head, rows)}{END}"


def pages(figures: Figures) -> dict[str, str]:
    """Give the text of every file that shows figures, by its path in the project."""
    made = {PAGE.relative_to(ROOT).as_posix(): page(figures)}
    for name, chinese in (("README.md", False), ("README.zh-CN.md", True)):
        text = (ROOT / name).read_text("utf-8")
        made[name] = MARKED.sub(summary(figures, chinese=chinese), text)
    return made


def stale_pages(figures: Figures) -> list[str]:
    """Name the files that show other figures."""
    return [
        name
        for name, text in pages(figures).items()
        if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != text
    ]


def _budget(row: Row) -> str:
    return "" if row.budget is None else f"{row.budget:,}"


def _peer(figures: Figures, row: Row) -> str:
    return f"{PEERS[row.peer]}: {figures['peers'][row.peer]:,}" if row.peer else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in _lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield head
    yield ["---", *("--:" for _ in head[1:])]
    yield from rows
