"""
Certificates and promises sent by a wallet in a real browser, to a real chain.

The wallet is a provider as EIP-1193 has it, whose owner's mind each test makes up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from web3 import Web3

from supportledger.chain.signer import local_signer
from tests.browser.test_walk import Desk, Stage, desk

__all__ = ["desk"]
CERTIFIER = str(local_signer("certifier").address)
SUPERVISOR = str(local_signer("supervisor").address)
NEWCOMER = "0x00000000000000000000000000000000000000AB"
LATER = "0x00000000000000000000000000000000000000AC"
LOCAL, ELSEWHERE = "0x7a69", "0x1"
REFUSED = {"refused": True}


@dataclass
class Wallet:
    """A wallet of the browser, what its owner does next, and what it was asked."""

    rpc: str
    account: str
    chain: str = LOCAL
    mind: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, params: list[Any]) -> Any:
        """Do what a page asks for, unless the owner has something else in mind."""
        match method:
            case "eth_requestAccounts" | "eth_accounts":
                return [self.account]
            case "eth_chainId":
                return self.chain
            case "wallet_switchEthereumChain":
                return self.switch(params[0]["chainId"])
            case "eth_sendTransaction":
                self.asked.append(params[0])
                does = self.mind.pop(0) if self.mind else self.send
                return does(params[0]) if callable(does) else does
        raise AssertionError(method)

    def switch(self, chain: str) -> Any:
        does = self.mind.pop(0) if self.mind else None
        if does is None:
            self.chain = chain
        return does

    def send(self, transaction: dict[str, Any]) -> Any:
        """Send it by the account, which the node has the key of."""
        answer = self.node.provider.make_request("eth_sendTransaction", [{**transaction, "gas": "0x7a120"}])
        return answer["result"] if "result" in answer else answer["error"]["data"]["hash"]

    @property
    def node(self) -> Web3:
        return Web3(Web3.HTTPProvider(self.rpc))


def give(page: Page, wallet: Wallet) -> None:
    """Put a wallet into a browser."""
    page.context.expose_binding("askWallet", lambda _, method, params: wallet.answer(method, params))
    page.context.add_init_script("""
        window.ethereum = { request: async ({ method, params }) => {
            const answer = await window.askWallet(method, params ?? []);
            if (answer?.refused) throw Object.assign(new Error("no"), { code: 4001 });
            if (answer?.never) return new Promise(() => undefined);
            return answer;
        } };
    """)


@pytest.fixture
def stage(browser: Browser, desk: Desk, tmp_path: Path) -> Iterator[Stage]:
    yield Stage(browser, desk, "en", tmp_path)
    for context in list(browser.contexts):
        context.close()


def visit(stage: Stage, who: str, wallet: Wallet, path: str) -> Page:
    """Sign somebody in who has a wallet."""
    page = stage.staff(who)
    give(page, wallet)
    page.goto(f"{stage.desk.url}{path}")
    return page


def send(page: Page) -> None:
    page.locator("[data-sending] [data-send]").click()


def says(page: Page) -> Any:
    return page.locator("[data-sending] [data-says]")


def certify(page: Page, address: str) -> None:
    """Fill the form in, and ask for the wallet."""
    form = page.locator('form[action="/console/agents"]')
    form.locator("#account").fill(address)
    form.locator("#days").fill("30")
    form.locator('input[name="skill"][value="wallet"]').check()
    form.locator("[data-wallet]").click()


def test_a_certificate_from_a_wallet(stage: Stage) -> None:
    """Wrong account, wrong network and a change of mind are each told; then the page's own words are sent."""
    wallet = Wallet(stage.desk.rpc, SUPERVISOR, ELSEWHERE)
    page = visit(stage, "certifier", wallet, "/console/agents")
    certify(page, NEWCOMER)
    box = page.locator("[data-sending]")
    expect(box).to_contain_text("Skills: wallet")
    expect(box).to_contain_text(stage.desk.ledger)
    shown = page.locator("[data-input]").inner_text()
    send(page)
    expect(says(page)).to_contain_text(f"Choose {CERTIFIER}")
    wallet.account, wallet.mind = CERTIFIER.lower(), [REFUSED, None, REFUSED]
    send(page)
    expect(says(page)).to_contain_text("chain 31337")
    assert [] == wallet.asked
    send(page)
    expect(says(page)).to_contain_text("You have refused it")
    assert LOCAL == wallet.chain
    send(page)
    page.wait_for_url(f"**/console/agents/{NEWCOMER}")
    expect(page.locator("main")).to_contain_text("It is on the ledger.")
    expect(page.locator(".badge.good").first).to_be_visible()
    assert [shown, shown] == [one["data"] for one in wallet.asked]


def test_a_page_that_is_closed_while_the_wallet_sends(stage: Stage) -> None:
    """The hash never comes back; what was asked for is found on the ledger, and its reason is kept."""
    wallet = Wallet(stage.desk.rpc, CERTIFIER)
    page = visit(stage, "certifier", wallet, "/console/agents")
    certify(page, LATER)
    send(page)
    page.wait_for_url(f"**/console/agents/{LATER}")
    wallet.mind = [lambda one: {"never": wallet.send(one)}]
    form = page.locator(f'form[action="/console/agents/{LATER}/suspend"]')
    form.locator('input[name="reason"]').fill("On leave")
    form.locator("[data-wallet]").click()
    send(page)
    expect(says(page)).to_contain_text("Your wallet asks you")
    page.goto(f"{stage.desk.url}/console/agents/{LATER}")
    page.click('form[action$="/look"] button')
    expect(page.locator("main")).to_contain_text("It is on the ledger.")
    expect(page.locator("ol.talk li").first).to_contain_text("On leave")


def test_hashes_that_help_nobody(stage: Stage) -> None:
    """Another's transaction and one that the ledger refuses are told for what they are; nothing is done."""
    wallet = Wallet(stage.desk.rpc, SUPERVISOR)
    page = visit(stage, "supervisor", wallet, "/console/policies")
    other = wallet.send({"from": CERTIFIER, "to": CERTIFIER, "value": "0x0"})
    wallet.mind = [lambda _: other]
    page.click('form[action="/console/policies/1/retire"] [data-wallet]')
    expect(page.locator("[data-words]")).to_contain_text("Retire promise 1")
    send(page)
    expect(says(page)).to_contain_text("of another account")
    page.reload()
    wallet.mind = [lambda one: wallet.send({**one, "data": one["data"][:-2] + "63"})]
    page.click('form[action="/console/policies/1/retire"] [data-wallet]')
    send(page)
    expect(says(page)).to_contain_text("The ledger has refused")
    page.reload()
    expect(page.locator('form[action="/console/policies/1/retire"]')).to_be_visible()


def test_a_promise_from_a_wallet_and_one_that_is_not_sent(stage: Stage) -> None:
    """Whoever reads the words and does not want them, sends nothing; else the promise is published."""
    wallet = Wallet(stage.desk.rpc, SUPERVISOR)
    page = visit(stage, "supervisor", wallet, "/console/policies")
    page.fill("#first_response", "2h")
    page.locator('form[action="/console/policies#new"] button.main').click()
    page.check('input[name="sure"]')
    page.locator('form[action="/console/policies#new"] [data-wallet]').click()
    expect(page.locator("[data-words]")).to_contain_text("First answer: within 2h")
    page.locator("[data-cancel]").click()
    expect(page.locator("[data-sending]")).to_be_hidden()
    assert [] == wallet.asked
    page.locator('form[action="/console/policies#new"] [data-wallet]').click()
    send(page)
    expect(page.locator("main")).to_contain_text("It is on the ledger.")
    expect(page.locator(".cards")).to_contain_text(re.compile("First answer: within 2h"))
