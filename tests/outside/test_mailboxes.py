"""The address that ends emails belongs to one school, whatever way another one spells it."""

import json
import os
import subprocess
import sys
import time
from email.message import EmailMessage
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from hcprograms.institutions.models import Institution, Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from tests import factories
from tests.outside.admin_pages import read_values

pytestmark = pytest.mark.django_db

OWN = "stop@kiosk-school.example"
TWINS = [
    "ſtop@kiosk-school.example",
    "STOP@KIOSK-SCHOOL.EXAMPLE",
    "stop\u200b@kiosk-school.example",
    "ｓｔｏｐ@kiosk-school.example",
    "stop@\u212aiosk-school.example",
    "stop@kioſk-school.example",
    "stop@kiosk-school。example",
    "stop@kiosk\u00ad-school.example",
    "Stop@kiosk-school.example ",
    "stop@kiosk-school.example\n",
]


@pytest.fixture
def owner(db):
    return factories.make_institution(name="Owner", withdrawal_email=OWN)


@pytest.fixture
def other(db):
    return factories.make_institution(name="Other")


def sign_in_manager(client, school):
    member = factories.make_member(institution=school, role=Role.MANAGER)
    client.force_login(member.user)


def post_mailbox(client, school, address):
    page = reverse("admin:hcprograms_institution_change", args=[school.pk])
    return client.post(page, read_values(client, page) | {"withdrawal_email": address})


def mailbox_of(school):
    school.refresh_from_db()
    return school.withdrawal_email


@pytest.mark.parametrize("twin", TWINS)
def test_manager_of_another_school_cannot_take_a_mailbox_in_other_letters(
    client, owner, other, twin
):
    sign_in_manager(client, other)

    response = post_mailbox(client, other, twin)

    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert (mailbox_of(other), mailbox_of(owner)) == ("", OWN)


@pytest.mark.parametrize("twin", TWINS)
def test_database_lets_no_twin_in(owner, other, twin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.filter(pk=other.pk).update(withdrawal_email=twin)

    assert mailbox_of(other) == ""


@pytest.mark.parametrize("address", ["ströp@school.example", "stop", "a@x.example, b@x.example"])
def test_mailbox_that_is_none_is_refused_at_its_field(client, other, address):
    sign_in_manager(client, other)

    response = post_mailbox(client, other, address)

    assert list(response.context["adminform"].form.errors) == ["withdrawal_email"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Stop@Kiosk.example", "stop@kiosk.example"),
        ("stop@bücher.example", "stop@xn--bcher-kva.example"),
        ("\u200bstop@kiosk.example", "stop@kiosk.example"),
        ("", ""),
    ],
)
def test_mailbox_is_stored_in_its_one_spelling(client, other, typed, stored):
    sign_in_manager(client, other)

    assert post_mailbox(client, other, typed).status_code == 302
    assert mailbox_of(other) == stored


def test_saving_the_page_again_changes_nothing(client, owner):
    sign_in_manager(client, owner)

    assert post_mailbox(client, owner, OWN).status_code == 302
    assert mailbox_of(owner) == OWN


def test_stop_ends_emails_of_the_school_that_has_the_mailbox(client, owner, other):
    sign_in_manager(client, other)
    post_mailbox(client, other, TWINS[0])
    leads = [
        factories.make_lead(
            form=factories.make_interest_form(institution=school), email="ada@applicant.example"
        )
        for school in (owner, other)
    ]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@applicant.example", OWN, "STOP"
    mail.set_content("STOP")

    sys_stdin, sys.stdin = sys.stdin, _Input(mail.as_bytes())
    try:
        call_command("receive_mail", stdout=StringIO())
    finally:
        sys.stdin = sys_stdin

    with scopes_disabled():
        ended = set(Consent.objects.filter(decision="withdrawn").values_list("lead", flat=True))
    assert ended == {leads[0].pk}


class _Input:
    """Standard input that holds one mail."""

    def __init__(self, content: bytes) -> None:
        self.buffer = _Bytes(content)


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1) -> bytes:
        found, self.content = self.content[:size] if size >= 0 else self.content, b""
        return found


# Schools apart by their slugs.


def test_slugs_that_differ_in_capitals_only_are_one(owner):
    factories.make_institution(slug="fairview")

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_institution(slug="FairView")


def test_taken_slug_is_refused_at_the_form(client):
    factories.make_institution(slug="fairview")
    second = factories.make_institution(slug="second")
    client.force_login(factories.make_user(is_staff=True, is_superuser=True))

    page = reverse("admin:hcprograms_institution_change", args=[second.pk])
    response = client.post(page, read_values(client, page) | {"slug": "FairView"})

    second.refresh_from_db()
    assert (response.status_code, second.slug) == (200, "second")


# Rows from before.

FILL = """
import django; django.setup()
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from uuid import uuid4
from datetime import datetime, timezone

apps = MigrationLoader(connection).project_state(("hcprograms", "0001_squashed_0024")).apps
new = lambda model, **values: apps.get_model("hcprograms", model)._base_manager.create(**values)
for number, (slug, mailbox, office) in enumerate([
    ("twin", "\\u017ftop@kiosk-school.example", "office@b\\u00fccher.example"),
    ("owner", "stop@kiosk-school.example", ""),
    ("loud", "STOP@Loud.example", "ask@loud.example"),
    ("hidden", "stop@loud.exam\\u200bple", ""),
    ("wrong", "str\\u00f6p@wrong.example", ""),
    ("Same", "", ""),
    ("same", "", ""),
]):
    school = new("Institution", name=f"School {slug} {number}", slug=slug, email=office,
                 withdrawal_email=mailbox)
form = new("InterestForm", institution=school, title="Ask", slug="ask", kind="information")
now = datetime(2026, 11, 24, 9, tzinfo=timezone.utc)
for email in ["ada@b\\u00fccher.example", "bob@plain.exam\\u200bple", "Cy@plain.example"]:
    lead = new("Lead", institution=school, form=form, submission_id=uuid4(), name="Ada",
               email=email, captured_at=now)
    new("FollowUp", institution=school, lead=lead, purpose="reminder", recipient="applicant",
        address=email, due_at=now)
"""

READ = """
import django, json; django.setup()
from django.apps import apps
all_of = lambda name, *fields: list(
    apps.get_model("hcprograms", name)._base_manager.order_by("pk").values_list(*fields)
)
print(json.dumps([
    all_of("Institution", "slug", "withdrawal_email", "email"),
    all_of("Lead", "email"), all_of("FollowUp", "address"),
]))
"""


def run(*args, **environment):
    done = subprocess.run(
        [sys.executable, *args],
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def connect_when_up(psycopg, url):
    """A server that has just been started refuses connections for a moment."""
    for _attempt in range(60):
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.5)
    raise TimeoutError(url)


@pytest.fixture(params=["file", "server"])
def old_site(request, tmp_path):
    """The environment of a site without tables: on SQLite, and on a PostgreSQL server."""
    found = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "project.settings"}
    if request.param == "server":
        psycopg = pytest.importorskip("psycopg")
        url = request.getfixturevalue("postgres_url")
        with connect_when_up(psycopg, url) as connection:
            connection.execute("DROP DATABASE IF EXISTS mailboxes")
            connection.execute("CREATE DATABASE mailboxes")
        found["DJANGO_SETTINGS_MODULE"] = "project.settings.test"
        found["DATABASE_URL"] = url.rpartition("/")[0] + "/mailboxes"
    return found


@pytest.mark.sqlite
def test_upgrade_keeps_one_of_each_and_names_the_others(old_site):
    run("manage.py", "migrate", "hcprograms", "0001_squashed_0024", "-v0", **old_site)
    run("-c", FILL, **old_site)

    told = run("manage.py", "migrate", "-v0", **old_site).stderr

    schools, leads, rows = json.loads(run("-c", READ, **old_site).stdout)
    assert schools == [
        ["twin", "", "office@xn--bcher-kva.example"],
        ["owner", "stop@kiosk-school.example", ""],
        ["loud", "stop@loud.example", "ask@loud.example"],
        ["hidden", "", ""],
        ["wrong", "", ""],
        ["Same", "", ""],
        ["same-2", "", ""],
    ]
    addresses = [["ada@xn--bcher-kva.example"], ["bob@plain.example"], ["Cy@plain.example"]]
    assert (leads, rows) == (addresses, addresses)
    for name in ["School twin", "School owner", "School hidden", "School wrong", "School same"]:
        assert name in told
