"""What customers bring along and do, for tests in a real browser: a key, a wallet, a question."""

import json
import re
from typing import Any

from eth_account import Account as Wallet
from eth_account.messages import encode_defunct, encode_typed_data
from playwright.sync_api import BrowserContext, Page, expect

# Announces a wallet as EIP-6963 says; whatever it is asked goes to Python, where its key is.
_ANNOUNCED = """
const provider = { request: (asked) => window.askWallet(asked) };
const info = { uuid: "1", name: "Test", icon: "data:,", rdns: "test.wallet" };
const detail = Object.freeze({ info, provider });
const announce = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
window.addEventListener("eip6963:requestProvider", announce);
announce();
"""


class InjectedWallet:
    """
    A wallet in a browser: it signs what it is asked, and remembers it.

    Args:
        context: The browser that it is added to.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.key = Wallet.create()
        self.signer = self.key
        self.asked: list[Any] = []
        context.expose_function("askWallet", self._answer)
        context.add_init_script(_ANNOUNCED)

    def _answer(self, asked: dict[str, Any]) -> Any:
        self.asked.append(asked)
        match asked["method"], asked.get("params"):
            case "eth_requestAccounts", _:
                return [self.key.address]
            case "personal_sign", [text, _]:
                message = encode_defunct(hexstr=text)
            case "eth_signTypedData_v4", [_, typed]:
                message = encode_typed_data(full_message=json.loads(typed))
            case unknown:
                raise AssertionError(f"no wallet is asked that: {unknown}")
        return "0x" + self.signer.sign_message(message).signature.hex().removeprefix("0x")


def with_new_key(page: Page, url: str, to: str = "/my/new") -> None:
    """Come as a new customer, with a key that is made in the browser."""
    page.goto(f"{url}/my/key?to={to}")
    page.click("[data-way=make]")
    page.wait_for_url(url + to)


def ask(page: Page, subject: str = "My deposit", body: str = "It is not there.", **files: Any) -> str:
    """Open a ticket on the page for that, wait until the ledger has it, and give its handle."""
    page.fill("#subject", subject)
    page.fill("#body", body)
    if files:
        page.set_input_files("#files", **files)
    page.click("form[data-sign=open] button.main")
    expect(page.locator(".talk .way.good").first).to_be_visible()
    return handle_in(page)


def handle_in(page: Page) -> str:
    """Give the handle of the ticket that a page shows."""
    found = re.search(r"/my/tickets/([\w-]+)", page.url)
    assert found, page.url
    return found[1]
