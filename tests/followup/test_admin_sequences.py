"""Sequences as an admissions office edits, tries and applies them."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp, MessageTemplate, Sequence
from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from tests import factories

LIST = "/admin/hcprograms/sequence/"
ADD = f"{LIST}add/"
SIMULATE = f"{LIST}simulate/"


@pytest.fixture
def manager(client, school):
    user = factories.make_user(is_staff=True)
    factories.make_member(institution=school, role="manager", user=user, receives_leads=False)
    client.force_login(user)
    return client


@pytest.fixture
def advisor(client, school):
    user = factories.make_user(is_staff=True)
    factories.make_member(institution=school, role="advisor", user=user, receives_leads=False)
    client.force_login(user)
    return client


CONFIRM = {"says": "confirmation", "to": "applicant"}
ALERT = {"says": "alert", "to": "all"}
REMIND = {"says": "reminder", "to": "advisor"}
NEWS = {"says": "news", "to": "applicant", "amount": 2, "unit": "days", "at": "10:00"}


def typed(school, *steps, **fields):
    """What a browser sends of the page of a new sequence."""
    sent = {
        "institution": school.pk,
        "name": "Ours",
        "is_active": "on",
        "steps-TOTAL_FORMS": len(steps),
        "steps-INITIAL_FORMS": 0,
    }
    for number, step in enumerate(steps):
        values = {"position": number, "amount": 0, "unit": "minutes", "channel": "email"} | step
        sent |= {f"steps-{number}-{name}": value for name, value in values.items()}
    return sent | fields


def refusal(page):
    formset = page.context["inline_admin_formsets"][0].formset
    return [str(one) for one in formset.non_form_errors()]


# Editing


def test_new_sequence_begins_as_a_copy_of_the_built_in_one(manager):
    page = manager.get(ADD)

    formset = page.context["inline_admin_formsets"][0].formset
    begun = [(form.initial["says"], form.initial["amount"]) for form in formset.forms]
    assert begun == [
        ("confirmation", 0),
        ("alert", 0),
        ("reminder", 5),
        ("reminder", 30),
        ("escalation", 60),
    ]
    assert not Sequence.objects.exists()


def test_copy_that_nobody_touched_is_saved_whole(manager, school):
    formset = manager.get(ADD).context["inline_admin_formsets"][0].formset
    steps = [{k: v for k, v in form.initial.items() if v is not None} for form in formset.forms]

    manager.post(ADD, typed(school, *steps))

    sequence = Sequence.objects.get(name="Ours")
    assert list(sequence.steps.values_list("says", "to", "amount", "unit")) == [
        ("confirmation", "applicant", 0, "minutes"),
        ("alert", "all", 0, "minutes"),
        ("reminder", "advisor", 5, "business"),
        ("reminder", "other", 30, "business"),
        ("escalation", "manager", 60, "business"),
    ]


def shown(one):
    """The value; of a select without one the first choice, as browsers have it."""
    is_select = type(one.field.widget).__name__ == "Select"
    first = next(iter(one.field.choices))[0] if is_select else None
    return first if one.value() is None else one.value()


def test_blank_step_at_the_end_is_no_step(manager, school):
    """A browser sends what a blank form shows."""
    sequence = factories.make_sequence(institution=school)
    page = manager.get(f"{LIST}{sequence.pk}/change/")
    formset = page.context["inline_admin_formsets"][0].formset
    sent = {"name": "Renamed", "is_active": "on"}
    for form in [formset.management_form, *formset.forms]:
        sent |= {one.html_name: shown(one) for one in form if shown(one) not in (None, [])}

    manager.post(f"{LIST}{sequence.pk}/change/", sent)

    sequence.refresh_from_db()
    assert (sequence.name, sequence.steps.count()) == ("Renamed", 2)


def test_saved_sequence_is_told_in_words(manager, school):
    manager.post(ADD, typed(school, CONFIRM, ALERT, NEWS | {"statuses": ["new"]}, kinds=["match"]))

    page = manager.get(f"{LIST}{Sequence.objects.get().pk}/change/").content.decode()

    assert "Alert to all advisors, at once." in page
    assert (
        "Further message to the applicant, 2 days later at 10 a.m.; only with consent to: email;"
        " only while the status is: new." in page
    )


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([CONFIRM], "No advisor would be told of the request"),
        ([ALERT], "The applicant would not hear that the request arrived"),
        (
            [
                CONFIRM,
                ALERT,
                *({"says": "reminder", "to": "advisor", "amount": n} for n in (9, 10)),
            ],
            "“Reminder to the advisor who has the lead, after 9 minutes” and “Reminder to the"
            " advisor who has the lead, after 10 minutes” come too soon after each other",
        ),
        ([CONFIRM, ALERT] + [NEWS | {"amount": n} for n in range(1, 20)], "at most 20 steps"),
    ],
)
def test_sequence_that_breaks_a_promise_is_refused_with_words(manager, school, steps, words):
    page = manager.post(ADD, typed(school, *steps))

    assert any(words in one for one in refusal(page))
    assert not Sequence.objects.exists()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (NEWS | {"at": ""}, "Days are from 1 to 365 and need a time; minutes have none."),
        (NEWS | {"to": "advisor"}, "The applicant gets a confirmation or a further message"),
        ({"says": "event", "to": "advisor"}, "An event goes to other systems by webhook"),
        (NEWS | {"channel": "pigeon"}, "Select a valid choice"),
        (NEWS | {"template": "gone"}, "Select a valid choice"),
    ],
)
def test_step_that_makes_no_sense_is_refused_with_words(manager, school, step, words):
    page = manager.post(ADD, typed(school, CONFIRM, ALERT, step))

    formset = page.context["inline_admin_formsets"][0].formset
    assert words in str(formset.errors[2])
    assert not Sequence.objects.exists()


def test_second_active_sequence_for_a_kind_of_form_is_refused(manager, school):
    factories.make_sequence(institution=school, name="First", kinds=["match", "tuition"])

    page = manager.post(ADD, typed(school, CONFIRM, ALERT, kinds=["tuition"]))
    general = manager.post(ADD, typed(school, CONFIRM, ALERT))

    assert "“First” is active for the same kind of form" in str(page.context["errors"])
    assert general.status_code == 302


def test_draft_may_stand_beside_an_active_one(manager, school):
    factories.make_sequence(institution=school)

    manager.post(ADD, typed(school, CONFIRM, ALERT, is_active=""))

    assert Sequence.objects.filter(is_active=False).count() == 1


def test_event_goes_by_webhook_without_being_told(manager, school):
    event = {"says": "event", "to": "system", "amount": 60}

    manager.post(ADD, typed(school, CONFIRM, ALERT, event))

    assert Sequence.objects.get().steps.get(says="event").channel == "webhook"


def test_text_must_be_for_this_kind_of_message(manager, school):
    for key, kind in [("hello", "own"), ("nudge", "reminder")]:
        MessageTemplate.objects.create(institution=school, key=key, name=key, kind=kind)

    wrong = manager.post(ADD, typed(school, CONFIRM, ALERT, NEWS | {"template": "nudge"}))
    right = manager.post(ADD, typed(school, CONFIRM, ALERT, NEWS | {"template": "hello"}))

    formset = wrong.context["inline_admin_formsets"][0].formset
    assert formset.forms[2].errors == {"template": ["This text is for another kind of message."]}
    assert right.status_code == 302


def test_advisor_looks_and_changes_nothing(advisor, school):
    sequence = factories.make_sequence(institution=school)

    page = advisor.get(f"{LIST}{sequence.pk}/change/")
    refused = advisor.post(ADD, typed(school, CONFIRM, ALERT))

    assert (page.status_code, refused.status_code) == (200, 403)
    assert advisor.get(SIMULATE).status_code == 200
    assert advisor.get(f"{LIST}{sequence.pk}/apply/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries(manager, school, count, django_assert_num_queries):
    for number in range(count):
        factories.make_sequence(institution=school, kinds=[f"kind{number}"])
    manager.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        manager.get(LIST)


LIST_QUERIES = 9


# Simulation


def test_simulation_of_a_draft_shows_its_own_steps(manager, school):
    draft = factories.make_sequence(institution=school, name="Draft", is_active=False)

    page = manager.get(SIMULATE, {"sequence": draft.pk})

    assert page.context["simulation"].lead_sequence.sequence == draft
    assert "Draft" in page.content.decode()


def test_simulation_takes_times_by_the_clock_of_the_school(manager, school):
    asked = {"kind": "information", "status": "new", "asks_at": "2026-11-28T02:00"}

    page = manager.get(SIMULATE, asked)

    told = [one.when for one in page.context["simulation"].messages]
    assert told[0] == "Saturday, November 28, 2026, 2 a.m. EST"
    assert told[-1] == "Monday, November 30, 2026, 10 a.m. EST"


def test_simulation_tells_of_an_hour_that_is_skipped(manager, school):
    asked = {"kind": "information", "status": "new", "asks_at": "2027-03-14T02:30"}

    page = manager.get(SIMULATE, asked)

    assert page.context["notes"][0].startswith("The clock skips 02:30 on that day")


@pytest.mark.parametrize("wrong", ["", "soon", "2026-13-01T00:00", "0001-01-01T00:00"])
def test_time_that_is_none_is_refused_with_words(manager, school, wrong):
    page = manager.get(SIMULATE, {"kind": "information", "status": "new", "asks_at": wrong})

    assert "asks_at" in page.context["form"].errors
    assert "simulation" not in page.context


def test_simulation_from_a_lead_begins_with_the_lead(manager, school, lead):
    with scopes_disabled():
        Consent.objects.create(
            institution=school,
            lead=lead,
            channel="email",
            decision="granted",
            decided_at=lead.captured_at,
            seller="x",
        )

    page = manager.get(SIMULATE, {"lead": lead.pk})

    form, simulation = page.context["form"], page.context["simulation"]
    assert (form["asks_at"].value(), form["consents"].value()) == ("2026-11-23T10:00", ["email"])
    assert [one.whom for one in simulation.messages if one.what.startswith("reminder")] == [
        "Ann",
        "Bob",
    ]


# Applying


@pytest.fixture
def planned(lead, school):
    """A lead of this hour with a sequence that was changed since."""
    sequence = factories.make_sequence(institution=school, name="Ours")
    news = {"says": "news", "to": "applicant", "amount": 9, "unit": "days", "at": time(10)}
    factories.make_step(sequence=sequence, **news)
    with scopes_disabled():
        lead.captured_at = timezone.now() - timedelta(minutes=5)
        lead.save()
        plan_for_lead(lead=lead, now=lead.captured_at)
    sequence.steps.filter(says="news").update(amount=12)
    return sequence


def test_preview_names_the_leads_and_changes_nothing(manager, planned, lead):
    page = manager.get(f"{LIST}{planned.pk}/apply/")

    text = page.content.decode()
    assert "1 lead would change" in text
    assert reverse("admin:hcprograms_lead_change", args=[lead.pk]) in text
    with scopes_disabled():
        row = FollowUp.objects.get(purpose="news")
    assert row.due_at - lead.captured_at < timedelta(days=10)


def test_applying_after_the_preview_changes_them(manager, planned, lead):
    address = f"{LIST}{planned.pk}/apply/"
    seen = manager.get(address).context["changes"].fingerprint

    manager.post(address, {"fingerprint": seen})

    with scopes_disabled():
        row = FollowUp.objects.get(purpose="news")
    assert row.due_at - lead.captured_at > timedelta(days=11)


def test_applying_without_a_look_changes_nothing(manager, planned):
    page = manager.post(f"{LIST}{planned.pk}/apply/", {}, follow=True)

    assert "nothing was done. Look again." in page.content.decode()


# The lead's page


def test_leads_page_says_what_is_still_to_come_and_what_not(manager, school, lead):
    with scopes_disabled():
        plan_for_lead(lead=lead, now=lead.captured_at)
        lead.first_answered_at = lead.captured_at
        lead.save()

    page = manager.get(reverse("admin:hcprograms_lead_change", args=[lead.pk])).content.decode()

    assert "What is still to come" in page
    assert "Monday, November 23, 2026, 10:05 a.m. EST" in page
    assert "Would not be sent as things stand: somebody has answered." in page
    assert f"{SIMULATE}?lead={lead.pk}" in page
