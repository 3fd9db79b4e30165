"""The public form: what a visitor sends and what comes back."""

import re
import uuid
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import OperationalError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from hcprograms.catalog.models.programs import Status
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent, ConsentText
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.offerings import name_offering
from hcprograms.leads.open_forms import get_open_form
from hcprograms.leads.showing import render_form
from hcprograms.signals import lead_captured
from tests.factories import NOW, make_institution, make_interest_form, make_offering, make_program
from tests.leads.asking import all_attempts, all_leads, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def read_token(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def field_errors(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_form_page_is_cacheable_and_sets_no_cookie(client, school):
    response = client.get(school.address)

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_form_page_shows_consent_texts_exactly_and_unticked(client, school):
    seller = "St. Mary’s & <Sons> Ltd."
    school.form.institution.legal_name = seller
    school.form.institution.save()

    html = client.get(school.address).content.decode()

    assert html.count("St. Mary’s &amp; &lt;Sons&gt; Ltd. may contact me by email.") == 1
    assert not re.search(r'name="consent_\w+"[^>]* (checked|required)', html)


def test_form_page_ticks_the_programs_asked_about(client, school):
    other = make_offering(program=make_program(institution=school.form.institution))
    address = f"{school.address}?offering={other.public_id}"

    html = client.get(address).content.decode()

    boxes = re.findall(r'value="([0-9a-f-]{36})"[^>]*?( checked)?>', html)
    assert boxes == [(str(other.public_id), " checked"), (str(school.offering.public_id), "")]


def test_form_page_prefills_what_the_match_knows(client, school):
    response = client.get(f"{school.address}?education=bachelor&state=CO&military=veteran&junk=1")

    initial = response.context["form"].initial
    known = {key: initial[key] for key in ("education", "state", "military")}
    assert known == {"education": "bachelor", "state": "CO", "military": "veteran"}


def test_form_page_survives_an_address_somebody_has_broken(client, school):
    response = client.get(f"{school.address}?offering=x&education=wizard&state=CO&interest_x=9")

    assert response.status_code == 200
    assert response.context["form"].initial["state"] == "CO"
    assert "education" not in response.context["form"].initial


def test_submit_captures_and_redirects_to_a_signed_page(client, school):
    response = client.post(school.address, school.typed())

    (lead,) = all_leads()
    assert response.status_code == 303
    assert not response.cookies
    assert (lead.name, lead.email, lead.phone) == (
        "Ada Applicant",
        "ada@applicant.example",
        "+13035550123",
    )
    assert (lead.country, lead.state, lead.education) == ("US", "CO", "bachelor")
    assert lead.status == "new"
    assert client.get(response["Location"]).status_code == 200


def test_submit_keeps_answers_reasons_and_campaign(client, school):
    query = "?education=bachelor&delivery=online&utm_source=newsletter&utm_medium=email"

    client.post(
        school.address + query, school.typed(), headers={"referer": "https://blog.example/"}
    )

    (lead,) = all_leads()
    (match,) = lead.recommendation["matches"]
    assert lead.answers == {"education": "bachelor", "delivery": ["online"]}
    assert match["offering"] == str(school.offering.public_id)
    assert sum(one["score"] * one["weight"] for one in match["reasons"] if one["score"]) == (
        pytest.approx(match["score"])
    )
    assert lead.attribution == {
        "utm_source": "newsletter",
        "utm_medium": "email",
        "referrer": "https://blog.example/",
    }


LANDING = "https://admissions.example/programs/?utm_source=radio&utm_campaign=fall"


def test_campaign_of_the_first_page_is_kept(client, school):
    client.post(school.address, school.typed(landing=LANDING))

    assert all_leads()[0].attribution == {
        "utm_source": "radio",
        "utm_campaign": "fall",
        "landing": LANDING,
    }


def test_campaign_of_the_forms_own_address_comes_before_the_first_pages(client, school):
    client.post(f"{school.address}?utm_source=mail", school.typed(landing=LANDING))

    kept = all_leads()[0].attribution
    assert (kept["utm_source"], "utm_campaign" in kept, kept["landing"]) == ("mail", False, LANDING)


@pytest.mark.parametrize(
    "landing", ["javascript:alert(1)", "//evil", "x", "http://[", "\0https://"]
)
def test_landing_that_is_no_page_is_left_out(client, school, landing):
    response = client.post(school.address, school.typed(landing=landing))

    assert response.status_code == 303
    assert not all_leads()[0].attribution.get("landing", "").startswith(("javascript", "//"))


def test_error_page_keeps_the_first_page(client, school):
    response = client.post(school.address, school.typed(email="x", landing=LANDING))

    assert 'name="landing" value="https://admissions.example/programs/?utm_source=radio&amp;' in (
        response.content.decode()
    )


def test_submit_without_referer_and_origin_is_captured(client, school):
    client.post(school.address, school.typed())

    (lead,) = all_leads()
    assert lead.attribution == {}


def test_own_page_as_referrer_says_nothing_new(client, school):
    client.post(
        school.address, school.typed(), headers={"referer": f"http://testserver{school.address}"}
    )

    (lead,) = all_leads()
    assert lead.attribution == {}


def test_submit_may_name_several_programs(client, school):
    others = [make_offering(program=school.offering.program, delivery=one) for one in ("hybrid",)]
    ids = [str(one.public_id) for one in [*others, school.offering]]

    client.post(school.address, school.typed(offerings=ids))

    with scopes_disabled():
        titles = [choice.title for choice in all_leads()[0].choices.all()]
    assert titles == [name_offering(others[0]), name_offering(school.offering)]


@pytest.mark.parametrize(
    "extra",
    [
        {"status": "enrolled"},
        {"institution": "1", "form": "1", "id": "1", "pk": "1"},
        {"assigned_to": "1", "recommendation": "{}", "captured_at": "2001-01-01"},
        {"public_id": str(uuid.uuid4()), "submission_id": str(uuid.uuid4())},
    ],
)
def test_submit_ignores_fields_that_are_not_the_forms(client, school, extra):
    plain = school.typed()
    client.post(school.address, plain)

    response = client.post(school.address, plain | extra)

    (lead,) = all_leads()
    assert response.status_code == 303
    assert (lead.status, lead.captured_at, lead.assigned_to) == ("new", NOW, school.advisor)


def test_double_click_back_and_retry_give_one_lead(client, school):
    typed = school.typed()

    answers = [client.post(school.address, typed) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {303}
    assert len(all_leads()) == 1
    assert [one.outcome for one in all_attempts()] == ["captured", "repeated", "repeated"]


def test_two_visitors_of_one_cached_page_give_two_leads(client, school):
    token = read_token(client.get(school.address))
    with_time = timedelta(seconds=5)
    first = school.typed(token=school.token(age=with_time))
    second = first | {"name": "Ben", "email": "ben@applicant.example"}

    Client().post(school.address, first)
    Client().post(school.address, second)

    assert token
    assert [lead.name for lead in all_leads()] == ["Ada Applicant", "Ben"]


def test_corrected_resubmit_is_a_lead_of_its_own(client, school):
    typed = school.typed()
    client.post(school.address, typed)

    client.post(school.address, typed | {"email": "ada2@applicant.example"})

    assert [lead.email for lead in all_leads()] == [
        "ada@applicant.example",
        "ada2@applicant.example",
    ]


def test_same_email_never_overwrites_an_earlier_lead(client, school):
    client.post(school.address, school.typed())
    client.post(school.address, school.typed(name="Parent"))

    assert [lead.name for lead in all_leads()] == ["Ada Applicant", "Parent"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Tell us your name"),
        ("name", "x" * 301, "at most 300 characters"),
        ("name", "Ada\r\nBcc: b@x.example", "type it instead"),
        ("name", "Ada\0", "type it instead"),
        ("name", "Ada \u202e", "type it instead"),
        ("email", "", "Give your email"),
        ("email", "Victim <evil@x.example>", "one email address only"),
        ("email", "a@x.example,b@x.example", "one email address only"),
        ("email", "a" * 250 + "@x.example", "at most 254 characters"),
        ("phone", "call me", "area code"),
        ("phone", "1" * 61, "at most 60 characters"),
        ("state", "ZZ", "Choose one from the list"),
        ("country", "XX", "Choose one from the list"),
        ("education", "wizard", "Choose one from the list"),
        ("military", "admiral", "Choose one from the list"),
        ("best_time", "never", "Choose one from the list"),
        ("start_from", "2027-13", "Choose one from the list"),
        ("message", "x" * 3001, "at most 3000 characters"),
        ("offerings", ["not-an-id"], "not offered here any more"),
        ("offerings", [str(uuid.uuid4())], "not offered here any more"),
    ],
)
def test_bad_value_is_refused_with_words_and_everything_is_kept(
    client, school, field, value, words
):
    response = client.post(school.address, school.typed(**{field: value}))

    errors = field_errors(response)
    assert response.status_code == 422
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert all_leads() == []
    assert response.context["form"]["message"].value().startswith(("Is it", "xxx"))


def test_state_of_another_country_is_refused(client, school):
    response = client.post(school.address, school.typed(country="CA", state="CO"))

    (message,) = field_errors(response)["state"]
    assert message == (
        "Colorado is not in Canada: choose the United States as country, or leave the state empty."
    )


def test_call_consent_without_a_number_is_asked_about(client, school):
    response = client.post(school.address, school.typed(phone="", consent_call="on"))

    assert list(field_errors(response)) == ["phone"]


def test_program_of_another_institution_is_refused(client, school):
    stranger = make_offering()

    response = client.post(school.address, school.typed(offerings=[str(stranger.public_id)]))

    assert response.status_code == 422
    assert name_offering(stranger) not in response.content.decode()
    assert all_leads() == []


def test_program_unpublished_a_moment_ago_is_still_asked_about(client, school):
    school.offering.program.status = Status.RETIRED
    school.offering.program.save()

    response = client.post(school.address, school.typed())

    with scopes_disabled():
        titles = [choice.title for choice in all_leads()[0].choices.all()]
    assert response.status_code == 303
    assert titles == [name_offering(school.offering)]


def test_refused_submit_is_logged_with_what_was_typed(client, school):
    client.post(school.address, school.typed(email="ada", name=""))

    (attempt,) = all_attempts()
    assert (attempt.outcome, attempt.detail) == ("invalid", "name, email")
    assert attempt.submitted["message"] == ["Is it online?"]
    assert "token" not in attempt.submitted


def test_error_page_keeps_the_token_and_marks_the_title(client, school):
    typed = school.typed(email="ada")

    response = client.post(school.address, typed)

    assert read_token(response) == typed["token"]
    assert response["Cache-Control"] == "no-store"
    assert "<title>Please check:" in response.content.decode()


@pytest.mark.parametrize("name", ["Ada 👩🏽‍⚕️", "עדה לאבלייס", "م" * 300, "王小明"])
def test_names_of_the_world_are_captured(client, school, name):
    client.post(school.address, school.typed(name=name, email="o'brien+test@sub.example.edu"))

    (lead,) = all_leads()
    assert (lead.name, lead.email) == (name, "o'brien+test@sub.example.edu")


def test_phone_of_the_chosen_country_with_extension(client, school):
    client.post(school.address, school.typed(country="GB", state="", phone="020 7946 0123 ext 9"))

    assert all_leads()[0].phone == "+442079460123 ext. 9"


@pytest.mark.parametrize("rule", ["hidden", "optional", "required"])
def test_field_rules_are_followed(client, rule):
    rules = ("phone", "state", "education", "military", "start", "best_time")
    school = make_school(form={f"ask_{one}": rule for one in rules})
    only_asked = {"token": school.token(), "name": "Ada", "email": "ada@applicant.example"}

    response = client.post(school.address, only_asked | {"phone": ""})

    asked = ["phone", "best_time", "education", "start_from", "country", "military"]
    if rule == "required":
        assert response.status_code == 422
        assert sorted(field_errors(response)) == sorted(asked)
    else:
        assert response.status_code == 303


def test_hidden_fields_cannot_be_set(client):
    school = make_school(form={"ask_military": "hidden", "ask_phone": "hidden"})

    client.post(school.address, school.typed(military="veteran", consent_call="on"))

    (lead,) = all_leads()
    with scopes_disabled():
        channels = [consent.channel for consent in lead.consents.all()]
    assert (lead.military, lead.phone, channels) == ("", "", ["email"])


def test_required_state_is_asked_of_americans_only(client):
    school = make_school(form={"ask_state": "required"})

    here = client.post(school.address, school.typed(country="US", state=""))
    abroad = client.post(school.address, school.typed(country="FR", state=""))

    assert list(field_errors(here)) == ["state"]
    assert abroad.status_code == 303


@pytest.mark.parametrize("token", ["", "forged", "x" * 5_000, None])
def test_bad_token_shows_the_form_again_with_everything_typed(client, school, token):
    response = client.post(school.address, school.typed(token=token))

    assert response.status_code == 422
    assert "Please send it once more" in response.content.decode()
    assert response.context["form"]["message"].value() == "Is it online?"
    assert [one.outcome for one in all_attempts()] == ["stale"]


def test_stale_form_is_captured_when_sent_once_more(client, school):
    old = school.typed(token=school.token(age=timedelta(hours=49)))
    page = client.post(school.address, old)

    response = client.post(school.address, old | {"token": read_token(page)})

    assert (page.status_code, response.status_code) == (422, 303)
    assert [lead.status for lead in all_leads()] == ["new"]


def test_token_of_another_form_is_not_taken(client, school):
    other = make_school()

    response = client.post(school.address, school.typed(token=other.token()))

    assert response.status_code == 422
    assert all_leads() == []


def test_reworded_consent_is_asked_again_unticked(client, school):
    typed = school.typed()
    ConsentText.objects.filter(channel="email").update(text="{institution} may sell my address.")

    response = client.post(school.address, typed)

    html = response.content.decode()
    assert response.status_code == 422
    assert "may sell my address" in html
    assert not re.search(r'name="consent_\w+"[^>]* checked', html)
    assert all_leads() == []


def test_consent_proof_has_the_words_that_were_shown(client, school):
    client.post(school.address, school.typed(), REMOTE_ADDR="203.0.113.9")

    with scopes_disabled():
        proof = Consent.objects.get(channel="email")
    seller = school.form.institution.seller
    assert (proof.decision, proof.text) == ("granted", f"{seller} may contact me by email.")
    assert proof.ip_address == "203.0.113.9"
    assert proof.page_url == f"https://admissions.example{school.address}"


def test_form_works_without_any_consent(client, school):
    response = client.post(school.address, school.typed(consent_email=None))

    with scopes_disabled():
        decisions = {consent.decision for consent in Consent.objects.all()}
    assert response.status_code == 303
    assert decisions == {"not_granted"}


@pytest.mark.parametrize(
    ("fields", "age", "detail"),
    [
        (
            {"subject": "buy"},
            timedelta(minutes=1),
            "the field that people do not see was filled in",
        ),
        ({}, timedelta(seconds=1), "sent faster than a person can type"),
    ],
)
def test_robot_like_submit_is_held_and_looks_like_success(client, school, fields, age, detail):
    response = client.post(school.address, school.typed(token=school.token(age=age), **fields))

    (lead,) = all_leads()
    page = client.get(response["Location"])
    assert (response.status_code, page.status_code) == (303, 200)
    assert (lead.status, lead.assigned_to) == ("quarantined", None)
    assert [(one.outcome, one.detail) for one in all_attempts()] == [("quarantined", detail)]
    assert "Your request has arrived" in page.content.decode()


@pytest.mark.parametrize("behind", [timedelta(hours=2), timedelta(hours=-2)])
def test_form_shown_by_a_server_whose_clock_is_wrong_is_captured(client, school, behind):
    response = client.post(school.address, school.typed(token=school.token(age=behind)))

    (lead,) = all_leads()
    assert client.get(response["Location"]).status_code == 200
    assert (response.status_code, lead.status) == (303, "new")


def test_thank_you_page_opens_on_a_server_whose_clock_is_slow(client, school):
    response = client.post(school.address, school.typed())

    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 303),
        ("https://admissions.example", 303),
        ("null", 303),
        ("https://evil.example", 403),
        ("https://testserver.evil.example", 403),
        ("https://trusted.example", 303),
    ],
)
def test_submit_from_another_site_is_refused(client, school, settings, origin, status):
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]

    response = client.post(school.address, school.typed(), headers={"origin": origin})

    assert response.status_code == status
    assert len(all_leads()) == (status == 303)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "kept"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (1, "garbage", None),
        (3, "203.0.113.5", "203.0.113.5"),
    ],
)
def test_forwarded_address_is_believed_as_far_as_own_proxies_wrote_it(
    client, school, settings, proxies, forwarded, kept
):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"TRUSTED_PROXIES": proxies}

    client.post(
        school.address,
        school.typed(),
        headers={"x-forwarded-for": forwarded},
        REMOTE_ADDR="192.0.2.1",
    )

    (attempt,) = all_attempts()
    assert attempt.ip_address == kept


def test_huge_body_is_refused_at_once(client, school):
    response = client.post(school.address, school.typed(message="x" * 1_000_000))

    assert response.status_code == 400
    assert all_attempts() == []


def test_ten_thousand_fields_are_refused(client, school):
    body = "&".join(f"f{number}=1" for number in range(10_000))

    response = client.post(school.address, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1"])
def test_other_encodings_are_refused(client, school, charset):
    kind = f"multipart/form-data; boundary=b; charset={charset}"

    response = client.post(school.address, b"--b--", content_type=kind)

    assert response.status_code == 400


def test_broken_bytes_are_refused_in_words(client, school):
    body = f"token={school.token()}&name=%ED%A0%80%FF&email=ada@applicant.example"

    response = client.post(school.address, body, content_type="application/x-www-form-urlencoded")

    assert (response.status_code, list(field_errors(response))) == (422, ["name"])


def test_unknown_or_unpublished_institution_is_not_found(client):
    hidden = make_interest_form(institution=make_institution(is_published=False))

    known = client.get(reverse("hcprograms:ask", args=[hidden.institution.slug]))
    unknown = client.get(reverse("hcprograms:ask", args=["nowhere"]))

    assert (known.status_code, unknown.status_code) == (404, 404)


def test_institution_without_a_form_says_how_to_reach_it(client):
    institution = make_institution(phone="+1 303 555 0100")

    response = client.get(reverse("hcprograms:ask", args=[institution.slug]))

    assert response.status_code == 404
    assert "+1 303 555 0100" in response.content.decode()


def test_form_retired_while_open_in_a_tab_keeps_what_was_typed(client, school):
    typed = school.typed()
    school.form.status = InterestForm.Status.RETIRED
    school.form.save()

    response = client.post(school.address, typed)

    html = response.content.decode()
    (attempt,) = all_attempts()
    assert response.status_code == 410
    assert "Is it online?" in html
    assert "+1 303 555 0100" in html
    assert (attempt.outcome, attempt.submitted["email"]) == ("stale", ["ada@applicant.example"])


def test_form_replaced_while_open_in_a_tab_is_confirmed_on_the_new_one(client, school):
    typed = school.typed()
    school.form.status = InterestForm.Status.RETIRED
    school.form.save()
    successor = make_interest_form(institution=school.form.institution)

    page = client.post(school.address, typed)
    response = client.post(school.address, typed | {"token": read_token(page)})

    assert (page.status_code, response.status_code) == (422, 303)
    assert [lead.form for lead in all_leads()] == [successor]


@pytest.mark.parametrize(
    "times", [{"opens_at": NOW + timedelta(hours=1)}, {"closes_at": NOW - timedelta(hours=1)}]
)
def test_form_outside_its_times_is_closed(client, times):
    school = make_school(form=times)

    assert client.get(school.address).status_code == 410


def test_form_is_chosen_by_name(client, school):
    make_interest_form(
        institution=school.form.institution, slug="call-me", title="Call me back", kind="callback"
    )

    default = client.get(school.address)
    named = client.get(f"{school.address}?form=call-me")

    assert default.context["interest_form"].title == "Request information"
    assert named.context["interest_form"].title == "Call me back"


def test_broken_receiver_keeps_what_was_typed(client, school, caplog):
    def fail(**kwargs):
        raise RuntimeError("broken")

    lead_captured.connect(fail)
    try:
        response = client.post(school.address, school.typed())
    finally:
        lead_captured.disconnect(fail)

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Is it online?" in response.content.decode()
    assert all_leads() == []


def test_receiver_failing_after_commit_harms_nobody(
    client, school, django_capture_on_commit_callbacks, caplog
):
    def wake_up():
        raise ConnectionError("Redis is down")

    def plan(**kwargs):
        transaction.on_commit(wake_up, robust=True)

    lead_captured.connect(plan)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(school.address, school.typed())
    finally:
        lead_captured.disconnect(plan)

    assert response.status_code == 303
    assert len(all_leads()) == 1


@pytest.fixture
def database_down(monkeypatch):
    """While this context is open every query fails, as when the server is gone."""

    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection; detail: ada@applicant.example")

    @contextmanager
    def down():
        with monkeypatch.context() as patch:
            patch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", fail)
            yield

    return down


def read_hidden(response):
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode())
    return dict(found)


def test_database_down_keeps_what_was_typed(client, school, database_down, caplog):
    typed = school.typed(message='</pre><script>alert("x")</script>')

    with database_down():
        response = client.post(school.address, typed)

    kept = read_hidden(response)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert (kept["name"], kept["token"]) == ("Ada Applicant", typed["token"])
    assert "<script>alert" not in response.content.decode()
    assert "ada@applicant.example" not in caplog.text


def test_form_sent_again_from_the_unavailable_page_is_captured_once(client, school, database_down):
    typed = school.typed()
    with database_down():
        kept = read_hidden(client.post(school.address, typed))

    answers = [client.post(school.address, kept) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [lead.email for lead in all_leads()] == ["ada@applicant.example"]


def test_form_page_without_database_says_to_try_again(client, school, database_down):
    with database_down():
        response = client.get(school.address)

    assert (response.status_code, response["Retry-After"]) == (503, "30")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("programs", [1, 3])
def test_submit_needs_the_same_few_queries(client, django_assert_num_queries, programs):
    school = make_school()
    ids = [
        str(make_offering(program=make_program(institution=school.form.institution)).public_id)
        for _ in range(programs)
    ]
    client.post(school.address, school.typed(name="Warm up"))
    typed = school.typed(offerings=ids)

    with django_assert_num_queries(23):
        client.post(school.address, typed)

    with scopes_disabled():
        Lead.objects.update(erased_at=NOW)  # only then may the database let consents go


@pytest.mark.django_db(transaction=True)
def test_form_shown_after_a_submit_has_the_words_of_this_moment(client):
    school = make_school()
    client.get(school.address)
    client.post(school.address, school.typed(name=""))
    InterestForm.objects.update(title="Changed a moment ago")

    shown = client.get(school.address)

    assert "Changed a moment ago" in shown.text


def test_attempts_of_one_institution_are_not_seen_by_another(client, school):
    client.post(school.address, school.typed(email=""))

    with scopes_disabled():
        assert CaptureAttempt.objects.get().institution == school.form.institution


@pytest.mark.parametrize("pack", ["bootstrap5", None])
def test_refused_form_leaves_no_mark_on_others_of_its_page(settings, school, pack):
    settings.CRISPY_TEMPLATE_PACK = pack
    used, fresh = (
        get_open_form(school=school.form.institution.slug, query={}, now=NOW) for _each in "ab"
    )

    refused = _show(used, {"name": "", "start_from": "2019-01"})
    other = _show(used, {"name": "Ada", "email": "nobody"})

    assert refused.count("January 2019") == 1
    assert other == _show(fresh, {"name": "Ada", "email": "nobody"})


def _show(page, typed):
    form = page.get_form(QueryDict(urlencode(typed)))
    return render_form(page, form, token="t", address="/ask/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "is_cached"),
    [
        ("", True),
        ("?kind=information", True),
        ("?education=bachelor", False),
        ("?offering=0b7f3d42-8f6c-4f0e-9d5c-3d9a5e6f7a81", False),
    ],
)
def test_only_forms_that_many_open_are_cached(client, monkeypatch, query, is_cached):
    school = make_school()
    written = []
    monkeypatch.setattr(
        "hcprograms.catalog.page_cache.cache.set", lambda name, *args: written.append(name)
    )

    assert client.get(school.address + query).status_code == 200

    assert len(written) == is_cached
