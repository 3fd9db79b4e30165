"""Versioned disclosures: which is in force, for whom, and that nobody rewrites one."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.catalog.disclosures import (
    choose_in_force,
    find_disclosures,
    is_in_force,
    keep_new_version,
)
from hcprograms.catalog.models import Disclosure
from hcprograms.catalog.reference import load_reference, read_reference
from tests.factories import TODAY, make_institution, make_member, make_program
from tests.security.pages import read_page

DAY = timedelta(days=1)


def make_disclosure(**fields):
    values = {"code": "no-guarantee", "places": ["roles"], "text": "No promise."}
    values |= {"status": "published", "valid_from": TODAY}
    return Disclosure.objects.create(**values | fields)


# In force: pure.


def text(**fields):
    values = {"institution_id": None, "code": "c", "version": 1, "status": "published"}
    return SimpleNamespace(**values | {"valid_from": TODAY, "valid_to": None} | fields)


texts = st.builds(
    text,
    institution_id=st.sampled_from([None, 1]),
    code=st.sampled_from("ab"),
    version=st.integers(1, 4),
    status=st.sampled_from(["draft", "published"]),
    valid_from=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    valid_to=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
)


@given(st.lists(texts, max_size=8), st.dates(date(2025, 12, 30), date(2026, 1, 12)))
def test_one_text_of_each_code_is_in_force_and_it_is_the_best(rows, on):
    chosen = choose_in_force(rows, on=on)

    living = [row for row in rows if is_in_force(row, on=on)]
    assert [one.code for one in chosen] == sorted({row.code for row in living})
    for one in chosen:
        rivals = [row for row in living if row.code == one.code]
        assert one.institution_id is not None or not any(row.institution_id for row in rivals)
        same_owner = [row for row in rivals if row.institution_id == one.institution_id]
        assert one.valid_from == max(row.valid_from for row in same_owner)


@given(st.lists(texts, max_size=6), texts, st.dates(date(2026, 1, 1), date(2026, 1, 8)))
def test_later_version_changes_nothing_on_the_days_before_it(rows, later, on):
    later.valid_from = on + DAY

    assert choose_in_force([*rows, later], on=on) == choose_in_force(rows, on=on)


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (3, True), (4, False)])
def test_both_ends_of_the_term_are_in_force(days, shown):
    one = text(valid_to=TODAY + 3 * DAY)

    assert is_in_force(one, on=TODAY + days * DAY) is shown


# In the database.


@pytest.mark.django_db
def test_own_text_is_shown_instead_of_the_shared_one_on_own_pages_only():
    ours, theirs = make_institution(), make_institution()
    shared = make_disclosure()
    own = make_disclosure(institution=ours, places=["roles", "form"])

    assert find_disclosures(institution_id=ours.pk, on=TODAY) == {"roles": [own], "form": [own]}
    assert find_disclosures(institution_id=theirs.pk, on=TODAY) == {"roles": [shared]}
    assert find_disclosures(institution_id=None, on=TODAY) == {"roles": [shared]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"text": "Everything is guaranteed."},
        {"places": ["form"]},
        {"valid_from": TODAY - 9 * DAY},
        {"status": "draft"},
        {"version": 7},
    ],
)
def test_published_version_is_not_rewritten_by_anybody(change):
    kept = make_disclosure()

    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        Disclosure.objects.filter(pk=kept.pk).update(**change)

    Disclosure.objects.filter(pk=kept.pk).update(valid_to=TODAY + DAY)
    kept.refresh_from_db()
    assert (kept.text, kept.valid_to) == ("No promise.", TODAY + DAY)


@pytest.mark.django_db
def test_new_versions_are_numbered_per_owner_and_code():
    school = make_institution()
    make_disclosure(version=3)
    drafts = [
        Disclosure(code="no-guarantee", institution=owner, places=["roles"], text="x")
        for owner in (None, school, school)
    ]

    for draft in drafts:
        draft.valid_from = TODAY
        keep_new_version(disclosure=draft)

    assert [draft.version for draft in drafts] == [4, 1, 2]


@pytest.mark.django_db
def test_reference_texts_are_loaded_once_and_never_over_what_is_there():
    load_reference()
    school = make_institution()
    own = make_disclosure(institution=school, code="no-guarantee-of-work", text="Ours.")
    newer = read_reference()
    for item in newer["disclosures"]["disclosures"]:
        item["text"] = f"{item['text']} Changed."

    report = load_reference(data=newer)

    kept = Disclosure.objects.get(institution=None, code="no-guarantee-of-work")
    own.refresh_from_db()
    assert (own.text, "Changed" in kept.text, kept.source.key) == ("Ours.", False, "S4")
    assert len([one for one in report.skips if one.table == "disclosure"]) == 10


@pytest.mark.django_db
def test_next_version_of_a_release_is_added_beside_the_last():
    load_reference()
    newer = read_reference()
    item = newer["disclosures"]["disclosures"][0]
    item |= {"version": 2, "text": "Reworded.", "valid_from": "2026-11-20"}

    load_reference(data=newer)

    versions = Disclosure.objects.filter(code=item["code"]).order_by("version")
    assert [one.version for one in versions] == [1, 2]
    shown = {one.text for one in find_disclosures(institution_id=None, on=TODAY)["accreditation"]}
    assert shown == {"Reworded."}


# In public.


@pytest.mark.django_db
def test_every_place_of_the_reference_texts_is_on_a_page(client):
    """The words that ship are shown where they belong; the fixed sentences are gone."""
    load_reference()
    program = make_program()
    program.institution.interest_forms.create(slug="ask", title="Ask", status="published")
    slugs = [program.institution.slug, program.slug]
    page = client.get(reverse("hcprograms:program", args=slugs)).content.decode()
    form = client.get(reverse("hcprograms:ask", args=slugs[:1])).content.decode()

    assert "Start dates differ from program to program" in page
    assert "Accreditation belongs to one way of study" in page
    assert "Look into what your state asks for" in page
    assert "Version 1, in force since Nov. 1, 2026" in page
    assert "Asking is not applying" in form


@pytest.mark.django_db
def test_tag_shows_the_text_of_the_institution_named_and_escapes_it(rf):
    school = make_institution(slug="ours")
    make_disclosure(institution=school, text="<b>Ours</b>", valid_from=timezone.localdate())
    page = '{% load hcprograms %}{% disclosures "roles" institution="ours" %}'

    html = Template(page).render(Context({"request": rf.get("/")}))

    assert "&lt;b&gt;Ours&lt;/b&gt;" in html


@pytest.mark.django_db
def test_tags_of_a_page_share_one_query(rf, django_assert_num_queries):
    make_disclosure(valid_from=timezone.localdate())
    page = '{% load hcprograms %}{% disclosures "roles" %}{% disclosures "form" %}'

    with django_assert_num_queries(1):
        html = Template(page).render(Context({"request": rf.get("/")}))

    assert html.count("No promise.") == 1


# In the admin.


@pytest.fixture
def school(db):
    return make_institution()


@pytest.fixture
def staff(client, school):
    client.force_login(make_member(institution=school, role="editor").user)
    return client


def url(page, *args):
    return reverse(f"admin:hcprograms_disclosure_{page}", args=args)


def test_staff_issue_their_own_version_of_a_shared_text(staff, school):
    shared = make_disclosure(valid_from=timezone.localdate())
    add = f"{url('add')}?version_of={shared.pk}"

    sent = read_page(staff.get(add)) | {"text": "Ours: no promise.", "status": "published"}
    response = staff.post(add, sent)

    own = Disclosure.objects.get(institution=school)
    assert response.status_code == 302
    assert (own.code, own.version, own.places) == ("no-guarantee", 1, ["roles"])
    assert find_disclosures(institution_id=school.pk, on=timezone.localdate())["roles"] == [own]


def test_shared_text_is_not_changed_or_issued_by_staff(staff):
    shared = make_disclosure()

    changed = staff.post(url("change", shared.pk), {"valid_to": "2030-01-01"})
    sent = {"code": "x", "places": ["roles"], "text": "x", "valid_from": "2030-01-01"}
    issued = staff.post(url("add"), sent | {"institution": "", "status": "published"})

    assert changed.status_code == 403
    assert list(issued.context["adminform"].form.errors) == ["institution"]
    assert Disclosure.objects.get() == shared


def test_published_text_can_be_ended_and_nothing_else(staff, school):
    today = timezone.localdate()
    own = make_disclosure(institution=school, valid_from=today)
    sent = {"text": "Rewritten.", "valid_to": today + DAY}

    staff.post(url("change", own.pk), sent)
    deleted = staff.post(url("delete", own.pk), {"post": "yes"})

    own.refresh_from_db()
    assert (own.text, own.valid_to) == ("No promise.", today + DAY)
    assert deleted.status_code == 403


@pytest.mark.parametrize("field", ["valid_from", "valid_to"])
def test_dates_in_the_past_are_refused(staff, school, field):
    draft = make_disclosure(institution=school, status="draft", valid_from=timezone.localdate())
    sent = read_page(staff.get(url("change", draft.pk)))

    response = staff.post(url("change", draft.pk), sent | {field: "2020-01-01"})

    assert list(response.context["adminform"].form.errors) == [field]


@pytest.mark.parametrize("count", [1, 40])
def test_list_takes_few_queries_for_one_and_many(
    staff, school, count, django_assert_max_num_queries
):
    for number in range(count):
        make_disclosure(institution=school, code=f"c{number}")
    staff.get(url("changelist"))

    with django_assert_max_num_queries(12):
        staff.get(url("changelist"))
