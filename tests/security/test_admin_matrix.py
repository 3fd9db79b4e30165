"""Institutions apart: every page of the admin, for every role, with an object of another school.

SECURITY.md 1–6, 8 and 9. The matrix is made from what is registered: a model or an address that
nobody has thought about here makes a test fail.
"""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from hcprograms.catalog.models import Offering, Program, RoleEvidence
from hcprograms.followup.models import FollowUp, Sequence
from hcprograms.institutions.access import RIGHTS, Right, institution_id_of
from hcprograms.institutions.models import Membership
from hcprograms.leads.file_storage import find_storage
from hcprograms.leads.models import Lead, LeadFile, RetentionRule, RoutingRule
from hcprograms.leads.models.forms import InterestForm
from tests.factories import make_user
from tests.security.pages import fill_in, read_page
from tests.security.world import (
    ADDS,
    INLINE_ONLY,
    REFERENCE,
    ROLES,
    SCOPED,
    SEES,
    SHEETS,
    freeze,
    make_reference,
    make_school,
    make_staff,
    registered,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,  # 1,200 pages; what they ask is plain on either database
]

OURS, THEIRS = "Ourmark", "Theirmark"
STANDARD = {"changelist", "add", "history", "delete", "change"}
OWN_ADDRESSES = {
    "interestform_preview": "interestform",
    "interestform_preview_new": "interestform",
    "offering_preview": "offering",
    "offering_preview_new": "offering",
    "program_preview": "program",
    "program_preview_new": "program",
    "lead_verb": "lead",
    "lead_disclosure": "lead",
    "lead_file": "lead",
    "lead_import": "lead",
    "lead_merge": "lead",
    "lead_report": "lead",
    "lead_undo": "lead",  # see tests/outside/test_staff_status.py
    "retentionrule_preview": "retentionrule",
    "followup_again": "followup",
    "followup_late": "followup",
    "routingrule_simulate": "routingrule",
    "sequence_simulate": "sequence",
    "sequence_apply": "sequence",
    "webhookendpoint_secret": "webhookendpoint",
    "webhookendpoint_resume": "webhookendpoint",
    "webhookendpoint_try": "webhookendpoint",
    "appointment_verb": "appointment",
    **{  # see tests/followup/test_text_admin.py
        f"messagetemplate_{page}": "messagetemplate"
        for page in ("write", "show", "try", "versions", "restore", "end")
    },
} | {
    f"{model._meta.model_name}_{page}": page  # see test_spreadsheets.py
    for model in SHEETS
    for page in ("import", "export", "template")
}
NO_SUCH_PK = 987_654

by_name = sorted(SCOPED, key=lambda model: model._meta.model_name)
each_model = pytest.mark.parametrize("model", by_name, ids=lambda m: m._meta.model_name)
each_role = pytest.mark.parametrize("role", ROLES)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Both schools, made once; what a test changes is undone by its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_reference()
        yield make_school(OURS), make_school(THEIRS)
        transaction.set_rollback(True)


@pytest.fixture
def ours(world, db):
    return world[0]


@pytest.fixture
def theirs(world, db):
    return world[1]


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:hcprograms_{model._meta.model_name}_{page}", args=args)


def says(response: Any, mark: str) -> bool:
    content = response.content
    if content.startswith(b"PK"):  # a workbook is a packed folder of texts
        with ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return mark.lower() in content.decode().lower()


# The matrix is complete.


def test_every_model_is_in_the_matrix():
    known = SCOPED | REFERENCE

    assert set(registered()) == known


def test_every_model_of_the_plugin_is_in_the_admin_or_left_out_on_purpose():
    left_out = set(apps.get_app_config("hcprograms").get_models()) - set(registered())
    many_to_many = {model for model in left_out if model._meta.auto_created}

    assert {m.__name__ for m in left_out - many_to_many - INLINE_ONLY} == {
        "CatalogVersion",
        "ChangeLogEntry",  # History pages show it
        "BookedTime",
        "Heartbeat",
        "RequestCount",
        "SpreadsheetUpload",
        "SpentProof",
        "Upload",
    }


def test_every_address_is_in_the_matrix():
    found = set()
    for model, one in registered().items():
        for pattern in one.urls:
            page = str(pattern.name or "").removeprefix("hcprograms_")
            name, _sep, kind = page.rpartition("_")
            if page and not (kind in STANDARD and name == model._meta.model_name):
                found.add(page)

    assert found == set(OWN_ADDRESSES)


def test_every_address_runs_in_a_scope():
    unscoped = [
        pattern.name
        for one in registered().values()
        for pattern in one.urls
        if not getattr(pattern.callback, "is_scoped", False)
    ]

    assert unscoped == []


def test_managers_have_the_rights_of_owners():
    assert RIGHTS["manager"] == RIGHTS["owner"]


# Lists and add pages.


@each_role
@each_model
def test_list_shows_ours_only(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    response = client.get(address(model, "changelist"))

    assert response.status_code == (200 if model in SEES[role] else 403)
    assert not says(response, THEIRS)


@each_model
def test_list_of_a_superuser_shows_both(client, ours, theirs, model):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    response = client.get(address(model, "changelist"))

    assert response.context["cl"].result_count >= 2


@each_role
@each_model
def test_add_page_offers_ours_only(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    response = client.get(address(model, "add"))

    assert response.status_code == (200 if model in ADDS[role] else 403)
    assert not says(response, THEIRS)


@each_model
def test_pages_of_ours_name_nothing_of_theirs(client, ours, theirs, model):
    client.force_login(make_staff(ours[Membership].institution, "owner"))

    for page in ("change", "history", "delete"):
        response = client.get(address(model, page, ours[model].pk))

        assert response.status_code in ({200, 403} if page == "delete" else {200})
        assert not says(response, THEIRS)


# Objects of another school.


@each_role
@each_model
def test_object_of_theirs_is_answered_like_none(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    for page in ("change", "history", "delete"):
        foreign = client.get(address(model, page, theirs[model].pk))
        nobody = client.get(address(model, page, NO_SUCH_PK))

        assert foreign.status_code == nobody.status_code
        assert foreign.status_code in {302, 403, 404}
        assert foreign.get("Location") == nobody.get("Location")
        assert not says(foreign, THEIRS)


@each_role
@each_model
def test_post_to_an_object_of_theirs_changes_nothing(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(theirs[model])

    for page in ("change", "delete"):
        response = client.post(address(model, page, theirs[model].pk), {"post": "yes"})

        assert response.status_code in {302, 403, 404, 405}
        assert not says(response, THEIRS)
    assert freeze(theirs[model]) == before


@each_role
def test_verbs_on_a_lead_of_theirs_change_nothing(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(theirs[Lead])

    for verb in (
        "answer",
        "note",
        "call",
        "status",
        "assign",
        "release",
        "spam",
        "withdraw",
        "message",
        "unmerge",
        "erase",
    ):
        sent = {"text": "x", "subject": "x", "status": "contacted", "channel": "email"}
        sent["membership"] = theirs[Membership].pk
        response = client.post(address(Lead, "verb", theirs[Lead].pk, verb), sent)

        assert response.status_code == 404
    assert freeze(theirs[Lead]) == before


@each_role
@pytest.mark.parametrize("model", [Program, Offering, InterestForm])
def test_preview_of_theirs_shows_and_keeps_nothing(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(theirs[model])

    shown = client.get(address(model, "preview", theirs[model].pk))
    sent = client.post(address(model, "preview", theirs[model].pk), {"name": "x"})

    assert shown.status_code == 404
    assert sent.status_code in {302, 403}
    assert not says(shown, THEIRS)
    assert not says(sent, THEIRS)
    assert freeze(theirs[model]) == before


def test_failed_message_of_theirs_is_not_sent_again(client, ours, theirs):
    follow_up = next(row for model, row in theirs.items() if model.__name__ == "FollowUp")
    client.force_login(make_staff(ours[Membership].institution, "owner"))
    before = freeze(follow_up)

    response = client.post(address(type(follow_up), "again", follow_up.pk))

    assert response.status_code == 404
    assert freeze(follow_up) == before


@each_role
def test_lead_of_theirs_is_neither_compared_nor_merged(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(ours[Lead]), freeze(theirs[Lead])
    pairs = [(ours[Lead].pk, theirs[Lead].pk), (theirs[Lead].pk, ours[Lead].pk)]

    answers = [
        ask(address(Lead, "merge", *pair)) for pair in pairs for ask in (client.get, client.post)
    ]

    assert {one.status_code for one in answers} == {404}
    assert (freeze(ours[Lead]), freeze(theirs[Lead])) == before


@each_role
def test_what_is_held_about_a_person_of_theirs_is_not_told(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    foreign = client.get(address(Lead, "disclosure", theirs[Lead].pk))
    own = client.get(address(Lead, "disclosure", ours[Lead].pk))

    assert foreign.status_code == 404
    assert own.status_code == {"owner": 200, "editor": 404}.get(role, 403)


@each_role
def test_file_of_a_person_of_theirs_is_not_given_out(client, ours, theirs, role):
    """Not under its own lead, and not under one of ours."""
    for school in (ours, theirs):
        find_storage().save(f"world/{school[Lead].name.split()[0]}", ContentFile(b"%PDF-1.7"))
    client.force_login(make_staff(ours[Membership].institution, role))
    own, foreign = (
        LeadFile._base_manager.select_related("upload").get(lead=school[Lead])
        for school in (ours, theirs)
    )

    answers = [
        client.get(address(Lead, "file", lead.lead_id, file.upload.public_id))
        for lead, file in ((foreign, foreign), (own, foreign), (foreign, own), (own, own))
    ]

    allowed = 404 if role == "editor" else 200
    assert [one.status_code for one in answers] == [404, 404, 404, allowed]


@each_role
@pytest.mark.parametrize("by", ["form", "program", "source", "advisor"])
def test_report_counts_ours_only(client, ours, theirs, role, by):
    client.force_login(make_staff(ours[Membership].institution, role))
    asked = {"by": by, "first": "2026-11-01", "last": "2026-11-30"}
    asked["institution"] = theirs[Membership].institution.pk

    page = client.get(address(Lead, "report"), asked)
    file = client.get(address(Lead, "report"), asked | {"format": "csv"})

    assert page.status_code == (403 if role == "editor" else 200)
    assert file.status_code == (200 if role == "owner" else 403)
    assert not says(page, THEIRS)
    assert not says(file, THEIRS)


@each_role
def test_page_of_what_is_late_names_nothing_of_theirs(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    asked = {"institution": theirs[Membership].institution.pk}

    page = client.get(address(FollowUp, "late"), asked)

    assert page.status_code == (403 if role == "editor" else 200)
    assert not says(page, THEIRS)


@each_role
def test_preview_of_retention_names_nothing_of_theirs(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    page = client.get(address(RetentionRule, "preview"))

    assert page.status_code == (403 if role == "editor" else 200)
    assert not says(page, THEIRS)


@each_role
def test_simulated_routing_names_nobody_of_theirs(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    school = theirs[Membership].institution.pk

    page = client.get(address(RoutingRule, "simulate"), {"institution": school})
    asked = client.get(
        address(RoutingRule, "simulate"), {"institution": school, "kind": "information"}
    )

    assert page.status_code == asked.status_code == (403 if role == "editor" else 200)
    assert not says(page, THEIRS)
    assert not says(asked, THEIRS)


@each_role
def test_simulated_sequence_names_nobody_of_theirs(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    theirs_by_name = {
        "institution": theirs[Membership].institution.pk,
        "sequence": theirs[Sequence].pk,
        "lead": theirs[Lead].pk,
    }
    filled = {"kind": "information", "status": "new", "asks_at": "2026-11-24T10:00"}
    filled |= {"advisor": theirs[Membership].pk, "programs": theirs[Program].pk}

    pages = [
        client.get(address(Sequence, "simulate"), {name: pk} | more)
        for name, pk in theirs_by_name.items()
        for more in ({}, filled)
    ]

    assert {page.status_code for page in pages} == {403 if role == "editor" else 200}
    assert not any(says(page, THEIRS) for page in pages)


@each_role
def test_sequence_of_theirs_is_neither_previewed_nor_applied(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(theirs[FollowUp])

    foreign = [
        ask(address(Sequence, "apply", theirs[Sequence].pk)) for ask in (client.get, client.post)
    ]
    own = client.get(address(Sequence, "apply", ours[Sequence].pk))

    assert {one.status_code for one in foreign} == {404}
    assert own.status_code == {"owner": 200, "editor": 404}.get(role, 403)
    assert not says(own, THEIRS)
    assert freeze(theirs[FollowUp]) == before


@each_model
def test_shortcut_to_the_public_page_tells_nothing(client, ours, theirs, model):
    client.force_login(make_staff(ours[Membership].institution, "owner"))
    kind = ContentType.objects.get_for_model(model)

    response = client.get(f"/admin/r/{kind.pk}/{theirs[model].pk}/")

    assert response.status_code == 404


# Autocomplete, actions, filters, posted ids.


def autocompletes() -> list[tuple[str, str]]:
    return sorted(
        (model._meta.model_name, field.name)
        for model in apps.get_app_config("hcprograms").get_models()
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.is_relation and field.related_model in admin.site._registry
    )


@pytest.mark.parametrize(("source", "field"), autocompletes())
def test_autocomplete_offers_ours_only(client, ours, theirs, source, field):
    for role in ROLES:
        client.force_login(make_staff(ours[Membership].institution, role))
        asked = {"app_label": "hcprograms", "model_name": source, "field_name": field, "term": ""}

        response = client.get("/admin/autocomplete/", asked)

        assert response.status_code in {200, 403, 404}
        assert not says(response, THEIRS)


def actions() -> list[tuple[Any, str]]:
    """Each action by the name that the changelist posts: a function may stand for itself."""
    return [
        (model, getattr(action, "__name__", action))
        for model in by_name
        for action in [*(admin.site._registry[model].actions or []), "delete_selected"]
    ]


@each_role
@pytest.mark.parametrize(("model", "action"), actions(), ids=str)
def test_action_with_mixed_ids_touches_ours_only(client, ours, theirs, model, action, role):
    client.force_login(make_staff(ours[Membership].institution, role))
    before = freeze(theirs[model])

    response = client.post(
        address(model, "changelist"),
        {"action": action, "_selected_action": [ours[model].pk, theirs[model].pk], "post": "yes"},
        follow=True,
    )

    assert freeze(theirs[model]) == before
    assert not says(response, THEIRS)


@pytest.mark.parametrize(("model", "action"), actions(), ids=str)
def test_action_of_a_viewer_touches_nothing(client, ours, model, action):
    client.force_login(make_staff(ours[Membership].institution, "viewer"))
    before = freeze(ours[model])

    client.post(
        address(model, "changelist"),
        {"action": action, "_selected_action": [ours[model].pk], "post": "yes"},
    )

    assert freeze(ours[model]) == before


@pytest.mark.parametrize(("model", "action"), actions(), ids=str)
def test_action_where_one_only_looks_touches_nothing(client, ours, theirs, model, action):
    """Somebody who manages one school and only looks at another changes the first one's rows."""
    user = make_staff(ours[Membership].institution, "manager")
    Membership.objects.create(institution=theirs[Membership].institution, user=user, role="viewer")
    client.force_login(user)
    before = freeze(theirs[model])

    client.post(
        address(model, "changelist"),
        {"action": action, "_selected_action": [ours[model].pk, theirs[model].pk], "post": "yes"},
    )

    assert freeze(theirs[model]) == before


@each_model
def test_filter_by_a_row_of_theirs_finds_nothing(client, ours, theirs, model):
    client.force_login(make_staff(ours[Membership].institution, "owner"))

    for field in model._meta.fields:
        if field.is_relation and field.related_model in theirs:
            asked = {f"{field.name}__id__exact": theirs[field.related_model].pk}
            response = client.get(address(model, "changelist"), asked, follow=True)

            assert not says(response, THEIRS)


def foreign_keys() -> list[tuple[Any, str]]:
    """Every form field by which a row could be tied to another school's."""
    return [
        (model, field.name)
        for model in sorted(ADDS["owner"], key=lambda one: one._meta.model_name)
        for field in model._meta.fields
        if field.is_relation and field.editable and field.related_model in SCOPED
    ]


@pytest.mark.parametrize("who", ["owner", "superuser"])
@pytest.mark.parametrize(("model", "field"), foreign_keys(), ids=str)
def test_posted_id_of_theirs_is_refused(client, ours, theirs, model, field, who):
    """By nobody: not even a superuser ties rows of two schools together."""
    superuser = make_user(is_staff=True, is_superuser=True)
    owner = make_staff(ours[Membership].institution, "owner")
    client.force_login(owner if who == "owner" else superuser)
    page = read_page(client.get(address(model, "add")))
    related = model._meta.get_field(field).related_model
    count = model._base_manager.count()

    sent = fill_in(page, ours, model) | {field: theirs[related].pk}
    response = client.post(address(model, "add"), sent)

    if who == "owner":
        assert response.status_code == 200
        assert response.context["errors"]
        assert model._base_manager.count() == count
    elif response.status_code == 302:
        newest = model._base_manager.latest("pk")
        assert_one_school(newest, theirs[Membership].institution)


def assert_one_school(row: Any, institution: Any) -> None:
    """Everything that the row points to belongs to the one school."""
    for field in row._meta.fields:
        value = getattr(row, field.name) if field.is_relation else None
        if value is not None and field.related_model in SCOPED:
            path = admin.site._registry[field.related_model].institution_path
            assert institution_id_of(value, path=path) == institution.pk


def test_people_of_the_site_are_offered_to_nobody_but_superusers(rf, ours):
    request = rf.get("/")
    request.user = make_staff(ours[Membership].institution, "owner")

    offered = admin.site._registry[Membership].choices_of(
        request, get_user_model(), right=Right.VIEW
    )

    assert list(offered) == []


# Rights end at once; scopes hold outside the admin.


@each_model
def test_revoked_membership_is_denied_at_the_next_request(client, ours, model):
    user = make_staff(ours[Membership].institution, "owner")
    client.force_login(user)
    allowed = client.get(address(model, "changelist")).status_code
    Membership.objects.filter(user=user).update(is_active=False)

    denied = client.get(address(model, "changelist"))

    assert allowed == 200
    assert denied.status_code == 403
    assert client.get(address(model, "change", ours[model].pk)).status_code in {302, 403}


def test_permissions_of_django_alone_open_nothing(client, ours):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="hcprograms"))
    client.force_login(user)

    answers = {client.get(address(model, "changelist")).status_code for model in registered()}

    assert answers == {403}


def test_member_without_staff_status_is_sent_to_the_login(client, ours):
    user = make_staff(ours[Membership].institution, "owner")
    type(user).objects.filter(pk=user.pk).update(is_staff=False)
    client.force_login(user)

    response = client.get(address(Lead, "changelist"))

    assert response.status_code == 302
    assert "/login/" in response["Location"]


@pytest.mark.parametrize("model", sorted(REFERENCE, key=lambda m: m.__name__), ids=str)
def test_reference_data_is_read_by_members_and_kept_by_superusers(client, ours, model):
    row = model._base_manager.first()
    client.force_login(make_staff(ours[Membership].institution, "viewer"))

    read = client.get(address(model, "change", row.pk))
    written = client.post(address(model, "change", row.pk), {})
    added = client.get(address(model, "add"))
    deleted = client.post(address(model, "delete", row.pk), {"post": "yes"})

    assert read.status_code == 200
    assert {written.status_code, added.status_code, deleted.status_code} == {403}
    assert model._base_manager.filter(pk=row.pk).exists()


def test_shared_evidence_is_read_and_not_changed_by_members(client, ours):
    shared = RoleEvidence.objects.get(institution=None)
    client.force_login(make_staff(ours[Membership].institution, "owner"))

    read = client.get(address(RoleEvidence, "change", shared.pk))
    written = client.post(address(RoleEvidence, "change", shared.pk), {"track": "administration"})

    assert read.status_code == 200
    assert written.status_code == 403


# Django's own log.


def test_log_names_no_applicant(client, ours):
    """An erasure does not reach Django's log, so nothing about a person may be in it."""
    client.force_login(make_staff(ours[Membership].institution, "owner"))

    client.post(address(Lead, "verb", ours[Lead].pk, "answer"))
    client.post(
        address(Lead, "changelist"), {"action": "mark_spam", "_selected_action": [ours[Lead].pk]}
    )

    assert Lead._base_manager.get(pk=ours[Lead].pk).status == Lead.Status.SPAM
    assert list(LogEntry.objects.values_list("object_repr", flat=True)) == []


def test_history_of_a_row_that_was_theirs_stays_theirs(client, ours, theirs):
    """What a superuser wrote in the log about another school is on no page of ours."""
    superuser = make_user(is_staff=True, is_superuser=True)
    client.force_login(superuser)
    client.post(
        address(Program, "changelist"),
        {"action": "retire", "_selected_action": [theirs[Program].pk]},
    )
    logged = LogEntry.objects.filter(object_repr__contains=THEIRS).count()
    client.force_login(make_staff(ours[Membership].institution, "owner"))

    pages = ["/admin/", address(Program, "history", ours[Program].pk)]

    assert logged == 1
    assert not any(says(client.get(page), THEIRS) for page in pages)


@each_role
def test_index_links_what_the_role_may_see(client, ours, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    listed = client.get("/admin/").context["app_list"]

    shown = {one["model"] for app in listed for one in app["models"]}
    assert shown == SEES[role] | REFERENCE


@each_role
def test_index_names_nothing_of_theirs(client, ours, theirs, role):
    client.force_login(make_staff(ours[Membership].institution, role))

    for page in ("/admin/", "/admin/hcprograms/"):
        assert not says(client.get(page), THEIRS)
