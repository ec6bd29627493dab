"""
Measure the gas of every operation, of ours and of the peers', on one Ganache.

    make gas             fail above a budget, or above what benchmarks/gas.json says
    make gas UPDATE=1    write benchmarks/gas.json and the tables of the documentation
    make docs            write those tables from benchmarks/gas.json, without measuring

Our contract is the one that the package ships; the peers' come from their published packages.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import gas_ledger
import gas_peers
from gas_table import BUDGETS, PEERS, ROWS, Figures, pages, stale_pages
from throwaway import HARD_FORK, ROOT, throwaway_chain

SNAPSHOT = ROOT / "benchmarks/gas.json"
ARTIFACT = ROOT / "supportledger/chain/artifacts/SupportLedger.json"
COMPARED = ("operations", "peers")


def main() -> int:
    """Measure, show, and compare or write."""
    parser = argparse.ArgumentParser(description="Measure gas; fail above budget or snapshot.")
    parser.add_argument("--update", action="store_true", help="write the snapshot and the tables")
    parser.add_argument("--pages", action="store_true", help="measure nothing; write the tables")
    chosen = parser.parse_args()
    if chosen.pages:
        write_pages(snapshot())
        return 0
    measured = measure()
    kept = snapshot()
    show(measured, kept)
    if chosen.update:
        SNAPSHOT.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
        write_pages(measured)
        kept = measured
    complaints = [*above_budget(measured), *above_snapshot(measured, kept), *stale(kept)]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    for remark in cheaper(measured, kept):
        print(remark)
    return 1 if complaints else 0


def measure() -> dict[str, Any]:
    """Measure everything on one chain."""
    artifact = json.loads(ARTIFACT.read_text("utf-8"))
    with throwaway_chain() as chain:
        operations = gas_ledger.measure(chain, artifact)
        return {
            "operations": {row.key: operations[row.key] for row in ROWS},
            "peers": gas_peers.measure(chain),
            "chain": {"client": chain.client, "hard_fork": HARD_FORK, **_build(artifact)},
        }


def snapshot() -> dict[str, Any]:
    """Read what was measured when it was last written."""
    if not SNAPSHOT.exists():
        return {name: {} for name in (*COMPARED, "chain")}
    kept: dict[str, Any] = json.loads(SNAPSHOT.read_text("utf-8"))
    return kept


def write_pages(figures: Figures) -> None:
    """Show figures in the documentation."""
    made = pages(figures)
    for name in stale_pages(figures):
        (ROOT / name).write_text(made[name], "utf-8")
        print(f"wrote {name}")


def above_budget(measured: Figures) -> Iterator[str]:
    """Name the operations that cost more than they may."""
    for key, budget in BUDGETS.items():
        used = measured["operations"][key]
        if used > budget:
            yield f"{key}: {used:,} is {used - budget:,} above its budget of {budget:,}"


def above_snapshot(measured: Figures, kept: Figures) -> Iterator[str]:
    """Name the operations that cost more than they did, or were not measured before."""
    if not kept["operations"]:
        yield f"there is no {SNAPSHOT.name}: run `make gas UPDATE=1`"
        return
    for key, used, before in _pairs(measured, kept):
        if before is None:
            yield f"{key}: is measured and not in {SNAPSHOT.name}: run `make gas UPDATE=1`"
        elif used is None:
            yield f"{key}: is in {SNAPSHOT.name} and not measured any more: run `make gas UPDATE=1`"
        elif used > before:
            yield f"{key}: {used:,} is {used - before:,} above the snapshot of {before:,}"


def cheaper(measured: Figures, kept: Figures) -> Iterator[str]:
    """Name the operations that cost less than they did."""
    for key, used, before in _pairs(measured, kept):
        if used is not None and before is not None and used < before:
            yield f"{key}: {before - used:,} below the snapshot: keep it with `make gas UPDATE=1`"


def stale(kept: Figures) -> Iterator[str]:
    """Name the documents that do not show the snapshot."""
    if kept["operations"]:
        for name in stale_pages(kept):
            yield f"{name}: does not show {SNAPSHOT.name}: run `make gas UPDATE=1`"


def show(measured: Figures, kept: Figures) -> None:
    """Print what was measured, beside the budgets and what it was before."""
    print(f"{'':58}{'gas':>10}{'budget':>11}{'since':>9}")
    names = {row.key: row.name for row in ROWS} | {key: f"EAS: {name}" for key, name in PEERS.items()}
    for key, used, before in _pairs(measured, kept):
        budget = f"{BUDGETS[key]:,}" if key in BUDGETS else ""
        change = f"{used - before:+,}" if used and before and used != before else ""
        print(f"{names.get(key, key):58}{used or 0:>10,}{budget:>11}{change:>9}")
    print(", ".join(f"{name} {value}" for name, value in measured["chain"].items()))


def _pairs(measured: Figures, kept: Figures) -> Iterator[tuple[str, int | None, int | None]]:
    for part in COMPARED:
        for key in dict.fromkeys([*measured[part], *kept[part]]):
            yield key, measured[part].get(key), kept[part].get(key)


def _build(artifact: Mapping[str, Any]) -> dict[str, Any]:
    compiler = artifact["compiler"]
    return {
        "compiler": compiler["version"],
        "runs": compiler["settings"]["optimizer"]["runs"],
        "via_ir": compiler["settings"]["viaIR"],
        "code_size": len(artifact["deployedBytecode"]) // 2 - 1,
        "peers": gas_peers.version(),
    }


if __name__ == "__main__":
    sys.exit(main())
