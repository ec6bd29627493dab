"""The page that verifies, in a real browser, opened from the disk as somebody who saved it does."""

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from supportledger.config import Settings
from supportledger.proof.block_note import block_text, cosign_block
from supportledger.proof.note import KeyKind, Note, SignerKey
from supportledger.proof.verify import verify_proof
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.wiring.trusting import read_trust, trust

ROOT = Path(__file__).parents[2]
SAVED = (ROOT / "supportledger/web/assets/verify.html").as_uri()
PROOFS = ROOT / "tests/vectors/proofs"
SETTINGS = Settings(data_dir=Path("/nowhere"))
CASES = [
    "absent-opening",
    "absent-reply",
    "absent-in-time_fail",
    "business-hours",
    "content-not-held",
    "contract-wallet",
    "conversation",
    "deep_fail",
    "duplicate-key_fail",
    "escalated",
    "every-action",
    "header-changed_fail",
    "line-changed_fail",
    "other-ledger_fail",
    "signature-changed_fail",
    "text-changed_fail",
    "withheld",
]


@pytest.mark.parametrize("name", CASES)
def test_same_as_python(page: Page, name: str) -> None:
    """Every step has the result that Python finds, and the page says the same of the whole."""
    _verify(page, name)
    trusted = trust(
        read_trust(PROOFS / name / "trust.json"), Settings(data_dir=Path("/nowhere")), offline=True
    )
    expected = verify_proof((PROOFS / name / "proof.json").read_bytes(), trusted)
    steps = page.locator("#steps li").all()
    shown = [(one.get_attribute("data-step"), one.get_attribute("data-result")) for one in steps]
    assert [(str(one.number), str(one.result)) for one in expected.steps] == shown
    assert str(expected.verdict) == page.locator("#verdict").get_attribute("class")


def test_the_file_is_not_asked_which_ledger_is_meant(page: Page) -> None:
    """The ledger that a file names counts only once the visitor has said that they mean it."""
    page.goto(SAVED)
    page.set_input_files("#file", PROOFS / "conversation/proof.json")
    expect(page.locator("#claim")).to_contain_text("only its own word")
    assert _trust("conversation")["ledger"] == page.input_value("#ledger")
    page.check("#by-none")
    page.click("#go")
    expect(page.locator("#problem")).to_contain_text("Confirm")
    expect(page.locator("#verdict")).to_be_hidden()
    page.check("#sure")
    page.click("#go")
    expect(page.locator("#steps li[data-step='2']")).to_have_attribute("data-result", "failed")


def test_a_block_that_nobody_knows_is_not_believed(page: Page) -> None:
    """Without a trusted block a file is not verified, and the page says which step is missing."""
    _fill(page, "conversation")
    page.check("#by-none")
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Not completely checked")
    expect(page.locator("#verdict")).to_contain_text("8.")


def test_what_a_file_says_is_text(page: Page, tmp_path: Path) -> None:
    """Markup in a file is shown as it is written, and does nothing."""
    content = json.loads((PROOFS / "conversation/proof.json").read_bytes())
    fields = [one for entry in content["entries"] for one in entry["content"]["shown"]["leaves"]]
    hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    next(one for one in fields if one["name"] == "body")["value"] = hostile
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (tmp_path / "hostile.proof.json").write_text(text, "utf-8")
    _fill(page, "conversation")
    page.set_input_files("#file", tmp_path / "hostile.proof.json")
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Something is wrong")
    expect(page.locator("#entries")).to_contain_text(hostile)
    expect(page.locator("#entries")).to_contain_text("not verified")
    assert 0 == page.locator("#result img, #result script").count()
    assert "Verify a support ticket" == page.title()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 100,
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'{"__proto__":{"format":"supportledger-proof"}}',
        b'{"format":1e400}',
        b'{"format":-0}',
        b'{"format":"\\ud800"}',
        b"{" + b'"a":"' + b"x" * (16 << 20) + b'"}',
        b"[" + b"0," * (8 << 20) + b"0]",
    ],
    ids=[
        "empty",
        "no-text",
        "deep",
        "deep-objects",
        "prototype",
        "huge",
        "zero",
        "surrogate",
        "large",
        "long",
    ],
)
def test_hostile_files_are_refused(page: Page, tmp_path: Path, data: bytes) -> None:
    """Whatever is no proof file fails step 1 or is refused at once, and the page goes on."""
    path = tmp_path / "x.proof.json"
    path.write_bytes(data)
    _fill(page, "conversation")
    page.set_input_files("#file", path)
    page.click("#go")
    expect(page.locator("#problem:not(:empty), #verdict.failed")).to_have_count(1)
    _verify(page, "conversation")
    expect(page.locator("#verdict")).to_contain_text("Verified")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_everybody_can_use_it(browser: Browser, scheme: Any, width: int) -> None:
    """There is nothing that axe objects to, in both schemes and widths, and nothing to scroll sideways."""
    context = browser.new_context(
        locale="zh-CN", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    _verify(page, "every-action")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator("#verdict")).to_contain_text("验证通过")
    found = Axe().run(page).response["violations"]
    assert [] == [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert width >= page.evaluate("document.documentElement.scrollWidth")
    context.close()


def test_without_a_mouse(page: Page) -> None:
    """A file is verified, and the language changed, by keyboard; the verdict gets the focus."""
    _fill(page, "conversation")
    page.focus("#hash")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    expect(page.locator("#result")).to_have_attribute("aria-live", "polite")
    page.focus("#lang-zh")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("验证通过")


def test_it_asks_nobody(page: Page) -> None:
    """Opened from the disk with a known block, the page makes no request at all."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _verify(page, "conversation")
    assert [SAVED] == [url for url in asked if not url.startswith("blob:")]


@pytest.mark.parametrize(("names", "result"), [(2, "passed"), (1, "failed")])
def test_witnesses(page: Page, tmp_path: Path, names: int, result: str) -> None:
    """A block is trusted that enough witnesses have put their names to, and not one with fewer names."""
    trusted = _trust("conversation")
    number, digest = next(iter(trusted["blocks"].items()))
    block = trusted["chainId"], int(number), bytes.fromhex(digest[2:])
    keys = [SignerKey(f"witness.example/{at}", bytes([at]) * 32, KeyKind.COSIGNATURE) for at in (1, 2)]
    signatures = tuple(cosign_block(one, *block, 1_767_225_600) for one in keys[:names])
    (tmp_path / "block.note").write_bytes(Note(block_text(*block), signatures).to_bytes())
    _fill(page, "conversation")
    page.check("#by-witness")
    page.set_input_files("#note", tmp_path / "block.note")
    page.fill("#policy", str(WitnessPolicy.of(2, [one.verifier for one in keys])))
    page.click("#go")
    expect(page.locator("#steps li[data-step='8']")).to_have_attribute("data-result", result)


def test_a_verdict_is_of_what_stands_there(page: Page) -> None:
    """Whatever is changed afterwards, the verdict on what stood there before goes away."""
    _verify(page, "conversation")
    page.fill("#ledger", "0x" + "22" * 20)
    expect(page.locator("#verdict")).to_be_hidden()
    assert 0 == page.locator("#steps li").count()
    page.click("#go")
    expect(page.locator("#verdict")).to_contain_text("Something is wrong")
    page.set_input_files("#file", PROOFS / "opened/proof.json")
    expect(page.locator("#verdict")).to_be_hidden()


def test_a_wrong_entry_is_told(page: Page) -> None:
    """What cannot be an address, a number or a hash is refused with words that say what is needed."""
    for field, value, said in (
        ("#ledger", "0xa1C06f955A682db2A27348c253ECA5A62D055cF8", "checksum"),
        ("#ledger", "", "address of the ledger"),
        ("#chain", "1e3", "chain id"),
        ("#hash", "0x12", "not a hash"),
        ("#code-hash", "x", "not a hash"),
    ):
        _fill(page, "conversation")
        page.fill(field, value)
        page.click("#go")
        expect(page.locator("#problem")).to_contain_text(said)
        expect(page.locator("#verdict")).to_be_hidden()


def _trust(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PROOFS / name / "trust.json").read_text("utf-8"))
    return content


def _fill(page: Page, name: str) -> None:
    """Enter a case of the vectors: the file, and what is trusted."""
    trusted = _trust(name)
    page.goto(SAVED)
    page.set_input_files("#file", PROOFS / name / "proof.json")
    expect(page.locator("#chosen")).not_to_be_empty()  # what the file suggests is in the fields by then
    page.fill("#chain", str(trusted["chainId"]))
    while page.input_value("#chain") != str(trusted["chainId"]):  # a busy page may redraw while it is typed
        page.fill("#chain", str(trusted["chainId"]))
    page.fill("#ledger", trusted["ledger"])
    page.locator("details:has(#code-hash) > summary").click()
    page.fill("#code-hash", trusted.get("codeHash", ""))
    page.check("#by-hash")
    page.fill("#hash", next(iter(trusted["blocks"].values()), "0x" + "00" * 32))


def _verify(page: Page, name: str) -> None:
    _fill(page, name)
    page.click("#go")
    page.wait_for_selector("#verdict:not([hidden])")
