"""The page that verifies asks a real node: which block it has, and for a ticket when there is no file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from supportledger.wiring import start_local, stop_local

SAVED = (Path(__file__).parents[2] / "supportledger/web/assets/verify.html").as_uri()
PROGRAM = [sys.executable, "-m", "supportledger"]
ENGINES = [
    pytest.param("ganache", marks=pytest.mark.ganache),
    pytest.param("anvil", marks=pytest.mark.anvil),
]


@pytest.fixture(scope="module", params=ENGINES)
def desk(request: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    """A desk on a real chain, with a ticket of many hands and its proof file."""
    folder = tmp_path_factory.mktemp(request.param)
    data = folder / "data"
    record = start_local(data, engine=request.param, port=0, detach=False)
    try:
        ticket = _run(folder, "ticket", "open", "提现没有到账", "--subject", "Help", "--signed")
        handle = ticket["handle"]
        _run(folder, "ticket", "answer", handle, "It waits for one more confirmation.", "--signed")
        _run(folder, "ticket", "reply", handle, "Still nothing.", "--signed")
        _run(folder, "ticket", "answer", handle, "Now it is there.")
        _run(folder, "ticket", "solve", handle)
        path = folder / "ticket.proof.json"
        _run(folder, "proof", "export", handle, "--disclose", "all", "-o", str(path))
        yield SimpleNamespace(record=record, ticket=ticket["ticket_id"], file=path)
    finally:
        stop_local(data)


def test_a_file_whose_block_a_node_has(page: Page, desk: SimpleNamespace) -> None:
    """With a node that has the block every required step passes, and the texts are shown."""
    _open(page, desk)
    page.set_input_files("#file", desk.file)
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Verified")
    expect(page.locator("#entries")).to_contain_text("提现没有到账")


def test_a_ticket_without_a_file(page: Page, desk: SimpleNamespace) -> None:
    """A ticket is read from the node and judged by the same steps; its texts are not on the chain."""
    _open(page, desk)
    page.locator("#by-id > summary").click()
    page.fill("#ticket", desk.ticket)
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Verified")
    results = {
        one.get_attribute("data-step"): one.get_attribute("data-result")
        for one in page.locator("#steps li").all()
    }
    assert {"1", "9", "12"} == {number for number, result in results.items() if result == "not checked"}
    assert {"passed", "not checked"} == set(results.values())
    expect(page.locator("#steps li[data-step='5']")).to_contain_text("3 recover to their actors")
    assert 5 == page.locator("#entries li").count()


def test_a_ticket_that_is_not_there(page: Page, desk: SimpleNamespace) -> None:
    """For an id that the ledger does not know the page says so, and verifies nothing."""
    _open(page, desk)
    page.locator("#by-id > summary").click()
    page.fill("#ticket", "0x" + "11" * 32)
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text("knows no such ticket")
    expect(page.locator("#verdict")).to_be_hidden()


def test_another_chain_and_no_node(page: Page, desk: SimpleNamespace) -> None:
    """A node of another chain, or none at all, leaves the block unchecked: it is not verified."""
    for chain, url in (("1", desk.record.rpc_url), (str(desk.record.chain_id), "http://127.0.0.1:9")):
        _open(page, desk)
        page.set_input_files("#file", desk.file)
        page.fill("#chain", chain)
        page.fill("#rpc", url)
        page.click("#go")
        expect(page.locator("#steps li[data-step='8']")).not_to_have_attribute("data-result", "passed")
        expect(page.locator("#verdict.verified")).to_have_count(0)


def test_another_contract(page: Page, desk: SimpleNamespace) -> None:
    """At an address where this version's contract is not, the ledger fails."""
    _open(page, desk)
    page.set_input_files("#file", desk.file)
    page.fill("#ledger", "0x" + "22" * 20)
    page.click("#go")
    expect(page.locator("#steps li[data-step='2']")).to_have_attribute("data-result", "failed")


def _open(page: Page, desk: SimpleNamespace) -> None:
    page.goto(SAVED)
    page.fill("#chain", str(desk.record.chain_id))
    page.fill("#ledger", str(desk.record.ledger))
    page.fill("#rpc", desk.record.rpc_url)


def _run(folder: Path, *arguments: str) -> Any:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORTLEDGER_")}
    own = {"SUPPORTLEDGER_DATA": str(folder / "data"), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    words = [*PROGRAM, *arguments, "--json"]
    done = subprocess.run(
        words, check=False, timeout=120, cwd=folder, env=clean | own, capture_output=True, text=True
    )
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)
