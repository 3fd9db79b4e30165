from datetime import timedelta

import pytest

from hcprograms.leads.duplicates import compute_name_key, suggest_duplicates
from tests.factories import NOW, make_interest_form, make_lead

pytestmark = pytest.mark.django_db
PERSON = {"name": "José Álvarez", "email": "jose@applicant.example", "phone": "+13035550123"}


@pytest.fixture
def form():
    return make_interest_form()


@pytest.fixture
def lead(form):
    return make_lead(form=form, **PERSON)


def suggested(lead):
    return [(one.lead, list(one.reasons)) for one in suggest_duplicates(lead=lead)]


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"email": "JOSE@applicant.example"}, ["same email"]),
        ({"phone": "+13035550123 ext. 4"}, ["same phone"]),
        ({"email": PERSON["email"], "name": "alvarez, JOSE"}, ["same email", "same name"]),
        (PERSON, ["same email", "same phone", "same name"]),
    ],
)
def test_likely_the_same_person_is_suggested_with_reasons(form, lead, fields, reasons):
    other = make_lead(form=form, **fields)

    assert suggested(lead) == [(other, reasons)]
    assert suggested(other) == [(lead, reasons)]


@pytest.mark.parametrize(
    "fields", [{"name": PERSON["name"]}, {"phone": "+13035550124"}, {"phone": "+130355501239"}]
)
def test_weak_likeness_is_not_suggested(form, lead, fields):
    make_lead(form=form, **fields)

    assert suggested(lead) == []


@pytest.mark.parametrize(
    ("key", "mine", "theirs", "reasons"),
    [
        ("postcode", "80 202", "80202", ["same name", "same postcode"]),
        ("date-of-birth", "1999-01-02", "1999-01-02", ["same name", "same birthdate"]),
        ("postcode", "80202", "80203", None),
        ("shoe_size", "42", "42", None),
    ],
)
def test_name_counts_together_with_a_postcode_or_birthdate(form, key, mine, theirs, reasons):
    def ask(name, answer):
        extra = [{"key": key, "question": "?", "answer": answer}]
        return make_lead(form=form, name=name, name_key=compute_name_key(name), extra=extra)

    lead, other = ask("José Álvarez", mine), ask("alvarez, JOSE", theirs)

    assert suggested(lead) == ([(other, reasons)] if reasons else [])


def test_merged_leads_are_not_suggested(form, lead):
    make_lead(form=form, **PERSON, merged_into=lead)

    assert suggested(lead) == []


def test_most_alike_and_newest_come_first(form, lead):
    old = make_lead(form=form, email=PERSON["email"], captured_at=NOW - timedelta(days=2))
    new = make_lead(form=form, email=PERSON["email"], captured_at=NOW - timedelta(days=1))
    alike = make_lead(form=form, **PERSON, captured_at=NOW - timedelta(days=9))

    assert [other for other, _ in suggested(lead)] == [alike, new, old]


def test_leads_of_another_institution_are_never_suggested(lead):
    make_lead(**PERSON)

    assert suggested(lead) == []


def test_people_without_phone_are_not_alike(form):
    lead = make_lead(form=form)
    make_lead(form=form)

    assert suggested(lead) == []


def test_erased_leads_are_not_suggested(form, lead):
    make_lead(form=form, **PERSON, erased_at=NOW)

    assert suggested(lead) == []


def test_suggestion_needs_one_query(form, lead, django_assert_num_queries):
    for _ in range(3):
        make_lead(form=form, **PERSON)

    with django_assert_num_queries(1):
        suggest_duplicates(lead=lead)


def test_lead_page_shows_possible_duplicates(admin_client, form, lead):
    other = make_lead(form=form, **PERSON)

    html = admin_client.get(f"/admin/hcprograms/lead/{lead.pk}/change/").content.decode()

    assert "Perhaps the same person" in html
    assert f"/admin/hcprograms/lead/{other.pk}/change/" in html
    assert "same email, same phone, same name" in html
