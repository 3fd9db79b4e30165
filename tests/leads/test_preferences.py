"""The page on which a person chooses which messages they get, and what is kept of the choice."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.consent_records import get_latest_decisions, withdraw_consent
from hcprograms.leads.correction import correct_lead
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.consent import Consent, ConsentText
from hcprograms.leads.models.lead import LeadEvent
from hcprograms.leads.preferences import EmailWish, read_preferences
from hcprograms.leads.presenters import list_contact_permissions
from hcprograms.leads.suppression import is_suppressed
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.visitor import Visitor
from hcprograms.signals import consent_withdrawn
from tests.factories import NOW, make_institution
from tests.leads.asking import make_school, make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

PERSON = {"name": "Ada", "email": "ada@applicant.example", "phone": "+13035550123"}


def ask(school, *, at=NOW, **details):
    submission = make_submission(school, details=PERSON | details)
    return capture_lead(form=school.form, submission=submission, now=at).lead


@pytest.fixture
def lead(school):
    """Somebody who agreed to further emails, and to nothing else."""
    return ask(school)


@pytest.fixture
def told():
    """The withdrawals that receivers were told of: channel, and whether answers end too."""
    found = []

    def receive(sender, channel, answers_too, **kwargs):
        found.append((str(channel), answers_too))

    consent_withdrawn.connect(receive)
    yield found
    consent_withdrawn.disconnect(receive)


def page(lead):
    token = sign_link(Purpose.PREFERENCES, lead=lead, address=lead.email, now=NOW)
    return reverse("hcprograms:preferences", args=[token])


def decisions(lead):
    return {channel: row.decision for channel, row in get_latest_decisions(lead=lead).items()}


def is_ended(lead, channel="email", address="ada@applicant.example"):
    return is_suppressed(institution=lead.institution, channel=channel, address=address)


def count_proofs():
    with scopes_disabled():
        return Consent.objects.count()


def latest_proof():
    with scopes_disabled():
        return Consent.objects.latest("pk")


def test_page_shows_what_holds_with_the_exact_words(client, lead, school):
    response = client.get(page(lead))

    form = response.context["form"]
    assert form["email"].value() == "all"
    assert (form["call"].value(), form["text"].value()) == (False, False)
    assert dict(form.fields["email"].choices) == {
        "all": f"{school.form.institution.name} may contact me by email.",
        "answers": "Only answers to my request and news of my appointments.",
        "none": "No emails at all, not even answers.",
    }


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_changes_nothing_and_sets_no_cookie(client, lead, method):
    before = count_proofs()

    response = getattr(client, method)(page(lead) + "?email=none&stop=1")

    assert response.status_code == 200
    assert (count_proofs(), is_ended(lead), dict(response.cookies)) == (before, False, {})
    assert response["Cache-Control"] == "private, no-store"


def test_choice_needs_no_cookie_and_is_confirmed(lead):
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(page(lead), {"email": "answers"})
    confirmed = browser.get(response["Location"]).content.decode()

    assert response.status_code == 303
    assert "you get emails only about your request" in confirmed


def test_only_answers_takes_the_consent_back_and_keeps_answers(client, lead, told):
    client.post(page(lead), {"email": "answers"})

    proof = latest_proof()
    words = "Only answers to my request and news of my appointments."
    assert (proof.decision, proof.method, proof.text) == ("not_granted", "page", words)
    assert proof.text_sha256 == sha256(words.encode()).hexdigest()
    assert (is_ended(lead), told) == (False, [("email", False)])


def test_no_emails_at_all_ends_them(client, lead, told):
    client.post(page(lead), {"email": "none"})

    proof = latest_proof()
    assert (proof.decision, proof.text) == ("withdrawn", "No emails at all, not even answers.")
    assert (is_ended(lead), told) == (True, [("email", True)])


def test_agreeing_again_is_proved_and_lifts_the_end(client, lead, school):
    client.post(page(lead), {"email": "none"})

    client.post(page(lead), {"email": "all"})

    proof = latest_proof()
    text = ConsentText.objects.get(institution=lead.institution, channel="email")
    assert (proof.decision, proof.method, proof.text_version) == ("granted", "page", text.version)
    assert proof.text == f"{school.form.institution.name} may contact me by email."
    assert proof.contact_point == "ada@applicant.example"
    assert proof.page_url == ""
    assert not is_ended(lead)


def test_calls_and_texts_are_chosen_each_on_its_own(client, lead):
    client.post(page(lead), {"email": "all", "call": "on"})
    agreed = decisions(lead)

    client.post(page(lead), {"email": "all", "text": "on"})

    assert (agreed["call"], agreed["text"]) == ("granted", "not_granted")
    assert (decisions(lead)["call"], decisions(lead)["text"]) == ("withdrawn", "granted")
    assert not is_ended(lead, "call", "+13035550123")  # the number may be a third person's
    assert not is_ended(lead, "text", "+13035550123")


def test_same_choice_again_leaves_no_trace(client, lead):
    before = count_proofs()

    client.post(page(lead), {"email": "all"})

    assert count_proofs() == before


def test_stop_everything_ends_all_channels(client, lead):
    client.post(page(lead), {"stop": "1"})

    assert set(decisions(lead).values()) == {"withdrawn"}
    assert is_ended(lead)
    assert not is_ended(lead, "call", "+13035550123")  # the number may be a third person's
    assert "no messages any more" in client.get(page(lead) + "?done=1").content.decode()


def test_choice_holds_for_all_requests_of_the_person_at_this_school_only(client, lead, school):
    other = ask(school, email="ADA@applicant.example")
    elsewhere = ask(make_school())

    client.post(page(lead), {"email": "none"})

    assert decisions(other)["email"] == "withdrawn"
    assert decisions(elsewhere)["email"] == "granted"


def test_page_asks_for_no_calls_without_a_number(client, school):
    lead = ask(school, phone="")

    form = client.get(page(lead)).context["form"]

    assert list(form.fields) == ["email"]


def test_page_without_consent_text_offers_no_further_emails(client, lead):
    ConsentText.objects.filter(institution=lead.institution).update(is_current=False)
    client.post(page(lead), {"email": "answers"})

    response = client.post(page(lead), {"email": "all"})

    assert response.status_code == 422
    assert decisions(lead)["email"] == "not_granted"


def test_words_that_staff_wrote_are_escaped(client, lead):
    ConsentText.objects.filter(channel="email").update(text="<b>{institution}</b> may")

    html = client.get(page(lead)).content.decode()

    assert "&lt;b&gt;" in html
    assert "<b>" not in html.partition("<form")[2]


@pytest.mark.parametrize("typed", [{}, {"email": "pigeon"}, {"email": ["all", "none", "x"]}])
def test_wrong_choice_is_told_and_changes_nothing(client, lead, typed):
    before = count_proofs()

    response = client.post(page(lead), typed)

    assert response.status_code == 422
    assert "Choose one." in response.content.decode()
    assert count_proofs() == before


def test_choice_from_another_site_is_refused(client, lead):
    response = client.post(page(lead), {"stop": "1"}, headers={"origin": "https://evil.example"})

    assert (response.status_code, is_ended(lead)) == (403, False)


def test_tokens_of_other_purposes_do_not_open_the_page(client, lead):
    others = [
        sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW),
        sign_link(Purpose.UNSUBSCRIBE, lead=lead, address=lead.email, now=NOW),
        sign_link(
            Purpose.PREFERENCES, lead=lead, address=lead.email, now=NOW - timedelta(days=4000)
        ),
        "forged",
    ]

    pages = [client.get(reverse("hcprograms:preferences", args=[one])) for one in others]

    assert {one.status_code for one in pages} == {404}


def test_page_leads_nowhere_near_personal_data(client, lead):
    html = client.get(page(lead)).content.decode()

    assert "my-request" not in html
    assert "3035550123" not in html


def test_own_page_takes_further_emails_back_and_keeps_answers(client, lead):
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)

    client.post(reverse("hcprograms:my_request", args=[token]), {"further": "no"})

    assert (decisions(lead)["email"], is_ended(lead)) == ("not_granted", False)


def test_own_page_and_way_out_lead_to_the_choice(client, lead):
    pages = [
        reverse(
            f"hcprograms:{name}",
            args=[sign_link(purpose, lead=lead, address=lead.email, now=NOW)],
        )
        for name, purpose in (
            ("my_request", Purpose.MY_REQUEST),
            ("unsubscribe", Purpose.UNSUBSCRIBE),
        )
    ]

    found = [page(lead) in client.get(one).content.decode() for one in pages]

    assert found == [True, True]


def test_pages_and_form_name_the_address_that_ends_emails(client, lead, school):
    Institution.objects.update(withdrawal_email="stop@school.example")
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)
    pages = [page(lead), reverse("hcprograms:my_request", args=[token]), school.address]

    found = ["mailto:stop@school.example" in client.get(one).content.decode() for one in pages]

    assert found == [True, True, True]


def test_two_institutions_cannot_share_the_address_that_ends_emails():
    make_institution(withdrawal_email="Stop@school.example")
    second = make_institution()
    second.withdrawal_email = "stop@school.example"

    with pytest.raises(ValidationError, match="Another institution has this address"):
        second.full_clean()


def test_withdrawal_holds_for_a_corrected_address(lead):
    withdraw_consent(lead=lead, channels=["email"], method="link", now=NOW)

    correct_lead(lead=lead, details={"email": "new@x.example"}, visitor=Visitor(), now=NOW)

    assert not is_ended(lead, address="new@x.example")  # it may be somebody else's
    assert read_preferences(lead=lead).email == EmailWish.NONE


def test_advisors_see_who_agreed_afterwards(client, lead):
    client.post(page(lead), {"email": "answers", "call": "on"})

    with scopes_disabled():
        told = list_contact_permissions(lead=lead, decisions=lead.consents.all())
    assert {one.channel: (one.is_given, one.text) for one in told} == {
        "call": (True, "Agreed to afterwards."),
        "text": (False, "Not agreed to: no automated calls or texts. Answer by email first."),
        "email": (False, "Only to answer this request."),
    }


def test_page_is_laid_out_without_crispy_too(client, lead, settings):
    settings.CRISPY_TEMPLATE_PACK = ""

    html = client.get(page(lead)).content.decode()

    assert html.count("<legend>") == 3
    assert html.count('type="radio"') == 3


def test_choice_is_told_in_the_timeline(client, lead):
    client.post(page(lead), {"email": "answers", "call": "on"})

    with scopes_disabled():
        texts = list(LeadEvent.objects.filter(kind="consent").values_list("text", flat=True))
    assert texts == [
        "email: box left empty (page of choices)",
        "phone call: granted (page of choices)",
    ]
