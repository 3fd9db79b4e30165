"""What the mails say, and to whom an answer goes."""

from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from hcprograms.followup.channels.email_message import build_email
from hcprograms.followup.messages import render_message
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.staff_messages import plan_message
from hcprograms.followup.wording.filling import one_line
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import LeadChoice
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")


@pytest.fixture
def asked(lead, school):
    """A lead about two programs, one of them recommended with reasons."""
    program = factories.make_program(institution=school, name="Master of Health Administration")
    offering = factories.make_offering(program=program)
    LeadChoice.objects.create(lead=lead, offering=offering, title="MHA online")
    LeadChoice.objects.create(lead=lead, offering=None, title="A program of old")
    lead.recommendation = {
        "matches": [
            {
                "offering": str(offering.public_id),
                "reasons": [
                    {"criterion": "cost", "text": "Too dear"},
                    {"criterion": "delivery", "text": "Online"},
                    {"criterion": "time", "text": "Not known"},
                    {"criterion": "role_fit", "text": "Leads to your role"},
                ],
                "strengths": ["role_fit", "delivery"],
            }
        ]
    }
    lead.save()
    return lead


def write(lead, purpose, *, at=NOW):
    if not FollowUp.objects.filter(lead=lead).exists():
        plan_for_lead(lead=lead, now=NOW)
    row = FollowUp.objects.filter(lead=lead, purpose=purpose).order_by("step", "pk")[0]
    row.lead = lead
    return render_message(row, now=at)


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def find(self, *names):
        return [attributes for name, attributes in self.tags if name in names]


def links(message):
    return [attributes["href"] for attributes in Page(message.html).find("a")]


def test_confirmation_says_what_who_and_when(asked):
    message = write(asked, "confirmation")

    assert message.subject == "We have your request – Fairview School"
    assert "Ann will answer you by Monday, November 23, 11:00 AM EST." in message.text
    assert "* MHA online\n  - Leads to your role\n  - Online\n" in message.text
    assert "Too dear" not in message.text
    assert "1 Fair Way\nDenver, CO 80202" in message.text
    assert "This institution is fictional." in message.text


def test_confirmation_goes_to_the_applicant_and_answers_go_to_the_advisor(asked):
    message = write(asked, "confirmation")

    assert message.to == "Ada Applicant <ada@applicant.example>"
    assert message.reply_to == "Ann <ann@school.example>"
    assert message.sender == "Fairview School <admissions@localhost>"


def test_confirmation_of_an_unassigned_lead_answers_to_the_office(asked):
    asked.assigned_to = None
    asked.save()

    message = write(asked, "confirmation")

    assert message.reply_to == "Fairview School <office@school.example>"
    assert "An advisor will answer you by" in message.text


def test_confirmation_can_be_unsubscribed_with_one_click(asked):
    headers = write(asked, "confirmation").headers

    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"].startswith("<https://admissions.example/unsubscribe/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_every_mail_to_the_applicant_says_how_to_end_and_choose(asked, school):
    school.withdrawal_email = "stop@school.example"
    school.save()
    asked.institution = school
    plan_for_lead(lead=asked, now=NOW)
    plan_message(lead=asked, subject="Hello", text="Yes.", writer=asked.assigned_to, now=NOW)

    for purpose in ("confirmation", "message"):
        message = write(asked, purpose)

        assert "/preferences/" in message.text
        assert "Or write STOP to stop@school.example." in message.text
        assert "1 Fair Way\nDenver, CO 80202" in message.text
        assert "mailto:stop@school.example?subject=STOP" in links(message)
        assert any("/preferences/" in link for link in links(message))


def test_mail_programs_may_unsubscribe_by_a_mail_that_names_this_one(asked, school):
    school.withdrawal_email = "stop@school.example"
    school.save()
    asked.institution = school

    message = write(asked, "confirmation")

    _https, mailto = message.headers["List-Unsubscribe"].split(", ")
    uuid = message.id[1:].partition("@")[0]
    assert mailto == f"<mailto:stop@school.example?subject=unsubscribe%20{uuid}>"


def test_promise_at_night_is_counted_from_opening(lead):
    plan_for_lead(lead=lead, now=NOW + timedelta(hours=10))

    message = write(lead, "confirmation")

    assert "by Tuesday, November 24, 10:00 AM EST." in message.text


def test_no_time_is_promised_without_published_hours(lead, school):
    school.office_hours.all().delete()

    message = write(lead, "confirmation")

    assert "Ann will answer you as soon as possible." in message.text


def test_alert_says_who_and_how_to_reach_them(asked):
    asked.phone, asked.best_time = "+1 303 555 0199", "morning"
    asked.message = "I work nights."
    asked.save()
    for channel, decision in [("call", "granted"), ("text", "not_granted")]:
        Consent.objects.create(
            institution=asked.institution,
            lead=asked,
            channel=channel,
            decision=decision,
            decided_at=NOW,
            seller="Fairview School",
        )

    message = write(asked, "alert")

    assert message.subject == "New request: Ada Applicant – MHA online"
    assert message.to == "ann@school.example"
    assert message.reply_to == "Ada Applicant <ada@applicant.example>"
    assert "Phone: +1 303 555 0199\n" in message.text
    assert "May I call? Yes, agreed to in the form.\n" in message.text
    assert "May I text? Not agreed to" in message.text
    assert "I work nights." in message.text
    assert "This request is assigned to you." in message.text
    assert "List-Unsubscribe" not in message.headers


def test_alert_of_a_colleagues_lead_says_whose_it_is(lead, ann):
    plan_for_lead(lead=lead, now=NOW)
    row = FollowUp.objects.get(purpose="alert", address="bob@school.example")

    message = render_message(row, now=NOW)

    assert "This request is assigned to Ann." in message.text


def test_reminder_and_escalation_say_how_long_it_waits(lead):
    reminder = write(lead, "reminder", at=NOW + timedelta(minutes=5))
    escalation = write(lead, "escalation", at=NOW + timedelta(minutes=60))

    assert reminder.subject == "Waiting for an answer: Ada Applicant"
    assert "5 business minutes have passed and nobody has answered yet." in reminder.text
    assert escalation.subject == "Not answered yet: Ada Applicant"
    assert "60 business minutes have passed and nobody has answered yet." in escalation.text


def test_links_start_with_the_site_url(asked):
    hrefs = links(write(asked, "confirmation")) + links(write(asked, "alert"))

    pages = [href for href in hrefs if not href.startswith(("mailto:", "tel:"))]
    assert len(pages) >= 2
    assert {href[: len("https://admissions.example/")] for href in pages} == {
        "https://admissions.example/"
    }


@pytest.mark.parametrize("purpose", ["confirmation", "alert"])
def test_html_needs_no_images_and_no_other_hosts(asked, purpose):
    message = write(asked, purpose)

    assert Page(message.html).find("img", "link", "script", "iframe", "form") == []
    assert {urlsplit(link).hostname for link in links(message)} <= {"admissions.example", None}


def test_html_is_inlined_and_keeps_its_dark_mode(asked):
    html = write(asked, "confirmation").html

    (heading,) = Page(html).find("h1")
    assert "font-size: 24px" in heading["style"]
    assert "@media (prefers-color-scheme: dark)" in html


@pytest.mark.parametrize(("purpose", "is_to_staff"), [("confirmation", False), ("alert", True)])
def test_what_an_applicant_typed_stays_text(asked, purpose, is_to_staff):
    asked.name = "Ada <script>{{ name }}"
    asked.message = "<img src=x onerror=alert(1)>{% now 'Y' %}"
    asked.save()

    message = write(asked, purpose)

    page = Page(message.html)
    assert page.find("script", "img") == []
    assert "Ada <script>{{ name }}" in page.text
    # Their message goes to staff only: nobody has confirmed the applicant's address.
    assert ("<img src=x onerror=alert(1)>{% now 'Y' %}" in message.text) is is_to_staff


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: victim@elsewhere.example",
        "Ada\n\nHello",
        "Ada\u2028Bcc: victim@elsewhere.example",
        "Victim <victim@elsewhere.example>",
        'Ada "the first", victim@elsewhere.example',
        "Ada\x00\x1b\u202e",
        "Ädä Ünïcödé 王小明",
        "a" * 300,
    ],
)
@pytest.mark.parametrize("purpose", ["confirmation", "alert"])
def test_name_cannot_add_headers_or_recipients(lead, purpose, name):
    plan_for_lead(lead=lead, now=NOW)
    lead.name = name  # not saved: PostgreSQL would refuse some of these by itself

    email = build_email(write(lead, purpose)).message().as_bytes()

    parsed = message_from_bytes(email, policy=policy.default)
    recipients = [one.addr_spec for one in parsed["To"].addresses]
    answers = [one.addr_spec for one in parsed["Reply-To"].addresses]
    expected = ["ada@applicant.example", "ann@school.example"]
    assert parsed["Bcc"] is None
    assert recipients + answers == (expected if purpose == "confirmation" else expected[::-1])


def test_confirmation_follows_the_applicants_language_where_there_are_words_in_it(lead, settings):
    """There is no other catalog yet; Django's own words show which language is active."""
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"LANGUAGES": ["de"]}
    lead.language = "de"
    plan_for_lead(lead=lead, now=NOW)

    message = write(lead, "confirmation")

    assert "Montag" in message.text
    assert 'lang="de"' in message.html


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "de\x00"])
def test_unknown_language_is_the_sites_own(lead, language):
    lead.language = language

    assert 'lang="en-us"' in write(lead, "confirmation").html


def test_row_gives_the_same_id_whenever_it_is_written(lead):
    first = write(lead, "alert")

    assert write(lead, "alert", at=NOW + timedelta(hours=1)).id == first.id


def test_recommendation_of_another_shape_costs_no_mail(asked):
    asked.recommendation = {"matches": [{"offering": None}, {"reasons": [{"score": 1}]}]}
    asked.save()

    assert "* MHA online\n" in write(asked, "confirmation").text


@pytest.mark.parametrize(
    ("typed", "shown"), [("a\r\nb", "a b"), ("  a\t b ", "a b"), ("a\u202eb", "a b"), ("é", "é")]
)
def test_one_line(typed, shown):
    assert one_line(typed) == shown


def test_alert_links_to_the_lead_in_the_admin_once(asked):
    hrefs = [href for href in links(write(asked, "alert")) if "/admin/" in href]

    assert hrefs == [f"https://admissions.example/admin/hcprograms/lead/{asked.pk}/change/"]
