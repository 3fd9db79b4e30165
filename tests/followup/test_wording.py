"""Texts in Markdown with placeholders: what is refused, and what becomes of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.followup.wording.checking import Rules, check_body, check_subject
from hcprograms.followup.wording.compiling import compile_body, compile_subject
from hcprograms.followup.wording.filling import Fragment, fill_body, fill_subject
from hcprograms.followup.wording.parsing import Form
from hcprograms.followup.wording.problems import Fault, Problem
from tests.followup.test_messages import Page

FORMS = {
    "name": Form.WORDS,
    "phone": Form.WORDS,
    "url": Form.ADDRESS,
    "programs": Form.BLOCK,
}
RULES = Rules(FORMS, elsewhere=frozenset({"lead_url"}))
VALUES = {
    "name": "Ada",
    "phone": "",
    "url": "https://school.example/my?a=1&b=2",
    "programs": Fragment("<ul><li>MHA</li></ul>", "* MHA"),
}


def write(source, **values):
    return fill_body(compile_body(source, forms=FORMS), values=VALUES | values)


def write_subject(source, **values):
    return fill_subject(compile_subject(source, forms=FORMS), values=VALUES | values)


def faults(source):
    return [(one.line, one.fault, one.name) for one in check_body(source, rules=RULES)]


# What is refused, with its line.


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Dear {name},\n\nyour {nmae}", (3, Fault.UNKNOWN, "nmae")),
        ("one\ntwo {lead_url}", (2, Fault.ELSEWHERE, "lead_url")),
        ("{name", (1, Fault.UNBALANCED, "{")),
        ("one\n\ntwo}", (3, Fault.UNBALANCED, "}")),
        ("{name.__class__}", (1, Fault.NOT_A_NAME, "{name.__class__}")),
        ("{event.__init__.__globals__[settings]}", (1, Fault.NOT_A_NAME, None)),
        ("{name!r}", (1, Fault.NOT_A_NAME, "{name!r}")),
        ("{name:>1000000}", (1, Fault.NOT_A_NAME, "{name:>1000000}")),
        ("{}", (1, Fault.NOT_A_NAME, "{}")),
        ("{ name }", (1, Fault.NOT_A_NAME, "{ name }")),
        ("{0}", (1, Fault.NOT_A_NAME, "{0}")),
        ("{{name}}", (1, Fault.DOUBLE, "{{")),
        ("{% load x %}", (1, Fault.NOT_A_NAME, "{% load x %}")),
        ("See {programs}.", (1, Fault.NOT_ALONE, "programs")),
        ("one\n\n- two\n- {programs}", (4, Fault.NOT_ALONE, "programs")),
        ("> {programs}", (1, Fault.NOT_ALONE, "programs")),
        ("# {programs}", (1, Fault.NOT_ALONE, "programs")),
        ("a\n[b](javascript:alert(1))", (2, Fault.BAD_LINK, "javascript:alert(1)")),
        ("[b](/my-request/)", (1, Fault.BAD_LINK, "/my-request/")),
        ("[b](data:text/html,x)", (1, Fault.BAD_LINK, "data:text/html,x")),
        ("[b](https:///nowhere)", (1, Fault.BAD_LINK, "https:///nowhere")),
        ("[b]({name})", (1, Fault.BAD_LINK, "{name}")),
        ("a\n<script>alert(1)</script>", (2, Fault.HTML, "<script>")),
        ('<a href="https://x.example">x</a>', (1, Fault.HTML, None)),
        ("![A picture](https://x.example/a.png)", (1, Fault.PICTURE, "")),
        ("a\n\u202eb", (2, Fault.CONTROL, "")),
        ("  \n ", (0, Fault.EMPTY, "")),
        ("a" * 20_001, (0, Fault.TOO_LONG, "20000")),
    ],
)
def test_mistake_is_found_with_its_line(source, expected):
    line, fault, name = expected

    found = faults(source)

    assert (line, fault) in [one[:2] for one in found]
    assert name is None or expected in found


@pytest.mark.parametrize(
    "source",
    [
        "Dear {name},\n\n{programs}\n\n[Open]({url})",
        "A brace: \\{ and \\}.",
        "5 < 6 and 7 > 6, {name}",
        "<https://school.example/>",
        "[Call](tel:+13035550100) or [write](mailto:office@school.example)",
        "**{name}**\r\n".replace("\r", ""),
    ],
)
def test_good_text_is_not_complained_of(source):
    assert faults(source) == []


def test_required_placeholder_is_missed_and_one_too_many_noticed():
    rules = Rules(FORMS, required=frozenset({"url"}), once=frozenset({"name"}))

    found = check_body("{name} and {name}", rules=rules)

    assert found == [Problem(0, Fault.MISSING, "url"), Problem(0, Fault.TWICE, "name")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello {name}", []),
        ("", [Problem(0, Fault.EMPTY)]),
        ("a\nb", [Problem(0, Fault.SEVERAL_LINES)]),
        ("a\u202eb", [Problem(0, Fault.CONTROL)]),
        ("{programs}", [Problem(1, Fault.NOT_IN_SUBJECT, "programs")]),
        ("{url}", [Problem(1, Fault.NOT_IN_SUBJECT, "url")]),
        ("{nmae}", [Problem(1, Fault.UNKNOWN, "nmae")]),
        ("a" * 151, [Problem(0, Fault.TOO_LONG, "150")]),
    ],
)
def test_subject_is_one_line_of_words(source, expected):
    assert check_subject(source, rules=RULES) == expected


# What becomes of the source.


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("Dear {name},", "<p>Dear Ada,</p>", "Dear Ada,"),
        ("one\ntwo", "<p>one<br>\ntwo</p>", "one\ntwo"),
        ("# Hi {name}", "<h1>Hi Ada</h1>", "HI Ada"),
        ("#### Small", "<h3>Small</h3>", "SMALL"),
        ("*Small print*", '<p class="muted"><em>Small print</em></p>', "Small print"),
        ("a **b** *c*", "<p>a <strong>b</strong> <em>c</em></p>", "a b c"),
        ("- a\n- b", "<ul><li>a</li>\n<li>b</li></ul>", "* a\n* b"),
        ("3. a\n4. b", '<ol start="3"><li>a</li>\n<li>b</li></ol>', "3. a\n4. b"),
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>", "* a\n  * b"),
        ("> a\n> b", "<blockquote><p>a<br>\nb</p></blockquote>", "a\nb"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>", f"a\n\n{'-' * 40}\n\nb"),
        (
            "See [it]({url}).",
            '<p>See <a href="https://school.example/my?a=1&amp;b=2">it</a>.</p>',
            "See it (https://school.example/my?a=1&b=2).",
        ),
        (
            "[Open]({url})",
            '<p class="act"><a class="button" href="https://school.example/my?a=1&amp;b=2">'
            "Open</a></p>",
            "Open:\nhttps://school.example/my?a=1&b=2",
        ),
        (
            "Page: {url}",
            '<p>Page: <a href="https://school.example/my?a=1&amp;b=2">'
            "https://school.example/my?a=1&amp;b=2</a></p>",
            "Page: https://school.example/my?a=1&b=2",
        ),
        (
            "Call [us](tel:+1303).",
            '<p>Call <a href="tel:+1303">us</a>.</p>',
            "Call us (+1303).",
        ),
        ("{programs}", "<ul><li>MHA</li></ul>", "* MHA"),
        ("\\{name\\} \\*", "<p>{name} *</p>", "{name} *"),
        ('<b> & "x"', "<p>&lt;b&gt; &amp; &quot;x&quot;</p>", '<b> & "x"'),
        ("`code`", "<p>`code`</p>", "`code`"),
    ],
)
def test_source_becomes_html_and_text(source, html, text):
    assert write(source) == Fragment(html, text)


@pytest.mark.parametrize(
    "source", ["[x](javascript:alert(1))", "[x]({name})", "{unknown} {programs} x", "{{name}}"]
)
def test_text_that_should_have_been_refused_does_no_harm(source):
    page = Page(write(source).html)

    assert page.find("a", "script") == []


def test_fragment_in_the_midst_of_a_line_stays_as_it_was_typed():
    assert write("See {programs} x").text == "See {programs} x"


def test_empty_values_leave_no_trace():
    source = "{name}\n{phone}\n\n- {phone}\n- b\n\n## Gone\n\n{programs}\n\n## Kept\n\nc\n\n{phone}"

    written = write(source, programs=Fragment("", ""))

    assert written.text == "Ada\n\n* b\n\nKEPT\n\nc"
    assert written.html == "<p>Ada</p>\n<ul><li>b</li></ul>\n<h2>Kept</h2>\n<p>c</p>"


def test_button_and_link_to_nowhere_are_left_out():
    assert write("[Open]({url})\n\nor [there]({url}).", url="") == Fragment(
        "<p>or there.</p>", "or there."
    )


def test_subject_loses_what_an_empty_value_leaves_dangling():
    assert write_subject("New: {name} – {phone}") == "New: Ada"
    assert write_subject("*{name}* \\{x\\} [a](b)") == "*Ada* {x} [a](b)"


HOSTILE = [
    "**bold** [x](https://evil.example) <b>x</b>",
    "{{x}} {name} {event.__init__.__globals__} {% now %}",
    "# heading\n- item\r\n> quote",
    "<script>alert(1)</script>",
    "</p></td><a href=https://evil.example>x",
    "👩‍⚕️ علي محمد 王小明",
    "a" * 300,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_what_was_typed(value):
    written = write("Dear {name},\n\n**{name}** [{name}]({url})\n\n- {name}", name=value)

    page = Page(written.html)
    shown = " ".join(value.split()).replace("\u200d", " ")
    assert {tag for tag, _attributes in page.tags} == {"p", "strong", "a", "ul", "li"}
    assert len(page.find("a")) == 1
    assert page.text.count(shown) == written.text.count(shown) == 4


@given(st.text(max_size=200))
def test_any_value_is_literal_and_harmless(value):
    written = write("Dear {name}!\n\n[Open]({url})", name=value)

    page = Page(written.html)
    assert [tag for tag, _attributes in page.tags] == ["p", "p", "a"]
    assert page.text.split("!")[0].split() == written.text.split("!")[0].split()


@given(st.text(alphabet="{}\\abname_. %!*[]()<>#->\n`", max_size=80))
def test_any_source_is_refused_or_written_without_raising(source):
    problems = check_body(source, rules=RULES)

    written = write(source)

    assert problems or written.text.strip()
    assert Page(written.html).find("script", "img") == []
