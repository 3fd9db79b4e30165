"""The code to copy into a school's site holds what it shows, and no other element."""

from html.parser import HTMLParser

import pytest

from tests.factories import make_institution, make_interest_form, make_member

pytestmark = pytest.mark.django_db

TITLES = [
    "Request information",
    "</textarea><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "--></iframe><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "</hc-form><base href=https://evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&quot; onload=&quot;alert(1)",
    "Master’s & more: 5 < 6 > 4",
    "{{ title }} {% now %} ${alert(1)} `x`",
    "javascript:alert(1)",
]


class Reader(HTMLParser):
    """Elements with their attributes, and texts, in the order of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.blocks: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "code":
            self.blocks.append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        self.texts.append(data)
        if "code" in self._open:
            self.blocks[-1] += data


@pytest.fixture
def school():
    return make_institution(is_published=True)


@pytest.fixture(params=["owner", "manager"])
def staff(request, client, school):
    client.force_login(make_member(institution=school, role=request.param).user)
    return client


def read_snippets(client, form):
    """What somebody copies who selects the code with the mouse."""
    html = client.get(f"/admin/hcprograms/interestform/{form.pk}/change/").content.decode()
    inside = html.partition('class="hcp-snippet"')[2].partition("Open the test page")[0]
    return Reader(f"<div {inside}").blocks


@pytest.mark.parametrize("title", TITLES)
def test_pasted_snippet_holds_exactly_the_expected_elements(staff, school, title):
    form = make_interest_form(institution=school, title=title)

    with_script, frame = read_snippets(staff, form)

    pasted = Reader(f"<body>{with_script}</body>")
    assert [(tag, set(attrs)) for tag, attrs in pasted.elements] == [
        ("body", set()),
        ("script", {"src", "async"}),
        ("hc-form", {"form", "title"}),
        ("a", {"href"}),
    ]
    (_body, (_s, script), (_f, tag), (_a, link)) = pasted.elements
    assert (tag["form"], tag["title"]) == (str(form.public_id), title)
    assert "".join(pasted.texts).strip() == title
    assert script["src"].startswith("http")
    assert link["href"].startswith("http")

    (_body, (name, attrs)) = Reader(f"<body>{frame}</body>").elements
    assert (name, set(attrs)) == ("iframe", {"src", "title", "width", "height"})
    assert (attrs["title"], attrs["src"].startswith("http")) == (title, True)


@pytest.mark.parametrize("title", TITLES)
def test_page_in_the_admin_gains_no_element_either(staff, school, title):
    plain = make_interest_form(institution=school, title="Plain")
    hostile = make_interest_form(institution=school, title=title)
    pages = [
        Reader(staff.get(f"/admin/hcprograms/interestform/{one.pk}/change/").content.decode())
        for one in (plain, hostile)
    ]

    names = [sorted(tag for tag, _attrs in page.elements) for page in pages]
    assert names[0] == names[1]
