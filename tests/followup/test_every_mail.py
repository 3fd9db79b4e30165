"""Every mail, for people with names of every kind: its parts agree, and nothing breaks it."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from hcprograms.followup.messages import render_message
from hcprograms.followup.wording.checking import check_body, check_subject
from hcprograms.followup.wording.placeholders import VOCABULARIES
from hcprograms.followup.wording.texts import read_built_in, rules_of
from tests.factories import NOW
from tests.followup.mails import make_rows
from tests.followup.test_messages import Page, links

pytestmark = pytest.mark.usefixtures("unscoped")

NAMES = {
    "plain": "Ada Applicant",
    "long": "Wolfeschlegelsteinhausenbergerdorff " * 8,
    "unbroken": "a" * 300,
    "right to left": "علي محمد عبد الله",
    "emoji": "👩‍⚕️ Ada 🎓",
    "markup": "<b>Ada</b> **bold** [x](https://evil.example) {name} {{ name }} {% now %}",
    "two lines": "Ada\r\nBcc: victim@elsewhere.example",
    "an address": "ada@applicant.example",
}
MAILS = [
    "confirmation",
    "results",
    "alert",
    "alert of results",
    "reminder",
    "escalation",
    "booked",
    "booked, advisor",
    "moved",
    "cancelled",
    "cancelled, advisor",
    "talk to come",
    "news",
    "message",
]
TO_STAFF = {"alert", "alert of results", "reminder", "escalation"}


class Reader(Page):
    """A page whose tags part words, as readers see them."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self.text += " "

    def handle_endtag(self, tag):
        self.text += " "


def words(text):
    """Words alone, in one case: what a reader reads, however it is set."""
    visible = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    return re.sub(r"[^\w]+", " ", visible).casefold().split()


@pytest.mark.parametrize("mail", MAILS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_parts_of_a_mail_say_the_same(school, mail, name):
    row = make_rows(school, name=name, message=f"I am {name}.")[mail]

    message = render_message(row, now=NOW + timedelta(minutes=5))

    page = Reader(message.html)
    in_html = set(words(page.text)) | {word for link in links(message) for word in words(link)}
    missing = [word for word in words(message.text) if word not in in_html]
    assert missing == []
    assert page.find("script", "img", "iframe", "form") == []
    assert "\n" not in message.subject
    assert "{name" not in message.subject.replace(name, "")


@pytest.mark.parametrize("mail", MAILS)
def test_mail_is_whole_without_images_or_other_hosts(school, mail):
    message = render_message(make_rows(school)[mail], now=NOW)

    hosts = {urlsplit(link).hostname for link in links(message)}
    assert hosts <= {"admissions.example", None}
    assert "{" not in message.text
    assert "@media (prefers-color-scheme: dark)" in message.html


@pytest.mark.parametrize("mail", MAILS)
def test_text_has_no_holes(school, mail):
    text = render_message(make_rows(school)[mail], now=NOW).text

    assert "\n\n\n" not in text
    assert [line for line in text.split("\n") if line != line.rstrip()] == []


@pytest.mark.parametrize("mail", sorted(TO_STAFF))
def test_mail_to_staff_links_to_the_lead_once(school, mail):
    message = render_message(make_rows(school)[mail], now=NOW)

    assert len([link for link in links(message) if "/admin/" in link]) == 1
    assert message.text.count("/admin/") == 1


@pytest.mark.parametrize("mail", sorted(TO_STAFF))
def test_mail_to_staff_says_all_that_an_answer_needs(school, mail):
    message = render_message(make_rows(school)[mail], now=NOW)

    told = [
        "Email: ada@applicant.example",
        "Phone: +1 303 555 0199",
        "Best time: morning",
        "May I call? Yes, agreed to in the form.",
        "May I text? Not agreed to",
        "MHA online\n  - Leads to your role.",
        "I work nights.",
        "Which shift? Nights",
    ]
    assert [one for one in told if one not in message.text] == []
    assert message.reply_to == "Ada Applicant <ada@applicant.example>"


@pytest.mark.parametrize("mail", [one for one in MAILS if one not in TO_STAFF])
def test_mail_to_applicants_can_be_ended_and_says_who_sends_it(school, mail):
    message = render_message(make_rows(school)[mail], now=NOW)

    if "advisor" in mail:
        assert "List-Unsubscribe" not in message.headers
    else:
        assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "1 Fair Way\nDenver, CO 80202" in message.text
        assert "/unsubscribe/" in message.text


def test_person_without_anything_to_tell_gets_no_empty_headings(school):
    row = make_rows(school)["confirmation"]
    row.lead.choices.all().delete()
    row.lead.message = ""

    message = render_message(row, now=NOW)

    assert "What you wrote" not in Page(message.html).text
    assert "WHAT YOU ASKED ABOUT" not in message.text


@pytest.mark.parametrize("kind", VOCABULARIES)
def test_built_in_text_passes_the_checks_for_staff(kind):
    source = read_built_in(kind, language="en-us")

    assert check_subject(source.subject, rules=rules_of(kind)) == []
    assert check_body(source.body, rules=rules_of(kind)) == []


def test_right_to_left_language_turns_the_page(school, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"LANGUAGES": ["ar"]}
    row = make_rows(school, language="ar")["confirmation"]

    html = render_message(row, now=NOW).html

    assert '<html lang="ar" dir="rtl">' in html
