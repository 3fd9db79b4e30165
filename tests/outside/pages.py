"""Reads a page's form as a browser does, and sends it."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

BUTTONS = {"submit", "button", "image", "reset"}


class FormReader(HTMLParser):
    """Collects the fields that a browser would send, of the form with an id or the first POST form.

    ``fields``: name → values, in the page's order; ``action``: where the form goes.
    """

    def __init__(self, form_id: str | None = None) -> None:
        super().__init__()
        self.form_id = form_id
        self.fields: dict[str, list[str]] = {}
        self.action: str | None = None
        self._inside = False
        self._textarea: str | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            is_post = (given.get("method") or "").lower() == "post"
            is_wanted = given.get("id") == self.form_id if self.form_id else is_post
            if self.action is None and is_wanted:
                self._inside, self.action = True, given.get("action") or ""
            return
        name = given.get("name")
        if tag == "option" and self._select is not None:
            self._options.append((given.get("value") or "", "selected" in given))
        if not self._inside or not name or "disabled" in given:
            return
        kind = (given.get("type") or "text").lower()
        if tag == "input" and kind not in BUTTONS | {"file"}:
            if kind not in ("checkbox", "radio") or "checked" in given:
                fallback = "on" if kind in ("checkbox", "radio") else ""
                self._add(name, given["value"] or "" if "value" in given else fallback)
        elif tag == "textarea":
            self._textarea = name
            self._add(name, "")
        elif tag == "select":
            self._select, self._options = (name, "multiple" in given), []

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._textarea:
            # A browser drops the line break that directly follows the opening tag.
            text = self.fields[self._textarea][-1]
            self.fields[self._textarea][-1] = text.removeprefix("\n").replace("\n", "\r\n")
            self._textarea = None
        elif tag == "select" and self._select:
            (name, is_multiple), options = self._select, self._options
            chosen = [value for value, is_selected in options if is_selected]
            if not chosen and not is_multiple and options:
                chosen = [options[0][0]]
            for value in chosen[-1:] if not is_multiple else chosen:
                self._add(name, value)
            self._select = None

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def read_form(response: HttpResponse, form_id: str | None = None) -> dict[str, list[str]]:
    """Return what a browser would send of a page's form if nothing was typed."""
    reader = FormReader(form_id)
    reader.feed(response.content.decode())
    assert reader.action is not None, "the page has no such form"
    return reader.fields


def send_request(client: Any, address: str, **typed: Any) -> HttpResponse:
    """Open the page of a public form, fill it in and send it."""
    fields: dict[str, Any] = dict(read_form(client.get(address)))
    return client.post(address, fields | typed)
