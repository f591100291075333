"""Going everywhere somebody can go: links, forms, files, searches, errors; everything that came back as text."""

import re
import subprocess
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from portal.models import User

LINK = re.compile(r'(?:href|src|hx-get|action)="([^"#]+)')
NOT_ENTERED = re.compile(r"^/(static|ufficio|accesso/uscita|accesso/sicurezza/passkey)/")
TEXTS: dict[bytes, str] = {}


def text_of(answer: HttpResponse) -> str:
    """All that was sent: the headers and the body; of a PDF, its words too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    said = f"{answer.status_code} {dict(answer.headers)}\n{unescape(body.decode(errors='replace'))}"
    if body.startswith(b"%PDF"):
        if body not in TEXTS:
            words = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True)
            TEXTS[body] = words.stdout.decode()
        said += TEXTS[body]
    return said


@dataclass
class Visitor:
    """Somebody signed in who asks; what is asked with POST is undone. `heard` counts what came back."""

    user: User
    heard: int = 0
    papers: int = 0
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user)

    def ask(self, address: str, typed: dict[str, str] | None = None, **headers: str) -> str:
        """The text of an answer."""
        with transaction.atomic():
            if typed is None:
                answer = self.client.get(address, headers=headers)
            else:
                answer = self.client.post(address, typed, headers=headers)
            said = text_of(answer)
            if typed is not None:
                transaction.set_rollback(True)
        assert answer.status_code < 500, address
        self.heard += 1
        self.papers += "application/pdf" in said[:400]
        return said

    def crawl(self, start: list[str], most: int = 200) -> dict[str, str]:
        """Everything within reach of the links of some pages."""
        found: dict[str, str] = {}
        queue = deque(start)
        while queue and len(found) < most:
            address = queue.popleft()
            if address in found or NOT_ENTERED.match(address):
                continue
            said = found[address] = self.ask(address)
            for link in LINK.findall(said):
                target = urlsplit(urljoin(address, unescape(link)))
                if target.scheme in ("", "http") and target.netloc in ("", "testserver") and target.path:
                    queue.append(target.path + (f"?{target.query}" if target.query else ""))
        return found
