"""The page that verifies, as a desk serves it: what the desk says of itself is its word until confirmed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests/vectors/proofs/conversation"
TRUST: dict[str, Any] = json.loads((CASE / "trust.json").read_text("utf-8"))
TICKET = json.loads((CASE / "proof.json").read_bytes())["ticket"]["id"]
ANSWERS = {
    "/verify": ("text/html", (ROOT / "supportledger/web/assets/verify.html").read_bytes()),
    "/.well-known/supportledger.json": ("application/json", json.dumps(TRUST).encode()),
    f"/api/v1/tickets/{TICKET}/proof": ("application/json", (CASE / "proof.json").read_bytes()),
}


class Desk(BaseHTTPRequestHandler):
    """Answers as a desk does, as far as the page asks one."""

    def do_GET(self) -> None:
        """Give what there is."""
        kind, content = ANSWERS.get(self.path.partition("?")[0], ("text/plain", b""))
        self.send_response(200 if content else 404)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def desk() -> Iterator[str]:
    """Where it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_desks_word_is_confirmed(page: Page, desk: str) -> None:
    """The ledger of the desk is filled in and not yet believed; then its file is fetched and verified."""
    page.goto(f"{desk}/verify?ticket={TICKET}")
    expect(page.locator("#claim")).to_contain_text("The desk that served this page")
    assert [str(TRUST["chainId"]), TRUST["ledger"]] == [
        page.input_value("#chain"),
        page.input_value("#ledger"),
    ]
    page.locator("details:has(#code-hash) > summary").click()
    page.fill("#code-hash", TRUST["codeHash"])
    page.check("#by-hash")
    page.fill("#hash", next(iter(TRUST["blocks"].values())))
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text("Confirm")
    page.check("#sure")
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Verified")


def test_half_of_it_is_not_entered(page: Page, desk: str) -> None:
    """Who enters one half of a ledger that somebody else named still has to confirm the other."""
    page.goto(f"{desk}/verify?ticket={TICKET}")
    expect(page.locator("#confirm")).to_be_visible()
    page.fill("#chain", "1")
    page.check("#by-none")
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text("Confirm")
    page.fill("#ledger", TRUST["ledger"])
    expect(page.locator("#confirm")).to_be_hidden()
