"""A hostile applicant: asks by the real form, and stands in every text that a stranger can set.

Run inside a site by ``manage.py shell``; prints the addresses of all pages where it might show.
"""

import json
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from hcprograms.followup.models import FollowUp
from hcprograms.institutions.invitations import renew_invitation
from hcprograms.institutions.models import Institution, Invitation, Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.appointments.booking import book_appointment
from hcprograms.leads.appointments.finding import find_offer
from hcprograms.leads.links import sign_link
from hcprograms.leads.models import (
    AppointmentType,
    CaptureAttempt,
    Consent,
    FormDay,
    InterestForm,
    Lead,
    LeadEvent,
)
from hcprograms.leads.tokens import Purpose

SCHOOL = "example-valley-university"
PASSWORD = "a-long-password"
RUN = "window.hacked=1"
HOSTILE = (
    f"\"'></textarea></title><img src=x onerror={RUN}><svg onload={RUN}></svg>"
    f"<script>{RUN}</script><a href=javascript:{RUN}>x</a>{{{{7*7}}}}"
)
REASON = {"criterion": "cost", "text": HOSTILE, "score": 1}
ROWS = 2
"""Objects of each model that are opened."""


def poison() -> dict[str, Any]:
    """Put the text wherever an applicant's, or their browser's, is kept; return the addresses."""
    with scopes_disabled():
        leads = list(Lead.objects.filter(email__startswith="hostile").order_by("pk"))
        for lead in leads:
            _poison(lead)
        make_owner()
        return {"admin": _list_admin(leads), "public": list_public(leads[0])}


def _poison(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(
        phone=HOSTILE[:40],
        organisation=HOSTILE[:200],
        topics=HOSTILE,
        close_reason=HOSTILE[:200],
        answers={"roles": [HOSTILE], "interests": {HOSTILE: 2}, "state": HOSTILE},
        recommendation={
            "matches": [{"program": HOSTILE, "reasons": [REASON], "strengths": ["cost"]}],
            "near_misses": [{"program": HOSTILE, "text": HOSTILE}],
        },
        attribution={
            "utm_source": HOSTILE,
            "referrer": f"javascript:{RUN}//{HOSTILE}",
            "landing": f"javascript:{RUN}",
            HOSTILE: HOSTILE,
        },
        extra=[{"key": "x", "question": HOSTILE, "answer": HOSTILE}],
    )
    lead.choices.update(title=HOSTILE[:400])
    LeadEvent.objects.create(lead=lead, kind="note", at=timezone.now(), text=HOSTILE)
    Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel="call",
        decision="granted",
        decided_at=timezone.now(),
        seller=HOSTILE[:200],
        contact_point=HOSTILE[:300],
        user_agent=HOSTILE[:300],
        page_url=f"javascript:{RUN}",
        text=HOSTILE,
    )
    CaptureAttempt.objects.filter(lead=lead).update(
        detail=HOSTILE[:300], submitted={"name": [HOSTILE], HOSTILE: [HOSTILE]}
    )
    FollowUp.objects.filter(lead=lead).update(last_error=HOSTILE[:300], address=HOSTILE[:200])
    FormDay.objects.create(
        form=lead.form, day=timezone.localdate(), source=f"{lead.pk}{HOSTILE}"[:150], views=1
    )
    _book(lead)


def _book(lead: Lead) -> None:
    type, _ = AppointmentType.objects.get_or_create(institution=lead.institution, name="Talk")
    offer = find_offer(lead=lead, type=type, now=timezone.now())
    if offer and offer.starts:
        book_appointment(
            lead=lead,
            type=type,
            starts_at=offer.starts[0],
            time_zone="America/New_York",
            now=timezone.now(),
        )


def make_owner() -> None:
    user = get_user_model().objects.create_user(
        "owner", password=PASSWORD, is_staff=True, first_name="Olive", last_name="Owner"
    )
    school = Institution.objects.get(slug=SCHOOL)
    Membership.objects.create(institution=school, user=user, role="owner", receives_leads=False)


def _list_admin(leads: list[Lead]) -> list[str]:
    ours = [one for one in admin.site._registry if one._meta.app_label == "hcprograms"]
    found = ["/admin/", "/admin/hcprograms/", reverse("admin:hcprograms_lead_changelist") + "?q=x"]
    for model in ours:
        found += _list_model(model)
    for lead in leads:
        found += list_pages("lead", [lead.pk])
    found += [reverse("admin:hcprograms_lead_merge", args=[one.pk for one in leads[:2]])]
    for by in ("form", "program", "source", "advisor"):
        found.append(reverse("admin:hcprograms_lead_report") + f"?by={by}")
    forms = InterestForm.objects.filter(institution=leads[0].institution)
    found += [reverse("admin:hcprograms_interestform_preview", args=[one.pk]) for one in forms]
    found.append(reverse("admin:hcprograms_retentionrule_preview"))
    found.append(reverse("admin:hcprograms_routingrule_simulate"))
    return list(dict.fromkeys(found))


def _list_model(model: type[models.Model]) -> list[str]:
    name = model._meta.model_name or ""
    rows = model._base_manager.order_by("-pk").values_list("pk", flat=True)[:ROWS]
    return [reverse(f"admin:hcprograms_{name}_changelist"), *list_pages(name, rows)]


def list_pages(name: str, keys: Any) -> list[str]:
    found = []
    for key in keys:
        for page in ("change", "history", "delete"):
            try:
                found.append(reverse(f"admin:hcprograms_{name}_{page}", args=[key]))
            except NoReverseMatch:
                continue
    return found


def list_public(lead: Lead) -> dict[str, str]:
    """Name of an address → where the person's own pages are."""
    now = timezone.now()
    thanks = sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=now)
    mine = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=now)
    ends = sign_link(Purpose.UNSUBSCRIBE, lead=lead, address=lead.email, now=now)
    talk = sign_link(Purpose.APPOINTMENT, lead=lead, address=lead.email, now=now)
    pages = {
        "thanks": thanks,
        "my_request": mine,
        "my_request_correct": mine,
        "my_request_erase": mine,
        "my_request_data": mine,
        "unsubscribe": ends,
        "appointment": talk,
        "preferences": sign_link(Purpose.PREFERENCES, lead=lead, address=lead.email, now=now),
    }
    pages["invitation"] = _invite(lead.institution)
    found = {name: reverse(f"hcprograms:{name}", args=[token]) for name, token in pages.items()}
    found["embed_thanks"] = reverse("hcprograms_embed:thanks", args=[thanks])
    found["embed_frame"] = reverse("hcprograms_embed:frame", args=[lead.form.public_id])
    return found


def _invite(school: Institution) -> str:
    """The token of an invitation to an address of hostile words, as a careless host may store."""
    now = timezone.now()
    Invitation.objects.filter(institution=school, email=HOSTILE).delete()
    invitation = Invitation(institution=school, email=HOSTILE, role="advisor")
    token = renew_invitation(invitation=invitation, now=now)
    invitation.save()
    return token


def main() -> None:
    print("FOUND" + json.dumps(poison()))
