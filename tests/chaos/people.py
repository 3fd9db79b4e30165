"""Applicants who send the form over HTTP, and try again as a person would."""

import http.client
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.chaos.names import SLUG
from tests.services import LOOPBACK

PATIENCE_SECONDS = 90
HEADERS = {
    "Host": "localhost",
    "X-Forwarded-Proto": "https",
    "Content-Type": "application/x-www-form-urlencoded",
}


@dataclass
class People:
    """What the applicants met: who was thanked, which answers they got, how long they waited."""

    port: int
    thanked: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    broken_lines: int = 0
    slowest_answer: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, *, name: str, count: int, per_second: float) -> None:
        """Send ``count`` forms, each from an address of its own that begins with ``name``."""
        token = self._read_token()
        time.sleep(2.5)  # as long as an honest visitor takes at least
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=32) as pool:
            for number in range(count):
                time.sleep(max(0.0, began + number / per_second - time.monotonic()))
                pool.submit(self._ask_once, token, f"{name}-{number}@applicant.example")

    def _read_token(self) -> str:
        _, body, _ = self._request("GET", "")
        found = re.search(r'name="token"[^>]*value="([^"]+)"', body)
        assert found, body
        return found[1]

    def _ask_once(self, token: str, email: str) -> None:
        body = urlencode({"token": token, "name": f"Person {email}", "email": email})
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            if self._is_thanked(body):
                with self._lock:
                    self.thanked.append(email)
                return
            time.sleep(1)
        with self._lock:
            self.gave_up.append(email)

    def _is_thanked(self, body: str) -> bool:
        began = time.monotonic()
        try:
            status, _, location = self._request("POST", body)
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.broken_lines += 1
            return False
        with self._lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            self.slowest_answer = max(self.slowest_answer, time.monotonic() - began)
        return status in (302, 303) and "/thanks/" in location

    def _request(self, method: str, body: str) -> tuple[int, str, str]:
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=40)
        try:
            line.request(method, f"/ask/{SLUG}/", body=body or None, headers=HEADERS)
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")
        finally:
            line.close()
