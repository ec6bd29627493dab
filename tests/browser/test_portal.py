"""The portal for customers in a real browser: keys, wallets, mail, live pages, and what attackers try."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from eth_account import Account as Wallet
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from supportledger.proof.verdict import Conclusion
from tests.browser.customers import InjectedWallet, ask, handle_in, with_new_key
from tests.browser.served import Served, served

SCRIPT = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
expect.set_options(timeout=15_000)  # a busy machine draws late
WORDS = {"en": ("Ask us", "We have your question"), "zh": ("提问", "收到")}


@pytest.fixture
def desk() -> Iterator[Served]:
    """A desk of its own for each test: how often one network may sign in is counted."""
    with served() as made:
        yield made


def _accept(dialog: Dialog) -> None:
    dialog.accept()


def _axe(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


# -- keys ------------------------------------------------------------------------------------------------


def test_a_key_of_the_browser_signs_a_whole_ticket(page: Page, desk: Served) -> None:
    """Without mail or wallet a customer asks, is answered live, rates and closes, with their key."""
    with_new_key(page, desk.url)
    handle = ask(page, files={"name": "päper.txt", "mimeType": "text/plain", "buffer": b"1"})
    desk.front.desk.tickets.answer(handle, "We look into it.", by="agent")
    expect(page.locator(".talk")).to_contain_text("We look into it.")
    page.fill("#body", "Thank you.")
    page.click("form[data-sign=reply] button.main")
    expect(page.locator(".talk")).to_contain_text("Thank you.")
    expect(page.locator(".talk .way.good")).to_have_count(3)  # what is solved has read it
    desk.front.desk.tickets.solve(handle, "It is there.", by="agent")
    page.locator("form[data-sign=rate] input[value='4']").check()
    page.fill("#comment", "Quick")
    page.click("form[data-sign=rate] button.main")
    expect(page.locator(".talk .rated")).to_have_text("★★★★☆")
    page.click("form[data-sign=close] button")
    expect(page.locator("[data-live=status] .badge")).to_have_text("closed")
    state = desk.front.desk.tickets.state(handle)
    assert 4 == state.rating
    assert str(state.customer)[:6] in page.locator("header").inner_text()
    assert Conclusion.VERIFIED == desk.front.desk.tickets.verify(handle).verdict


def test_a_key_goes_to_another_device(page: Page, browser: Browser, desk: Served, tmp_path: Path) -> None:
    """What is saved is a keystore that wallets read; brought to another browser, it is the same customer."""
    with_new_key(page, desk.url)
    handle = ask(page)
    page.goto(f"{desk.url}/my/key")
    address = page.locator("[data-when=key] [data-address]").first.inner_text()
    page.click("summary:has-text('Save a copy')")
    page.fill("#new-passphrase", "correct horse")
    with page.expect_download() as saving:
        page.click("[data-way=save]")
    saving.value.save_as(tmp_path / "key.json")
    secret = Wallet.decrypt(json.loads((tmp_path / "key.json").read_text()), "correct horse")
    assert address == Wallet.from_key(secret).address
    other = browser.new_page()
    _bring(other, desk.url, tmp_path / "key.json", "wrong horse")
    expect(other.locator("[data-key-told]")).to_have_text("This is no key, or the passphrase is wrong.")
    _bring(other, desk.url, tmp_path / "key.json", "correct horse")
    other.click("[data-way=use]")
    other.wait_for_url("**/my")
    expect(other.locator("table")).to_contain_text(handle)
    other.close()


def test_a_keystore_of_a_wallet_is_read(page: Page, desk: Served, tmp_path: Path) -> None:
    """A file by another library, with scrypt, is brought; so are the digits of a printed key."""
    key = Wallet.create()
    (tmp_path / "scrypt.json").write_text(json.dumps(Wallet.encrypt(key.key, "horse", "scrypt", 2**12)))
    _bring(page, desk.url, tmp_path / "scrypt.json", "horse")
    expect(page.locator("[data-when=key] [data-address]").first).to_have_text(key.address)
    other = Wallet.create()
    page.on("dialog", _accept)
    page.fill("#digits", other.key.hex())
    page.click("[data-way=bring]")
    expect(page.locator("[data-when=key] [data-address]").first).to_have_text(other.address)
    page.click("[data-way=forget]")
    expect(page.locator("[data-way=make]")).to_be_visible()


def _bring(page: Page, url: str, file: Path, passphrase: str) -> None:
    page.goto(f"{url}/my/key")
    page.click("text=Bring a key from elsewhere")
    page.set_input_files("#keystore", file)
    page.fill("#passphrase", passphrase)
    page.click("[data-way=bring]")


def test_a_key_is_added_to_an_account(page: Page, desk: Served) -> None:
    """Who came by mail and makes a key then, stays the same customer, and signs from then on."""
    _by_mail(page, desk, "maya@customer.example")
    with_new_key(page, desk.url)
    expect(page.locator("main")).to_contain_text("Your key signs it")
    handle = ask(page)
    account = desk.front.people.by_mail("maya@customer.example")
    assert account.address == desk.front.desk.tickets.state(handle).customer


def test_a_ticket_is_taken_over(page: Page, desk: Served) -> None:
    """Who came by mail makes a key, is told what changes, and takes the ticket over."""
    _by_mail(page, desk, "noor@customer.example")
    page.goto(f"{desk.url}/my/new")
    handle = ask(page)
    page.click("text=First make a key, or add your wallet")
    page.click("[data-way=make]")
    page.wait_for_url(f"{desk.url}/my/tickets/{handle}")
    expect(page.locator("form[data-sign=claim]")).to_contain_text("Only your key can reply, rate and close")
    page.click("form[data-sign=claim] button.main")
    expect(page.locator(".talk")).to_contain_text("Given to its customer")
    expect(page.locator(".talk .way.good").nth(1)).to_be_visible()
    account = desk.front.people.by_mail("noor@customer.example")
    assert account.address == desk.front.desk.tickets.state(handle).customer
    page.reload()
    expect(page.locator("form[data-sign=claim]")).to_have_count(0)
    page.fill("#body", "Signed from here on")
    page.click("form[data-sign=reply] button.main")
    expect(page.locator(".talk")).to_contain_text("Signed from here on")


def test_a_desk_that_lies_about_a_claim(page: Page, desk: Served) -> None:
    """What is signed to take a ticket over is for this ticket and this key, whatever the desk asks for."""
    _by_mail(page, desk, "omar@customer.example")
    page.goto(f"{desk.url}/my/new")
    handle = ask(page)
    page.click("text=First make a key, or add your wallet")
    page.click("[data-way=make]")
    page.wait_for_url(f"{desk.url}/my/tickets/{handle}")
    taken: list[str] = []
    page.on("request", lambda one: taken.append(one.url) if one.url.endswith("/claim/take") else None)
    lies = ({"ticketId": "0x" + "ab" * 32}, {"customer": "0x" + "11" * 20}, {"deadline": str(1 << 39)})

    def lying(route: Any) -> None:
        said = route.fetch().json()
        said["typedData"]["message"].update(lies[len(told)])
        route.fulfill(json=said)

    told: list[str] = []
    page.route("**/claim/prepare", lying)
    for _ in lies:
        page.click("form[data-sign=claim] button.main")
        expect(page.locator("form[data-sign=claim] [data-status]")).to_contain_text("not what you wrote")
        told.append(page.locator("form[data-sign=claim] [data-status]").inner_text())
    assert [] == taken


def test_another_key_is_another_customer(page: Page, desk: Served, tmp_path: Path) -> None:
    """Who goes on with another key than they came with, is signed in as that one, and takes nothing along."""
    with_new_key(page, desk.url)
    first = ask(page)
    (tmp_path / "key.json").write_text(
        json.dumps(Wallet.encrypt(Wallet.create().key, "horse", "pbkdf2", 1_000))
    )
    page.on("dialog", _accept)
    _bring(page, desk.url, tmp_path / "key.json", "horse")
    page.click("[data-way=use]")
    page.wait_for_url(f"{desk.url}/my")
    expect(page.locator("main")).to_contain_text("You have asked us nothing yet.")
    assert first not in page.locator("main").inner_text()


def test_scripts_cannot_read_the_kept_key(page: Page, desk: Served) -> None:
    """What lies in the browser's database is sealed with a key that no script can take out."""
    with_new_key(page, desk.url)
    kept = page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("supportledger", 1);
            asked.onsuccess = () => {
                const read = asked.result.transaction("keys").objectStore("keys").get("customer");
                read.onsuccess = () => crypto.subtle.exportKey("raw", read.result.seal).then(
                    () => done("read"),
                    (error) => done([error.name, Object.keys(read.result).sort().join()]));
            };
        })"""
    )
    assert ["InvalidAccessError", "address,at,id,iv,seal,sealed"] == kept


# -- wallets ---------------------------------------------------------------------------------------------


def test_a_wallet_signs_readable_text(context: BrowserContext, desk: Served) -> None:
    """A wallet that announces itself signs in, and signs typed data that it can show in words."""
    wallet, page = InjectedWallet(context), context.new_page()
    page.goto(f"{desk.url}/my/key?to=/my/new")
    page.click("[data-way=wallet]")
    expect(page.locator("#subject")).to_be_visible()
    handle = ask(page)
    typed = json.loads(wallet.asked[-1]["params"][1])
    assert ("Open", wallet.key.address) == (typed["primaryType"], typed["message"]["opener"])
    assert wallet.key.address == str(desk.front.desk.tickets.state(handle).customer)


def test_another_account_does_not_sign(context: BrowserContext, desk: Served) -> None:
    """What a wallet signs with another account than it says is refused, and what was typed stays."""
    wallet, page = InjectedWallet(context), context.new_page()
    page.goto(f"{desk.url}/my/key?to=/my/new")
    page.click("[data-way=wallet]")
    expect(page.locator("#subject")).to_be_visible()
    wallet.signer = Wallet.create()
    page.fill("#subject", "S")
    page.fill("#body", "Kept words")
    page.click("form[data-sign=open] button.main")
    expect(page.locator("form[data-sign=open] [data-status]")).to_contain_text("not signed by")
    assert "Kept words" == page.input_value("#body")


# -- a desk that lies ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        lambda said: said["typedData"]["message"].update(commitment="0x" + "ab" * 32),
        lambda said: said.update(fields=said["fields"].replace("It is not there.", "I confirm receipt.")),
        lambda said: said["typedData"]["message"].update(customer="0x" + "11" * 20),
        lambda said: said["typedData"].update(primaryType="Action"),
        lambda said: said.update(ticket="aaaa-aaaa-aaaa-aaaa"),
    ],
    ids=["commitment", "text", "customer", "kind", "ticket"],
)
def test_nothing_is_signed_that_was_not_written(page: Page, desk: Served, lie: Any) -> None:
    """A desk that wants another message signed gets no signature, whatever it changed."""
    submitted: list[str] = []

    def lying(route: Route) -> None:
        said = route.fetch().json()
        lie(said)
        route.fulfill(json=said)

    with_new_key(page, desk.url)
    page.route("**/my/prepare", lying)
    page.on("request", lambda one: submitted.append(one.url) if "/my/submit" in one.url else None)
    page.fill("#subject", "My deposit")
    page.fill("#body", "It is not there.")
    page.click("form[data-sign=open] button.main")
    expect(page.locator("form[data-sign=open] [data-status]")).to_contain_text("Nothing was signed")
    assert [] == submitted


# -- words that are kept ---------------------------------------------------------------------------------


def test_a_session_that_ends_costs_no_text(page: Page, context: BrowserContext, desk: Served) -> None:
    """With a key, what was typed is sent anyway: the key signs in again by itself."""
    with_new_key(page, desk.url)
    ask(page)
    context.clear_cookies()
    page.fill("#body", "Written while the session ended.")
    page.click("form[data-sign=reply] button.main")
    expect(page.locator(".talk")).to_contain_text("Written while the session ended.")
    assert "" == page.input_value("#body")


def test_a_draft_waits_for_its_writer(page: Page, context: BrowserContext, desk: Served) -> None:
    """Without a key, the text is there again after signing in; once it is sent, it is forgotten."""
    mail = "maya@customer.example"
    _by_mail(page, desk, mail)
    page.goto(f"{desk.url}/my/new")
    handle = ask(page)
    page.fill("#body", "Long thoughts.")
    page.reload()
    expect(page.locator("#body")).to_have_value("Long thoughts.")
    context.clear_cookies()
    page.click("form[data-sign=reply] button.main")
    expect(page.locator("main")).to_contain_text("signed in")
    _by_mail(page, desk, mail)
    page.goto(f"{desk.url}/my/tickets/{handle}")
    expect(page.locator("#body")).to_have_value("Long thoughts.")
    page.click("form[data-sign=reply] button.main")
    expect(page.locator(".talk")).to_contain_text("Long thoughts.")
    expect(page.locator("#body")).to_have_value("")
    page.reload()
    expect(page.locator("#body")).to_have_value("")


def test_a_link_makes_nobody_forget(page: Page, desk: Served) -> None:
    """Whoever follows a link that says that something was accepted keeps what they did not send."""
    with_new_key(page, desk.url)
    handle = ask(page)
    page.fill("#body", "Not sent yet.")
    page.goto(f"{desk.url}/my/tickets/{handle}?accepted=reply")
    expect(page.locator("#body")).to_have_value("Not sent yet.")


def test_signing_out_leaves_no_draft(page: Page, desk: Served) -> None:
    """Whoever uses the browser next finds nothing of what was typed."""
    with_new_key(page, desk.url)
    page.fill("#body", "Private words")
    page.click("text=Sign out")
    page.wait_for_url(f"{desk.url}/")
    assert "Private words" not in page.evaluate("JSON.stringify(localStorage)")


def _by_mail(page: Page, desk: Served, mail: str) -> None:
    page.goto(f"{desk.url}/sign-in")
    page.fill("#mail", mail)
    page.click("text=Send me a link")
    expect(page.locator("main")).to_contain_text(mail)
    letter = desk.front.links._mail.letters[-1].text
    page.goto(re.search(r"http://\S+token=[\w-]+", letter)[0])
    page.click("main button")
    page.wait_for_url("**/my")


def test_a_secret_is_asked_about_before_it_is_sent(page: Page, desk: Served) -> None:
    """A key in a message is taken out, what is left is shown, and only then is it signed."""
    with_new_key(page, desk.url)
    secret = Wallet.create().key.hex().removeprefix("0x")
    page.fill("#subject", "Help")
    page.fill("#body", f"My private key is {secret}, is it safe?")
    page.click("form[data-sign=open] button.main")
    expect(page.locator("dialog")).to_contain_text("move your funds now")
    assert secret not in page.locator("dialog").inner_text()
    assert secret not in page.evaluate("JSON.stringify(localStorage)")
    page.click("dialog button[value=sendIt]")
    expect(page.locator(".talk")).to_contain_text("A secret was in this message")
    assert secret not in page.locator("main").inner_text()


# -- without scripts, and with hostile ones --------------------------------------------------------------


def test_everything_essential_works_without_scripts(browser: Browser, desk: Served) -> None:
    """By mail, and with forms alone, somebody asks, follows and writes again."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    _by_mail(page, desk, "noscript@customer.example")
    page.goto(f"{desk.url}/my/new")
    page.fill("#subject", "Plain")
    page.fill("#body", "No scripts here.")
    page.click("form[data-sign=open] button.main")
    expect(page.locator("form[data-sign=reply]")).to_be_visible()
    page.fill("#body", "One more word.")
    page.click("form[data-sign=reply] button.main")
    expect(page.locator("main")).to_contain_text("One more word.")
    context.close()


def test_what_people_write_runs_nowhere(page: Page, desk: Served) -> None:
    """Markup in subject, text and the name of a file is shown as it was typed; only https becomes a link."""
    with_new_key(page, desk.url)
    body = f"{SCRIPT} javascript:alert(1) http://plain.example https://scan.example/x?a=1&b=2."
    ask(page, SCRIPT, body, files={"name": f"{SCRIPT[:30]}.html", "mimeType": "text/html", "buffer": b"<p>"})
    page.goto(f"{desk.url}/my")
    page.click(".whole")
    expect(page.locator("h1")).to_have_text(SCRIPT)
    links = page.locator(".said a").evaluate_all("all => all.map((one) => [one.href, one.rel, one.target])")
    assert [["https://scan.example/x?a=1&b=2", "noopener noreferrer nofollow", "_blank"]] == links
    assert "pwned" not in page.title().replace(SCRIPT, "")


def test_a_ticket_of_somebody_else_is_not_there(page: Page, browser: Browser, desk: Served) -> None:
    """Neither a handle nor a proof file lets anybody in; it is verified, and that is all."""
    with_new_key(page, desk.url)
    handle = ask(page)
    with page.expect_download() as taking:
        page.click("text=Download the proof file")
    assert f"{handle}.proof.json" == taking.value.suggested_filename
    other = browser.new_page()
    with_new_key(other, desk.url)
    assert 404 == other.goto(f"{desk.url}/my/tickets/{handle}").status
    assert 404 == other.goto(f"{desk.url}/my/tickets/{handle}/files/0/0").status
    other.close()


# -- everybody can use it --------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1280), ("zh", "dark", 375)])
def test_every_page_is_for_everybody(
    browser: Browser, desk: Served, language: str, scheme: Any, width: int
) -> None:
    """Axe objects to nothing, nothing scrolls sideways: both languages, dark and light, wide and narrow."""
    context = browser.new_context(
        locale={"en": "en-GB", "zh": "zh-CN"}[language],
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    asks, has = WORDS[language]
    ada = desk.front.desk.cast.keys.address("agent")
    paths = ["/", "/contacts", f"/agents/{ada}", "/my/key", "/sign-in", "/chat", "/not/here"]
    found = {path: _looked_at(page, desk.url + path, width) for path in paths}
    with_new_key(page, desk.url)
    expect(page.locator("h1")).to_have_text(asks)
    found["/my/new"] = _looked_at(page, page.url, width)
    handle = ask(page)
    expect(page.locator("main")).to_contain_text(has)
    desk.front.desk.tickets.solve(handle, "Done.", by="agent")
    expect(page.locator("form[data-sign=rate]")).to_be_visible()
    for path in (f"/my/tickets/{handle}", "/my", "/my/key", "/account", "/not/here"):
        found[path] = _looked_at(page, desk.url + path, width)
    assert {} == {path: wrong for path, wrong in found.items() if wrong}
    context.close()


def _looked_at(page: Page, url: str, width: int) -> list[Any]:
    page.goto(url)
    _keep(page, f"{width}{page.url.removeprefix('http://').replace('/', '-')}")
    is_wide = page.evaluate("document.documentElement.scrollWidth") > width
    return _axe(page) + (["scrolls sideways"] if is_wide else [])


def _keep(page: Page, name: str) -> None:
    """Keep a picture for people to look at, where a folder is named for them."""
    folder = os.environ.get("SUPPORTLEDGER_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/portal-{re.sub('[^a-z0-9-]', '', name)}.png", full_page=True)


def test_without_a_mouse(page: Page, desk: Served) -> None:
    """A ticket is asked, and rated, by keyboard alone; the stars are one group, chosen with arrows."""
    with_new_key(page, desk.url)
    page.focus("#subject")
    page.keyboard.type("Keys only")
    page.keyboard.press("Tab")
    page.keyboard.type("No mouse here.")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("form[data-sign=reply]")).to_be_visible()
    handle = handle_in(page)
    desk.front.desk.tickets.solve(handle, "Done.", by="agent")
    page.locator("form[data-sign=rate] input[value='1']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".talk .rated")).to_have_text("★★★☆☆")


def test_times_are_the_readers(browser: Browser, desk: Served) -> None:
    """Times are local, with UTC beside them, and what is promised is counted down in words."""
    context = browser.new_context(locale="en-GB", timezone_id="Asia/Kolkata")
    page = context.new_page()
    with_new_key(page, desk.url)
    ask(page)
    shown = page.locator(".talk time").first
    assert shown.get_attribute("title").endswith("UTC")
    assert "UTC" not in shown.inner_text()
    expect(page.locator("[data-countdown]").first).to_have_text(re.compile(r"in \d+ (min|hr)"))
    context.close()
