"""“Email me these results”: from the page of results to the mail and the lead."""

import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.models.reference import InterestStatement, Track
from hcprograms.followup.delivery import deliver_due
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.forms import FieldRule, InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.matching import engine
from tests.factories import NOW, TODAY, make_intake, make_interest_form, make_offering, make_program
from tests.leads.asking import all_attempts, all_leads, make_school

pytestmark = pytest.mark.django_db
ANSWERS = "interest_strategy=2&education=bachelor"
PLAIN = {
    f"ask_{name}": FieldRule.HIDDEN
    for name in ("phone", "state", "education", "military", "start", "best_time")
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    InterestStatement.objects.create(slug="strategy", text="I plan.", track=Track.MANAGEMENT)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sender(clock):
    return make_sender()


def make_sender(**fields):
    """A school with two programs that sends results by email."""
    school = make_school(**fields)
    institution = school.form.institution
    make_interest_form(
        institution=institution, kind=InterestForm.Kind.MATCH, slug="results", **PLAIN
    )
    priced = make_offering(
        program=make_program(
            institution=institution, name="Master of Care", concentration="Finance"
        ),
        price_basis="total",
        price=30_000,
        fees_total=0,
        duration_months=24,
        price_as_of=date(2026, 9, 1),
    )
    make_intake(offering=priced, starts_on=date(2027, 1, 11))
    return school


def get_results(client, query=ANSWERS):
    return client.get(f"{reverse('hcprograms:match_results')}?{query}")


def send(client, clock, page, **typed):
    """Fill in the form on the page of results as a browser does."""
    content = page.content.decode()
    form = content[content.index('id="hcp-email"') :]
    address = html.unescape(re.search(r'<form method="post" action="([^"]+)"', form)[1])
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    clock.shift(timedelta(minutes=1))
    return client.post(address, hidden | typed)


def read_mails():
    """Everything that is due, sent; the applicant's mail first."""
    with scopes_disabled():
        deliver_due(now=NOW + timedelta(minutes=2), limit=50)
    return sorted(mail.outbox, key=lambda each: "ada@" not in each.to[0])


def as_html(message):
    return message.alternatives[0][0]


def test_results_are_sent_to_nothing_but_an_email_address(client, clock, sender):
    page = get_results(client)

    response = send(client, clock, page, email="ada@applicant.example")

    (lead,) = all_leads()
    assert response.status_code == 303
    assert (lead.name, lead.email) == ("ada@applicant.example", "ada@applicant.example")
    assert lead.form.kind == InterestForm.Kind.MATCH
    assert lead.answers == {"education": "bachelor", "interests": {"strategy": 2}}


def test_mail_has_exactly_the_results_with_the_reasons_that_were_shown(client, clock, sender):
    page = get_results(client)

    send(client, clock, page, email="ada@applicant.example")
    message = read_mails()[0]

    assert message.subject == f"Your results – {sender.form.institution.name}"
    for body in (message.body, html.unescape(as_html(message))):
        places = [body.index(card.offering.program.full_name) for card in page.context["cards"]]
        assert places == sorted(places)
        for card in page.context["cards"]:
            assert f"{card.match.percent}% fit" in body
            for reason in card.strengths:
                assert reason.text in body
        assert "About $30,000" in body
        assert "Jan. 11, 2027" in body
        assert "Not published: ask" in body


@pytest.mark.parametrize("query", [ANSWERS, "cahme=preferred"])
def test_mail_names_no_reason_that_the_page_did_not(client, clock, sender, query):
    page = get_results(client, query)
    shown = {reason.text for card in page.context["cards"] for reason in card.strengths}

    send(client, clock, page, email="ada@applicant.example")

    listed = re.findall(r"^  - (.+)$", read_mails()[0].body, flags=re.M)
    assert set(listed) == shown


def test_mail_leads_back_to_the_same_results(client, clock, sender):
    page = get_results(client, f"{ANSWERS}&show=20")

    send(client, clock, page, email="ada@applicant.example")
    message = read_mails()[0]

    back = re.search(r"https?://[^/\s]+(/match/results/\S+)", message.body)[1]
    again = client.get(back)
    assert [card.offering for card in again.context["cards"]] == [
        card.offering for card in page.context["cards"]
    ]
    assert "show=20" in back
    assert f'href="https://admissions.example{html.escape(back)}"' in as_html(message)


def test_advisor_is_told_and_sees_what_was_sent(client, clock, sender):
    send(client, clock, get_results(client), email="ada@applicant.example")

    _to_applicant, to_advisor = read_mails()[:2]

    assert to_advisor.to == [sender.advisor.user.email]
    assert "GOT THESE RESULTS BY EMAIL" in to_advisor.body
    assert "Master of Care (MHA), Finance" in to_advisor.body


def test_lead_freezes_the_recommendation(client, clock, sender):
    send(client, clock, get_results(client), email="ada@applicant.example")
    Offering.objects.update(status="retired")

    (lead,) = all_leads()

    assert lead.recommendation["day"] == TODAY.isoformat()
    kept = {one["program"] for one in lead.recommendation["matches"]}
    assert kept == {"Master of Care (MHA)", sender.offering.program.full_name}
    assert "Master of Care (MHA)" in read_mails()[0].body


def test_consent_is_given_only_by_ticking(client, clock, sender):
    page = get_results(client)

    send(client, clock, page, email="ada@applicant.example")
    send(client, clock, page, email="bea@applicant.example", consent_email="on")

    with scopes_disabled():
        decisions = dict(Consent.objects.values_list("lead__email", "decision"))
    assert decisions == {
        "ada@applicant.example": Consent.Decision.NOT_GRANTED,
        "bea@applicant.example": Consent.Decision.GRANTED,
    }


def test_wrong_address_comes_back_with_what_was_typed(client, clock, sender):
    response = send(client, clock, get_results(client), email="ada@", name="Ada")

    assert response.status_code == 422
    assert 'value="ada@"' in response.content.decode()
    assert all_leads() == []
    assert [one.outcome for one in all_attempts()] == ["invalid"]


def test_thanks_say_where_the_results_go_and_lead_back(client, clock, sender):
    response = send(client, clock, get_results(client), email="ada@applicant.example")

    text = html.unescape(client.get(response["Location"]).content.decode())

    assert "Your results are on their way" in text
    assert "/match/results/?education=bachelor&interest_strategy=2&show=10" in text


def test_directory_wide_results_name_each_sender_and_its_own_programs(client, clock, sender):
    other = make_sender(name="Other School")

    page = get_results(client)
    content = html.unescape(page.content.decode())

    assert '<form method="post"' not in content
    assert "no other school hears of you" in content
    slug = other.form.institution.slug
    assert f"/ask/{slug}/?form=results&show=10&education=bachelor&interest_strategy=2" in content


def test_a_school_sends_its_own_programs_of_a_directory_wide_result(client, clock, sender):
    other = make_sender(name="Other School")
    page = get_results(client)
    link = html.unescape(
        re.search(
            rf'href="(/ask/{other.form.institution.slug}/\?form[^"]+)"', page.content.decode()
        )[1]
    )

    form = client.get(link)
    token = re.search(r'name="token" value="([^"]+)"', form.content.decode())[1]
    clock.shift(timedelta(minutes=1))
    client.post(link, {"token": token, "email": "ada@applicant.example"})

    (lead,) = all_leads()
    own = [
        card.match.offering.public_id
        for card in page.context["cards"]
        if card.offering.program.institution == other.form.institution
    ]
    assert lead.institution == other.form.institution
    assert [one["offering"] for one in lead.recommendation["matches"]] == own
    assert "institution" not in lead.recommendation["query"]
    assert sender.form.institution.name not in read_mails()[0].body


def test_results_of_one_school_lead_back_to_its_results(client, clock, sender):
    make_sender(name="Other School")
    slug = sender.form.institution.slug

    send(
        client,
        clock,
        get_results(client, f"{ANSWERS}&institution={slug}"),
        email="ada@applicant.example",
    )

    (lead,) = all_leads()
    assert f"institution={slug}" in lead.recommendation["query"]


@pytest.mark.parametrize(
    "change",
    [{"status": InterestForm.Status.DRAFT}, {"closes_at": NOW}, {"kind": "information"}],
    ids=["draft", "closed", "another kind"],
)
def test_school_without_an_open_form_of_this_kind_offers_nothing(client, clock, sender, change):
    InterestForm.objects.filter(slug="results").update(**change)

    assert "Email me these results" not in get_results(client).content.decode()


def test_no_results_offer_no_mail(client, clock, sender):
    page = get_results(client, "levels=doctorate&budget_total=1")

    assert "Email me these results" not in page.content.decode()


def test_tampered_address_costs_no_lead(client, clock, sender):
    institution = sender.form.institution
    token_page = client.get(f"{sender.address}?form=results")
    token = re.search(r'name="token" value="([^"]+)"', token_page.content.decode())[1]
    clock.shift(timedelta(minutes=1))

    client.post(
        f"{sender.address}?form=results&institution=nowhere&show=NaN&education=wizard&roles=x",
        {"token": token, "email": "ada@applicant.example"},
    )

    (lead,) = all_leads()
    assert lead.institution == institution
    assert lead.recommendation["query"] == ""
    assert len(read_mails()[0].body) > 200


def test_robot_gets_no_mail(client, clock, sender):
    send(client, clock, get_results(client), email="ada@applicant.example", subject="Buy")

    (lead,) = all_leads()
    assert lead.status == Lead.Status.QUARANTINED
    assert read_mails() == []
