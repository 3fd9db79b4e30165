"""A person's own pages: thank you, what is held, withdrawal, unsubscribing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads import links
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.consent_records import get_latest_decisions, withdraw_consent
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.consent import Channel, Consent, Suppression
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.offerings import name_offering
from hcprograms.leads.suppression import is_suppressed, suppress_address
from hcprograms.leads.tokens import Purpose
from hcprograms.signals import consent_withdrawn
from tests.factories import NOW, make_institution, make_lead
from tests.leads.asking import make_school, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

PERSON = {
    "name": "<b>Ada</b>",
    "email": "ada@applicant.example",
    "phone": "+13035550123",
    "message": "one\ntwo",
    "start_from": "2027-09",
}


@pytest.fixture
def lead(school):
    extra = [{"key": "why", "question": "Why <us>?", "answer": "<i>Near</i>"}]
    submission = make_submission(school, details=PERSON, extra=extra)
    return capture_lead(form=school.form, submission=submission, now=NOW).lead


@pytest.fixture
def withdrawn():
    """The channels that receivers were told of."""
    channels = []

    def receive(sender, lead, channel, now, **kwargs):
        channels.append(channel)

    consent_withdrawn.connect(receive)
    yield channels
    consent_withdrawn.disconnect(receive)


def thanks_page(lead):
    return reverse(
        "hcprograms:thanks",
        args=[sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=NOW)],
    )


def own_page(lead):
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)
    return reverse("hcprograms:my_request", args=[token])


def way_out(lead):
    token = sign_link(Purpose.UNSUBSCRIBE, lead=lead, address=lead.email, now=NOW)
    return reverse("hcprograms:unsubscribe", args=[token])


def decisions(lead):
    return {channel: row.decision for channel, row in get_latest_decisions(lead=lead).items()}


@pytest.mark.parametrize("page", [thanks_page, own_page, way_out])
def test_own_pages_are_private_and_set_no_cookie(client, lead, page):
    response = client.get(page(lead))

    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "same-origin")


@pytest.mark.parametrize("name", ["thanks", "my_request", "unsubscribe"])
def test_tokens_that_do_not_open_are_all_the_same_404(client, lead, name):
    later = {"thanks": 2, "my_request": 800, "unsubscribe": 4000}[name]
    purposes = {
        "thanks": Purpose.THANKS,
        "my_request": Purpose.MY_REQUEST,
        "unsubscribe": Purpose.UNSUBSCRIBE,
    }

    def sign(other, now):
        return sign_link(purposes[other], lead=lead, address=lead.email, now=now)

    expired = sign(name, NOW - timedelta(days=later))
    others = {other: sign(other, NOW) for other in purposes if other != name}
    good = sign(name, NOW)

    pages = [
        client.get(reverse(f"hcprograms:{name}", args=[token]))
        for token in ["x" + good[1:], "forged", *others.values()]
    ]

    assert {page.status_code for page in pages} == {404}
    assert client.get(reverse(f"hcprograms:{name}", args=[expired])).status_code == 404
    assert len({page.content for page in pages}) == 1


def test_thanks_page_says_who_answers_while_the_office_is_open(client, lead, school):
    html = client.get(thanks_page(lead)).content.decode()

    assert school.advisor.display_name in html
    assert "The office is open now" in html
    assert name_offering(school.offering) in html


def test_thanks_page_says_when_the_office_opens_in_its_own_time(client, school):
    saturday = datetime(2026, 11, 28, 15, tzinfo=UTC)
    lead = capture_lead(form=school.form, submission=make_submission(school), now=saturday).lead
    token = sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=saturday)

    with time_machine.travel(saturday, tick=False):
        html = client.get(reverse("hcprograms:thanks", args=[token])).content.decode()

    assert "The office opens again on Monday, November 30 at 9 a.m. (EST)" in html


def test_thanks_page_promises_no_time_without_office_hours(client):
    lead = make_lead()

    html = client.get(thanks_page(lead)).content.decode()

    assert "office" not in html.partition("<h2")[2]


def test_thanks_page_has_the_institutions_own_words(client, school):
    school.form.thank_you = "See you <soon>."
    school.form.save()
    lead = capture_lead(form=school.form, submission=make_submission(school), now=NOW).lead

    assert "See you &lt;soon&gt;." in client.get(thanks_page(lead)).content.decode()


def test_own_page_shows_what_is_held_escaped(client, lead, school):
    response = client.get(own_page(lead))

    html = response.content.decode()
    assert dict(response.context["held"].facts) == {
        "Name": "<b>Ada</b>",
        "Email address": "ada@applicant.example",
        "Phone number": "+13035550123",
        "When to start": "September 2027",
        "Why <us>?": "<i>Near</i>",
        "Message": "one\ntwo",
    }
    assert "&lt;b&gt;Ada" in html
    assert "<b>Ada" not in html
    assert "<i>Near" not in html
    assert response.context["held"].choices == [name_offering(school.offering)]


@pytest.mark.parametrize("page", [own_page, way_out])
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_page_changes_nothing(client, lead, page, method):
    before = decisions(lead)

    getattr(client, method)(page(lead))

    with scopes_disabled():
        assert (decisions(lead), Suppression.objects.count()) == (before, 0)


def test_consent_is_taken_back_by_post(client, lead, withdrawn):
    response = client.post(own_page(lead), {"withdraw": "email"})

    with scopes_disabled():
        proof = Consent.objects.latest("pk")
        events = list(LeadEvent.objects.filter(kind="consent").values_list("text", flat=True))
    assert response.status_code == 303
    assert (proof.channel, proof.decision, proof.method) == ("email", "withdrawn", "link")
    assert (proof.decided_at, proof.contact_point) == (NOW, lead.email)
    assert events == ["email: withdrawn (link in an email)"]
    assert withdrawn == ["email"]


def test_proof_of_withdrawal_keeps_no_signed_address(client, lead):
    client.post(own_page(lead), {"withdraw": "email"})

    with scopes_disabled():
        assert Consent.objects.latest("pk").page_url == ""


def test_consent_taken_back_twice_is_recorded_once(client, lead, withdrawn):
    for _ in range(2):
        client.post(own_page(lead), {"withdraw": "call"})

    with scopes_disabled():
        rows = Consent.objects.filter(decision="withdrawn").count()
    assert (rows, withdrawn) == (1, ["call"])


def test_unknown_channel_is_ignored(client, lead):
    response = client.post(own_page(lead), {"withdraw": "carrier-pigeon"})

    assert response.status_code == 303
    assert "withdrawn" not in decisions(lead).values()


def test_own_page_offers_no_withdrawal_twice(client, lead):
    client.post(own_page(lead), {"withdraw": "email"})

    html = client.get(own_page(lead)).content.decode()

    assert 'value="email"' not in html
    assert "No more emails are sent to ada@applicant.example" in html


def test_unsubscribe_by_post_ends_emails(client, lead, withdrawn):
    response = client.post(way_out(lead))

    assert response.status_code == 200
    assert decisions(lead)["email"] == "withdrawn"
    assert is_suppressed(
        institution=lead.institution, channel=Channel.EMAIL, address=" ADA@applicant.example"
    )
    assert withdrawn == ["email"]


def test_one_click_unsubscribe_needs_no_cookie_origin_or_csrf_token(lead):
    robot = Client(enforce_csrf_checks=True)

    response = robot.post(
        way_out(lead),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"origin": "https://mail.example"},
    )

    assert response.status_code == 200
    assert decisions(lead)["email"] == "withdrawn"


def test_unsubscribe_page_leads_nowhere_near_personal_data(client, lead):
    html = client.get(way_out(lead)).content.decode()

    assert "my-request" not in html


def test_own_page_from_another_site_is_refused(client, lead):
    response = client.post(
        own_page(lead), {"withdraw": "email"}, headers={"origin": "https://evil.example"}
    )

    assert response.status_code == 403
    assert decisions(lead)["email"] == "granted"


def test_own_pages_of_an_erased_lead_are_gone(client, lead):
    with scopes_disabled():
        Lead.objects.filter(pk=lead.pk).update(erased_at=NOW)

    pages = [client.get(page(lead)) for page in (thanks_page, own_page, way_out)]

    assert {page.status_code for page in pages} == {404}


def test_withdrawal_by_staff_names_them(lead, school):
    withdraw_consent(
        lead=lead,
        channels=["call", "text"],
        method=Consent.Method.STAFF,
        user=school.advisor.user,
        now=NOW,
    )

    with scopes_disabled():
        actors = set(LeadEvent.objects.filter(kind="consent").values_list("actor", flat=True))
    assert (decisions(lead)["call"], decisions(lead)["text"]) == ("withdrawn", "withdrawn")
    assert actors == {school.advisor.user.pk}


def test_suppression_holds_for_one_institution_and_channel():
    ours, theirs = make_institution(), make_institution()

    suppress_address(
        institution=ours, channel="email", address="a@x.example", reason="link", now=NOW
    )

    asked = {
        (school.pk, channel): is_suppressed(
            institution=school, channel=channel, address="a@x.example"
        )
        for school in (ours, theirs)
        for channel in ("email", "text")
    }
    assert [key for key, value in asked.items() if value] == [(ours.pk, "email")]


def test_suppression_keeps_no_address_and_survives_a_new_key(settings):
    school = make_institution()
    row = suppress_address(
        institution=school, channel="call", address="+13035550123 ext. 4", reason="link", now=NOW
    )

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-for-this-test-only-0123456789"

    assert "303" not in row.reason
    assert len(row.address_hash) == 64
    assert is_suppressed(institution=school, channel="call", address="+13035550123")


def test_suppressions_of_two_institutions_cannot_be_compared():
    rows = [
        suppress_address(
            institution=make_institution(),
            channel="email",
            address="a@x.example",
            reason="link",
            now=NOW,
        )
        for _ in range(2)
    ]

    assert rows[0].address_hash != rows[1].address_hash


def test_links_start_with_the_configured_site(client, lead):
    for purpose in (Purpose.MY_REQUEST, Purpose.UNSUBSCRIBE):
        address = links.build_link(purpose, lead=lead, address=lead.email, now=NOW)

        assert address.startswith("https://admissions.example/")
        assert client.get(address.removeprefix("https://admissions.example")).status_code == 200


def test_own_page_needs_the_same_queries_for_one_choice_and_three(
    client, school, django_assert_num_queries
):
    for count in (1, 3):
        submission = make_submission(make_school(), offerings=[school.offering] * count)
        lead = capture_lead(form=school.form, submission=submission, now=NOW).lead
        # One looks for merges, one whether the address that agreed is suppressed.
        with django_assert_num_queries(5):
            client.get(own_page(lead))
