"""SECURITY 29: logs, error reports, task arguments and metrics hold no personal data."""

import json
import logging
import logging.config
from io import StringIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.log import AdminEmailHandler

from hcprograms import tasks
from hcprograms.followup.channels.base import Channel, Refused
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.scoping import scopes_disabled
from project.logs import write_json_lines
from project.settings import base
from tests import factories

pytestmark = pytest.mark.django_db

CANARY = "Canarybird"
TYPED = {"name": f"{CANARY} Smith", "email": f"{CANARY}@typed.example", "message": f"My {CANARY}"}


class BrokenChannel(Channel):
    key = "email"
    error: Exception = RuntimeError(CANARY)

    def send(self, message):
        raise self.error


@pytest.fixture
def lead():
    school = factories.make_institution()
    factories.make_member(institution=school)
    form = factories.make_interest_form(institution=school)
    with scopes_disabled():
        lead = factories.make_lead(form=form, name=TYPED["name"], email=TYPED["email"])
        plan_for_lead(lead=lead, now=timezone.now())
        yield lead


@pytest.fixture
def reports(settings):
    """Errors are mailed to the site's administrators, as Django does."""
    settings.ADMINS = [("Admin", "admin@site.example")]
    handler = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield mail.outbox
    logger.removeHandler(handler)


def everything(message):
    return message.subject + message.body + "".join(str(one[0]) for one in message.alternatives)


def test_report_of_an_error_on_a_form_says_where_and_not_what_was_typed(
    client, lead, reports, monkeypatch
):
    def broken(request, *args, **kwargs):
        typed = dict(request.POST)
        raise RuntimeError(f"no more than {len(typed)}")

    address = reverse("hcprograms:ask", args=[lead.institution.slug])
    monkeypatch.setattr("hcprograms.leads.views.interest_form.check_post", broken)
    client.raise_request_exception = False
    client.cookies["seen"] = CANARY

    response = client.post(
        address, TYPED, headers={"user-agent": CANARY, "referer": f"https://{CANARY}.example/"}
    )

    assert response.status_code == 500
    text = everything(reports[0])
    assert "broken" in text
    assert "no more than 3" in text
    assert CANARY.lower() not in text.lower()


def test_report_of_an_error_in_the_inbox_names_no_applicant(client, lead, reports, monkeypatch):
    from hcprograms.leads.admin.page import LeadPage  # noqa: PLC0415

    def broken(self, request, shown, bound=None):
        name = shown.name
        raise RuntimeError(len(name))

    monkeypatch.setattr(LeadPage, "show", broken)
    client.raise_request_exception = False
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))

    client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))

    assert CANARY.lower() not in everything(reports[0]).lower()


@pytest.mark.parametrize("error", [RuntimeError(CANARY), Refused(f"550 {CANARY}@typed.example")])
def test_log_of_a_failed_delivery_names_the_lead_by_its_id(lead, settings, caplog, error):
    path = f"{__name__}.BrokenChannel"
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"CHANNELS": {"email": path}}
    BrokenChannel.error = error

    deliver_due(now=timezone.now(), limit=50)

    told = [one for one in caplog.records if one.name == "hcprograms.followup.delivery"]
    assert {one.lead for one in told} == {str(lead.public_id)}
    assert {one.follow_up for one in told} <= {str(row.public_id) for row in FollowUp.objects.all()}
    assert CANARY.lower() not in caplog.text.lower()


def test_lines_of_production_are_json_without_the_text_of_errors():
    settings = write_json_lines(base.LOGGING)
    written = StringIO()
    settings["handlers"]["console"] |= {"stream": written}
    told = {"lead": "1234", "request": CANARY, "exc_info": True}
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(settings)
    try:
        raise ValueError(CANARY)
    except ValueError:
        kept = told.pop("exc_info")
        logging.getLogger("hcprograms.x").error(
            "Internal Server Error: /my-request/%s/", "a1" * 40, exc_info=kept, extra=told
        )
    finally:
        logging.root.handlers[:], logging.root.level = before

    line = json.loads(written.getvalue())
    assert (line["level"], line["logger"], line["lead"]) == ("error", "hcprograms.x", "1234")
    assert line["event"] == "Internal Server Error: /my-request/…/"
    assert line["error"] == "ValueError"
    assert CANARY not in written.getvalue()


def test_tasks_take_no_arguments():
    found = [tasks.sweep, tasks.sweep_events, tasks.keep_house, tasks.watch]

    assert [one.run.__code__.co_argcount for one in found] == [0, 0, 0, 0]
