"""
One desk from its first certificate to a verified proof file, by hand in a real browser, on a real chain.

A certifier certifies an agent; an administrator invites them, and they choose a passkey and add their wallet;
a customer with a key made in the browser asks; the agent answers, the wallet signs, and the customer sees it
at once; the customer rates, downloads the proof and verifies it on a page that asks the node itself; an
altered file is refused at its step; a supervisor watches a deadline pass. In English and in Chinese. Pictures
are kept where SCREENSHOTS says.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web3 import Web3

from supportledger.chain.local import LocalChain
from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LocalName, private_key

_READY_S = 120
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)  # what goes to a chain and back takes seconds
LANGUAGES = {"en": ("en-GB", "keeper"), "zh": ("zh-CN", "customer")}
"""The browser's language, and the local identity that becomes an agent."""
TEXTS = {
    "en": ("Where is my withdrawal?", "It has been missing for a day.", "It was approved just now."),
    "zh": ("我的提现在哪里？", "已经一天没有到账了。", "刚刚已经批准，请查收。"),
}


@dataclass(frozen=True)
class Desk:
    """A desk that is served, and the node of its chain."""

    url: str
    rpc: str
    ledger: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """`supportledger serve --demo`, as a user starts it."""
    data, port = tmp_path_factory.mktemp("walk"), free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "supportledger", "serve", "--demo", "--data", str(data)]
    with (data / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(port, process, data / "log")
            record = LocalChain(data / "showcase").record()
            assert record is not None
            assert record.ledger is not None
            yield Desk(url, record.rpc_url, str(record.ledger))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{port}/demo", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@dataclass(frozen=True)
class Stage:
    """Everybody's browsers, and where pictures go."""

    browser: Browser
    desk: Desk
    language: str
    pictures: Path

    def somebody(self) -> Page:
        """Open a browser of somebody's own, in the walk's language."""
        context: BrowserContext = self.browser.new_context(
            locale=LANGUAGES[self.language][0], viewport={"width": 1_280, "height": 900}
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def staff(self, mail: str) -> Page:
        """Sign somebody of the demonstration in."""
        page = self.somebody()
        page.goto(f"{self.desk.url}/demo")
        page.click(f'button[value="{mail}@desk.example"]')
        page.wait_for_url(re.compile("/console"))
        return page

    def picture(self, page: Page, name: str) -> None:
        """Keep what is seen."""
        page.screenshot(path=self.pictures / f"walk-{self.language}-{name}.png", full_page=True)


@pytest.fixture(params=sorted(LANGUAGES))
def stage(request: pytest.FixtureRequest, browser: Browser, desk: Desk, tmp_path: Path) -> Iterator[Stage]:
    pictures = Path(os.environ.get("SCREENSHOTS", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)
    yield Stage(browser, desk, request.param, pictures)
    for context in list(browser.contexts):
        context.close()


def test_the_walk(stage: Stage, tmp_path: Path) -> None:
    """Everybody does their part in the browser, and the evidence holds without the desk."""
    subject, question, answer = TEXTS[stage.language]
    identity = LANGUAGES[stage.language][1]
    certify(stage, str(local_signer(identity).address))
    agent = employ(stage, identity)
    customer, handle = ask(stage, subject, question)
    reply(stage, agent, handle, answer)
    expect(customer.locator("ol.talk")).to_contain_text(answer)  # without a reload
    stage.picture(customer, "answered")
    rate(stage, customer)
    verify(stage, customer, handle, answer, tmp_path)


def certify(stage: Stage, address: str) -> None:
    """A certifier certifies an agent."""
    page = stage.staff("certifier")
    page.goto(f"{stage.desk.url}/console/agents")
    form = page.locator('form[action="/console/agents"]')
    form.locator("#account").fill(address)
    form.locator("#days").fill("400")
    form.locator("#tier").fill("2")
    form.locator("button.main").click()
    page.wait_for_url(f"**/console/agents/{address}")
    expect(page.locator(".badge.good").first).to_be_visible()
    stage.picture(page, "certified")


def employ(stage: Stage, identity: str) -> Page:
    """An administrator invites the agent, who chooses a passkey and adds their wallet."""
    admin = stage.staff("admin")
    admin.goto(f"{stage.desk.url}/console/people")
    form = admin.locator('form[action="/console/people"]')
    form.locator("#name").fill(f"New Agent {stage.language}")
    form.locator('input[name="role"][value="agent"]').check()
    form.locator("button.main").click()
    link = admin.locator("code.secret").inner_text()
    stage.picture(admin, "invited")
    agent = stage.somebody()
    devices = agent.context.new_cdp_session(agent)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    give_wallet(agent, private_key(LocalName[identity]))
    agent.goto(link)
    agent.click("main form button.main")
    agent.wait_for_url("**/sign-in/enrol*")
    agent.click("[data-passkey]")
    agent.wait_for_url(re.compile("/console"))
    agent.goto(f"{stage.desk.url}/account")
    agent.click("[data-wallet]")
    expect(agent.locator("main")).to_contain_text(str(local_signer(identity).address))
    stage.picture(agent, "account")
    return agent


def give_wallet(page: Page, key: bytes) -> None:
    """Put a wallet into a browser that signs whatever it is asked to, as its owner would."""
    account = Account.from_key(key)

    def request(_source: object, method: str, params: list[Any]) -> Any:
        match method:
            case "eth_requestAccounts" | "eth_accounts":
                return [account.address]
            case "eth_chainId":
                return "0x7a69"
            case "personal_sign":
                return "0x" + account.sign_message(encode_defunct(hexstr=params[0])).signature.hex()
            case "eth_signTypedData_v4":
                typed = encode_typed_data(full_message=json.loads(params[1]))
                return "0x" + account.sign_message(typed).signature.hex()
        raise AssertionError(method)

    page.context.expose_binding("askWallet", request)
    page.context.add_init_script(
        "window.ethereum = { request: ({ method, params }) => window.askWallet(method, params ?? []) };"
    )


def ask(stage: Stage, subject: str, question: str) -> tuple[Page, str]:
    """A customer makes a key in the browser and asks with it."""
    page = stage.somebody()
    page.goto(f"{stage.desk.url}/my/key")
    stage.picture(page, "key")
    page.click('[data-way="make"]')
    page.wait_for_url("**/my")
    page.goto(f"{stage.desk.url}/my/new")
    page.fill("#subject", subject)
    page.fill("#body", question)
    page.select_option("#product", "withdrawal")
    page.click("[data-send]")
    page.wait_for_url("**/my/tickets/*")
    handle = re.search(r"/my/tickets/([\w-]+)", page.url)[1]
    expect(page.locator("ol.talk .way.good").first).to_be_visible()  # it has come to the ledger
    return page, handle


def reply(stage: Stage, agent: Page, handle: str, answer: str) -> None:
    """The agent answers, and leaves the ticket solved."""
    agent.goto(f"{stage.desk.url}/console/tickets/{handle}")
    agent.fill("#body", answer)
    agent.select_option("#status", "solved")
    stage.picture(agent, "answering")
    agent.locator("[data-composer] [data-wallet]").click()
    expect(agent.locator(".talk")).to_contain_text(answer)


def rate(stage: Stage, customer: Page) -> None:
    """The customer rates with their key."""
    stars = customer.locator('input[name="stars"][value="5"]')
    expect(stars).to_be_attached()
    stars.check(force=True)
    customer.locator('form[data-sign="rate"] button').last.click()
    expect(customer.locator("ol.talk")).to_contain_text("★★★★★")
    stage.picture(customer, "rated")


def verify(stage: Stage, customer: Page, handle: str, answer: str, folder: Path) -> None:
    """The customer takes the proof file along; a browser that asks the node itself finds that it holds."""
    expect(customer.locator("ol.talk .way:not(.good)")).to_have_count(0)
    with customer.expect_download() as download:
        customer.click(f'a[href="/my/tickets/{handle}/proof"]')
    proof = folder / f"{handle}.proof.json"
    download.value.save_as(proof)
    assert answer in json.dumps(json.loads(proof.read_text()), ensure_ascii=False)
    stranger = stage.somebody()
    checked(stage, stranger, proof)
    expect(stranger.locator("#verdict")).to_have_attribute("class", "verified")
    expect(stranger.locator("#entries")).to_contain_text(answer)
    stage.picture(stranger, "verified")
    altered = folder / "altered.proof.json"
    altered.write_text(proof.read_text().replace(answer, answer[:-2] + "!!"))
    checked(stage, stranger, altered)
    expect(stranger.locator("#verdict")).to_have_attribute("class", "failed")
    expect(stranger.locator("#steps li.failed")).to_have_count(1)
    expect(stranger.locator("#steps li").nth(8)).to_have_class(re.compile("failed"))  # step 9: the content
    stage.picture(stranger, "altered")


def checked(stage: Stage, page: Page, proof: Path) -> None:
    """Fill the page that verifies in, with the node as the only word that is believed."""
    page.goto(f"{stage.desk.url}/verify")
    page.set_input_files("#file", proof)
    page.fill("#chain", "31337")
    page.fill("#ledger", stage.desk.ledger)
    if page.locator("#sure").is_visible():
        page.check("#sure")
    page.check("#by-node")
    page.fill("#rpc", stage.desk.rpc)
    page.click("#go")
    expect(page.locator("#verdict")).to_be_visible()


def test_a_deadline_passes(stage: Stage) -> None:
    """A supervisor sees a promise broken and the escalation on the ticket, without touching anything."""
    page = stage.staff("supervisor")
    page.goto(f"{stage.desk.url}/console?overdue=yes")
    customer = stage.somebody()
    customer.goto(f"{stage.desk.url}/demo")
    customer.click('button[value="maya@customer.example"]')
    customer.click("a.whole")
    handle = re.search(r"/my/tickets/([\w-]+)", customer.url)[1]
    page.goto(f"{stage.desk.url}/console/tickets/{handle}")
    stage.picture(page, "before-the-deadline")
    before = page.locator("ol.talk > li").count()
    node = Web3(Web3.HTTPProvider(stage.desk.rpc))
    node.provider.make_request("evm_increaseTime", [400])
    node.provider.make_request("evm_mine", [])
    expect(page.locator("ol.talk > li")).to_have_count(before + 1)  # the keeper put it on record
    expect(page.locator("ol.talk > li").last).to_contain_text(re.compile("late|escalated|逾期|迟|升级"))
    stage.picture(page, "escalated")
