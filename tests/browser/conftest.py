"""A real browser. Where there is none, `toolchain/setup browser` installs one: no test is skipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_PATH = Path("/usr/bin/chromium")
_PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    assert _PATH.exists(), "there is no browser: run `toolchain/setup browser`"
    return str(_PATH)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests; each opens contexts of its own."""
    with sync_playwright() as playwright:
        # Containers let no user namespace be made, which the sandbox needs; pages of tests are our own.
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who reads English and has never been here."""
    made = browser.new_context(locale="en-GB")
    made.set_default_timeout(_PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab in which every error of a script fails the test."""
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    return opened
