"""No log has a link that lets somebody in: whoever reads the logs of the portal does not become a firm's delegate."""

import io
import logging
import urllib.request
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from gunicorn.config import Config
from gunicorn.glogging import Logger

from applications.domain import invitations
from applications.models import Firm
from portal.access_log import DiscreetLogger
from portal.discreet import Discreet, discreet
from portal.models import User
from tests.applications.domain.test_invitations import link_of
from tests.architecture.tree import ROOT

TOKEN = "kY2nB-7c_Qw0ZrT5xLm9PpV3sUj6HdEaFgI1oNtM8bC"
LINKS = (
    f"/imprese/inviti/{TOKEN}/", f"/accesso/password/nuova/1-{TOKEN}/", f"/accesso/conferma/MQ:1abcde:{TOKEN}/",
    f"/accesso/invito/{TOKEN}/",
)  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_link_is_hidden_wherever_it_stands(link: str) -> None:
    encoded = f"/accesso/?next={urllib.request.quote(link, safe='')}&altro=1"

    for line in (f'"GET {link} HTTP/1.1" 403', f"Forbidden: {link}", f"/accesso/?next={link}", encoded):
        assert TOKEN not in discreet(line)
        assert "(nascosto)" in discreet(line)
    assert discreet(encoded).endswith("&altro=1")


@pytest.mark.parametrize("line", ["/imprese/inviti/12/", "/accesso/password/nuova/fatta/", "/domande/12/messaggi/"])
def test_other_addresses_are_told_whole(line: str) -> None:
    assert discreet(line) == line


def written(kind: type[Logger], log: Path) -> str:
    """What gunicorn writes of a request, and of one that failed."""
    config = Config()
    config.set("accesslog", str(log))
    config.set("errorlog", str(log))
    config.set("loglevel", "info")
    logger = kind(config)
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": LINKS[0], "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": LINKS[0],
               "HTTP_REFERER": f"https://sportello.example{LINKS[1]}"}  # fmt: skip
    answer = SimpleNamespace(status="403 Forbidden", headers=(), sent=10)
    logger.access(answer, SimpleNamespace(headers=()), environ, timedelta(seconds=1))
    logger.error("Error handling request %s", LINKS[0])
    for handler in (*logger.access_log.handlers, *logger.error_log.handlers):
        handler.close()
    return log.read_text()


def test_the_access_log_hides_links_where_gunicorns_own_shows_them(tmp_path: Path) -> None:
    ours = written(DiscreetLogger, tmp_path / "ours.log")

    assert ours.count("/imprese/inviti/(nascosto)/") == 2
    assert "/accesso/password/nuova/(nascosto)/" in ours
    assert TOKEN not in ours
    assert written(Logger, tmp_path / "plain.log").count(TOKEN) == 3  # the control


@pytest.mark.parametrize("name", ["Dockerfile", "sportello"])
def test_gunicorn_is_started_with_it(name: str) -> None:
    wanted = f'"--logger-class", "{DiscreetLogger.__module__}.{DiscreetLogger.__qualname__}"'

    assert wanted in (ROOT / name).read_text()


def test_a_refused_invitation_is_logged_without_its_link(client: Client, firm: Firm, anna: User, bruno: User) -> None:
    now = timezone.now()
    typed = {"email": "altri@impresa.example", "scopes": ["FILL"]}
    token = link_of(invitations.invite(firm, typed, actor=anna, now=now), now)
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, Discreet)]
    assert isinstance(handler, logging.StreamHandler)
    log = io.StringIO()
    before = handler.setStream(log)
    client.force_login(bruno)

    answer = client.get(f"/imprese/inviti/{token}/")
    handler.setStream(before)

    assert answer.status_code == 403
    assert "Forbidden: /imprese/inviti/(nascosto)/" in log.getvalue()
    assert token not in log.getvalue()
