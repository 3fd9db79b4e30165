"""A site that was made before the migrations of a release keeps all that it has."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from tests.browser.site import make_site
from tests.prepared import copy_prepared

pytestmark = pytest.mark.xdist_group("upgrade")  # made once, by one worker

FIRST = "0003_catalog_version"

# A new database goes past this migration, at once to the last that the squashed one replaces.
START = f"""
import django; django.setup()
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

load_disk = MigrationLoader.load_disk
def load_without_squashed(self):
    load_disk(self)
    for key in [key for key, found in self.disk_migrations.items() if found.replaces]:
        del self.disk_migrations[key]

MigrationLoader.load_disk = load_without_squashed
call_command("migrate", "hcprograms", "{FIRST}", verbosity=0)
"""

# Written with the models of that time, as a site of that time would have.
FILL = f"""
import django; django.setup()
from datetime import datetime, timezone
from uuid import uuid4
from django.db import connection
from django.db.migrations.loader import MigrationLoader

apps = MigrationLoader(connection).project_state(("hcprograms", "{FIRST}")).apps
new = lambda model, /, **values: apps.get_model("hcprograms", model)._base_manager.create(**values)
now = datetime(2026, 11, 24, 9, tzinfo=timezone.utc)
school = new("Institution", name="School", slug="school", website="https://school.example/")
program = new("Program", institution=school, name="MHA", slug="mha", level="master")
offering = new("Offering", program=program, delivery="online")
cahme = new("Accreditor", slug="cahme", name="CAHME", levels=["master"])
new("AccreditationRecord", institution=school, offering=offering, accreditor=cahme,
    action="initial", effective_on=now.date())
new("AccreditationRecord", institution=school, accreditor=cahme, action="initial",
    effective_on=now.date())
form = new("InterestForm", institution=school, title="Apply", slug="apply", kind="apply")
new("InterestForm", institution=school, title="Ask", slug="ask", kind="information")
lead = new("Lead", institution=school, form=form, submission_id=uuid4(), name="Ada",
           email="ada@applicant.example", captured_at=now)
new("Consent", institution=school, lead=lead, channel="email", decision="granted",
    decided_at=now, seller="School")
new("FollowUp", institution=school, lead=lead, purpose="alert", recipient="advisor",
    address="ann@school.example", due_at=now)
"""

READ = """
import django, json; django.setup()
from django.apps import apps
from django.db import connection
models = apps.get_app_config("hcprograms").get_models()
counts = {model.__name__: model._base_manager.count() for model in models}
form = apps.get_model("hcprograms", "InterestForm")
forms = dict(form._base_manager.values_list("slug", "apply_url"))
records = apps.get_model("hcprograms", "AccreditationRecord")._base_manager.order_by("pk")
coverage = list(records.values_list("coverage", flat=True))
with connection.cursor() as cursor:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    triggers = [name for (name,) in cursor.fetchall()]
print(json.dumps({"counts": counts, "forms": forms, "triggers": triggers, "coverage": coverage}))
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """What a site holds after it was filled at the first migrations and upgraded to the last."""
    folder = tmp_path_factory.mktemp("site")
    settings = {"DJANGO_SETTINGS_MODULE": "project.settings", "VAR_DIR": str(folder)}

    def run(*args):
        done = subprocess.run(
            [sys.executable, *args], env=os.environ | settings, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-c", START)
    run("-c", FILL)
    run("manage.py", "migrate", "-v0")
    return json.loads(run("-c", READ)) | {"schema": read_schema(folder)}


def read_schema(folder):
    """What each table is made of, in any order; and all indexes and triggers of a site."""
    with sqlite3.connect(folder / "hcprograms.sqlite3") as database:
        found = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {(kind, name): parts(sql) if kind == "table" else sql for kind, name, sql in found}


def parts(sql):
    return sorted(sql[sql.index("(") + 1 : -1].split(", "))


@pytest.mark.parametrize(
    ("model", "count"),
    [
        ("Institution", 1),
        ("Program", 1),
        ("Offering", 1),
        ("InterestForm", 2),
        ("Lead", 1),
        ("Consent", 1),
        ("FollowUp", 1),
    ],
)
def test_rows_are_kept_through_an_upgrade(upgraded, model, count):
    assert upgraded["counts"][model] == count


def test_accreditation_record_covers_what_was_there_at_the_upgrade(upgraded):
    of_offering, of_institution = upgraded["coverage"]

    assert (of_offering["name"], of_offering["level"]) == ("MHA", "master")
    assert (of_offering["delivery"], of_offering["campus"]) == ("online", None)
    assert of_institution is None


def test_form_that_led_nowhere_leads_to_the_schools_website(upgraded):
    assert upgraded["forms"] == {"apply": "https://school.example/", "ask": ""}


@pytest.mark.parametrize(
    "trigger",
    [
        "hcp_consent_no_update",
        "hcp_consent_no_delete",
        "hcp_program_level",
        "hcp_record_no_rewrite",
        "hcp_disclosure_no_rewrite",
    ],
)
def test_guards_are_there_after_an_upgrade(upgraded, trigger):
    assert trigger in upgraded["triggers"]


def test_nothing_counts_changes_after_an_upgrade(upgraded):
    assert not [one for one in upgraded["triggers"] if one.startswith("hcp_count_")]


def test_upgraded_site_has_the_tables_of_a_new_one(upgraded, tmp_path):
    copy_prepared("project", make_site, to=tmp_path)
    assert upgraded["schema"] == read_schema(tmp_path)
