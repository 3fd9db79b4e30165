"""Where a lead stands, asked of its status and of querysets."""

import pytest

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.lead import Lead
from tests.factories import NOW, make_interest_form, make_lead

Status = Lead.Status
OPEN = {"new", "contacted", "appointment", "applied", "admitted", "enrolled"}


@pytest.fixture
def form(db):
    form = make_interest_form()
    for status in Status.values:
        make_lead(form=form, status=status)
    return form


def test_every_status_is_either_open_held_or_closed():
    states = {one.value: (one.is_open, one.is_held, one.is_closed) for one in Status}

    assert all(sum(state) == 1 for state in states.values())
    assert {one for one, state in states.items() if state[0]} == OPEN
    assert {one for one, state in states.items() if state[1]} == {"quarantined"}
    assert {one for one, state in states.items() if state[2]} == {"closed", "spam"}


def test_inquiries_of_persons_are_genuine_also_when_closed():
    assert {one.value for one in Status if one.is_genuine} == OPEN | {"closed"}


@pytest.mark.parametrize("status", Status.values)
def test_lead_answers_as_its_status_does(status):
    lead, value = Lead(status=status), Status(status)

    assert (lead.is_open, lead.is_held, lead.is_closed, lead.is_genuine) == (
        value.is_open,
        value.is_held,
        value.is_closed,
        value.is_genuine,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("open", OPEN),
        ("held", {"quarantined"}),
        ("closed", {"closed", "spam"}),
        ("not_closed", OPEN | {"quarantined"}),
        ("genuine", OPEN | {"closed"}),
        ("needs_response", OPEN),
    ],
)
def test_querysets_select_by_status(form, name, expected):
    with scope(institution=form.institution):
        found = getattr(Lead.objects, name)().values_list("status", flat=True)

        assert set(found) == expected


def test_answered_and_merged_leads_need_no_response(db):
    form = make_interest_form()
    lead = make_lead(form=form)
    make_lead(form=form, first_answered_at=NOW)
    make_lead(form=form, merged_into=lead)

    with scope(institution=form.institution):
        assert list(Lead.objects.needs_response()) == [lead]
