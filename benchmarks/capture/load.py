"""The load program, the same for every contestant: eight connections that send filled-in forms."""

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from tests.services import LOOPBACK

CONNECTIONS = 8


@dataclass(frozen=True)
class Target:
    """A running site with one form. ``done`` is how an answer to a good submit begins."""

    port: int
    path: str
    fields: dict[str, str]
    token: str
    """A pattern whose first group is the token in the form's page."""
    done: bytes
    headers: tuple[str, ...] = ()


@dataclass
class Tally:
    latencies: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)


_numbers = count(1)


def open_form(target: Target) -> dict[str, str]:
    """Visit the form as a browser does; return the headers and fields that a submit needs."""
    page = _talk(target, f"GET {target.path} HTTP/1.1\r\n{_common(target)}\r\n".encode()).decode()
    found = re.search(target.token, page)
    if not found:
        raise RuntimeError(f"no form token at {target.path}: {page[:300]}")
    name = re.search(r'name="(csrfmiddlewaretoken|token)"', page)
    cookies = re.findall(r"^Set-Cookie: (\w+=[^;]+)", page, re.M | re.I)
    return {"cookies": "; ".join(cookies), name[1] if name else "token": found[1]}


def submit_for(target: Target, seconds: float, visit: dict[str, str]) -> Tally:
    """Send forms one after the other on every connection until the time is over."""
    tally, end = Tally(), time.monotonic() + seconds

    def work() -> None:
        while (started := time.monotonic()) < end:
            answer = _talk(target, _request(target, visit))
            tally.latencies.append(time.monotonic() - started)
            if not answer.startswith(target.done):
                tally.refused.append(answer[:2000])

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _request(target: Target, visit: dict[str, str]) -> bytes:
    number = next(_numbers)
    hidden = {key: value for key, value in visit.items() if key != "cookies"}
    person = {"name": f"Person {number}", "email": f"person{number}@applicant.example"}
    body = urlencode(target.fields | person | hidden)
    cookie = f"Cookie: {visit['cookies']}\r\n" if visit["cookies"] else ""
    return (
        f"POST {target.path} HTTP/1.1\r\n{_common(target)}{cookie}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"\r\n{body}"
    ).encode()


def _common(target: Target) -> str:
    lines = ("Host: localhost", "Connection: close", "User-Agent: load/1", *target.headers)
    return "".join(f"{line}\r\n" for line in lines)


def _talk(target: Target, request: bytes) -> bytes:
    with socket.create_connection((LOOPBACK, target.port), timeout=30) as line:
        line.sendall(request)
        parts = []
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)
