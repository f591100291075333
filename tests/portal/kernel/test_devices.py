"""A browser in words: the sign of one is also in the next, so the order counts."""

import pytest

from portal.kernel.devices import device

LIKE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {} Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (LIKE.format("X11; Linux x86_64", "Chrome/140.0"), "Chrome su Linux"),
        (LIKE.format("Windows NT 10.0", "Chrome/140.0") + " Edg/140.0", "Edge su Windows"),
        (LIKE.format("Linux; Android 15", "SamsungBrowser/27.0 Chrome/130.0"), "Samsung Internet su Android"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox su Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari su iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Version/18.0 Safari/605.1", "Safari su Mac"),
        ("curl/8.5", "curl/8.5"),
        ("x" * 500, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
