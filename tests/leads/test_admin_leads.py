"""The inbox and a lead's page, as an advisor uses them."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import Consent, ConsentText, InterestForm, Lead, LeadChoice, LeadEvent
from tests.factories import (
    NOW,
    make_consent_text,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
    make_role,
)

pytestmark = pytest.mark.django_db

EXPORT_QUERIES = 13
INBOX = "/admin/hcprograms/lead/"


@pytest.fixture
def school():
    return make_institution()


@pytest.fixture
def form(school):
    return make_interest_form(institution=school)


@pytest.fixture
def advisor(school):
    return make_member(institution=school, role="advisor")


@pytest.fixture
def staff(client, advisor):
    """A browser in which the advisor is signed in."""
    client.force_login(advisor.user)
    return client


def page_of(lead: Lead) -> str:
    return reverse("admin:hcprograms_lead_change", args=[lead.pk])


def do(client, lead: Lead, verb: str, **values):
    return client.post(reverse("admin:hcprograms_lead_verb", args=[lead.pk, verb]), values)


def fresh(lead: Lead) -> Lead:
    return Lead._base_manager.get(pk=lead.pk)


def kinds(lead: Lead) -> list[str]:
    events = LeadEvent._base_manager.filter(lead=lead).order_by("pk")
    return list(events.values_list("kind", flat=True))


def names(response) -> list[str]:
    return [lead.name for lead in response.context["cl"].result_list]


def test_inbox_has_the_unanswered_first_and_the_newest_of_them_on_top(staff, form):
    make_lead(form=form, name="Old", captured_at=NOW - timedelta(days=2))
    make_lead(form=form, name="Answered", captured_at=NOW, first_answered_at=NOW)
    make_lead(form=form, name="New", captured_at=NOW - timedelta(hours=1))

    response = staff.get(INBOX)

    assert names(response) == ["New", "Old", "Answered"]


def test_inbox_leaves_suspected_spam_to_its_own_queue(staff, form):
    make_lead(form=form, name="Person")
    make_lead(form=form, name="Robot", status=Lead.Status.QUARANTINED)

    assert names(staff.get(INBOX)) == ["Person"]
    assert names(staff.get(INBOX, {"queue": "review"})) == ["Robot"]
    assert names(staff.get(INBOX, {"queue": "all"})) == ["Person", "Robot"]


@pytest.mark.parametrize("term", ["Ada", "ada@applicant.example", "0100"])
def test_inbox_is_searched_by_name_email_and_phone(staff, form, term):
    make_lead(form=form, name="Ada", email="ada@applicant.example", phone="+13035550100")
    make_lead(form=form, name="Bob", email="bob@applicant.example", phone="+13035550199")

    assert names(staff.get(INBOX, {"q": term})) == ["Ada"]


def fill_inbox(form, advisor, count: int) -> None:
    offering = make_offering(program=make_program(institution=form.institution))
    for number in range(count):
        lead = make_lead(form=form, assigned_to=advisor)
        with scopes_disabled():
            LeadChoice.objects.create(lead=lead, offering=offering, title="MHA")
            FollowUp.objects.create(
                institution=form.institution,
                lead=lead,
                purpose="alert",
                recipient="advisor",
                address=f"advisor{number}@school.example",
                due_at=NOW,
            )


@pytest.mark.parametrize("count", [1, 40])
def test_inbox_takes_the_same_queries_for_one_and_many(
    staff, form, advisor, count, django_assert_num_queries
):
    fill_inbox(form, advisor, count)
    staff.get(INBOX)

    with django_assert_num_queries(11):
        response = staff.get(INBOX)

    assert len(response.context["cl"].result_list) == count


def test_failed_email_is_seen_in_the_inbox_and_on_the_page(staff, form):
    lead = make_lead(form=form)
    with scopes_disabled():
        FollowUp.objects.create(
            institution=form.institution,
            lead=lead,
            purpose="confirmation",
            recipient="applicant",
            address=lead.email,
            due_at=NOW,
            state="failed",
            last_error="550 no such user",
        )

    assert "1 email failed" in staff.get(INBOX).content.decode()
    assert "550 no such user" in staff.get(page_of(lead)).content.decode()


def test_page_tells_everything_in_words(staff, form):
    role = make_role(slug="hospital-administrator", title="Hospital administrator")
    lead = make_lead(
        form=form,
        phone="+1 303 555 0100",
        message="Is there a part-time track?",
        education="bachelor",
        answers={"roles": [role.slug], "state": "TX", "budget_total": 40000},
        recommendation={
            "matches": [
                {
                    "program": "Master of Health Administration (MHA)",
                    "offering": "00000000-0000-0000-0000-000000000001",
                    "level": "master",
                    "delivery": "online",
                    "score": 0.84,
                    "reasons": [{"text": "Open to residents of Texas", "score": 1, "weight": 0.2}],
                    "claims": [{"text": "Accredited by CAHME"}],
                }
            ]
        },
        attribution={"utm_source": "newsletter"},
    )
    make_consent(lead, "call", "granted")

    text = staff.get(page_of(lead)).content.decode()

    for words in (
        "Is there a part-time track?",
        "Hospital administrator",
        "Texas",
        "40,000",
        "Master of Health Administration (MHA)",
        "84 %",
        "Open to residents of Texas",
        "Accredited by CAHME",
        "Campaign: source",
        "newsletter",
        "May I call? Yes.",
        "May I text? No.",
    ):
        assert words in text


def make_consent(lead: Lead, channel: str, decision: str) -> Consent:
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=channel,
        decision=decision,
        decided_at=NOW - timedelta(days=30),
        seller=lead.institution.seller,
        text="School may call me.",
    )


@pytest.mark.parametrize(
    "frozen",
    [
        {},
        {"matches": None},
        {"matches": [None, 3, {"reasons": [None, {}], "claims": [None]}]},
        {"matches": [{"program": None, "score": "high", "level": ["x"]}]},
        [],
    ],
)
def test_page_of_a_lead_with_an_old_or_broken_recommendation_still_opens(staff, form, frozen):
    lead = make_lead(form=form, recommendation=frozen, answers={"interests": [], "x": {"y": 1}})

    assert staff.get(page_of(lead)).status_code == 200


def test_answer_is_recorded_once(staff, form, advisor):
    lead = make_lead(form=form)

    do(staff, lead, "answer")
    first = fresh(lead)
    do(staff, lead, "answer")

    assert first.first_answered_by == advisor.user
    assert first.status == Lead.Status.CONTACTED
    assert fresh(lead).first_answered_at == first.first_answered_at
    assert kinds(lead) == ["answered"]


def test_address_of_a_verb_does_nothing_when_only_looked_at(staff, form):
    lead = make_lead(form=form)

    response = staff.get(reverse("admin:hcprograms_lead_verb", args=[lead.pk, "answer"]))

    assert response.url == page_of(lead)
    assert fresh(lead).first_answered_at is None


def test_note_and_call_are_kept_in_the_timeline(staff, form):
    lead = make_lead(form=form)

    do(staff, lead, "note", text="Wants evening classes")
    do(staff, lead, "call", text="Left a message")

    assert kinds(lead) == ["note", "call"]
    assert "Wants evening classes" in staff.get(page_of(lead)).content.decode()


def test_empty_note_is_refused_and_says_so(staff, form):
    lead = make_lead(form=form)

    response = do(staff, lead, "note", text="  ")

    assert response.status_code == 200
    assert response.context["verbs"]["note"].errors == {"text": ["This field is required."]}
    assert kinds(lead) == []


def test_closing_asks_for_a_reason_and_keeps_what_was_chosen(staff, form):
    lead = make_lead(form=form)

    refused = do(staff, lead, "status", status="closed")
    closed = do(staff, lead, "status", status="closed", reason="Chose another school")

    assert refused.context["verbs"]["status"]["status"].value() == "closed"
    assert closed.status_code == 302
    assert fresh(lead).close_reason == "Chose another school"


def test_lead_is_given_to_a_colleague_only(staff, form, school):
    colleague = make_member(institution=school)
    stranger = make_member(institution=make_institution())
    lead = make_lead(form=form)

    refused = do(staff, lead, "assign", membership=stranger.pk)
    do(staff, lead, "assign", membership=colleague.pk)

    assert "membership" in refused.context["verbs"]["assign"].errors
    assert fresh(lead).assigned_to == colleague


def test_withdrawal_told_to_staff_is_proof_with_a_method(staff, form):
    lead = make_lead(form=form, phone="+13035550100")
    make_consent(lead, "call", "granted")

    do(staff, lead, "withdraw", channel="call")

    latest = Consent._base_manager.filter(lead=lead).latest("pk")
    assert (latest.decision, latest.method) == ("withdrawn", "staff")
    assert "May I call? No." in staff.get(page_of(lead)).content.decode()


def test_quarantined_lead_is_released_with_one_click(staff, form, advisor):
    lead = make_lead(form=form, status=Lead.Status.QUARANTINED)

    do(staff, lead, "release")

    assert fresh(lead).status == Lead.Status.NEW
    assert fresh(lead).assigned_to == advisor
    assert FollowUp._base_manager.filter(lead=lead, purpose="alert").exists()


def test_quarantined_lead_is_not_answered_before_its_release(staff, form):
    lead = make_lead(form=form, status=Lead.Status.QUARANTINED)

    response = do(staff, lead, "answer")

    assert fresh(lead).first_answered_at is None
    assert "release it first" in staff.get(response["Location"]).content.decode()


def test_actions_of_the_inbox_do_each_and_say_what_could_not_be_done(staff, form):
    waiting, held = make_lead(form=form), make_lead(form=form, status=Lead.Status.QUARANTINED)

    response = staff.post(
        f"{INBOX}?queue=all",
        {
            "action": "mark_answered",
            "carry_out": "yes",
            "_selected_action": [waiting.pk, held.pk],
        },
        follow=True,
    )

    said = [str(message).partition(" <")[0] for message in response.context["messages"]]
    assert said == [
        "Ada Applicant: This lead is held for review: release it first.",
        "1 lead done.",
    ]
    assert fresh(waiting).first_answered_at is not None


def test_assign_to_me_takes_the_leads_over(staff, form, advisor):
    lead = make_lead(form=form)

    staff.post(INBOX, {"action": "take_over", "_selected_action": [lead.pk]})

    assert fresh(lead).assigned_to == advisor


def test_viewer_reads_and_has_no_buttons(client, form, school):
    client.force_login(make_member(institution=school, role="viewer", receives_leads=False).user)
    lead = make_lead(form=form)

    response = client.get(page_of(lead))

    assert response.status_code == 200
    assert "/answer/" not in response.content.decode()
    assert do(client, lead, "answer").status_code == 403


def test_person_is_erased_by_a_manager_who_is_sure(client, form, school):
    client.force_login(make_member(institution=school, role="manager").user)
    lead = make_lead(form=form, name="Ada", message="Private")
    make_consent(lead, "email", "granted")

    unsure = do(client, lead, "erase")
    do(client, lead, "erase", sure="on")

    assert unsure.context["verbs"]["erase"].errors
    assert (fresh(lead).name, fresh(lead).message) == ("", "")
    assert "Private" not in client.get(page_of(lead)).content.decode()
    assert do(client, lead, "note", text="x").status_code == 403


def test_advisor_cannot_erase(staff, form):
    lead = make_lead(form=form, name="Ada")

    assert do(staff, lead, "erase", sure="on").status_code == 403
    assert fresh(lead).name == "Ada"


# Export.


def export(client, *leads: Lead) -> list[dict[str, str]]:
    response = client.post(
        f"{INBOX}?queue=all",
        {"action": "export", "_selected_action": [lead.pk for lead in leads]},
    )
    if response["Content-Type"] != "text/csv; charset=utf-8":
        return []
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_export_has_the_chosen_leads_with_their_consents(manager, form):
    lead = make_lead(form=form, name="Ada", email="ada@applicant.example", phone="303 555 0100")
    make_consent(lead, "call", "granted")
    make_lead(form=form, name="Bob")

    (row,) = export(manager, lead)

    assert row["Asked at (UTC)"] == f"{NOW:%Y-%m-%d %H:%M}"
    assert (row["Name"], row["Email"]) == ("Ada", "ada@applicant.example")
    calls, texts = row["Consent to phone calls"], row["Consent to text messages"]
    assert (calls, texts) == ("granted", "not asked")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1 303 555 0100", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", "\u200b=1"],  # noqa: RUF001
)
def test_formula_in_an_export_is_text(manager, form, text):
    (row,) = export(manager, make_lead(form=form, message=text))

    assert row["Message"].startswith("'")
    assert row["Message"][1:].strip() == text.strip() or row["Message"][1:] == text


def test_quotes_lines_and_scripts_survive_an_export(manager, form):
    message = 'He said "no",\nthen <b>left</b>; ü 漢 🙂'

    (row,) = export(manager, make_lead(form=form, message=message))

    assert row["Message"] == message


def test_each_export_is_on_record_without_names(manager, form):
    export(manager, make_lead(form=form, name="Ada"), make_lead(form=form, name="Bob"))

    entry = LogEntry.objects.get()
    assert entry.change_message == "exported 2 leads as CSV"
    assert "Ada" not in f"{entry.object_repr}{entry.change_message}"


def test_export_is_for_managers(staff, form):
    lead = make_lead(form=form)

    assert "export" not in staff.get(INBOX).content.decode()
    assert export(staff, lead) == []
    assert not LogEntry.objects.exists()


def test_export_leaves_out_leads_of_a_school_where_one_is_advisor(client, school, form):
    user = make_member(institution=school, role="manager").user
    other = make_interest_form()
    make_member(institution=other.institution, role="advisor", user=user)
    client.force_login(user)

    rows = export(client, make_lead(form=form, name="Mine"), make_lead(form=other, name="Not"))

    assert [row["Name"] for row in rows] == ["Mine"]


@pytest.mark.parametrize("count", [1, 30])
def test_export_takes_the_same_queries(manager, form, advisor, count, django_assert_num_queries):
    fill_inbox(form, advisor, count)
    leads = list(Lead._base_manager.all())
    export(manager, leads[0])

    with django_assert_num_queries(EXPORT_QUERIES):
        assert len(export(manager, *leads)) == count


# Forms and consent texts.


@pytest.fixture
def manager(client, school):
    client.force_login(make_member(institution=school, role="manager").user)
    return client


def test_consent_text_changes_by_a_new_version(manager, school):
    first = make_consent_text(institution=school, text="{institution} may email me.")
    add = reverse("admin:hcprograms_consenttext_add")

    shown = manager.get(add, {"version_of": first.pk})
    manager.post(
        add, {"institution": school.pk, "channel": "email", "text": "{institution} may write."}
    )

    assert shown.context["adminform"].form.initial["text"] == "{institution} may email me."
    kept = ConsentText.objects.filter(institution=school).order_by("version")
    assert [(one.version, one.is_current) for one in kept] == [(1, False), (2, True)]
    assert kept[0].text == "{institution} may email me."


def test_consent_text_cannot_be_edited(manager, school):
    text = make_consent_text(institution=school)

    response = manager.post(
        reverse("admin:hcprograms_consenttext_change", args=[text.pk]), {"text": "other"}
    )

    assert response.status_code == 403
    assert ConsentText.objects.get().text == text.text


def test_consent_text_without_the_seller_is_refused(manager, school):
    response = manager.post(
        reverse("admin:hcprograms_consenttext_add"),
        {"institution": school.pk, "channel": "email", "text": "You may write to me."},
    )

    assert "Name the seller" in response.content.decode()
    assert not ConsentText.objects.exists()


def test_changed_form_is_a_new_version(manager, form):
    from tests.security.pages import read_page  # noqa: PLC0415

    address = reverse("admin:hcprograms_interestform_change", args=[form.pk])
    sent = read_page(manager.get(address))

    manager.post(address, sent)
    unchanged = InterestForm.objects.get(pk=form.pk).version
    manager.post(address, sent | {"title": "Ask us"})

    assert unchanged == 1
    assert InterestForm.objects.get(pk=form.pk).version == 2


def test_form_in_use_cannot_be_deleted(manager, form):
    make_lead(form=form)

    manager.post(reverse("admin:hcprograms_interestform_delete", args=[form.pk]), {"post": "yes"})

    assert InterestForm.objects.filter(pk=form.pk).exists()


# Follow-ups.


def make_failed(lead: Lead) -> FollowUp:
    with scopes_disabled():
        return FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose="confirmation",
            recipient="applicant",
            address=lead.email,
            due_at=NOW,
            state="failed",
            attempts=9,
            first_attempt_at=NOW,
            last_error="451 later",
        )


def test_failed_message_is_sent_again_from_its_page(staff, form):
    row = make_failed(make_lead(form=form))

    staff.post(reverse("admin:hcprograms_followup_again", args=[row.pk]))

    again = FollowUp._base_manager.get(pk=row.pk)
    assert (again.state, again.attempts, again.first_attempt_at) == ("planned", 0, None)
    assert again.due_at <= timezone.now()


def test_message_is_planned_again_once(staff, form):
    row = make_failed(make_lead(form=form))
    data = {"action": "send_chosen_again", "_selected_action": [row.pk]}

    staff.post("/admin/hcprograms/followup/", data)
    response = staff.post("/admin/hcprograms/followup/", data, follow=True)

    said = [str(message) for message in response.context["messages"]]
    assert "Only a message that failed can be sent again." in said[-2]
    assert kinds(row.lead) == ["note"]


@pytest.mark.parametrize("count", [1, 40])
def test_follow_up_list_takes_the_same_queries(
    staff, form, advisor, count, django_assert_num_queries
):
    fill_inbox(form, advisor, count)
    staff.get("/admin/hcprograms/followup/")

    with django_assert_num_queries(8):
        staff.get("/admin/hcprograms/followup/")
