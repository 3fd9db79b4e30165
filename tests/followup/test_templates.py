"""Texts of messages: their versions."""

import pytest
from django.db import DatabaseError, transaction

from hcprograms.followup.models import MessageTemplate, TemplateVersion
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


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
