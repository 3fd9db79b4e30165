"""Texts of messages: their versions."""

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.messages import render_message
from hcprograms.followup.models import FollowUp, MessageTemplate, TemplateVersion
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.queue import lease_due
from hcprograms.leads.models.lead import Lead, LeadEvent
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]


@pytest.fixture
def template():
    return MessageTemplate.objects.create(
        institution=factories.make_institution(), kind="own", name="Open day", key="open-day"
    )


def save_version(template, **fields):
    values = {"language": "en", "number": 1, "subject": "Open day", "body": "Come and see."}
    return TemplateVersion.objects.create(template=template, created_at=NOW, **values | fields)


def test_database_keeps_the_words_of_a_version(template):
    version = save_version(template)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(body="Something else.")
    version.refresh_from_db()
    assert version.body == "Come and see."


def test_version_outlives_the_account_that_saved_it(template):
    user = factories.make_user()
    version = save_version(template, created_by=user)

    user.delete()

    version.refresh_from_db()
    assert version.created_by is None


def test_version_has_a_subject_and_a_text_or_neither(template):
    with pytest.raises(DatabaseError), transaction.atomic():
        save_version(template, subject="")
    assert save_version(template, subject="", body="").ends_language


# Which text a message is made of.


def write_template(institution, *, kind="alert", key="own-alert", versions=(), **fields):
    template = MessageTemplate.objects.create(
        institution=institution, kind=kind, name=key, key=key, **fields
    )
    for number, (language, subject, body) in enumerate(versions, start=1):
        save_version(template, number=number, language=language, subject=subject, body=body)
    return template


def plan(lead, purpose="alert", **fields):
    plan_for_lead(lead=lead, now=NOW)
    FollowUp.objects.exclude(purpose=purpose).delete()
    FollowUp.objects.update(**fields)


def sent():
    return [one.subject for one in mail.outbox]


ALERT = ("en-us", "Somebody asked: {name}", "{contact}\n\n[Open]({lead_url})")


def test_built_in_text_is_sent_where_there_is_no_other(lead):
    plan(lead)

    deliver_due(now=NOW, limit=50)

    assert set(sent()) == {"New request: Ada Applicant"}
    assert set(FollowUp.objects.values_list("template_version", flat=True)) == {None}


def test_standard_text_takes_its_place_and_the_version_is_recorded(lead, school):
    template = write_template(school, versions=[ALERT], is_standard=True)
    plan(lead)

    deliver_due(now=NOW, limit=50)

    version = template.versions.get()
    assert set(sent()) == {"Somebody asked: Ada Applicant"}
    assert set(FollowUp.objects.values_list("template_version", flat=True)) == {version.pk}


def test_text_of_another_institution_is_not_taken(lead):
    stranger = factories.make_institution()
    write_template(stranger, versions=[ALERT], is_standard=True)
    plan(lead, template="own-alert")

    deliver_due(now=NOW, limit=50)

    assert set(sent()) == {"New request: Ada Applicant"}


def test_named_text_goes_before_the_standard(lead, school):
    write_template(school, versions=[ALERT], is_standard=True)
    named = ("en-us", "Quick: {name}", "[Open]({lead_url})")
    write_template(school, key="quick", kind="reminder", versions=[named])
    plan(lead, template="quick")

    deliver_due(now=NOW, limit=50)

    assert set(sent()) == {"Quick: Ada Applicant"}


def test_latest_version_counts(lead, school):
    later = ("en-us", "Later", "[Open]({lead_url})")
    write_template(school, versions=[ALERT, later], is_standard=True)
    plan(lead)

    deliver_due(now=NOW, limit=50)

    assert set(sent()) == {"Later"}


@pytest.mark.parametrize("key", ["gone", "welcome"])
def test_named_text_that_is_gone_or_for_others_gives_way_visibly(lead, school, key):
    write_template(school, key="welcome", kind="confirmation")
    plan(lead, template=key)

    deliver_due(now=NOW, limit=50)

    told = LeadEvent.objects.filter(lead=lead, kind="mail_sent").first().text
    assert set(sent()) == {"New request: Ada Applicant"}
    assert told.endswith(
        f"The built-in text was sent: There is no text “{key}” for such a message."
    )


def test_version_that_cannot_be_sent_gives_way_visibly(lead, school):
    broken = ("en-us", "Hello {nobody}", "[Open]({lead_url})")
    template = write_template(school, versions=[broken], is_standard=True)
    plan(lead)

    deliver_due(now=NOW, limit=50)

    template.refresh_from_db()
    assert set(sent()) == {"New request: Ada Applicant"}
    assert template.trouble == "“own-alert”: Line 1: There is no placeholder {nobody}."


def test_own_text_that_is_gone_fails_visibly(lead):
    plan(lead)
    FollowUp.objects.update(purpose="message", recipient="applicant", template="gone")

    deliver_due(now=NOW, limit=50)

    row = FollowUp.objects.first()
    assert row.state == "failed"
    assert "There is no text “gone”" in row.last_error


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de-at", "de"), ("de", "de"), ("es", "es"), ("fr", "en"), ("", "en"), ("xx", "en")],
)
def test_language_falls_back_to_its_base_and_to_the_texts_own(
    lead, school, settings, language, expected
):
    body = "{answer_by}\n\n[x]({request_url})"
    versions = [(code, f"In {code}", body) for code in ("de", "en", "es")]
    write_template(school, kind="confirmation", versions=versions, is_standard=True, language="en")
    Lead.objects.update(language=language)
    plan(lead, "confirmation")

    deliver_due(now=NOW, limit=50)

    assert sent() == [f"In {expected}"]
    assert f'lang="{expected}"' in mail.outbox[0].alternatives[0][0]


def test_language_whose_use_has_ended_counts_no_more(lead, school):
    body = "{answer_by}\n\n[x]({request_url})"
    versions = [("en", "In en", body), ("de", "In de", body), ("de", "", "")]
    write_template(school, kind="confirmation", versions=versions, is_standard=True, language="en")
    Lead.objects.update(language="de")
    plan(lead, "confirmation")

    deliver_due(now=NOW, limit=50)

    assert sent() == ["In en"]


def test_texts_are_read_once_for_a_batch(lead, school):
    """Marking is a statement for each; everything else is shared."""
    template = write_template(school, versions=[ALERT], is_standard=True)
    for number in range(2, 9):
        save_version(template, number=number, language="en-us", body="Old", subject="Old")
    plan(lead)

    lease = lease_due(now=NOW, limit=50)

    with CaptureQueriesContext(connection) as queries:
        for row in lease.rows:
            render_message(row, now=NOW)
    kept = lease.rows[0].lead.institution.message_templates.all()[0].versions.all()
    assert len(queries) == 0
    assert [one.number for one in kept] == [8]
