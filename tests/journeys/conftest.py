"""A real browser on the real site: pages are looked at as people meet them."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop on this thread

WIDTHS = (1280, 360)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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
        context.set_default_timeout(15_000)
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


def problems(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window: nothing, on a page that is done."""
    found = Axe().run(page).response["violations"]
    said = [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return said + ([f"la pagina è larga {wide} pixel di troppo"] if wide > 0 else [])
