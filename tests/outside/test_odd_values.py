"""Numbers that are none, and halves of characters, are refused and no error of the site."""

import json

import pytest

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import ApiKey
from tests.factories import make_consent_text, make_institution, make_interest_form, make_member

pytestmark = pytest.mark.django_db

ODD = ["²", "٣", "9" * 30, "-1", "1e3", "½", ""]


@pytest.fixture
def school():
    return make_institution(is_published=True)


@pytest.mark.parametrize("value", ODD)
def test_odd_number_in_an_address_of_the_admin_is_no_error(client, school, value):
    client.force_login(make_member(institution=school, role="owner").user)
    make_consent_text(institution=school)
    addresses = [
        ("accreditationrecord/add/", ["correct", "corrects", "copy"]),
        ("disclosure/add/", ["version_of", "copy"]),
        ("consenttext/add/", ["version_of"]),
        ("offering/add/", ["copy", "copy_of"]),
        ("interestform/add/", ["copy", "copy_of"]),
        ("routingrule/try/", ["institution"]),
        ("lead/import/", ["form"]),
        ("sequence/add/", ["institution", "copy"]),
        ("messagetemplate/add/", ["institution", "copy", "version"]),
    ]

    for address, names in addresses:
        for name in names:
            response = client.get(f"/admin/hcprograms/{address}", {name: value})
            assert response.status_code < 500, (address, name)


@pytest.mark.parametrize("text", ["\\ud800", "a\\udfffb"])
@pytest.mark.parametrize("place", ["name", "message", "key"])
def test_half_of_a_character_in_the_api_is_refused(client, school, text, place):
    from hcprograms.leads.api_keys import issue_key  # noqa: PLC0415

    with scopes_disabled():
        form = make_interest_form(institution=school)
        raw = issue_key(key=ApiKey(institution=school, name="CRM", may_capture=True), user=None)
    fields = {"name": "Ada", "email": "ada@applicant.example"}
    fields |= {"PLACE": "x"} if place == "key" else {place: "PLACE"}
    body = {"id": "0b1ee8a5-6d0f-4a35-9f5c-b6a6f0a52c11", "fields": fields}

    response = client.post(
        f"/api/v1/forms/{form.public_id}/requests/",
        json.dumps(body).replace("PLACE", text),
        content_type="application/json",
        headers={"authorization": f"Bearer {raw}"},
    )

    assert response.status_code == 400
