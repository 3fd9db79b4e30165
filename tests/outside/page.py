"""Pages as a person without JavaScript uses them: labels are filled in and buttons pressed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.http import QueryDict
from django.test import Client

UNSENT = ("submit", "button", "reset", "image", "file")


class Page:
    """The answer to a request, with its forms."""

    def __init__(self, client: Client, response: Any) -> None:
        self.client, self.response = client, response
        self.status = response.status_code
        self.soup = BeautifulSoup(response.content.decode(), "html.parser")
        request = response.request
        query = f"?{request['QUERY_STRING']}" if request["QUERY_STRING"] else ""
        self.url = request["PATH_INFO"] + query

    @classmethod
    def open(cls, client: Client, url: str, data: Mapping[str, Any] | None = None) -> "Page":
        return cls(client, client.get(url, data, follow=True))

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def notices(self) -> list[str]:
        return [" ".join(one.get_text(" ").split()) for one in self.soup.select(".messagelist li")]

    def field(self, label: str, within: str = "") -> Tag:
        """The control with this label; ``within``: text of a button of the same form."""
        found = [one for one in self.soup.find_all("label") if text_of(one).rstrip(":") == label]
        if within:
            form = self.form_of(self.button(within))
            found = [one for one in found if self.form_of(self.control(one)) is form]
        assert found, f"no label {label!r}"
        return self.control(found[0])

    def control(self, label: Tag) -> Tag:
        inside = label.find(["input", "select", "textarea"])
        control = inside or self.soup.find(id=label["for"])
        assert isinstance(control, Tag)
        return control

    def value(self, label: str, within: str = "") -> str:
        """What stands in the field."""
        return next((value for _name, value in values_of(self.field(label, within))), "")

    def fill(self, label: str, value: str, within: str = "") -> "Page":
        control = self.field(label, within)
        if control.name == "textarea":
            control.string = value
        elif control.name == "select":
            for one in control.find_all("option"):
                del one["selected"]
                if value in (one.get("value"), text_of(one)):
                    one["selected"] = ""
        elif control.get("type") in ("checkbox", "radio"):
            control["checked"] = ""
        else:
            control["value"] = value
        return self

    def has_button(self, text: str) -> bool:
        return any(label_of(one) == text for one in self.soup.find_all(["button", "input"]))

    def button(self, text: str) -> Tag:
        buttons = self.soup.find_all(["button", "input"])
        found = [one for one in buttons if label_of(one) == text and not one.has_attr("disabled")]
        assert found, f"no button {text!r} among {sorted({label_of(one) for one in buttons})}"
        return found[0]

    def form_of(self, control: Tag) -> Tag:
        form = (
            self.soup.find(id=control["form"])
            if control.get("form")
            else control.find_parent("form")
        )
        assert isinstance(form, Tag)
        return form

    def press(self, text: str, follow: bool = True) -> "Page":
        """Send the form of this button as a browser does, to where the button says."""
        button = self.button(text)
        form = self.form_of(button)
        data = QueryDict(mutable=True)
        for control in self.soup.find_all(["input", "select", "textarea"]):
            is_button = control.name == "input" and control.get("type") in UNSENT
            if is_button or not control.get("name") or control.has_attr("disabled"):
                continue
            has_form = control.get("form") or control.find_parent("form")
            if has_form and self.form_of(control) is form:
                for name, value in values_of(control):
                    data.appendlist(name, value)
        if button.get("name"):
            data.appendlist(str(button["name"]), str(button.get("value", "")))
        target = urljoin(self.url, str(button.get("formaction") or form.get("action") or self.url))
        if str(form.get("method", "get")).lower() == "get":
            target = f"{target.partition('?')[0]}?{data.urlencode()}"
            return Page(self.client, self.client.get(target, follow=follow))
        content = "application/x-www-form-urlencoded"
        answer = self.client.post(target, data.urlencode(), content_type=content, follow=follow)
        return Page(self.client, answer)


def text_of(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def label_of(button: Tag) -> str:
    if button.name == "button":
        return text_of(button)
    return str(button.get("value", "")) if button.get("type") == "submit" else ""


def values_of(control: Tag) -> list[tuple[str, str]]:
    name = str(control.get("name", ""))
    if control.name == "textarea":
        return [(name, control.get_text().removeprefix("\n"))]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [(name, str(one.get("value", text_of(one)))) for one in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return [(name, str(control.get("value", "on")))] if control.has_attr("checked") else []
    return [(name, str(control.get("value", "")))]
