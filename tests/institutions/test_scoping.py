import pytest
from django_scopes.exceptions import ScopeError

from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.models.lead import Lead, LeadEvent
from tests.factories import NOW, make_lead


@pytest.mark.django_db
def test_leads_without_a_scope_fail_closed():
    make_lead()

    with pytest.raises(ScopeError):
        Lead.objects.count()


@pytest.mark.django_db
def test_leads_in_a_scope_are_one_institutions():
    ours, _theirs = make_lead(), make_lead()

    with scope(institution=ours.institution):
        found = list(Lead.objects.all())

    assert found == [ours]


@pytest.mark.django_db
def test_leads_in_a_scope_of_several_institutions():
    first, second, _third = make_lead(), make_lead(), make_lead()

    with scope(institution=[first.institution, second.institution]):
        found = set(Lead.objects.all())

    assert found == {first, second}


@pytest.mark.django_db
def test_rows_of_a_lead_follow_its_institution():
    ours, theirs = make_lead(), make_lead()
    with scopes_disabled():
        for lead in (ours, theirs):
            LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.NOTE, at=NOW)

    with scope(institution=ours.institution):
        found = [event.lead_id for event in LeadEvent.objects.all()]
        through_a_stranger = theirs.events.count()

    assert found == [ours.pk]
    assert through_a_stranger == 0
