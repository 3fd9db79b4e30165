"""Sends a form what no form sends; prints the slowest answer to each in milliseconds as JSON."""

import json
import logging
import time
from urllib.parse import urlencode

import django
from django.test import Client

KIND = "application/x-www-form-urlencoded"
TIMES = 10
LONG = 100_000
"""Characters: as much as is read at all."""


def submits() -> dict[str, str]:
    return {
        "field of 1 MB": f"message={'x' * 1_000_000}",
        "10,000 fields": "&".join(f"f{number}=1" for number in range(10_000)),
        "NUL, surrogates, bidi": urlencode(
            {"name": "\0\ud800\u202e" * 90, "message": "\u202e" * 900}, errors="surrogatepass"
        ),
        "long email address": urlencode({"email": "a@" + "a." * (LONG // 2 - 100)}),
        "long phone number": urlencode({"phone": "(1" * (LONG // 10)}),
        "long name": urlencode({"name": " \u00a0a" * (LONG // 15)}),
    }


def main() -> None:
    django.setup()
    logging.disable(logging.CRITICAL)
    from tests.factories import make_institution, make_interest_form  # noqa: PLC0415 (apps)

    form = make_interest_form(institution=make_institution(slug="bench"))
    client, address = Client(), f"/ask/{form.institution.slug}/"
    client.post(address, "name=x", content_type=KIND)  # loads what the first one loads
    figures = {}
    for name, body in submits().items():
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            response = client.post(address, body, content_type=KIND)
            took.append((time.perf_counter() - began) * 1000)
            assert 400 <= response.status_code < 500, (name, response.status_code)
        figures[f"submit: {name}, slowest ms"] = max(took)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
