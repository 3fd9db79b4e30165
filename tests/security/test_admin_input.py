"""What strangers typed, on every page of the admin; and forms that others send in one's name."""

import pytest
from django.test import Client
from django.urls import reverse

from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import CaptureAttempt, Consent, Lead, LeadEvent
from tests.factories import NOW
from tests.security.test_admin_matrix import address
from tests.security.world import SCOPED, freeze, make_reference, make_school, make_staff

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f'"\'><img src=x onerror=alert(1)>{SCRIPT}{{{{7*7}}}}{{% now "Y" %}}'
REASON = {"criterion": "cost", "text": HOSTILE, "score": 1}


@pytest.fixture
def school():
    make_reference()
    return make_school("Ourmark")


@pytest.fixture
def owner(school):
    return make_staff(school[Membership].institution, "owner")


def poison(school) -> Lead:
    """Put the script wherever an applicant's text, or their browser's, is kept."""
    lead = school[Lead]
    Lead._base_manager.filter(pk=lead.pk).update(
        name=HOSTILE,
        message=HOSTILE,
        phone=HOSTILE[:40],
        answers={"roles": [HOSTILE], "interests": {HOSTILE: 2}, "state": HOSTILE},
        recommendation={
            "matches": [{"program": HOSTILE, "reasons": [REASON], "strengths": ["cost"]}],
            "near_misses": [{"program": HOSTILE, "text": HOSTILE}],
        },
        attribution={"utm_source": HOSTILE, "referrer": f"https://x.example/{HOSTILE}"},
        extra=[{"key": "x", "question": HOSTILE, "answer": HOSTILE}],
        close_reason=HOSTILE,
    )
    with scopes_disabled():
        lead.choices.update(title=HOSTILE)
        lead.follow_ups.update(last_error=HOSTILE, address=HOSTILE)
        LeadEvent.objects.create(lead=lead, kind="note", at=NOW, text=HOSTILE)
        Consent.objects.create(
            institution=lead.institution,
            lead=lead,
            channel="call",
            decision="granted",
            decided_at=NOW,
            seller="School",
            contact_point=HOSTILE,
            user_agent=HOSTILE,
            page_url=f"javascript:{HOSTILE}",
            text=HOSTILE,
        )
        CaptureAttempt.objects.create(
            institution=lead.institution,
            form=lead.form,
            lead=lead,
            at=NOW,
            outcome="invalid",
            detail=HOSTILE,
            submitted={"name": [HOSTILE]},
        )
    return lead


def pages(school) -> list[str]:
    lists = [address(model, "changelist") for model in SCOPED]
    rows = [
        address(model, page, row.pk)
        for model, row in school.items()
        for page in ("change", "history", "delete")
    ]
    searched = f"{address(Lead, 'changelist')}?q={SCRIPT}"
    return ["/admin/", "/admin/hcprograms/", searched, *lists, *rows]


def test_script_of_an_applicant_is_text_on_every_page(client, school, owner):
    poison(school)
    client.force_login(owner)

    bodies = {page: client.get(page).content.decode() for page in pages(school)}

    assert [page for page, body in bodies.items() if SCRIPT in body or "<img src=x" in body] == []
    lead_page = bodies[address(Lead, "change", school[Lead].pk)]
    assert lead_page.count("&lt;script&gt;alert(1)") > 10
    assert "{{7*7}}" in lead_page
    assert 'href="javascript:' not in lead_page


def test_script_of_an_applicant_is_text_in_messages(client, school, owner):
    poison(school)
    client.force_login(owner)
    follow_up = next(row for model, row in school.items() if model.__name__ == "FollowUp")

    response = client.post(address(type(follow_up), "again", follow_up.pk), follow=True)

    assert "will be sent again" in response.content.decode()
    assert SCRIPT not in response.content.decode()


@pytest.mark.parametrize(
    "post",
    [
        lambda school: reverse("admin:hcprograms_lead_verb", args=[school[Lead].pk, "answer"]),
        lambda school: reverse("admin:hcprograms_lead_verb", args=[school[Lead].pk, "erase"]),
        lambda school: address(Lead, "changelist"),
    ],
    ids=["answer", "erase", "action"],
)
def test_post_without_csrf_token_is_refused(school, owner, post):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    before = freeze(school[Lead])

    response = client.post(
        post(school),
        {"sure": "on", "action": "mark_spam", "_selected_action": [school[Lead].pk]},
    )

    assert response.status_code == 403
    assert freeze(school[Lead]) == before


def test_admin_is_never_framed(client, school, owner):
    client.force_login(owner)

    headers = {client.get(page)["X-Frame-Options"] for page in pages(school)[:3]}

    assert headers == {"DENY"}
