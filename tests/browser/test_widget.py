"""The chat widget on a site of somebody else's, in a real browser: one script tag, and nothing else."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from supportledger.model.records import TicketQuery
from supportledger.web.pages import ASSETS
from tests.browser.served import Served, served, site

expect.set_options(timeout=15_000)  # a busy machine draws late
WORDS = {"en": ("Chat with support", "1 unread"), "zh": ("联系客服", "1 条未读")}
_SITE = """<!doctype html><html lang="{language}"><title>Shop</title><main><h1>Shop</h1></main>
<script>window.heard = []; addEventListener("message", (event) => heard.push(event.data));</script>
<script src="{desk}/assets/widget.js" defer></script></html>"""


class Shop:
    """A site with the widget, and the desk behind it."""

    def __init__(self, url: str, desk: Served) -> None:
        self.url = url
        self.desk = desk

    @property
    def tickets(self) -> list[Any]:
        """The tickets that were opened, as the ledger has them."""
        return self.desk.front.desk.store.tickets(TicketQuery())

    def chat(self, page: Page, language: str = "en") -> FrameLocator:
        """Open the chat, as a visitor does."""
        page.get_by_role("button", name=WORDS[language][0]).click()
        return page.frame_locator("iframe")


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop whose pages may show the chat."""
    page = {"html": ""}
    with site(lambda: page["html"]) as url, served(widget_origins=(url,)) as desk:
        page["html"] = _SITE.format(language=getattr(request, "param", "en"), desk=desk.url)
        yield Shop(url, desk)


def _say(frame: FrameLocator, text: str) -> None:
    frame.locator("#body").fill(text)
    frame.locator("#body").press("Enter")
    expect(frame.locator("li.customer").last).to_contain_text(text)


@pytest.mark.parametrize(("shop", "language"), [("en", "en"), ("zh", "zh")], indirect=["shop"])
def test_a_visitor_chats(browser: Browser, shop: Shop, language: str) -> None:
    """One message opens a ticket, the next are lines of it; an answer is counted while nobody looks."""
    context = browser.new_context(locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page = context.new_page()
    page.goto(shop.url)
    frame = shop.chat(page, language)
    _say(frame, "Where is my deposit?")
    _say(frame, "It was on Monday.")
    expect(frame.locator("li.customer .good")).to_have_count(1)
    assert 1 == len(shop.tickets)
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    shop.desk.front.desk.tickets.answer(shop.tickets[0].id, "We look into it.", by="agent")
    page.get_by_role("button", name=WORDS[language][1]).click()
    expect(frame.locator("li.agent")).to_contain_text("We look into it.")
    expect(page.get_by_role("button", name=WORDS[language][1])).to_have_count(0)
    _say(frame, "Thank you.")  # the desk waited for it: a reply, which the ledger has
    expect(frame.locator("li.customer .good")).to_have_count(2)
    context.close()


def test_a_visitor_comes_back(page: Page, shop: Shop) -> None:
    """The conversation is there again on another page of the site, and counts what was missed."""
    page.goto(shop.url)
    frame = shop.chat(page)
    _say(frame, "Hello")
    expect(frame.locator("li.customer .good")).to_have_count(1)
    page.reload()
    expect(shop.chat(page).locator("li.customer")).to_contain_text("Hello")


def test_only_named_sites_show_it(page: Page, shop: Shop) -> None:
    """On a site that the desk does not name the frame stays empty, and its page hears nothing."""
    with site(lambda: _SITE.format(language="en", desk=shop.desk.url)) as other:
        page.goto(other)
        page.get_by_role("button", name=WORDS["en"][0]).click()
        page.wait_for_timeout(1_000)
        assert [] == page.evaluate("heard")
        assert 0 == page.frame_locator("iframe").locator("textarea").count()


def test_messages_of_others_count_for_nothing(page: Page, shop: Shop) -> None:
    """A page that pretends to be the desk changes no badge."""
    page.goto(shop.url)
    page.evaluate("postMessage({supportledger: 'unread', count: 5}, '*')")
    page.wait_for_function("heard.length === 1")
    expect(page.get_by_role("button", name="unread")).to_have_count(0)


def test_the_portal_is_in_no_frame(page: Page, shop: Shop) -> None:
    """Sites that may show the chat may show no other page of the desk."""
    page.goto(shop.url)
    for path in ("/", "/my/key", "/sign-in", "/verify"):
        answer = page.request.get(shop.desk.url + path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_everybody_can_chat(page: Page, shop: Shop) -> None:
    """Axe objects to nothing, the frame has a name, and the keyboard leads in and out."""
    page.goto(shop.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator("#body")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(frame.locator("li.customer")).to_contain_text("By keyboard")
    found = Axe().run(page).response["violations"]
    assert [] == [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=WORDS["en"][0])).to_be_focused()


def test_a_phone_is_filled(browser: Browser, shop: Shop) -> None:
    """On a phone the chat takes the width, and the button stays in reach."""
    context = browser.new_context(viewport={"width": 375, "height": 667}, locale="en-GB")
    page = context.new_page()
    page.goto(shop.url)
    shop.chat(page)
    box, button = page.locator("iframe").bounding_box(), page.locator("button").bounding_box()
    assert (0, 375) == (box["x"], box["width"])
    assert box["y"] + box["height"] <= button["y"]
    context.close()


def test_typed_words_survive_a_reload(page: Page, shop: Shop) -> None:
    """What was typed in the chat is there again when the page of the site is loaded anew."""
    page.goto(shop.url)
    page.wait_for_timeout(1_500)  # until the frame's script runs, on a machine that is busy with other tests
    shop.chat(page).locator("#body").fill("Half a thought")
    page.wait_for_timeout(1_000)
    page.reload()
    expect(shop.chat(page).locator("#body")).to_have_value("Half a thought")


def test_a_site_gets_a_small_script() -> None:
    """The widget and the page in its frame load less than 15 kB of script together, compressed."""
    sizes = [len(gzip.compress((ASSETS / name).read_bytes(), 9)) for name in ("widget.js", "chat.js")]
    assert sum(sizes) <= 15_000
