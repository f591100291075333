"""A real browser on the real site: pages are looked at as people meet them."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from portal.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop on this thread

PATIENCE = 30_000
"""Milliseconds that a page has to answer in: on a machine that runs many things at once five seconds are few."""
expect.set_options(timeout=PATIENCE)

WIDTHS = (1280, 360)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first is the lightest
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("serve un navigatore Chromium sulla macchina")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    """Every page is looked at on a desk and on a telephone."""
    return int(request.param)


OpenBrowser = Callable[..., Page]


@pytest.fixture
def open_browser(chromium: Browser, live_server: object, width: int) -> Iterator[OpenBrowser]:
    """Open a page for somebody: `open_browser()` or `open_browser(anna)`; `javascript=False` switches it off."""
    contexts: list[BrowserContext] = []

    def open_page(user: User | None = None, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="it-IT",
            base_url=live_server.url,  # type: ignore[attr-defined]
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]  # type: ignore[attr-defined]
            )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    answers_ended()


def follow(page: Page, control: Locator) -> None:
    """Press what leads to another page, and wait until that page is there: the one before it was at rest too."""
    with page.expect_navigation():
        control.click()


def answers_ended() -> None:
    """Wait for the answers that nobody reads any more: the database is emptied next, and they still use it."""
    give_up = time.monotonic() + 30
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < give_up, "il server risponde ancora"
        time.sleep(0.01)


def problems(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window: nothing, on a page that is done."""
    found = Axe().run(page).response["violations"]
    said = [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return said + ([f"la pagina è larga {wide} pixel di troppo"] if wide > 0 else [])
