"""The least a client of HTTP can do: a request on a connection of its own, as behind a proxy that speaks TLS."""

import asyncio

LONGEST = 60.0
"""Seconds after which a request is given up and counted as lost."""


async def ask(port: int, method: str, path: str, cookie: str = "", body: str = "") -> tuple[str, str]:
    """The status of an answer and where it leads; what went wrong is a status too."""
    return (await asked(port, method, path, cookie, body))[:2]


async def asked(
    port: int, method: str, path: str, cookie: str = "", body: str = "", *more: str
) -> tuple[str, str, str]:
    """The same, with the page."""
    sent = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "X-Forwarded-Proto: https", "X-Forwarded-For: 127.0.0.1"]
    sent += ["Referer: https://127.0.0.1/", f"Cookie: {cookie}", "Connection: close", f"Content-Length: {len(body)}"]
    sent += ["Content-Type: application/x-www-form-urlencoded", *more, "", body]
    try:
        async with asyncio.timeout(LONGEST):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write("\r\n".join(sent).encode())
            answer = (await reader.read()).decode(errors="replace")
            writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__, "", ""
    head, _, page = answer.partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return lines[0].split()[1] if answer.startswith("HTTP/") else "nothing", headers.get("location", ""), page
