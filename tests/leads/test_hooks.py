"""What other apps add to the pages of leads in the admin."""

import pytest
from django.contrib import admin
from django.db.models import Value
from django.template import engines
from django.urls import reverse

from hcprograms.leads import hooks
from tests.factories import make_lead, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_lead()
    user = make_user(is_staff=True)
    make_member(institution=lead.institution, role="manager", user=user)
    client.force_login(user)
    return lead


@pytest.fixture
def add():
    """Append to a list of parts for one test."""
    added = []

    def append(parts, part):
        parts.append(part)
        added.append((parts, part))

    yield append
    for parts, part in added:
        parts.remove(part)


@admin.action(description="Call a taxi", permissions=["answer"])
def call_taxi(lead_admin, request, rows):
    lead_admin.message_user(request, f"A taxi for {lead_admin.changeable(request, rows).get()}.")


def show_lead(client, lead):
    return client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk])).content.decode()


def show_inbox(client):
    return client.get(reverse("admin:hcprograms_lead_changelist")).content.decode()


@pytest.mark.parametrize("is_last", [False, True])
def test_panel_is_shown_before_or_after_the_timeline(client, lead, add, monkeypatch, is_last):
    loader = engines["django"].engine.template_loaders[0]
    template = engines["django"].from_string("<p>Grants of {{ panel.name }}: {{ panel.count }}</p>")
    get_template = loader.get_template
    monkeypatch.setattr(
        loader,
        "get_template",
        lambda name, *args, **kwargs: (
            template.template if name == "grants.html" else get_template(name, *args, **kwargs)
        ),
    )

    def describe(one, merged):
        return {"name": one.name, "count": len(merged)}

    add(hooks.lead_panels, hooks.LeadPanel("grants.html", describe, is_after_timeline=is_last))

    page = show_lead(client, lead)

    panel, timeline = page.index(f"Grants of {lead.name}: 1"), page.index("hcp-timeline")
    assert (panel > timeline) == is_last


def test_action_is_offered_in_the_inbox_and_on_the_page(client, lead, add):
    add(hooks.lead_actions, hooks.LeadAction(call_taxi, button="Taxi!"))

    assert "Call a taxi" in show_inbox(client)
    assert 'name="action" value="call_taxi">Taxi!' in show_lead(client, lead)
    done = client.post(
        reverse("admin:hcprograms_lead_changelist"),
        {"action": "call_taxi", "_selected_action": [lead.pk]},
        follow=True,
    )
    assert f"A taxi for {lead}." in done.content.decode()


def test_action_without_its_right_is_not_offered(client, lead, add):
    user = make_user(is_staff=True)
    make_member(institution=lead.institution, role="viewer", user=user)
    client.force_login(user)
    add(hooks.lead_actions, hooks.LeadAction(call_taxi))

    assert "Call a taxi" not in show_inbox(client)


def test_note_is_shown_where_it_has_something_to_say(client, lead, add):
    add(hooks.inbox_notes, hooks.InboxNote("taxis", lambda: Value(2), lambda n: f"{n} taxis wait"))
    add(hooks.inbox_notes, hooks.InboxNote("trams", lambda: Value(2), lambda n: ""))

    page = show_inbox(client)

    assert '<strong class="hcp-bad">2 taxis wait</strong>' in page
    assert "trams" not in page
