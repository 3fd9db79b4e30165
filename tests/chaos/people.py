"""Applicants who send the form over HTTP, and try again as a person would."""

import html
import http.client
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.chaos.names import POISON, SLUG

PATIENCE_SECONDS = 90
HEADERS = {
    "Host": "localhost",
    "X-Forwarded-Proto": "https",
    "Content-Type": "application/x-www-form-urlencoded",
}

Address = tuple[str, int]


@dataclass(frozen=True)
class Person:
    """Every third lets the school email them; every tenth leaves as soon as they got mail."""

    scenario: str
    number: int
    is_poison: bool = False

    @property
    def email(self) -> str:
        return f"{self.scenario}-{self.number}@applicant.example"

    @property
    def consents(self) -> bool:
        return self.number % 3 == 0

    def form(self, token: str) -> str:
        name = f"{POISON if self.is_poison else 'Person'} {self.number}"
        given = {"token": token, "name": name, "email": self.email}
        return urlencode(given | ({"consent_email": "on"} if self.consents else {}))


def is_leaving(email: str) -> bool:
    number = email.partition("@")[0].rpartition("-")[2]
    return number.isdecimal() and int(number) % 10 == 4


@dataclass
class People:
    """What the applicants met: who was thanked, which answers they got, how long they waited.

    ``curt`` counts refusals that did not say when to come back, or lost what had been typed.
    """

    addresses: Sequence[Address]
    slug: str = SLUG
    poisoned: bool = False
    at_once: int = 32
    thanked: list[Person] = field(default_factory=list)
    gave_up: list[Person] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    broken_lines: int = 0
    curt: int = 0
    slowest_answer: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_called_off: threading.Event = field(default_factory=threading.Event)

    def ask(self, *, name: str, count: int, seconds: float) -> None:
        """Send ``count`` forms, spread over so many seconds, by people of that name."""
        token = self._read_token()
        time.sleep(2.5)  # as long as an honest visitor takes at least
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=self.at_once) as pool, self._stopping():
            for number in range(count):
                time.sleep(max(0.0, began + seconds * number / count - time.monotonic()))
                is_poison = self.poisoned and number % 10 == 7
                pool.submit(self._ask_until_thanked, token, Person(name, number, is_poison))

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Let nobody go on asking once the whole is called off."""
        try:
            yield
        except BaseException:
            self._is_called_off.set()
            raise

    def _read_token(self) -> str:
        _, body, _ = self._request(self.addresses[0], "GET", "")
        found = re.search(r'name="token"[^>]*value="([^"]+)"', body)
        assert found, body
        return found[1]

    def _ask_until_thanked(self, token: str, person: Person) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        tries = 0
        while time.monotonic() < give_up_at and not self._is_called_off.is_set():
            address = self.addresses[(person.number + tries) % len(self.addresses)]
            if self._is_thanked(address, person, token):
                with self._lock:
                    self.thanked.append(person)
                return
            tries += 1
            time.sleep(1)
        with self._lock:
            self.gave_up.append(person)

    def _is_thanked(self, address: Address, person: Person, token: str) -> bool:
        began = time.monotonic()
        try:
            status, body, headers = self._request(address, "POST", person.form(token))
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.broken_lines += 1
            return False
        is_curt = status == 503 and not (
            headers.get("Retry-After", "").isdecimal() and html.escape(person.email) in body
        )
        with self._lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            self.curt += is_curt
            self.slowest_answer = max(self.slowest_answer, time.monotonic() - began)
        return status in (302, 303) and "/thanks/" in headers.get("Location", "")

    def _request(
        self, address: Address, method: str, body: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        return request(address, method, f"/ask/{self.slug}/", body)


def request(
    address: Address, method: str, path: str, body: str
) -> tuple[int, str, http.client.HTTPMessage]:
    """Status, text and headers of the answer, as a proxy would ask for it."""
    line = http.client.HTTPConnection(*address, timeout=40)
    try:
        line.request(method, path, body=body or None, headers=HEADERS)
        answer = line.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        line.close()
